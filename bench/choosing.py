"""Learns weights for choosing one thing of several.

The likelihood of the right choices less a penalty for weights has a single summit, so the same memos always give the
same weights, in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fmin_l_bfgs_b

from nlp.learnt import weight

_Vector = NDArray[np.float64]
SMALLEST = 0.02
_STEPS = 60
_FACTOR = 1e9
"""How near to the summit is near enough, in units of the machine's precision."""


@dataclass(frozen=True, slots=True)
class Example:
    """Things of one memo of which one is right; where none is, it teaches nothing."""

    shown: tuple[Collection[str], ...]
    right: tuple[bool, ...]

    def is_chosen_rightly(self, weights: dict[str, float]) -> bool:
        weighed = [weight(shown, weights) for shown in self.shown]
        return self.right[max(range(len(weighed)), key=weighed.__getitem__)]


def choosing(examples: Iterable[Example], penalty: float, least_often: int) -> dict[str, float]:
    """What is shown less than `least_often` is left out."""
    kept = [one for one in examples if any(one.right)]
    often = Counter(name for one in kept for shown in one.shown for name in shown)
    names = sorted(name for name, times in often.items() if times >= least_often)
    slope = _Slope(kept, {name: at for at, name in enumerate(names)}, penalty)
    found, _, _ = fmin_l_bfgs_b(slope, np.zeros(len(names)), maxiter=_STEPS, factr=_FACTOR)
    return {name: round(value, 2) for name, value in zip(names, found.tolist(), strict=True) if abs(value) >= SMALLEST}


class _Slope:
    def __init__(self, examples: Sequence[Example], places: dict[str, int], penalty: float) -> None:
        rows: list[int] = []
        columns: list[int] = []
        memos: list[int] = []
        right: list[bool] = []
        for memo, one in enumerate(examples):
            for shown, is_right in zip(one.shown, one.right, strict=True):
                seen = sorted(places[name] for name in shown if name in places)
                rows += [len(memos)] * len(seen)
                columns += seen
                memos.append(memo)
                right.append(is_right)
        self._rows, self._columns, self._memos = np.array(rows), np.array(columns), np.array(memos)
        self._right = np.array(right)
        self._penalty = penalty
        self._size = len(places)

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
        slope = np.bincount(self._columns, errors[self._rows], self._size) + self._penalty * weights
        return float(loss), slope
