"""Adding two hours of working time, against stepping minute by minute in the same run (S2)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.working_time import WorkingCalendar, WorkingHours

START = datetime(2026, 9, 30, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ADDITIONS, STEPPED = 5000, 5


def stepped(calendar: WorkingCalendar, moment: datetime, length: timedelta) -> datetime:
    while length > timedelta():
        length -= MINUTE if calendar.is_working(moment) else timedelta()
        moment += MINUTE
    return moment


def run() -> dict[str, Any]:
    calendar = WorkingCalendar(WorkingHours())
    two_hours = timedelta(hours=2)
    assert calendar.add(START, two_hours).at == stepped(calendar, START, two_hours)
    started = time.perf_counter()
    for number in range(ADDITIONS):
        calendar.add(START + number * MINUTE, two_hours)
    added = ADDITIONS / (time.perf_counter() - started)
    started = time.perf_counter()
    for number in range(STEPPED):
        stepped(calendar, START + number * MINUTE, two_hours)
    naive = STEPPED / (time.perf_counter() - started)
    return {"add_per_second": round(added), "stepping_per_second": round(naive), "times_faster": round(added / naive)}
