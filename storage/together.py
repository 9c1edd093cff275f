"""Small changes committed together: one transaction for all that wait (group commit), so that a disk's fsync is shared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

T = TypeVar("T")
Change = Callable[[AsyncConnection], Awaitable[Any]]


class Together:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Change, asyncio.Future[Any]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def commit(self, change: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Returns what the change returned, after the commit. A change touches nothing but the database, since it is
        made once more by itself when another one of its transaction has failed."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return cast("T", await future)

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                async with self._database.writing() as connection:
                    results = [await change(connection) for change, _ in batch]
            except Exception as error:
                await self._one_by_one(batch, error)
                continue
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)

    async def _one_by_one(self, batch: list[tuple[Change, asyncio.Future[Any]]], error: Exception) -> None:
        """Only who caused the trouble hears of it."""
        for change, future in batch:
            failed: Exception | None = error if len(batch) == 1 else None
            result = None
            if failed is None:
                try:
                    async with self._database.writing() as connection:
                        result = await change(connection)
                except Exception as own:
                    failed = own
            if future.done():
                continue
            if failed is not None:
                future.set_exception(failed)
            else:
                future.set_result(result)
