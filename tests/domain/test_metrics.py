"""Every figure of the digest against cases worked out by hand (D1, H2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.ids import LeadId
from domain.leads import Grade, Lead, LeadState
from domain.metrics import (
    Figure,
    accepted,
    closure_rate,
    health_index,
    late,
    lead_figures,
    minutes_to_contact,
    pool_growth,
    untouched,
)
from tests.kit.makers import POSTED_AT, make_lead

NOW = POSTED_AT
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
WEEK_AGO = NOW - 7 * DAY


def lead(number: int, state: LeadState = LeadState.ASSIGNED, **ago: Any) -> Lead:
    """`posted=2 * HOUR`: two hours ago; likewise accepted, contacted, closed. Other values as they are."""
    moments = {
        f"{name}_at": NOW - ago.pop(name) for name in ("posted", "accepted", "contacted", "closed") if name in ago
    }
    return make_lead(number, state, **moments, **ago)


def due(**ago: timedelta) -> dict[LeadId, Any]:
    return {LeadId(int(name[1:])): NOW - length for name, length in ago.items()}


def ids(figure: Figure) -> list[int]:
    return list(figure.leads)


CONTACTED, INVALID, CLOSED = LeadState.CONTACTED, LeadState.INVALID, LeadState.CLOSED


def test_health_index_is_the_share_contacted_in_time_of_those_that_were_due() -> None:
    """Three of four due: 75 %. Invalid ones, those due tomorrow and those of the week before do not count."""
    leads = [
        lead(1, CONTACTED, contacted=5 * HOUR),
        lead(2, CONTACTED, contacted=4 * HOUR),
        lead(3, CLOSED, contacted=9 * HOUR, closed=HOUR),
        lead(4),
        lead(5, INVALID),
        lead(6),
        lead(7),
        lead(8),
    ]
    moments = due(l1=4 * HOUR, l2=4 * HOUR, l3=8 * HOUR, l4=HOUR, l5=HOUR, l6=-HOUR, l7=8 * DAY)
    assert health_index(leads, moments, since=WEEK_AGO, now=NOW) == Figure(75, (LeadId(4),), 4)


def test_a_contact_after_the_time_counts_as_missed() -> None:
    leads = [lead(1, CONTACTED, contacted=HOUR), lead(2, CONTACTED, contacted=HOUR + MINUTE)]
    figure = health_index(leads, due(l1=HOUR + MINUTE, l2=HOUR + MINUTE), since=WEEK_AGO, now=NOW)
    assert (figure.value, ids(figure)) == (50, [1])


@pytest.mark.parametrize(("in_time", "whole", "shown"), [(1, 8, 13), (1, 3, 33), (2, 3, 67), (0, 2, 0), (3, 3, 100)])
def test_per_cent_are_whole_and_a_half_goes_upwards(in_time: int, whole: int, shown: int) -> None:
    leads = [lead(n, CONTACTED, contacted=3 * HOUR) if n < in_time else lead(n) for n in range(whole)]
    moments = {LeadId(number): NOW - 2 * HOUR for number in range(whole)}
    assert health_index(leads, moments, since=WEEK_AGO, now=NOW).value == shown


def test_nothing_to_count_is_no_figure_and_not_zero() -> None:
    assert health_index([], {}, since=WEEK_AGO, now=NOW) == Figure(None)
    assert closure_rate([], since=WEEK_AGO) == Figure(None)
    assert minutes_to_contact([]) == Figure(None)


def test_accepted_counts_those_that_somebody_has_taken_and_names_the_others() -> None:
    assert accepted([lead(1, accepted=HOUR), lead(2)]) == Figure(1, (LeadId(2),), 2)


def test_pool_growth_is_open_leads_of_grade_a_now_less_those_of_yesterday() -> None:
    """Yesterday 1, 2 and 3 were open; 2 was closed since, 4 and 5 came: from three to four."""
    leads = [
        lead(1, posted=3 * DAY, grade=Grade.A),
        lead(2, CLOSED, posted=3 * DAY, closed=HOUR, grade=Grade.A),
        lead(3, CONTACTED, posted=2 * DAY, contacted=DAY, grade=Grade.A),
        lead(4, posted=HOUR, grade=Grade.A),
        lead(5, posted=2 * HOUR, grade=Grade.A),
        lead(6, posted=HOUR, grade=Grade.B),
        lead(7, CLOSED, posted=3 * DAY, closed=2 * DAY, grade=Grade.A),
    ]
    figure = pool_growth(leads, before=NOW - DAY, now=NOW)
    assert (figure.value, ids(figure), figure.out_of) == (1, [1, 3, 4, 5], 4)


def test_closure_rate_is_the_share_that_came_to_an_end() -> None:
    """Contacted or closed with a reason: two of three. One posted before the period does not count."""
    leads = [
        lead(1, CONTACTED, posted=DAY, contacted=HOUR),
        lead(2, INVALID, posted=DAY, closed=HOUR),
        lead(3, posted=DAY),
        lead(4, posted=8 * DAY),
    ]
    assert closure_rate(leads, since=WEEK_AGO) == Figure(67, (LeadId(3),), 3)


@pytest.mark.parametrize(
    ("minutes", "middle"), [([10], 10), ([10, 20, 90], 20), ([10, 20, 30, 90], 25), ([10, 11], 11), ([0, 1], 1)]
)
def test_minutes_to_contact_is_the_median_by_the_wall_clock(minutes: list[int], middle: int) -> None:
    """10.5 is shown as 11."""
    leads = [
        lead(number, CONTACTED, posted=5 * HOUR, contacted=5 * HOUR - length * MINUTE)
        for number, length in enumerate(minutes)
    ]
    figure = minutes_to_contact(leads)
    assert (figure.value, figure.out_of) == (middle, len(minutes))


def test_late_are_the_waiting_ones_whose_time_has_passed() -> None:
    leads = [
        lead(1),
        lead(2, LeadState.ACCEPTED),
        lead(3, CONTACTED, contacted=HOUR),
        lead(4, LeadState.POOLED),
        lead(5),
        lead(6),
    ]
    moments = due(l1=MINUTE, l2=MINUTE, l3=MINUTE, l4=MINUTE, l5=-MINUTE)
    assert late(leads, moments, NOW) == Figure(2, (LeadId(1), LeadId(2)))


def test_untouched_are_the_open_ones_without_contact_for_48_hours() -> None:
    leads = [
        lead(1, posted=48 * HOUR),
        lead(2, posted=48 * HOUR - MINUTE),
        lead(3, CONTACTED, posted=72 * HOUR, contacted=HOUR),
        lead(4, LeadState.POOLED, posted=72 * HOUR),
        lead(5, INVALID, posted=72 * HOUR, closed=HOUR),
    ]
    assert untouched(leads, NOW) == Figure(2, (LeadId(1), LeadId(4)))


def test_yesterday_begins_at_its_midnight_and_ends_before_todays() -> None:
    """New and first-contact minutes are of the day; the rest is as of now."""
    midnight = NOW - 10 * HOUR
    leads = [
        lead(1, posted=10 * HOUR),
        lead(2, CONTACTED, posted=10 * HOUR + MINUTE, contacted=10 * HOUR),
        lead(3, CONTACTED, posted=34 * HOUR, contacted=33 * HOUR),
        lead(4, posted=34 * HOUR + MINUTE),
    ]
    figures = lead_figures(leads, {}, yesterday=(midnight - DAY, midnight), now=NOW)
    assert (figures.new.value, ids(figures.new)) == (2, [2, 3])
    assert (figures.minutes_to_contact.value, ids(figures.minutes_to_contact)) == (60, [3])
    assert figures.health_index.value is None
    assert (figures.closure_rate.value, figures.closure_rate.out_of) == (50, 4)
