"""Engines for SQLite (one writer) and PostgreSQL, and the signals that wake the loops after a commit."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import sqlite_driver
from storage.members import Roster

BUSY = timedelta(seconds=4)
"""How long a writer waits for another process; WeCom waits five seconds for its answer."""

DATABASE_AWAY = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError, OSError)
"""What the drivers raise when the database is locked, restarting or out of reach: the world's trouble, tried again."""


_PASSING = ("08", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE: connection, rollback (deadlock), resources, state (starting up), intervention (shut down), system."""


def _name_passing_trouble(context: sa.engine.ExceptionContext) -> None:
    """asyncpg's restarts and deadlocks would come as plain DBAPIError, like mistakes of ours."""
    error = context.original_exception
    if not isinstance(context.sqlalchemy_exception, sa.exc.DBAPIError) or isinstance(error, DATABASE_AWAY):
        return
    if context.is_disconnect or str(getattr(error, "sqlstate", None) or "")[:2] in _PASSING:
        raise sa.exc.OperationalError(
            context.statement, None, error, connection_invalidated=context.is_disconnect
        ) from error


class Wake(StrEnum):
    """What a commit may have left for one of the loops."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    TIMERS = "timers"
    MEDIA = "media"
    PAYMENTS = "payments"
    SPEECH = "speech"


def _sqlite_engine(url: str, begin: str, pool_size: int, busy: timedelta) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        # Each transaction ends with its block; another rollback would be one more trip to the connection's thread.
        pool_reset_on_return=None,
        connect_args={"async_creator_fn": sqlite_driver.connect},
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin too late to keep readers from becoming writers (libraries.md 3).
        connection.isolation_level = None
        cursor = connection.cursor()
        # FULL: an acknowledged callback survives a power cut, too; group commit pays for the fsync.
        for pragma in (
            f"busy_timeout={int(busy.total_seconds() * 1000)}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # SQLAlchemy's own way costs more than all that SQLite does for the statement.
        cursor = connection.connection.cursor()
        try:
            cursor.execute(begin)
        except sqlite3.OperationalError as error:
            raise sa.exc.OperationalError(begin, None, error) from error
        finally:
            cursor.close()

    return engine


class Turns:
    """Named locks of this process, held until the end of the block; taking one again that is held does nothing."""

    def __init__(self, locks: dict[str, asyncio.Lock]) -> None:
        self._locks = locks
        self._held: dict[str, asyncio.Lock] = {}

    async def take(self, name: str) -> None:
        if name not in self._held:
            lock = self._locks.setdefault(name, asyncio.Lock())
            await lock.acquire()
            self._held[name] = lock

    async def __aenter__(self) -> Turns:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        for lock in self._held.values():
            lock.release()


class Database:
    """`writing()` and `reading()` give a connection inside a transaction that ends with the block.

    On SQLite all writers of the process share one connection, so they wait for each other in order
    instead of being refused; readers have their own.
    """

    def __init__(self, url: str, *, pool_size: int = 10, busy: timedelta = BUSY) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if self.url.database and self.url.database != ":memory:":
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite_engine(url, "BEGIN IMMEDIATE", 1, busy)
            self._reader = _sqlite_engine(url, "BEGIN", 4, busy)
        else:
            self._writer = self._reader = create_async_engine(url, pool_size=pool_size, max_overflow=pool_size)
            sa.event.listen(self._writer.sync_engine, "handle_error", _name_passing_trouble)
        self.roster = Roster()
        self._locks: dict[str, asyncio.Lock] = {}
        self._signals = {wake: asyncio.Event() for wake in Wake}
        self._untold: set[Wake] = set()
        self._has_untold = asyncio.Event()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with self._writer.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.begin() as connection:
            yield connection

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Outside any transaction, for storage/replicas.py."""
        async with self._writer.connect() as connection:
            yield connection

    async def ping(self) -> None:
        """Raises whatever the driver raises when the database does not answer."""
        async with self.reading() as connection:
            await connection.execute(sa.select(1))

    def turns(self) -> Turns:
        return Turns(self._locks)

    def wake(self, *what: Wake) -> None:
        for one in what:
            self._signals[one].set()

    def wake_everywhere(self, *what: Wake) -> None:
        """After a commit: the loops of this process at once, those of other replicas as soon as they hear of it."""
        self.wake(*what)
        if not self.is_sqlite and what:
            self._untold.update(what)
            self._has_untold.set()

    async def told(self, until: asyncio.Event) -> set[Wake]:
        """What the other replicas are to hear, gathered since the last time; nothing when `until` comes first."""
        waits = [asyncio.ensure_future(event.wait()) for event in (self._has_untold, until)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        self._has_untold.clear()
        told, self._untold = self._untold, set()
        return told

    async def woken(self, what: Wake, within: float) -> None:
        """Returns when somebody calls `wake(what)`, at the latest after `within` seconds."""
        signal = self._signals[what]
        try:
            await asyncio.wait_for(signal.wait(), within)
        except TimeoutError:
            return
        finally:
            signal.clear()

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()


def insert_once(connection: AsyncConnection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    """INSERT … ON CONFLICT DO NOTHING, the one statement that the two dialects spell alike but import apart."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()
