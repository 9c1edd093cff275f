"""Learns weights for choosing one thing of several: the one best set of them, found by L-BFGS.

The likelihood of the right choices less a penalty for weights has a single summit, so the same memos always give the
same weights, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Shown = Iterable[str]
Example = tuple[Sequence[Shown], Sequence[bool]]
"""What is seen of each of the things, and which of them are right."""
PENALTY = 2.0
LEAST_OFTEN = 4
"""What is seen less often is left out."""
SMALLEST = 0.02
_STEPS = 60
_REMEMBERED = 8
_Vector = NDArray[np.float64]


def choosing(examples: Iterable[Example], penalty: float = PENALTY) -> dict[str, float]:
    """Those among which nothing is right teach nothing."""
    kept = [(shown, right) for shown, right in examples if any(right)]
    often = Counter(name for shown, _ in kept for one in shown for name in one)
    names = sorted(name for name, times in often.items() if times >= LEAST_OFTEN)
    summit = _climbed(_Slope(kept, {name: at for at, name in enumerate(names)}, penalty))
    return {name: round(value, 2) for name, value in zip(names, summit.tolist(), strict=True) if abs(value) >= SMALLEST}


class _Slope:
    def __init__(self, examples: Sequence[Example], places: dict[str, int], penalty: float) -> None:
        rows: list[int] = []
        columns: list[int] = []
        memos: list[int] = []
        right: list[bool] = []
        for memo, (shown, is_right) in enumerate(examples):
            for one, is_one_right in zip(shown, is_right, strict=True):
                seen = sorted(places[name] for name in one if name in places)
                rows += [len(memos)] * len(seen)
                columns += seen
                memos.append(memo)
                right.append(is_one_right)
        self._rows, self._columns, self._memos = np.array(rows), np.array(columns), np.array(memos)
        self._right = np.array(right)
        self._penalty = penalty
        self.size = len(places)

    def __call__(self, weights: _Vector) -> tuple[float, _Vector]:
        """How far below the summit, and which way is up, both with the sign turned."""
        weighed = np.bincount(self._rows, weights[self._columns], len(self._memos))
        most = np.full(self._memos[-1] + 1, -np.inf)
        np.maximum.at(most, self._memos, weighed)
        shares = np.exp(weighed - most[self._memos])
        chances = shares / np.bincount(self._memos, shares)[self._memos]
        right = np.bincount(self._memos, chances * self._right) + 1e-12
        errors = chances - np.where(self._right, chances / right[self._memos], 0.0)
        loss = -np.log(right).sum() + self._penalty / 2 * (weights @ weights)
        slope = np.bincount(self._columns, errors[self._rows], self.size) + self._penalty * weights
        return float(loss), slope


def _climbed(slope_at: _Slope) -> _Vector:
    weights = np.zeros(slope_at.size)
    loss, slope = slope_at(weights)
    past: list[tuple[_Vector, _Vector]] = []
    for _ in range(_STEPS):
        way = _way(slope, past)
        pace = 1.0
        while True:
            further = weights - pace * way
            next_loss, next_slope = slope_at(further)
            if next_loss <= loss - 1e-4 * pace * (slope @ way) or pace < 1e-4:
                break
            pace /= 2
        moved, bent = further - weights, next_slope - slope
        if moved @ bent > 1e-10:
            past = [*past, (moved, bent)][-_REMEMBERED:]
        is_there = abs(loss - next_loss) < 1e-3
        weights, loss, slope = further, next_loss, next_slope
        if is_there:
            break
    return weights


def _way(slope: _Vector, past: Sequence[tuple[_Vector, _Vector]]) -> _Vector:
    """The slope, straightened by what the last steps told of how it bends."""
    way = slope.copy()
    parts = []
    for moved, bent in reversed(past):
        part = (moved @ way) / (bent @ moved)
        parts.append(part)
        way -= part * bent
    if past:
        moved, bent = past[-1]
        way *= (moved @ bent) / (bent @ bent)
    else:
        way /= max(1.0, np.abs(slope).sum() / 10)
    for (moved, bent), part in zip(past, reversed(parts), strict=True):
        way += moved * (part - (bent @ way) / (bent @ moved))
    return way
