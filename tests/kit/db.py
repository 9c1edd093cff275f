"""Databases for tests: a copy of a migrated SQLite file, or one PostgreSQL database for each test process."""

from __future__ import annotations

import functools
import os
import shutil
import socket
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.tables import metadata
from storage.upgrade import upgrade

POSTGRES = os.environ.get("DEALBELL_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/test")


@functools.cache
def postgres_answers() -> bool:
    url = make_url(POSTGRES)
    try:
        with socket.create_connection((url.host or "127.0.0.1", url.port or 5432), timeout=2):
            return True
    except OSError:
        return False


async def fresh_sqlite(folder: Path, factory: pytest.TempPathFactory) -> str:
    template = factory.getbasetemp() / "migrated.db"
    if not template.exists():
        made = Database(f"sqlite+aiosqlite:///{template}")
        await upgrade(made)
        await made.close()
    target = folder / "dealbell.db"
    shutil.copyfile(template, target)
    return f"sqlite+aiosqlite:///{target}"


_prepared: set[str] = set()


async def fresh_postgres(worker: str) -> str:
    name = f"dealbell_test_{worker}"
    url = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    if name not in _prepared:
        await _create(name)
        made = Database(url)
        await upgrade(made)
        await made.close()
        _prepared.add(name)
        return url
    engine = create_async_engine(url)
    tables = ", ".join(f'"{table}"' for table in metadata.tables)
    async with engine.begin() as connection:
        await connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    await engine.dispose()
    return url


async def _create(name: str) -> None:
    engine = create_async_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        await connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    await engine.dispose()
