"""The migrations make exactly the tables that the code knows, and the audit log cannot be altered (A2)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import upgrade as upgrade_module
from storage.database import Database
from storage.tables import audit, metadata
from storage.unit_of_work import begin_work
from storage.upgrade import current_revision, downgrade, is_current, newest_revision, upgrade

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


async def test_a_migrated_database_is_what_the_tables_say(database: Database) -> None:
    async with database.reading() as connection:
        different = await connection.run_sync(
            lambda c: compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), metadata)
        )
    assert different == []
    assert await is_current(database)


async def test_going_down_and_up_again_ends_at_the_newest_revision(database: Database) -> None:
    await downgrade(database, "base")
    assert await current_revision(database) is None
    await upgrade(database)
    assert await current_revision(database) == newest_revision()


def test_the_names_of_the_files_tell_the_newest_revision() -> None:
    scripts = ScriptDirectory(str(Path(upgrade_module.__file__).parent / "migrations"))
    assert scripts.get_current_head() == newest_revision()


@pytest.mark.parametrize("statement", [sa.update(audit).values(who="nobody"), sa.delete(audit)])
async def test_the_database_refuses_to_alter_the_audit_log(database: Database, statement: sa.Executable) -> None:
    async with begin_work(database, NOW, actor="lisi", cause="m1") as work:
        work.audit.note("lead:1", "owner", None, "lisi")
    with pytest.raises(sa.exc.DBAPIError, match="audit log cannot be altered"):
        async with database.writing() as connection:
            await connection.execute(statement)
    async with begin_work(database, NOW, actor="lisi") as work:
        assert [entry.after for entry in await work.audit.of("lead:1", 5)] == ["lisi"]
