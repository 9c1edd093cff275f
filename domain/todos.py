"""When somebody is reminded of what they owe: before, at, and after the time (S5)."""

from __future__ import annotations

from datetime import datetime, timedelta

BEFORE = timedelta(minutes=30)
AFTER = timedelta(hours=1)


def reminder_times(created_at: datetime, due_at: datetime) -> list[datetime]:
    """30 minutes before (half the time where there is less), at the time, and an hour after; then never again.

    What is late already when it comes to be is reminded of once, an hour later: somebody has just looked at it.
    """
    if due_at <= created_at:
        return [created_at + AFTER]
    before = due_at - min(BEFORE, (due_at - created_at) / 2)
    return [before, due_at, due_at + AFTER]


def first_reminder(created_at: datetime, due_at: datetime) -> datetime | None:
    return next_reminder(created_at, due_at, created_at)


def next_reminder(created_at: datetime, due_at: datetime, now: datetime) -> datetime | None:
    """The first one later than `now`; those that were slept through are left out."""
    return next((moment for moment in reminder_times(created_at, due_at) if moment > now), None)
