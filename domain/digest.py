"""Which digest is due, and when each receiver gets it (D1)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EARLIEST = timedelta(seconds=5)
"""WeCom asks to avoid exactly the full hour and half hour (wecom.md 3.2)."""


@dataclass(frozen=True, slots=True)
class Slot:
    day: date
    at: datetime
    """UTC"""
    is_late: bool
    """Caught up after its minute."""


def slot_for(
    now: datetime, *, at: time, timezone: str, weekdays: frozenset[int], catch_up_for: timedelta
) -> Slot | None:
    """The slot whose time has come and whose catch-up has not ended. No weekdays = every day."""
    zone = ZoneInfo(timezone)
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):  # A digest late in the evening is caught up after midnight.
        due = datetime.combine(day, at, zone).astimezone(UTC)
        is_named = not weekdays or day.isoweekday() in weekdays
        if is_named and due <= now < due + catch_up_for:
            return Slot(day, due, is_late=now >= due + timedelta(minutes=1))
    return None


def send_at(slot: Slot, userid: str, spread: timedelta = timedelta(seconds=20)) -> datetime:
    """The same person at the same second every day, spread so that not all leave at once."""
    room = max(1, int((spread - EARLIEST).total_seconds()))
    return slot.at + EARLIEST + timedelta(seconds=zlib.crc32(userid.encode()) % room)
