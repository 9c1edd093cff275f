"""The queue of voice memos: nothing is lost, nothing is said twice (N1)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.speech import Heard, Problem, Unheard
from scheduler.transcriptions import Transcriptions
from storage.database import Database
from storage.tables import inbox, transcriptions
from storage.unit_of_work import begin_work
from tests.kit.clock import FakeClock

TIMEOUT = timedelta(minutes=5)


class Scripted:
    """Answers what it is told to, one after the other."""

    def __init__(self, *answers: Heard | Unheard) -> None:
        self.answers = list(answers)
        self.heard: list[tuple[bytes, tuple[str, ...]]] = []

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        self.heard.append((data, tuple(hints)))
        return self.answers.pop(0)

    async def close(self) -> None:
        return


async def read(sha256: str) -> bytes:
    return sha256.encode()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def loop(database: Database, clock: FakeClock, speech: Scripted) -> Transcriptions:
    return Transcriptions(database, clock, speech, read, longest=TIMEOUT, timeout=TIMEOUT)


async def memo(database: Database, clock: FakeClock, key: str = "app:1", *, fetched: bool = True) -> None:
    async with begin_work(database, clock.now(), actor="lina") as work:
        await work.media.want(key, "lina", "voice", {"media_id": key}, "")
        await work.transcriptions.want(key, "lina", ["恒达机械"])
    if fetched:
        await arrive(database, clock)


async def arrive(database: Database, clock: FakeClock) -> None:
    async with begin_work(database, clock.now(), actor="media") as work:
        for wanted in await work.media.due(10):
            await work.media.fetched(wanted.media_pk, f"sha{wanted.media_pk}", 10, "audio/amr", "")


async def came_back(database: Database) -> list[dict[str, object]]:
    async with database.reading() as connection:
        rows = await connection.execute(sa.select(inbox.c.payload, inbox.c.person).order_by(inbox.c.id))
        return [json.loads(payload) | {"person": person} for payload, person in rows]


async def test_words_come_back_as_a_message_of_the_sender(database: Database, clock: FakeClock) -> None:
    await memo(database, clock)
    speech = Scripted(Heard("预算五十万", 12.4, "engine"))
    assert await loop(database, clock, speech).hear_next()
    assert speech.heard == [(b"sha1", ("恒达机械",))]
    (said,) = await came_back(database)
    assert (said["person"], said["media_key"], said["text"], said["problem"]) == ("lina", "app:1", "预算五十万", "")
    assert not await loop(database, clock, speech).hear_next()


async def test_a_memo_waits_until_its_bytes_are_here(database: Database, clock: FakeClock) -> None:
    await memo(database, clock, fetched=False)
    speech = Scripted(Heard("好", 1, "engine"))
    assert not await loop(database, clock, speech).hear_next()
    await arrive(database, clock)
    assert await loop(database, clock, speech).hear_next()


async def test_the_same_memo_is_wanted_once(database: Database, clock: FakeClock) -> None:
    await memo(database, clock)
    await memo(database, clock)
    speech = Scripted(Heard("好", 1, "engine"))
    assert await loop(database, clock, speech).hear_next()
    assert not await loop(database, clock, speech).hear_next()


async def test_a_failure_is_tried_again_and_the_sender_is_told_once(database: Database, clock: FakeClock) -> None:
    """The first failure needs no words: a worker that starts anew is back in ten seconds."""
    await memo(database, clock)
    speech = Scripted(*[Unheard(Problem.DIED)] * 3, Heard("好", 1, "engine"))
    transcribing = loop(database, clock, speech)
    for wait in (0, 10, 60, 300):
        clock.move_to(clock.now() + timedelta(seconds=wait))
        assert await transcribing.hear_next()
        assert not await transcribing.hear_next()
    told = await came_back(database)
    assert [(said["problem"], said["again"], said["text"]) for said in told] == [("died", True, ""), ("", False, "好")]


async def test_after_a_day_it_is_given_up_and_the_sender_knows(database: Database, clock: FakeClock) -> None:
    await memo(database, clock)
    clock.move_to(clock.now() + timedelta(hours=24))
    assert await loop(database, clock, Scripted(Unheard(Problem.SERVER_AWAY))).hear_next()
    (said,) = await came_back(database)
    assert (said["problem"], said["again"]) == ("server_away", False)


async def test_sound_that_cannot_be_heard_is_told_at_once_and_not_tried_again(
    database: Database, clock: FakeClock
) -> None:
    await memo(database, clock)
    transcribing = loop(database, clock, Scripted(Unheard(Problem.SILK)))
    assert await transcribing.hear_next()
    clock.move_to(clock.now() + timedelta(hours=2))
    assert not await transcribing.hear_next()
    (said,) = await came_back(database)
    assert (said["problem"], said["again"]) == ("silk", False)


async def test_a_worker_that_vanished_is_taken_over_and_its_late_answer_counts_for_nothing(
    database: Database, clock: FakeClock
) -> None:
    """Fencing: the lease ran out, another process has heard it, and the first one comes late."""
    await memo(database, clock)
    async with begin_work(database, clock.now(), actor="speech") as work:
        lost = await work.transcriptions.claim(TIMEOUT)
    assert lost is not None
    assert not await loop(database, clock, Scripted()).hear_next()
    clock.move_to(clock.now() + TIMEOUT + timedelta(seconds=1))
    assert await loop(database, clock, Scripted(Heard("好", 1, "engine"))).hear_next()
    async with begin_work(database, clock.now(), actor="speech") as work:
        assert not await work.transcriptions.heard(lost, "晚了", "engine", 1)
    assert [said["text"] for said in await came_back(database)] == ["好"]
    async with database.reading() as connection:
        assert (await connection.execute(sa.select(transcriptions.c.words))).scalars().all() == ["好"]


async def test_bytes_that_wecom_no_longer_had_are_told(database: Database, clock: FakeClock) -> None:
    await memo(database, clock, fetched=False)
    async with begin_work(database, clock.now(), actor="media") as work:
        (wanted,) = await work.media.due(1)
        await work.media.failed(wanted.media_pk, "40007", None)
    assert await loop(database, clock, Scripted()).hear_next()
    (said,) = await came_back(database)
    assert said["problem"] == "lost"
