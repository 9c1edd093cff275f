"""Whether WeCom has gone quiet: callbacks may be lost without a sign (wecom.md 1.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.working_time import WorkingCalendar


def silence(calendar: WorkingCalendar, last: datetime | None, now: datetime, longest: timedelta) -> timedelta | None:
    """The working time without a callback, where it has become too long; told only while people work.

    `last` is None on an installation that has never had a callback: the doctor sees to that one.
    """
    if last is None or not calendar.is_working(now):
        return None
    length = calendar.between(last, now)
    return length if length >= longest else None
