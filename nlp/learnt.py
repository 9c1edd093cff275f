"""Weights that `python -m bench.learn` and `python -m bench.learn_names` have made from the labelled memos (docs/adr/0013)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nlp.numbered import SIZE, Places

FOLDER = Path(__file__).parent / "weights"
Weights: TypeAlias = NDArray[np.float32]
"""In hundredths, and whole: so a sum is the same in whatever order it is added up."""


@cache
def table(path: Path) -> Weights:
    """(SIZE,) or (SIZE, things that are weighed at once); most weights are nothing and not in the file."""
    with np.load(path) as kept:
        places, weights = kept["places"], kept["weights"].astype(np.float32)
    found = np.zeros((SIZE, *weights.shape[1:]), np.float32)
    found[places] = weights
    return found


Shown: TypeAlias = Sequence[Sequence[Places]]
"""What is seen of each of several things, in parts."""


def weigh(shown: Shown, weights: Weights) -> list[float]:
    """What each of the things weighs."""
    if not shown:
        return []
    begins = accumulate((sum(map(len, parts)) for parts in shown[:-1]), initial=0)
    each = np.concatenate([part for parts in shown for part in parts])
    weighed: list[float] = np.add.reduceat(weights.take(each), list(begins)).tolist()
    return weighed


def choose(each: Sequence[Shown], weights: Weights, *, last: float = 0.0) -> list[int]:
    """Of each of several choices the thing that weighs most, of equals the last; `last` is added to its last thing."""
    weighed = weigh([one for things in each for one in things], weights)
    chosen, begin = [], 0
    for things in each:
        of_these = weighed[begin : begin + len(things)]
        of_these[-1] += last
        chosen.append(max(range(len(things)), key=lambda at: (of_these[at], at)))
        begin += len(things)
    return chosen


def write(path: Path, weights: Weights) -> None:
    kept = np.flatnonzero(weights.reshape(SIZE, -1).any(axis=1))
    np.savez_compressed(path, places=kept.astype(np.uint32), weights=weights[kept].astype(np.int16))
