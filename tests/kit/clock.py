"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

MONDAY_TEN = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai, on a working Monday."""


class FakeClock:
    def __init__(self, now: datetime = MONDAY_TEN) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by

    def move_to(self, moment: datetime) -> None:
        self._now = moment
