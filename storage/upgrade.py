"""Creates or upgrades the database (dealbell migrate); each step works with the code before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"


class NewerDatabase(Exception):
    """The database knows a revision that this program does not."""


def newest_revision() -> str:
    """Told by the names of the files: a database that is up to date is opened without loading alembic (8 MB)."""
    return max(path.name for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


async def current_revision(database: Database) -> str | None:
    """None for an empty database."""
    async with database.reading() as connection:
        if not await connection.run_sync(lambda c: sa.inspect(c).has_table("alembic_version")):
            return None
        revision: str | None = await connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return revision


async def is_current(database: Database) -> bool:
    return await current_revision(database) == newest_revision()


async def upgrade(database: Database, revision: str = "head") -> None:
    """Raises NewerDatabase."""
    if revision == "head" and await is_current(database):
        return
    from alembic import command
    from alembic.util import CommandError

    try:
        async with database.writing() as connection:
            await connection.run_sync(_run, lambda config: command.upgrade(config, revision))
    except CommandError as error:
        raise NewerDatabase from error


async def downgrade(database: Database, revision: str) -> None:
    from alembic import command

    async with database.writing() as connection:
        await connection.run_sync(_run, lambda config: command.downgrade(config, revision))


def _run(connection: sa.Connection, step: Callable[[Config], None]) -> None:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    step(config)
