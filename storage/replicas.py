"""Replicas on one PostgreSQL wake each other's loops (LISTEN/NOTIFY); without it each finds out by polling.

What is told is told after the commit and on a connection of its own, so that no transaction waits for it: a NOTIFY
inside a transaction makes PostgreSQL commit one after another. A word that is lost costs a poll, nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from storage.database import DATABASE_AWAY, Database, Wake

log = structlog.get_logger()

CHANNEL = "dealbell"
RECONNECT = 1.0
"""Seconds."""


class Replicas:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = False
        self._cut = asyncio.Event()
        self.is_listening = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`; on PostgreSQL only."""
        while not self._stopping:
            try:
                async with self._line() as line:
                    await self._tell_on(line)
            except DATABASE_AWAY as error:
                log.warning("replicas_out_of_hearing", error=type(error).__name__)
                await asyncio.sleep(RECONNECT)

    def stop(self) -> None:
        self._stopping = True
        self._cut.set()

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Any]:
        """asyncpg's own connection, listening; whatever was committed before it listened is looked for at once."""
        async with self._database.connection() as connection:
            line = (await connection.get_raw_connection()).driver_connection
            assert line is not None
            self._cut.clear()
            line.add_termination_listener(lambda _: self._cut.set())
            await line.execute("SET synchronous_commit = off")
            await line.add_listener(CHANNEL, self._heard)
            self._database.wake(*Wake)
            self.is_listening.set()
            try:
                yield line
            finally:
                self.is_listening.clear()
                await connection.invalidate()

    async def _tell_on(self, line: Any) -> None:
        while not self._stopping:
            told = await self._database.told(until=self._cut)
            if line.is_closed():
                raise ConnectionResetError("the listening connection was cut")
            if told:
                await line.execute("SELECT pg_notify($1, $2)", CHANNEL, " ".join(sorted(told)))

    def _heard(self, line: Any, sender: int, _channel: str, payload: str) -> None:
        if sender != line.get_server_pid():
            self._database.wake(*(wake for wake in Wake if wake in payload.split()))
