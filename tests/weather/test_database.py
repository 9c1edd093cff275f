"""The database locked or away: WeCom is told to come again, and nothing is half done."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import Database
from tests.kit import db
from tests.kit.desk import sitting

POST = "【线索响应】恒达机械 13800001111 X200 展会"


@pytest.fixture
async def hasty(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    """SQLite that waits for another writer no longer than a moment."""
    made = Database(await db.fresh_sqlite(tmp_path, tmp_path_factory), busy=timedelta(milliseconds=50))
    yield made
    await made.close()


async def test_a_locked_database_answers_503_and_the_retry_is_stored(hasty: Database, tmp_path: Path) -> None:
    async with sitting(hasty, tmp_path) as desk:
        lock = sqlite3.connect(tmp_path / "dealbell.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        delivery = await desk.wecom.post_in_group("wrEastLeads", "chenlu", POST)
        assert delivery.statuses == (503, 503, 503)
        lock.execute("ROLLBACK")
        lock.close()
        delivery = await desk.wecom.post_in_group("wrEastLeads", "chenlu", POST)
        assert delivery.statuses == (200,)
        await desk.settle()
        assert len(desk.holders("新线索 L1")) == 1
