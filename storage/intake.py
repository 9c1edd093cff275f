"""Stores callbacks before they are answered, committing together all that wait (group commit)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, Wake, insert_once
from storage.tables import inbox

LARGEST_BATCH = 500
CROWD = 8
"""Callbacks at once; fewer are the day's traffic, and work goes on beside them."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    key: str
    """The same message or event again has the same key and leaves no second row (wecom.md 1.4)."""
    person: str
    """Whose line it joins: messages of one person are worked on in order."""
    door: str
    payload: str
    """Decrypted text as WeCom sent it."""
    received_at: datetime


_COLUMNS = [field.name for field in fields(NewMessage)]


async def store(connection: AsyncConnection, messages: list[NewMessage]) -> set[str]:
    """Returns the keys that were new."""
    # asdict() copies deeply: a twentieth of the time of a crowd of callbacks.
    rows = [{name: getattr(m, name) for name in _COLUMNS} | {"due_at": m.received_at} for m in messages]
    done = await connection.execute(insert_once(connection, inbox).returning(inbox.c.key), rows)
    return set(done.scalars())


class Intake:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[NewMessage, asyncio.Future[bool]]] = []
        self._in_hand = 0
        self._writer: asyncio.Task[None] | None = None

    async def put(self, message: NewMessage) -> bool:
        """Returns after the commit; True where the message was new. Raises what the database raised."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await future

    @property
    def is_busy(self) -> bool:
        """A crowd of callbacks is being stored: acknowledging goes first, since WeCom waits five seconds only."""
        return len(self._waiting) + self._in_hand >= CROWD

    async def _gathered(self) -> None:
        """Returns when no more come in: what has arrived already shares the transaction, whose price is the same for all."""
        seen = 0
        while seen < len(self._waiting) < LARGEST_BATCH:
            seen = len(self._waiting)
            await asyncio.sleep(0)

    async def _write_all(self) -> None:
        while self._waiting:
            await self._gathered()
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            self._in_hand = len(batch)
            # One row a key: a repeat inside the batch gets the answer of the first.
            first = {message.key: message for message, _ in reversed(batch)}
            try:
                async with self._database.writing() as connection:
                    new = await store(connection, list(first.values()))
            except Exception as error:
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                continue
            for message, future in batch:
                if not future.done():
                    future.set_result(message.key in new and first[message.key] is message)
            self._database.wake_everywhere(Wake.INBOX)
        self._in_hand = 0
