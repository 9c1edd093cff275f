"""The only place that asks the machine what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware moment in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251


class ShiftedClock:
    """The machine's clock moved on by hand, for the demo (O3)."""

    def __init__(self) -> None:
        self.shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift  # noqa: TID251

    def advance(self, by: timedelta) -> None:
        self.shift += by


def stopwatch() -> float:
    """Seconds on a clock that only serves to measure how long something took."""
    return time.perf_counter()
