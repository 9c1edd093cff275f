"""Creates or upgrades the database (dealbell migrate); each step works with the code before it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def newest_revision() -> str:
    return str(ScriptDirectory.from_config(_config()).get_current_head())


async def current_revision(database: Database) -> str | None:
    """None for an empty database."""
    async with database.reading() as connection:
        return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())


async def is_current(database: Database) -> bool:
    return await current_revision(database) == newest_revision()


async def upgrade(database: Database, revision: str = "head") -> None:
    async with database.writing() as connection:
        await connection.run_sync(_run, lambda config: command.upgrade(config, revision))


async def downgrade(database: Database, revision: str) -> None:
    async with database.writing() as connection:
        await connection.run_sync(_run, lambda config: command.downgrade(config, revision))


def _run(connection: sa.Connection, step: object) -> None:
    config = _config()
    config.attributes["connection"] = connection
    assert callable(step)
    step(config)
