"""Sliding windows: how much WeCom lets through in a minute and in an hour (wecom.md 3.8)."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta


class SlidingLimit:
    """`ceilings` are (count, period) pairs that all have to hold; what is refused is not counted."""

    def __init__(self, *ceilings: tuple[int, timedelta]) -> None:
        self._ceilings = ceilings
        self._longest = max(period for _, period in ceilings)
        self._passed: dict[str, deque[datetime]] = defaultdict(deque)

    def admits(self, key: str, now: datetime) -> bool:
        passed = self._passed[key]
        while passed and now - passed[0] >= self._longest:
            passed.popleft()
        for count, period in self._ceilings:
            if sum(now - moment < period for moment in passed) >= count:
                return False
        passed.append(now)
        return True


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
