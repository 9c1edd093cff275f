"""The queue of voice memos: nothing is lost, nothing is said twice (N1)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.decode import decode_self
from chat.messages import Door, Envelope, Transcribed
from domain.ids import UserId
from domain.people import Member, Role
from domain.speech import VOICE_LONGEST, Heard, Problem, Unheard
from media.speech import Off
from scheduler.transcriptions import Transcriptions
from storage.database import Database, Wake
from storage.inbox import claim
from storage.tables import inbox, outbox, transcriptions
from storage.transcriptions import Waiting, depth, extend, next_transcription, release_all
from storage.unit_of_work import begin_work
from tests.kit.clock import FakeClock

TIMEOUT = timedelta(minutes=5)


class Scripted:
    """Answers what it is told to, one after the other."""

    def __init__(self, *answers: Heard | Unheard) -> None:
        self.answers = list(answers)
        self.heard: list[tuple[bytes, tuple[str, ...]]] = []
        self.longest: list[timedelta] = []

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        self.heard.append((data, tuple(hints)))
        self.longest.append(longest)
        return self.answers.pop(0)

    async def close(self) -> None:
        return


async def read(sha256: str) -> bytes:
    return sha256.encode()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def loop(database: Database, clock: FakeClock, speech: Scripted) -> Transcriptions:
    return Transcriptions(database, clock, speech, read, recording_at_most=TIMEOUT)


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


async def test_who_was_told_to_wait_hears_that_it_was_given_up_for_the_same_reason(
    database: Database, clock: FakeClock
) -> None:
    await memo(database, clock)
    transcribing = loop(database, clock, Scripted(*[Unheard(Problem.SERVER_AWAY)] * 3))
    for wait in (timedelta(), timedelta(seconds=10), timedelta(hours=24)):
        clock.advance(wait)
        assert await transcribing.hear_next()
    assert [(said["problem"], said["again"]) for said in await came_back(database)] == [
        ("server_away", True),
        ("server_away", False),
    ]


async def test_a_memo_whose_bytes_came_late_has_its_day_from_then_on(database: Database, clock: FakeClock) -> None:
    """WeCom may be away for three days: the first failure after that is not the last."""
    await memo(database, clock, fetched=False)
    clock.advance(timedelta(days=2))
    await arrive(database, clock)
    transcribing = loop(database, clock, Scripted(Unheard(Problem.DIED), Heard("好", 1, "engine")))
    assert await transcribing.hear_next()
    clock.advance(timedelta(seconds=10))
    assert await transcribing.hear_next()
    assert [said["text"] for said in await came_back(database)] == ["好"]


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


async def test_what_has_not_been_fetched_keeps_the_loop_asleep_and_the_writer_free(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeCom may be away for three days: the loop does not ask for a turn to write as long as nothing can be heard."""
    await memo(database, clock, fetched=False)
    assert await next_transcription(database) is None

    def nobody_writes(self: Database) -> None:
        raise AssertionError("an idle loop writes")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", nobody_writes)
        assert not await loop(database, clock, Scripted()).hear_next()


@pytest.mark.parametrize("reason", ["fetched", "lost"])
async def test_the_loop_is_woken_when_the_sound_has_come_or_is_lost(
    database: Database, clock: FakeClock, reason: str
) -> None:
    await memo(database, clock, fetched=False)
    await database.woken(Wake.SPEECH, 5)
    if reason == "fetched":
        await arrive(database, clock)
    else:
        async with begin_work(database, clock.now(), actor="media") as work:
            (wanted,) = await work.media.due(1)
            await work.media.failed(wanted.media_pk, "40007", None)
    async with asyncio.timeout(5):
        await database.woken(Wake.SPEECH, 60)


async def test_a_memo_that_failed_gives_way_to_the_others(database: Database, clock: FakeClock) -> None:
    await memo(database, clock, "app:1")
    await memo(database, clock, "app:2")
    transcribing = loop(database, clock, Scripted(Unheard(Problem.DIED), Heard("好", 1, "engine")))
    assert await transcribing.hear_next()
    clock.advance(timedelta(seconds=30))
    assert await transcribing.hear_next()
    assert [said["media_key"] for said in await came_back(database)] == ["app:2"]


@pytest.mark.parametrize(("kind", "longest"), [("voice", VOICE_LONGEST), ("file", TIMEOUT)])
async def test_a_voice_message_may_be_a_minute_long_and_a_recording_as_the_settings_say(
    database: Database, clock: FakeClock, kind: str, longest: timedelta
) -> None:
    async with begin_work(database, clock.now(), actor="lina") as work:
        await work.media.want("app:1", "lina", kind, {"media_id": "1"}, "")
        await work.transcriptions.want("app:1", "lina")
    await arrive(database, clock)
    speech = Scripted(Heard("好", 1, "engine"))
    await loop(database, clock, speech).hear_next()
    assert speech.longest == [longest]


async def test_an_original_that_cannot_be_read_is_tried_again(database: Database, clock: FakeClock) -> None:
    async def broken(sha256: str) -> bytes:
        raise OSError(5, "Input/output error")

    await memo(database, clock)
    transcribing = Transcriptions(database, clock, Scripted(), broken, recording_at_most=TIMEOUT)
    assert await transcribing.hear_next()
    assert transcribing.trouble is Problem.NO_BYTES
    clock.advance(timedelta(seconds=10))
    assert await loop(database, clock, Scripted(Heard("好", 1, "engine"))).hear_next()
    assert [said["text"] for said in await came_back(database)] == ["好"]


async def test_trouble_of_the_house_is_told_to_the_operators_once_a_day(database: Database, clock: FakeClock) -> None:
    async with begin_work(database, clock.now(), actor="test") as work:
        await work.members.save(Member(UserId("sunyue"), "孙悦", frozenset({Role.OPERATOR})))
    for number in range(3):
        await memo(database, clock, f"app:{number}")
    transcribing = loop(database, clock, Scripted(*[Unheard(Problem.NO_MODEL)] * 3))
    while await transcribing.hear_next():
        pass
    async with database.reading() as connection:
        told = (await connection.execute(sa.select(outbox.c.content).where(outbox.c.target == "sunyue"))).scalars()
        (said,) = told.all()
    assert "语音模型" in said["text"]
    assert "speech.model" in said["text"]


async def test_what_became_of_a_memo_stands_in_the_log(database: Database, clock: FakeClock) -> None:
    """A2: which engine heard it, or why none did."""
    await memo(database, clock, "app:1")
    await memo(database, clock, "app:2")
    transcribing = loop(database, clock, Scripted(Heard("好", 1, "engine x"), Unheard(Problem.SILENT)))
    while await transcribing.hear_next():
        pass
    async with begin_work(database, clock.now(), actor="test") as work:
        entries = [(await work.audit.of(f"voice:app:{number}", 5))[0] for number in (1, 2)]
    assert [(entry.who, entry.field, entry.after) for entry in entries] == [
        ("speech", "words", "engine x"),
        ("speech", "words", "silent"),
    ]


class Slow(Scripted):
    """Hears until it is let go on."""

    def __init__(self, *answers: Heard | Unheard) -> None:
        super().__init__(*answers)
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def hear(self, data: bytes, hints: Sequence[str], longest: timedelta) -> Heard | Unheard:
        self.begun.set()
        await self.go_on.wait()
        return await super().hear(data, hints, longest)


async def test_a_stop_in_the_middle_puts_the_memo_back_at_once(database: Database, clock: FakeClock) -> None:
    """A deployment waits for nobody's half hour, and the memo is not counted as failed."""
    await memo(database, clock)
    speech = Slow(Heard("好", 1, "engine"))
    transcribing = loop(database, clock, speech)
    running = asyncio.create_task(transcribing.run())
    await speech.begun.wait()
    transcribing.stop()
    async with asyncio.timeout(10):
        await running
    assert await depth(database) == {"wanted": 1}
    assert await loop(database, clock, Scripted(Heard("好", 1, "engine"))).hear_next()
    assert [said["text"] for said in await came_back(database)] == ["好"]


async def test_the_lease_of_a_long_recording_is_renewed(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than any lease: nobody takes it over meanwhile."""
    renewed = asyncio.Event()
    extended = extend

    async def note(database: Database, waiting: Waiting, until: datetime) -> None:
        await extended(database, waiting, until)
        renewed.set()

    monkeypatch.setattr("scheduler.transcriptions.RENEW", 0.01)
    monkeypatch.setattr("scheduler.transcriptions.extend", note)
    await memo(database, clock)
    speech = Slow(Heard("好", 1, "engine"))
    hearing = asyncio.create_task(loop(database, clock, speech).hear_next())
    await speech.begun.wait()
    for _ in range(3):
        clock.advance(timedelta(seconds=45))
        renewed.clear()
        await renewed.wait()
        assert not await loop(database, clock, Scripted()).hear_next()
    speech.go_on.set()
    assert await hearing
    assert [said["text"] for said in await came_back(database)] == ["好"]


async def test_what_the_last_process_held_is_free_at_once_when_the_only_one_starts(
    database: Database, clock: FakeClock
) -> None:
    await memo(database, clock)
    async with begin_work(database, clock.now(), actor="speech") as work:
        await work.transcriptions.claim(TIMEOUT)
    assert await release_all(database) == 1
    assert await loop(database, clock, Scripted(Heard("好", 1, "engine"))).hear_next()


async def test_figures_say_how_it_ended_and_how_much_waits(database: Database, clock: FakeClock) -> None:
    seen: list[tuple[str, float]] = []
    for number in range(4):
        await memo(database, clock, f"app:{number}", fetched=number < 3)
    answers = (Heard("好", 12.5, "engine"), Unheard(Problem.SILK), Unheard(Problem.DIED, "", 3.0))
    transcribing = Transcriptions(
        database, clock, Scripted(*answers), read, recording_at_most=TIMEOUT,
        observe=lambda outcome, seconds, took: seen.append((outcome, seconds)),
    )  # fmt: skip
    while await transcribing.hear_next():
        pass
    assert seen == [("done", 12.5), ("silk", 0.0), ("again", 3.0)]
    assert await depth(database) == {"failed": 1, "wanted": 2}


async def test_without_an_engine_the_sender_is_asked_to_type_at_once(database: Database, clock: FakeClock) -> None:
    await memo(database, clock)
    transcribing = Transcriptions(database, clock, Off(), read, recording_at_most=TIMEOUT)
    assert await transcribing.hear_next()
    (said,) = await came_back(database)
    assert (said["problem"], said["again"], transcribing.trouble) == ("off", False, None)


async def test_the_house_reads_what_it_has_said_to_itself(database: Database, clock: FakeClock) -> None:
    """The row of the inbox becomes what a handler takes: the sender's message, words or the code of a problem."""
    await memo(database, clock, "app:1")
    await memo(database, clock, "app:2")
    transcribing = loop(database, clock, Scripted(Heard("预算五十万", 12.4, "engine"), Unheard(Problem.SILK)))
    while await transcribing.hear_next():
        pass
    claimed = await claim(database, clock.now(), 10, timedelta(minutes=1))
    first = decode_self(claimed[0].payload, claimed[0].key, claimed[0].person, claimed[0].received_at)
    assert first == Transcribed(
        Envelope("transcribed:app:1", Door.SELF, "lina", clock.now()), "app:1", "预算五十万", 12.4
    )
    async with database.reading() as connection:
        payload = (await connection.execute(sa.select(inbox.c.payload).order_by(inbox.c.id))).scalars().all()[1]
    second = decode_self(payload, "k", "lina", clock.now())
    assert isinstance(second, Transcribed)
    assert (second.media_key, second.text, second.problem, second.again) == ("app:2", "", "silk", False)
