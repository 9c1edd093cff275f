"""R6: last month's leads under changed rules: who would have got what."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta

import pytest

from actions.replay import Replayed, replay
from domain.assignment import Basis, Way, basis_to_json
from domain.ids import UserId, fold
from domain.leads import Grade, GradeResult, LeadState, Tags
from domain.people import Member
from settings.house import HouseRules
from settings.load import parse
from storage.database import Database
from storage.leads import NewLead
from storage.unit_of_work import Work, begin_work
from tests.kit.clock import MONDAY_TEN

EAST = """
[[assignment.groups]]
name = "东"
members = ["dong"]
[[assignment.groups]]
name = "全体"
[[assignment.rules]]
name = "展会给东"
groups = ["东", "全体"]
channels = ["展会"]
[[assignment.rules]]
name = "其余"
groups = ["全体"]
"""


def house(toml: str = "") -> HouseRules:
    return HouseRules.of(parse(tomllib.loads(toml)))


async def post(
    work: Work, customer: str, owner: str | None, *, hours: int = 0, channel: str = "官网", way: Way = Way.DEFAULT
) -> None:
    """A lead that came `hours` after Monday ten, and went to `owner`."""
    known = await work.customers.with_phone(customer)
    stored = known or await work.customers.add(customer, customer, customer)
    lead = await work.leads.add(
        NewLead(
            stored.customer_id, customer, customer, "", "X200", channel, "", GradeResult(Grade.B, 30), Tags(),
            None, MONDAY_TEN + timedelta(hours=hours), f"{customer}{hours}",
        )
    )  # fmt: skip
    userid = fold(owner) if owner else None
    basis = Basis(way, "", "", "", MONDAY_TEN)
    await work.leads.note_assignment(lead, userid, basis_to_json(basis))
    if userid and known is None:
        await work.customers.give_to(stored.customer_id, userid)


async def told(database: Database, rules: HouseRules, since: datetime = MONDAY_TEN) -> list[Replayed]:
    async with begin_work(database, MONDAY_TEN + timedelta(days=30), actor="replay") as work:
        return await replay(work, rules, since)


@pytest.fixture
async def two_reps(database: Database) -> Database:
    async with begin_work(database, MONDAY_TEN, actor="test") as work:
        for userid, name in (("dong", "东生"), ("xi", "西明")):
            await work.members.save(Member(UserId(userid), name))
    return database


async def test_a_new_rule_shows_who_would_have_got_each_lead(two_reps: Database) -> None:
    async with begin_work(two_reps, MONDAY_TEN, actor="test") as work:
        await post(work, "恒甲", "xi", channel="展会")
        await post(work, "恒乙", None, hours=1)
    first, second = await told(two_reps, house(EAST))
    assert (first.customer, first.was, first.would_be, first.rule) == ("恒甲", "西明", "东生", "展会给东")
    assert (second.was, second.would_be, second.rule) == ("", "西明", "其余")


async def test_the_imagined_load_fills_up_and_overflows(two_reps: Database) -> None:
    """Nobody was called back in time, so each lead goes on counting against the cap."""
    async with begin_work(two_reps, MONDAY_TEN, actor="test") as work:
        for number in range(3):
            await post(work, f"恒{number}", "xi", hours=number, channel="展会")
    replayed = await told(two_reps, house("[assignment]\ncap = 1\n" + EAST))
    assert [one.would_be for one in replayed] == ["东生", "西明", ""]


async def test_a_lead_that_was_contacted_no_longer_counts(two_reps: Database) -> None:
    async with begin_work(two_reps, MONDAY_TEN, actor="test") as work:
        await post(work, "恒1", "xi", channel="展会")
        (lead,) = await work.leads.open()
        await work.leads.change(lead, state=LeadState.CONTACTED, contacted_at=MONDAY_TEN + timedelta(minutes=30))
        await post(work, "恒2", "xi", hours=1, channel="展会")
    replayed = await told(two_reps, house("[assignment]\ncap = 1\n" + EAST))
    assert [one.would_be for one in replayed] == ["东生", "东生"]


async def test_a_customer_stays_with_whom_the_new_rules_gave_it_to(two_reps: Database) -> None:
    async with begin_work(two_reps, MONDAY_TEN, actor="test") as work:
        await post(work, "恒甲", "xi", channel="展会")
        await post(work, "恒甲", "xi", hours=1, way=Way.EXISTING_OWNER)
    first, second = await told(two_reps, house(EAST))
    assert (first.would_be, second.would_be, second.way) == ("东生", "东生", Way.EXISTING_OWNER)


async def test_a_customer_from_before_the_time_replayed_keeps_the_owner_it_had(two_reps: Database) -> None:
    async with begin_work(two_reps, MONDAY_TEN, actor="test") as work:
        await post(work, "恒甲", "xi", hours=-100)
        await post(work, "恒甲", "xi", hours=1, channel="展会", way=Way.EXISTING_OWNER)
    (only,) = await told(two_reps, house(EAST))
    assert (only.would_be, only.way) == ("西明", Way.EXISTING_OWNER)


async def test_replaying_changes_nothing(two_reps: Database) -> None:
    async with begin_work(two_reps, MONDAY_TEN, actor="test") as work:
        await post(work, "恒甲", "xi", channel="展会")
        before = await work.leads.open()
    await told(two_reps, house(EAST))
    async with begin_work(two_reps, MONDAY_TEN, actor="test") as work:
        assert await work.leads.open() == before
