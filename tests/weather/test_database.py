"""The database locked or away: WeCom is told to come again, and nothing is half done."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.app import Loops
from storage.database import DATABASE_AWAY, Database, Wake
from tests.kit import db
from tests.kit.desk import Desk, sitting

POST = "【线索响应】恒达机械 13800001111 X200 展会"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """SQLite waits for another writer no longer than a moment here."""
    made = Database(database_url, busy=timedelta(milliseconds=50))
    yield made
    await made.close()


@asynccontextmanager
async def away(database: Database) -> AsyncIterator[None]:
    """SQLite: another process holds the lock. PostgreSQL: every connection is cut and none is taken, as in a restart."""
    if database.is_sqlite:
        lock = sqlite3.connect(str(database.url.database), isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            lock.execute("ROLLBACK")
            lock.close()
        return
    name = database.url.database
    async with db.server() as connection:
        await connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        try:
            await connection.execute(CUT, {"name": name})
            yield
        finally:
            await connection.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))


CUT = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")


async def test_a_database_that_is_away_answers_503_and_the_retry_is_stored(database: Database, tmp_path: Path) -> None:
    async with sitting(database, tmp_path) as desk:
        async with away(database):
            delivery = await desk.wecom.post_in_group("wrEastLeads", "chenlu", POST)
            assert delivery.statuses == (503, 503, 503)
        delivery = await desk.wecom.post_in_group("wrEastLeads", "chenlu", POST)
        assert delivery.statuses[-1] == 200
        await desk.settle()
        assert len(desk.holders("新线索 L1")) == 1


async def test_what_was_acknowledged_before_the_database_went_away_is_done_when_it_is_back(
    database: Database, tmp_path: Path
) -> None:
    """The loops outlive it, and everything happens once."""
    async with sitting(database, tmp_path) as desk:
        await desk.wecom.post_in_group("wrEastLeads", "chenlu", POST)
        loops = Loops(desk.house)
        async with away(database):
            loops.start()
            await _until_they_have_met(desk)
            assert await loops.dead() == ""
        database.wake(*Wake)
        await desk.wecom.wait_for(lambda: desk.holders("新线索 L1"), within=30)
        await desk.wecom.wait_for(lambda: desk.wecom.group_answers("wrEastLeads"), within=30)
        assert await loops.dead() == ""
        await loops.stop(timedelta(seconds=10))
        assert len(desk.holders("新线索 L1")) == 1
        assert len(desk.wecom.group_answers("wrEastLeads")) == 1


async def _until_they_have_met(desk: Desk) -> None:
    """The loops and the trouble: what they ask for at their start is refused."""
    for part in (desk.house.worker, desk.house.sender):
        with pytest.raises(DATABASE_AWAY):
            await part.take()


async def test_a_loop_that_breaks_goes_on_and_is_not_ready_meanwhile(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours in one pass is not the end of every lead after it."""
    async with sitting(database, tmp_path) as desk:
        met = asyncio.Event()
        take = desk.house.worker.take

        async def broken() -> int:
            monkeypatch.setattr(desk.house.worker, "take", take)
            met.set()
            raise RuntimeError("ours")

        monkeypatch.setattr(desk.house.worker, "take", broken)
        loops = Loops(desk.house, pause=timedelta(milliseconds=50))
        loops.start()
        await met.wait()
        await asyncio.sleep(0)
        assert await loops.dead() == "worker"
        await desk.wecom.post_in_group("wrEastLeads", "chenlu", POST)
        await desk.wecom.wait_for(lambda: desk.holders("新线索 L1"), within=30)
        assert await loops.dead() == ""
        await loops.stop(timedelta(seconds=10))


async def test_a_connection_cut_in_the_middle_of_a_statement_is_the_worlds_trouble(
    database: Database, database_kind: str
) -> None:
    """asyncpg says so in a way that looks like a mistake of ours; a deadlock likewise."""
    if database_kind == "sqlite":
        pytest.skip("SQLite has no connection that could be cut")

    async def busy() -> None:
        async with database.reading() as connection:
            await connection.execute(sa.text("SELECT pg_sleep(60)"))

    sleeping = asyncio.create_task(busy())
    async with db.server() as connection:
        cut = CUT.text + " AND query LIKE '%pg_sleep%' AND state = 'active'"
        while not (await connection.execute(sa.text(cut), {"name": database.url.database})).first():
            continue
    with pytest.raises(DATABASE_AWAY):
        await sleeping
