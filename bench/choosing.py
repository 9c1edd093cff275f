"""Learns weights for choosing one thing of several.

The likelihood of the right choices less a penalty for weights has a single summit, so the same memos always give the
same weights, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fmin_l_bfgs_b

from nlp.learnt import Weights
from nlp.numbered import NOTHING, SIZE, Places

_Vector = NDArray[np.float64]
SMALLEST = 0.02
_STEPS = 60
_FACTOR = 1e9
"""How near to the summit is near enough, in units of the machine's precision."""


@dataclass(frozen=True, slots=True)
class Example:
    """Things of one memo of which one is right; where none is, it teaches nothing."""

    shown: tuple[Places, ...]
    right: tuple[bool, ...]
    hand: str = ""
    """Who wrote the memo."""
    only_teaches: bool = False
    """It is no memo that anybody sends, so nothing is told by getting it right."""

    def is_chosen_rightly(self, weights: Weights) -> bool:
        return self.right[int(np.argmax([weights[one].sum() for one in self.shown]))]


def choosing(examples: Iterable[Example], penalty: float, least_often: int) -> Weights:
    """(SIZE,) in hundredths; what is shown less than `least_often` is left out."""
    slope = _Slope([one for one in examples if any(one.right)], penalty, least_often)
    found, _, _ = fmin_l_bfgs_b(slope, np.zeros(len(slope.places)), maxiter=_STEPS, factr=_FACTOR)
    weights = np.zeros(SIZE, np.float32)
    weights[slope.places] = np.where(np.abs(found) < SMALLEST, 0.0, (found * 100).round())
    return weights


class _Slope:
    def __init__(self, examples: Sequence[Example], penalty: float, least_often: int) -> None:
        shown = [one for example in examples for one in example.shown]
        columns = np.concatenate(shown)
        rows = np.repeat(np.arange(len(shown)), [len(one) for one in shown])
        often = np.bincount(columns, minlength=SIZE)
        often[NOTHING] = 0
        self.places = np.flatnonzero(often >= least_often)
        is_kept = often[columns] >= least_often
        self._columns = np.searchsorted(self.places, columns[is_kept])
        self._rows = rows[is_kept]
        self._memos = np.repeat(np.arange(len(examples)), [len(one.shown) for one in examples])
        self._right = np.array([right for one in examples for right in one.right])
        self._penalty = penalty

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
        slope = np.bincount(self._columns, errors[self._rows], len(self.places)) + self._penalty * weights
        return float(loss), slope
