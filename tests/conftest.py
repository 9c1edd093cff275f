"""Fixtures that every folder uses. Same tests on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Database
from tests.kit import db

# A slow machine is no failure: no test measures time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_report_header() -> str:
    if db.postgres_answers():
        return f"PostgreSQL: {db.POSTGRES} answers, its tests run"
    return f"PostgreSQL: nothing answers at {db.POSTGRES}, its tests are skipped"


def pytest_sessionfinish() -> None:
    asyncio.run(db.drop_own())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    if kind == "postgresql" and not db.postgres_answers():
        if os.environ.get("CI"):
            pytest.fail(f"CI needs PostgreSQL at {db.POSTGRES}")
        pytest.skip(f"nothing answers at {db.POSTGRES}")
    return kind


@pytest.fixture
async def database_url(database_kind: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated and empty database of this test's own."""
    if database_kind == "sqlite":
        return await db.fresh_sqlite(tmp_path, tmp_path_factory)
    return await db.fresh_postgres()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    yield made
    await made.close()
