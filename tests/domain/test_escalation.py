"""The ladder of a lead that lies (S2-S4): when rungs are reached, which timers still mean something, what is told when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.escalation import (
    Ladder,
    LadderRule,
    Rung,
    bundle,
    counts_as_contact,
    due_times,
    is_still_due,
    ladder_for,
    next_bundle_at,
)
from domain.ids import UserId
from domain.leads import Grade, LeadState, Tags
from domain.working_time import WorkingCalendar, WorkingHours
from tests.kit.makers import make_lead

OFFICE = WorkingCalendar(WorkingHours())
"""9:00-12:00 and 13:30-18:00 in Shanghai."""
MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def at(text: str) -> datetime:
    """November 2026 in Shanghai: the 23rd is a Monday."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


# which ladder

FAST, LASER, HOSPITAL, USUAL = (Ladder(accept_within=timedelta(minutes=minutes)) for minutes in (1, 2, 15, 3))
RULES = (
    LadderRule("A laser", LASER, grades=frozenset({Grade.A}), product_lines=frozenset({"激光"})),
    LadderRule("hospital", HOSPITAL, hospital_levels=frozenset({"三甲"})),
    LadderRule("A", FAST, grades=frozenset({Grade.A})),
)


@pytest.mark.parametrize(
    ("grade", "tags", "ladder"),
    [
        (Grade.A, Tags(product_line="激光"), LASER),
        (Grade.B, Tags(product_line="激光"), USUAL),
        (Grade.A, Tags(hospital_level="三甲"), HOSPITAL),
        (Grade.C, Tags(hospital_level="三甲"), HOSPITAL),
        (Grade.A, Tags(), FAST),
        (Grade.C, Tags(), USUAL),
    ],
)
def test_the_first_rule_whose_conditions_all_hold_gives_the_ladder(grade: Grade, tags: Tags, ladder: Ladder) -> None:
    assert ladder_for(grade, tags, RULES, USUAL) is ladder


# when


@pytest.mark.parametrize(
    ("started", "accept", "contact", "report"),
    [
        ("23T10:00", "23T10:03", "23T12:00", "23T15:30"),
        ("23T11:58", "23T13:31", "23T15:28", "23T17:28"),
        ("27T17:59", "30T09:02", "30T10:59", "30T14:29"),
        ("28T20:00", "30T09:03", "30T11:00", "30T14:30"),
    ],
)
def test_the_rungs_are_three_minutes_two_hours_and_four_hours_of_working_time(
    started: str, accept: str, contact: str, report: str
) -> None:
    due = due_times(Ladder(), at(started), OFFICE)
    assert {rung: one.at for rung, one in due.items()} == {
        Rung.ACCEPT: at(accept),
        Rung.FIRST_CONTACT: at(contact),
        Rung.REPORT: at(report),
    }


def test_around_the_clock_knows_no_weekend() -> None:
    due = due_times(Ladder(around_the_clock=True), at("28T23:30"), OFFICE)
    assert [one.at for one in due.values()] == [at("28T23:33"), at("29T01:30"), at("29T03:30")]
    assert not any(one.provisional_years for one in due.values())


# fencing


@pytest.mark.parametrize(
    ("state", "round_", "due"),
    [
        (LeadState.ASSIGNED, 2, {Rung.ACCEPT, Rung.FIRST_CONTACT, Rung.REPORT}),
        (LeadState.ACCEPTED, 2, {Rung.FIRST_CONTACT, Rung.REPORT}),
        (LeadState.CONTACTED, 2, set()),
        (LeadState.POOLED, 2, set()),
        (LeadState.INVALID, 2, set()),
        (LeadState.CLOSED, 2, set()),
        (LeadState.ASSIGNED, 1, set()),
        (LeadState.ASSIGNED, 3, set()),
    ],
)
def test_a_timer_means_something_only_in_its_round_and_as_long_as_its_cause_lasts(
    state: LeadState, round_: int, due: set[Rung]
) -> None:
    """A tap on 接单 ends the first rung only (S3); a timer of another round does nothing whenever it fires."""
    lead = make_lead(state=state, round=2)
    assert {rung for rung in Rung if is_still_due(rung, lead, round_)} == due


@pytest.mark.parametrize(
    ("kind", "seconds", "counts"),
    [
        ("call", 60, True),
        ("call", 59, False),
        ("call", 0, False),
        ("call", None, False),
        ("visit", None, True),
        ("response", None, True),
        ("accepted", None, False),
        ("asked_again", None, False),
    ],
)
def test_first_contact_is_a_call_of_a_minute_a_visit_or_a_response(
    kind: str, seconds: int | None, counts: bool
) -> None:
    assert counts_as_contact(kind, seconds) is counts


# what is told when


BOSS, OTHER = UserId("boss"), UserId("other")


@dataclass(frozen=True)
class Ping:
    name: str
    receiver: UserId = BOSS
    state: str = "pending"
    raised_at: datetime = NOW
    told_at: datetime | None = None
    snoozed_until: datetime | None = None


WITHIN, AGAIN = timedelta(seconds=2), timedelta(minutes=30)


def told(*pings: Ping, after: timedelta) -> list[list[str]]:
    cards = bundle(pings, NOW + after, bundle_within=WITHIN, repeat_after=AGAIN)
    return [[ping.name for ping in card.pings] for card in cards]


def snoozed(minutes: float, told_at: datetime = NOW) -> Ping:
    return Ping("p", state="snoozed", told_at=told_at, snoozed_until=told_at + timedelta(minutes=minutes))


def test_late_leads_that_come_due_together_share_one_card_for_each_receiver() -> None:
    pings = (
        Ping("a"),
        Ping("b", raised_at=NOW + timedelta(seconds=1)),
        Ping("c", OTHER),
        Ping("d", raised_at=NOW + MINUTE),
    )
    assert told(*pings, after=timedelta(seconds=1.9)) == []
    assert told(*pings, after=WITHIN) == [["a", "b"], ["c"]]
    assert told(*pings, after=2 * MINUTE) == [["a", "b", "d"], ["c"]]


@pytest.mark.parametrize("state", ["told", "acknowledged", "withdrawn"])
def test_what_has_been_told_seen_or_withdrawn_is_not_told_again(state: str) -> None:
    assert told(Ping("p", state=state, told_at=NOW), after=timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("snoozed_for", "silent", "speaks"),
    [(30, 30, 30.1), (5, 30, 30.1), (90, 90, 90.1), (-60, 30, 30.1)],
)
def test_later_brings_it_back_but_never_within_half_an_hour(snoozed_for: float, silent: float, speaks: float) -> None:
    """Also where a clock was put back between the card and the tap."""
    ping = snoozed(snoozed_for)
    assert told(ping, after=silent * MINUTE) == []
    assert told(ping, after=speaks * MINUTE) == [["p"]]


def test_a_ping_that_is_not_ready_yet_is_not_taken_along() -> None:
    assert told(Ping("a"), snoozed(40), after=MINUTE) == [["a"]]


states = st.sampled_from(["pending", "told", "snoozed", "acknowledged", "withdrawn"])
moments = st.integers(-120, 120).map(lambda minutes: NOW + minutes * MINUTE)
pings = st.lists(
    st.builds(
        Ping,
        name=st.uuids().map(str),
        receiver=st.sampled_from([BOSS, OTHER]),
        state=states,
        raised_at=moments,
        told_at=st.none() | moments,
        snoozed_until=st.none() | moments,
    ),
    max_size=8,
)


@given(pings)
def test_the_next_moment_is_the_first_at_which_a_card_goes(some: list[Ping]) -> None:
    """So that the loop may sleep until then, whatever the clock did in between."""
    moment = next_bundle_at(some, bundle_within=WITHIN, repeat_after=AGAIN)
    end = moment if moment is not None else NOW + timedelta(days=9)
    before = end - timedelta(seconds=1)
    assert bundle(some, before, bundle_within=WITHIN, repeat_after=AGAIN) == []
    assert bool(bundle(some, end, bundle_within=WITHIN, repeat_after=AGAIN)) is (moment is not None)


@given(pings, moments)
def test_a_card_holds_each_ping_once_and_only_of_its_receiver(some: list[Ping], now: datetime) -> None:
    cards = bundle(some, now, bundle_within=WITHIN, repeat_after=AGAIN)
    assert len({card.receiver for card in cards}) == len(cards)
    assert all(ping.receiver == card.receiver for card in cards for ping in card.pings)
    assert all(card.pings for card in cards)
    names = [ping.name for card in cards for ping in card.pings]
    assert len(set(names)) == len(names)
