"""Makes the weights of names (nlp/weights/names.npz) from the labelled memos, and prints what they are worth on hands left out.

python -m bench.learn_names            # each group of hands by weights that were learnt from the others
python -m bench.learn_names --write    # the weights, from all of them

Each memo is learnt from once as it stands, and once with other names in it (tests/data/names), so that what stands around
a name is learnt apart from the name, and what names look like from far more of them than the memos hold.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.learn import LEARNT_FROM, groups_of, labelled
from bench.memo_score import bare
from nlp import name_ranking
from nlp.joined import GAP, Joined
from nlp.learnt import write
from nlp.numbered import SIZE
from nlp.reading import Reading

DATA = Path(__file__).parents[1] / "tests/data"
ROUNDS = 5
STEP = 0.15
SHRINK = 1e-3
FOR_A_RIVAL = 2.0
"""There are fifty other runs of words for each rival."""
SMALLEST = 0.12
SEEN_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Example:
    """A memo's runs of words as rows of feature numbers; the last row speaks for no customer."""

    hand: str
    numbers: NDArray[np.int32]
    begins: NDArray[np.int64]
    is_customer: NDArray[np.bool_]
    is_rival: NDArray[np.bool_]
    names: tuple[str, ...]
    rivals: frozenset[str]

    def weigh(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """(rows, 2)"""
        return np.add.reduceat(weights[self.numbers], self.begins, axis=0)

    def length_of(self) -> NDArray[np.int64]:
        return np.diff(np.append(self.begins, len(self.numbers)))


def read(memo: Mapping[str, Any], hand: str) -> Example:
    reading = Reading(memo["transcript"], datetime.fromisoformat(memo["recorded_at"]))
    runs = name_ranking.runs(Joined([reading]))
    every, nobody = name_ranking.always()
    around = np.concatenate((runs.left[:, runs.first], runs.right[:, runs.last], runs.own))
    rows = [
        np.concatenate(([every], beside, runs.signs[start:end], runs.words[first:last]))
        for beside, start, end, first, last in zip(
            around.T, runs.start, runs.end, runs.first_word, runs.last_word, strict=True
        )
    ]
    rows.append(np.array([nobody]))
    labels = memo["labels"]
    spans = zip((runs.start - GAP).tolist(), (runs.end - GAP).tolist(), strict=True)
    names = tuple(bare(reading.as_said(*span)) for span in spans)
    customer, rivals = bare(labels["customer"]), frozenset(map(bare, labels["competitors"]))
    return Example(
        hand,
        np.concatenate(rows).astype(np.int32),
        np.cumsum([0, *map(len, rows[:-1])], dtype=np.int64),
        np.array([*(bool(customer) and name == customer for name in names), not customer]),
        np.array([*(name in rivals for name in names), False]),
        names,
        rivals,
    )


def renamed(memo: Mapping[str, Any], by: random.Random, customers: Sequence[str], rivals: Sequence[str]) -> Any:
    """The memo with other names in it."""
    labels = memo["labels"]
    instead = {name: by.choice(rivals) for name in labels["competitors"]}
    if labels["customer"]:
        instead[labels["customer"]] = by.choice(customers)
    longest_first = "|".join(map(re.escape, sorted(instead, key=len, reverse=True)))
    transcript = memo["transcript"]
    if instead:
        transcript = re.sub(longest_first, lambda found: instead[found[0]], transcript)
    return {
        **memo,
        "transcript": transcript,
        "labels": {
            **labels,
            "customer": instead.get(labels["customer"]),
            "competitors": [instead[name] for name in labels["competitors"]],
        },
    }


def learn(examples: Sequence[Example]) -> NDArray[np.float32]:
    """(places, 2) in hundredths: one customer or none of a memo, each rival by itself; AdaGrad."""
    weights, slopes = np.zeros((SIZE, 2), np.float32), np.full((SIZE, 2), 1e-2, np.float32)
    seen = np.bincount(np.concatenate([one.numbers for one in examples]), minlength=SIZE)
    order, shuffled = list(examples), random.Random(0)
    for at in range(ROUNDS):
        shuffled.shuffle(order)
        step = STEP * (1 - 0.8 * at / ROUNDS)
        for one in order:
            errors = _errors(one, one.weigh(weights))
            lengths = one.length_of()
            rows = np.repeat(np.any(errors != 0, axis=1), lengths)
            used, where = np.unique(one.numbers[rows], return_inverse=True)
            each = np.repeat(errors, lengths, axis=0)[rows]
            slope = (
                np.stack([np.bincount(where, each[:, n], len(used)) for n in (0, 1)], axis=1) + SHRINK * weights[used]
            )
            slopes[used] += slope * slope
            weights[used] -= step * slope / np.sqrt(slopes[used]) * (seen[used] >= SEEN_AT_LEAST)[:, None]
    weights[np.abs(weights).max(axis=1) < SMALLEST] = 0.0
    hundredths: NDArray[np.float32] = (weights * 100).round()
    return hundredths


def _errors(one: Example, weighed: NDArray[np.float32]) -> NDArray[np.float64]:
    errors = np.zeros(weighed.shape)
    if one.is_customer.any():
        chances = np.exp(weighed[:, 0] - weighed[:, 0].max())
        chances /= chances.sum()
        right = np.where(one.is_customer, chances, 0.0)
        errors[:, 0] = chances - right / max(right.sum(), 1e-9)
    chances = 1 / (1 + np.exp(-np.clip(weighed[:-1, 1], -30, 30)))
    errors[:-1, 1] = (chances - one.is_rival[:-1]) * np.where(one.is_rival[:-1], FOR_A_RIVAL, 1.0)
    errors[np.abs(errors) < 3e-3] = 0.0
    return errors


class Count:
    def __init__(self) -> None:
        self.memos = self.customers = self.hits = self.both = 0

    def add(self, one: Example, weights: NDArray[np.float32]) -> None:
        """Chosen as nlp/name_ranking.py does, but of all runs of words."""
        weighed = one.weigh(weights)
        best = int(weighed[:, 0].argmax())
        self.memos += 1
        self.customers += bool(one.is_customer[best])
        heaviest = (int(at) for at in np.argsort(-weighed[:-1, 1]) if weighed[at, 1] > name_ranking.SURE_ENOUGH)
        named = ((one.names[at], one.names[at]) for at in heaviest if one.names[at])
        chosen = set(name_ranking.apart(named, one.names[best : best + 1]))
        self.hits += len(chosen & one.rivals)
        self.both += len(chosen) + len(one.rivals)

    def __str__(self) -> str:
        return f"{self.memos:>5} memos  customer {self.customers / self.memos:.3f}  rivals F1 {2 * self.hits / self.both:.3f}"


def _names(name: str) -> list[str]:
    return (DATA / f"names/{name}.txt").read_text("utf-8").split()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.learn_names", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights instead")
    arguments = parser.parse_args()
    by = random.Random(5)
    customers, rivals = _names("customers"), _names("rivals")
    memos = [one for name in LEARNT_FROM for one in labelled(name)]
    as_said = [read(memo, hand) for hand, memo in memos]
    with_others = [read(renamed(memo, by, customers, rivals), hand) for hand, memo in memos]
    if arguments.write:
        weights = learn([*as_said, *with_others])
        write(name_ranking.WEIGHTS, weights)
        return
    total = Count()
    for left_out in groups_of(one.hand for one in as_said):
        weights = learn([one for one in (*as_said, *with_others) if one.hand not in left_out])
        for hand in left_out:
            alone = Count()
            for one in as_said:
                if one.hand == hand:
                    alone.add(one, weights)
                    total.add(one, weights)
            print(f"{hand:<16}{alone}", flush=True)
    print(f"{'all left out':<16}{total}")


if __name__ == "__main__":
    main()
