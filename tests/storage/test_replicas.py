"""Two replicas on one PostgreSQL hear of each other's commits at once (LISTEN/NOTIFY)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from storage.database import Database, Wake
from storage.replicas import Replicas
from storage.unit_of_work import begin_work
from tests.kit import db
from tests.kit.clock import MONDAY_TEN

LONG = 30.0
"""Seconds that no test waits: only a word from the other replica ends the wait sooner."""


@pytest.fixture
async def two(database: Database, database_url: str) -> AsyncIterator[tuple[Database, Database]]:
    if database.is_sqlite:
        pytest.skip("SQLite has one process")
    other = Database(database_url)
    yield database, other
    await other.close()


@asynccontextmanager
async def listening(*databases: Database) -> AsyncIterator[list[Replicas]]:
    replicas = [Replicas(database) for database in databases]
    tasks = [asyncio.create_task(one.run()) for one in replicas]
    for one in replicas:
        await one.is_listening.wait()
    for database in databases:
        await settled(database)
    yield replicas
    for one in replicas:
        one.stop()
    await asyncio.gather(*tasks)


async def settled(database: Database) -> None:
    """Signals of the beginning are taken, so that the next one is a new one."""
    for wake in Wake:
        await database.woken(wake, 0)


async def commit(database: Database, *what: Wake) -> None:
    async with begin_work(database, MONDAY_TEN, actor="test") as work:
        for wake in what:
            work.touch(wake)


async def roll_back(database: Database, wake: Wake) -> None:
    async with begin_work(database, MONDAY_TEN, actor="test") as work:
        work.touch(wake)
        raise RuntimeError


def is_woken(database: Database, wake: Wake) -> bool:
    return database._signals[wake].is_set()


@pytest.mark.parametrize("wake", list(Wake))
async def test_a_commit_of_one_wakes_the_same_loop_of_the_other_and_no_other_loop(
    two: tuple[Database, Database], wake: Wake
) -> None:
    one, other = two
    async with listening(one, other), asyncio.timeout(LONG):
        await commit(one, wake)
        await other.woken(wake, 2 * LONG)
        assert not any(is_woken(other, loop) for loop in Wake)
        await settled(one)
        await commit(other, wake)
        await one.woken(wake, 2 * LONG)


async def test_a_replica_is_not_woken_by_its_own_word(two: tuple[Database, Database]) -> None:
    """Its loops were woken before; a second time would be work for nothing."""
    one, other = two
    async with listening(one, other), asyncio.timeout(LONG):
        await commit(one, Wake.INBOX)
        await settled(one)
        await other.woken(Wake.INBOX, 2 * LONG)
        await commit(other, Wake.OUTBOX)
        await one.woken(Wake.OUTBOX, 2 * LONG)
        assert not is_woken(one, Wake.INBOX)


async def test_what_is_rolled_back_is_told_to_nobody(two: tuple[Database, Database]) -> None:
    one, other = two
    async with listening(one, other), asyncio.timeout(LONG):
        with pytest.raises(RuntimeError):
            await roll_back(one, Wake.INBOX)
        await commit(one, Wake.OUTBOX)
        await other.woken(Wake.OUTBOX, 2 * LONG)
        assert not is_woken(other, Wake.INBOX)


async def test_a_line_that_was_cut_is_taken_up_again_and_everything_looked_for(
    two: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.replicas.RECONNECT", 0)
    one, other = two
    async with listening(one, other) as (_, ears), asyncio.timeout(LONG):
        async with db.server() as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
            await connection.execute(sa.text(cut), {"name": one.url.database})
        for wake in Wake:
            await other.woken(wake, 2 * LONG)
        await ears.is_listening.wait()
        await one.woken(Wake.TIMERS, 2 * LONG)
        await settled(other)
        async with asyncio.timeout(LONG):
            one.wake_everywhere(Wake.MEDIA)
            await other.woken(Wake.MEDIA, 2 * LONG)
