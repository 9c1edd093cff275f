"""Makes the weights of nlp/weights/ from the labelled memos, and prints what they are worth on memos left out.

python -m bench.learn            # the figures: each memo left out once, and the held-out file
python -m bench.learn --write    # … and the weights
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.choosing import choosing
from bench.memo_score import bare, is_same_person
from nlp import decider_ranking, name_ranking
from nlp.deciders import by_rules
from nlp.learnt import weight
from nlp.reading import Reading

DATA = Path(__file__).parents[1] / "tests/data/memos"
LEARNT_FROM = ("dev", "more", "others", "third", "more_hands")
DECIDERS_LEARNT_FROM = (*LEARNT_FROM, "regions", "trades")
HELD_OUT = "held_out"
FOLDS = 5
STEP = 0.15
SHRINK = 1e-3
TOO_OFTEN_NOBODY = 0.5
"""On hands left out nobody is chosen too often: what an unknown phrase says of somebody is not seen."""
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """Things of one memo of which one is right, or none, or (rivals) several."""

    shown: tuple[frozenset[str], ...]
    right: tuple[bool, ...]


class Memo:
    def __init__(self, labelled: Mapping[str, Any], file: str) -> None:
        self.hand = f"{file} {labelled['id'][0]}"
        self.labels = labelled["labels"]
        self.reading = Reading(labelled["transcript"], datetime.fromisoformat(labelled["recorded_at"]))

    def deciders(self) -> Example:
        text, people, marked = self.reading.text, self.reading.people, self.reading.marked
        wanted = self.labels["decision_maker"]
        found = by_rules(text, people, marked)
        right = [is_same_person(self.reading.as_said(one.start, one.end), wanted) for one in people]
        return Example(
            tuple(map(frozenset, decider_ranking.shown(text, marked, people, found.person if found else None))),
            (*right, wanted is None),
        )

    def customers(self) -> Example:
        wanted = bare(self.labels["customer"])
        return _with_none(*self._names({wanted}), frozenset({name_ranking.NOBODY}), is_none_wanted=not wanted)

    def rivals(self) -> Example:
        shown, right = self._names({bare(name) for name in self.labels["competitors"]})
        return Example(tuple(shown), tuple(right))

    def _names(self, wanted: set[str]) -> tuple[list[frozenset[str]], list[bool]]:
        places = name_ranking.spans(self.reading)
        return (
            [frozenset(name_ranking.shown(self.reading, place)) for place in places],
            [bare(self.reading.as_said(*place)) in wanted for place in places],
        )

    def is_decider_by_rules_right(self) -> bool:
        found = by_rules(self.reading.text, self.reading.people, self.reading.marked)
        said = self.reading.as_said(found.person.start, found.person.end) if found else None
        return is_same_person(said, self.labels["decision_maker"])


def _with_none(
    shown: list[frozenset[str]], right: list[bool], none: frozenset[str], *, is_none_wanted: bool
) -> Example:
    return Example((*shown, none), (*right, is_none_wanted))


def memos_of(*names: str) -> list[Memo]:
    return [
        Memo(json.loads(line), name)
        for name in names
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


class _Adagrad:
    def __init__(self) -> None:
        self.weights: dict[str, float] = defaultdict(float)
        self._steps: dict[str, float] = defaultdict(float)

    def learn(self, shown: frozenset[str], error: float) -> None:
        for feature in sorted(shown):
            slope = error + SHRINK * self.weights[feature]
            self._steps[feature] += slope * slope
            self.weights[feature] -= STEP * slope / (math.sqrt(self._steps[feature]) + 0.1)


def choose_one(examples: Sequence[Example], *, rounds: int = 25, smallest: float = 0.08) -> Weights:
    """Logistic over the things of a memo; those among which nothing is right teach nothing."""
    model = _Adagrad()
    for one in _in_some_order(examples, rounds):
        if not any(one.right):
            continue
        chances = _chances([weight(shown, model.weights) for shown in one.shown])
        share = sum(chance for chance, is_right in zip(chances, one.right, strict=True) if is_right) or 1e-9
        for shown, chance, is_right in zip(one.shown, chances, one.right, strict=True):
            error = chance - (chance / share if is_right else 0.0)
            if abs(error) > 2e-3:
                model.learn(shown, error)
    return _kept(model.weights, smallest)


def each_by_itself(examples: Sequence[Example], *, rounds: int = 10, smallest: float = 0.1) -> Weights:
    model = _Adagrad()
    for one in _in_some_order(examples, rounds):
        for shown, is_right in zip(one.shown, one.right, strict=True):
            chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, weight(shown, model.weights)))))
            if abs(error := chance - is_right) > 5e-3:
                # There are fifty others for each rival.
                model.learn(shown, 2 * error if is_right else error)
    return _kept(model.weights, smallest)


def _in_some_order(examples: Sequence[Example], rounds: int) -> Iterator[Example]:
    """The same each time."""
    order, shuffled = list(examples), random.Random(0)
    for _ in range(rounds):
        shuffled.shuffle(order)
        yield from order


def _chances(weighed: Sequence[float]) -> list[float]:
    most = max(weighed)
    shares = [math.exp(one - most) for one in weighed]
    total = sum(shares)
    return [share / total for share in shares]


def _kept(weights: Mapping[str, float], smallest: float) -> Weights:
    return {name: round(value, 2) for name, value in sorted(weights.items()) if abs(value) >= smallest}


def is_choice_right(example: Example, weights: Mapping[str, float]) -> bool:
    weighed = [weight(shown, weights) for shown in example.shown]
    return example.right[max(range(len(weighed)), key=weighed.__getitem__)]


def cross_validated(
    examples: Sequence[Example], learn: Callable[[Sequence[Example]], Weights], folds: int = FOLDS
) -> float:
    """Share of right choices by the weights alone, each memo by weights that were learnt without it."""
    mixed = list(examples)
    random.Random(1).shuffle(mixed)
    right = 0
    for fold in range(folds):
        learnt = learn([one for at, one in enumerate(mixed) if at % folds != fold])
        right += sum(is_choice_right(one, learnt) for one in mixed[fold::folds])
    return right / len(mixed)


def choose_decider(examples: Sequence[Example]) -> Weights:
    learnt = choosing((one.shown, one.right) for one in examples)
    return learnt | {decider_ranking.NOBODY: round(learnt[decider_ranking.NOBODY] - TOO_OFTEN_NOBODY, 2)}


def by_hand(memos: Sequence[Memo], examples: Sequence[Example], hands: Sequence[str]) -> dict[str, float]:
    """Share of right choices in the memos of each hand, by weights that were learnt from all the others."""
    shares = {}
    for hand in hands:
        learnt = choose_decider([one for memo, one in zip(memos, examples, strict=True) if memo.hand != hand])
        left_out = [one for memo, one in zip(memos, examples, strict=True) if memo.hand == hand]
        shares[hand] = sum(is_choice_right(one, learnt) for one in left_out) / len(left_out)
    return shares


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights, too")
    arguments = parser.parse_args()
    memos, unseen = memos_of(*LEARNT_FROM), memos_of(HELD_OUT)
    deciding = memos_of(*DECIDERS_LEARNT_FROM)
    deciders, customers = [one.deciders() for one in deciding], [one.customers() for one in memos]
    print("deciders, share right, each hand by weights learnt from the others")
    for hand, share in by_hand(deciding, deciders, sorted({one.hand for one in deciding})).items():
        print(f"{hand:<38}{share:.3f}")
    learnt = choose_decider(deciders)
    print(f"{'held out':<38}{sum(is_choice_right(one.deciders(), learnt) for one in unseen) / len(unseen):.3f}")
    print(f"{'… by rules alone':<38}{sum(one.is_decider_by_rules_right() for one in unseen) / len(unseen):.3f}")
    print("customers by weights alone, share right   each left out once   held out")
    others = [one.customers() for one in unseen]
    held_out = sum(is_choice_right(one, choose_one(customers)) for one in others) / len(others)
    print(f"{'':<42}{cross_validated(customers, choose_one):.3f}                {held_out:.3f}")
    if arguments.write:
        _write(decider_ranking.WEIGHTS, learnt)
        customer, rival = choose_one(customers), each_by_itself([one.rivals() for one in memos])
        _write(
            name_ranking.WEIGHTS,
            {name: (customer.get(name, 0.0), rival.get(name, 0.0)) for name in sorted({*customer, *rival})},
        )


def _write(path: Path, weights: Mapping[str, object]) -> None:
    lines = ",\n".join(
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(value)}" for name, value in weights.items()
    )
    path.write_text(f"{{\n{lines}\n}}\n", "utf-8")


if __name__ == "__main__":
    main()
