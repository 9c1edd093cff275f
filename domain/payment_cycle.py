"""How long money is in before somebody knows it (P5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median


@dataclass(frozen=True, slots=True)
class Journey:
    """Of one booked transaction."""

    paid_at: datetime
    """When it reached the bank; midnight where the bank gives the day only."""
    taken_at: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Cycle:
    count: int
    arrived_to_told: timedelta
    """Median: the money arrives → the rep knows."""
    taken_to_told: timedelta
    """Median: the part of it that is ours."""


def cycle_of(journeys: Sequence[Journey]) -> Cycle | None:
    """None where nothing was booked. A bank's clock may run ahead of ours: nothing is shorter than nothing."""
    if not journeys:
        return None
    return Cycle(
        len(journeys),
        _median(one.told_at - one.paid_at for one in journeys),
        _median(one.told_at - one.taken_at for one in journeys),
    )


def _median(lengths: Iterable[timedelta]) -> timedelta:
    return timedelta(seconds=median(max(0.0, length.total_seconds()) for length in lengths))
