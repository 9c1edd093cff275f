"""Databases for tests: a copy of a migrated SQLite file, or one PostgreSQL database for each test process."""

from __future__ import annotations

import functools
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

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


_PREFIX = "dealbell_test_"
_OWN = f"{_PREFIX}{os.getpid()}"
_prepared: set[str] = set()


async def fresh_postgres() -> str:
    """The database of this process, made once and emptied for each test; two test runs do not meet."""
    name = _OWN
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
    async with server() as connection:
        for left in await connection.scalars(
            sa.text("SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"), {"prefix": _PREFIX}
        ):
            if not psutil.pid_exists(int(left.removeprefix(_PREFIX))):
                await connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{left}" WITH (FORCE)'))
        await connection.execute(sa.text(f'CREATE DATABASE "{name}"'))


async def drop_own() -> None:
    """At the end of a run; what a killed run left is dropped by the next one."""
    if _OWN in _prepared:
        async with server() as connection:
            await connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{_OWN}" WITH (FORCE)'))


@asynccontextmanager
async def server() -> AsyncIterator[AsyncConnection]:
    """Outside any transaction, in a database of the server that no test uses."""
    engine = create_async_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()
