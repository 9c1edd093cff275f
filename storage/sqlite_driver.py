"""aiosqlite with one trip to the connection's thread for each statement instead of four (cursor, execute, fetch, close).

Each trip costs more than the statement itself; a lead is some thirty statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

import aiosqlite


class _Cursor:
    """The part of aiosqlite's cursor that SQLAlchemy's adapter uses; rows are fetched with the execution."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> _Cursor:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> _Cursor:
        await self._connection.in_thread(self._run, sql, parameters, many=False)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> _Cursor:
        await self._connection.in_thread(self._run, sql, parameters, many=True)
        return self

    def _run(self, connection: sqlite3.Connection, sql: str, parameters: Any, *, many: bool) -> None:
        cursor = connection.executemany(sql, parameters) if many else connection.execute(sql, parameters)
        self._rows = cursor.fetchall()
        self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
        cursor.close()

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = []


class Connection(aiosqlite.Connection):
    def cursor(self) -> _Cursor:  # type: ignore[override]  # SQLAlchemy enters what this returns and asks no more of it
        return _Cursor(self)

    async def in_thread(self, function: Any, *args: Any, **kwargs: Any) -> None:
        await self._execute(function, self._conn, *args, **kwargs)  # type: ignore[no-untyped-call]


def connect(database: str, **options: Any) -> Connection:
    """For SQLAlchemy's `async_creator_fn`."""

    def connector() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(database, **options)
        return opened

    made = Connection(connector, iter_chunk_size=64)
    made._thread.daemon = True
    return made
