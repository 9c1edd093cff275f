"""The queue of voice memos that wait for their words: claimed with a lease and a fencing token, like the inbox."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from chat.messages import Door
from domain.ids import fold
from domain.speech import Problem
from storage.database import Database, Wake, insert_once
from storage.intake import NewMessage, store
from storage.tables import media, transcriptions
from storage.tables.speech import WANTED

if TYPE_CHECKING:
    from storage.unit_of_work import Work


ARRIVED = media.c.state.in_(("fetched", "lost"))


@dataclass(frozen=True, slots=True)
class Waiting:
    transcription_id: int
    message_key: str
    sender: str
    hints: tuple[str, ...]
    since: datetime
    """When its bytes came."""
    failures: int
    token: int
    is_voice: bool
    """A voice message, which the client stops at a minute; anything else is a recording."""
    sha256: str
    """Of the sound; empty where WeCom no longer had it."""


class Transcriptions:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def want(self, message_key: str, sender: str, hints: Sequence[str] = ()) -> None:
        """Once for each message. It begins when the bytes have been fetched; `hints` are names it may speak of."""
        await self._work.connection.execute(
            insert_once(self._work.connection, transcriptions).values(
                message_key=message_key,
                sender=sender,
                hints=list(hints),
                asked_at=self._work.now,
                due_at=self._work.now,
            )
        )
        self._work.touch(Wake.SPEECH)

    async def claim(self, lease: timedelta) -> Waiting | None:
        """The oldest that is due and whose bytes are here, or are lost for good; a lease that ran out is taken over."""
        now = self._work.now
        ready = sa.or_(
            sa.and_(transcriptions.c.state == "wanted", transcriptions.c.due_at <= now),
            sa.and_(transcriptions.c.state == "leased", transcriptions.c.lease_until < now),
        )
        chosen = await self._work.connection.execute(
            sa.select(transcriptions, media.c.kind, media.c.sha256, media.c.fetched_at)
            .join(media, media.c.message_key == transcriptions.c.message_key)
            .where(WANTED, ready, ARRIVED)
            .order_by(transcriptions.c.due_at, transcriptions.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=transcriptions)
        )
        row = chosen.first()
        if row is None:
            return None
        await self._work.connection.execute(
            sa.update(transcriptions)
            .where(transcriptions.c.id == row.id)
            .values(state="leased", token=row.token + 1, lease_until=now + lease)
        )
        return Waiting(
            row.id, row.message_key, row.sender, tuple(row.hints), row.fetched_at or now, row.failures, row.token + 1,
            row.kind == "voice", row.sha256,
        )  # fmt: skip

    async def heard(self, waiting: Waiting, words: str, engine: str, seconds: float) -> bool:
        """The words come back as a message of the sender to the house. False: somebody else has it by now."""
        if not await self._finish(waiting, state="done", words=words, engine=engine, seconds=seconds, problem=""):
            return False
        self._work.audit.note(f"voice:{waiting.message_key}", "words", None, engine)
        await self._come_back(waiting, words, seconds, "")
        return True

    async def unheard(
        self, waiting: Waiting, problem: Problem, seconds: float, due_at: datetime | None, *, tell: bool
    ) -> bool:
        """`due_at` of the next try; None = given up, with the sound kept."""
        values: dict[str, object] = {"failures": waiting.failures + 1, "problem": problem.value, "seconds": seconds}
        values |= {"state": "failed"} if due_at is None else {"state": "wanted", "due_at": due_at}
        if not await self._finish(waiting, **values):
            return False
        if due_at is None:
            self._work.audit.note(f"voice:{waiting.message_key}", "words", None, problem.value)
        if due_at is None or tell:
            await self._come_back(waiting, "", seconds, problem.value, again=due_at is not None)
        return True

    async def release(self, waiting: Waiting) -> bool:
        """Back into the queue as if it had not been taken."""
        return await self._finish(waiting, state="wanted")

    async def _finish(self, waiting: Waiting, **values: object) -> bool:
        done_at = None if values["state"] == "wanted" else self._work.now
        finished = await self._work.connection.execute(
            sa.update(transcriptions)
            .where(
                transcriptions.c.id == waiting.transcription_id,
                transcriptions.c.state == "leased",
                transcriptions.c.token == waiting.token,
            )
            .values(lease_until=None, done_at=done_at, **values)
        )
        return finished.rowcount == 1

    async def _come_back(
        self, waiting: Waiting, words: str, seconds: float, problem: str, *, again: bool = False
    ) -> None:
        """A row of the inbox in the same transaction: nothing is lost between hearing and understanding."""
        # Told to wait, given up, heard: each is said once.
        key = f"transcribed:{waiting.message_key}" + (f":{problem}:{'again' if again else 'over'}" if problem else "")
        payload = {
            "kind": "transcribed", "media_key": waiting.message_key, "text": words, "seconds": round(seconds, 1),
            "problem": problem, "again": again,
        }  # fmt: skip
        message = NewMessage(
            key, fold(waiting.sender), Door.SELF.value, json.dumps(payload, ensure_ascii=False), self._work.now
        )
        await store(self._work.connection, [message])
        self._work.touch(Wake.INBOX)


async def extend(database: Database, waiting: Waiting, until: datetime) -> None:
    """A long recording is worked on under a lease that is renewed; one that was taken over stays with who has it."""
    async with database.writing() as connection:
        await connection.execute(
            sa.update(transcriptions)
            .where(transcriptions.c.id == waiting.transcription_id, transcriptions.c.token == waiting.token)
            .values(lease_until=until)
        )


async def release_all(database: Database) -> int:
    """At the start of the only process of a SQLite database: what the last one held goes back at once."""
    async with database.writing() as connection:
        freed = await connection.execute(
            sa.update(transcriptions).where(transcriptions.c.state == "leased").values(state="wanted", lease_until=None)
        )
    return freed.rowcount


async def next_transcription(database: Database) -> datetime | None:
    """When the next one can be taken. What has not been fetched yet wakes the loop when it has."""
    async with database.reading() as connection:
        first = await connection.execute(
            sa.select(sa.func.min(sa.func.coalesce(transcriptions.c.lease_until, transcriptions.c.due_at)))
            .select_from(transcriptions.join(media, media.c.message_key == transcriptions.c.message_key))
            .where(WANTED, ARRIVED)
        )
        due_at: datetime | None = first.scalar_one_or_none()
        return due_at


async def depth(database: Database) -> dict[str, int]:
    """Recordings by state, those that became words left out."""
    async with database.reading() as connection:
        rows = await connection.execute(
            sa.select(transcriptions.c.state, sa.func.count())
            .where(transcriptions.c.state != "done")
            .group_by(transcriptions.c.state)
        )
        return {row[0]: row[1] for row in rows}
