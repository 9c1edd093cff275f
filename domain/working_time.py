"""Working hours, Chinese public holidays and make-up days; adding and subtracting working time (S2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class WorkingHours:
    timezone: str = "Asia/Shanghai"
    intervals: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(18)))
    """Several a day, in order, not overlapping; the end is not included. A night shift (22:00-06:00) crosses midnight."""
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    """ISO: Monday is 1."""
    country: str | None = "CN"
    """Whose public holidays and make-up days count; None = none."""
    extra_holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()
    """Both go before the calendar library: what the State Council announced after the library's release."""
    known_years: frozenset[int] = frozenset()
    """Years whose make-up days the operator has entered by hand, so that they are no longer provisional."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` (usually over midnight) all that is not urgent is held back (S2)."""

    start: time = time(21)
    end: time = time(8)
