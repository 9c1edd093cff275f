"""When a silence of WeCom is too long to be nothing (wecom.md 1.4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.silence import silence
from domain.working_time import WorkingCalendar, WorkingHours

OFFICE = WorkingCalendar(WorkingHours())
"""9:00-12:00 and 13:30-18:00 in Shanghai, Monday to Friday."""
TWO_HOURS = timedelta(hours=2)


def at(text: str) -> datetime:
    """November 2026: the 23rd is a Monday."""
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("last", "now", "hours", "why"),
    [
        ("23T09:00", "23T10:59", None, "a minute is missing"),
        ("23T09:00", "23T11:00", 2.0, "two hours to the second"),
        ("23T11:00", "23T13:59", None, "lunch is not counted"),
        ("23T11:00", "23T14:30", 2.0, "an hour before lunch and one after"),
        ("23T17:00", "24T09:59", None, "nor is the night"),
        ("23T17:00", "24T10:00", 2.0, "an hour on each of two days"),
        ("20T17:00", "23T09:30", None, "nor is the weekend"),
        ("20T17:00", "23T10:00", 2.0, "Friday's last hour and Monday's first"),
        ("23T09:00", "23T12:30", None, "nobody is told at lunch"),
        ("23T09:00", "23T18:00", None, "nor after work"),
        ("20T09:00", "21T11:00", None, "nor on a Saturday"),
        ("20T09:00", "23T09:00", 7.5, "but when work begins again"),
        ("23T11:00", "23T10:00", None, "a clock that was put back is no silence"),
    ],
)
def test_working_time_without_a_callback_counts_and_nothing_else(
    last: str, now: str, hours: float | None, why: str
) -> None:
    expected = None if hours is None else timedelta(hours=hours)
    assert silence(OFFICE, at(last), at(now), TWO_HOURS) == expected, why


@given(st.timedeltas(timedelta(), timedelta(days=365)))
def test_an_installation_that_never_had_a_callback_is_not_silent(after: timedelta) -> None:
    assert silence(OFFICE, None, at("23T09:00") + after, timedelta(minutes=1)) is None
