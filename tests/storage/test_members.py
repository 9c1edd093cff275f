"""The roster is read once and read again when anybody has changed it, in whichever process."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.ids import UserId
from domain.people import Leave, Member, Role
from storage.database import Database
from storage.unit_of_work import begin_work
from tests.kit.clock import MONDAY_TEN

LI = Member(UserId("lisi"), "李四", frozenset({Role.REP}))


async def _save(database: Database, member: Member) -> None:
    async with begin_work(database, MONDAY_TEN, actor="roster") as work:
        await work.members.save(member)


async def _save_and_break(database: Database, member: Member) -> None:
    async with begin_work(database, MONDAY_TEN, actor="roster") as work:
        await work.members.save(member)
        raise RuntimeError


async def _name(database: Database) -> str:
    async with begin_work(database, MONDAY_TEN + timedelta(seconds=1), actor="test") as work:
        member = await work.members.get("lisi")
        return member.name if member else ""


async def test_a_change_by_another_process_is_seen(database: Database, database_url: str) -> None:
    await _save(database, LI)
    assert await _name(database) == "李四"
    other = Database(database_url)
    await _save(other, Member(UserId("lisi"), "李思", frozenset({Role.REP})))
    await other.close()
    assert await _name(database) == "李思"


async def test_what_was_rolled_back_is_not_remembered(database: Database) -> None:
    await _save(database, LI)
    with pytest.raises(RuntimeError):
        await _save_and_break(database, Member(UserId("lisi"), "没存成", frozenset({Role.REP})))
    assert await _name(database) == "李四"


async def test_within_a_unit_of_work_its_own_changes_are_seen(database: Database) -> None:
    async with begin_work(database, MONDAY_TEN, actor="roster") as work:
        await work.members.save(LI)
        saved = await work.members.get("lisi")
        assert saved is not None
        assert saved.name == "李四"


async def test_leave_goes_with_the_roster_file_unless_it_was_said_in_chat(database: Database) -> None:
    listed, said = (
        Leave(date(2026, 12, 1), date(2026, 12, 3)),
        Leave(date(2026, 12, 24), date(2026, 12, 24), said_in_chat=True),
    )
    await _save(database, replace(LI, leave=(listed, said)))
    async with begin_work(database, MONDAY_TEN, actor="roster") as work:
        await work.members.take_roster([LI])
    async with begin_work(database, MONDAY_TEN, actor="test") as work:
        member = await work.members.get("lisi")
    assert member is not None
    assert member.leave == (said,)
