"""Makes the weights of nlp/weights/ from the labelled memos, and prints what they are worth on memos left out.

python -m bench.learn            # the figures: each memo left out once, and the held-out file
python -m bench.learn --write    # … and the weights
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.memo_score import bare, is_same_person
from domain.facts import Signal
from nlp import decider_ranking, name_ranking, signal_ranking
from nlp.deciders import by_rules
from nlp.learnt import weight
from nlp.reading import Reading

DATA = Path(__file__).parents[1] / "tests/data/memos"
LEARNT_FROM = ("dev", "more", "others", "third", "more_hands")
SIGNALS_FROM = ("regions", "trades")
"""… and these for the signals."""
HELD_OUT = "held_out"
FOLDS = 5
STEP = 0.15
SHRINK = 1e-3
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """Things of one memo of which one is right, or none, or (rivals) several."""

    shown: tuple[frozenset[str], ...]
    right: tuple[bool, ...]


class Memo:
    def __init__(self, labelled: Mapping[str, Any]) -> None:
        self.labels = labelled["labels"]
        self.reading = Reading(labelled["transcript"], datetime.fromisoformat(labelled["recorded_at"]))

    def deciders(self) -> Example:
        text, people = self.reading.text, self.reading.people
        wanted = self.labels["decision_maker"]
        return _with_none(
            [frozenset(decider_ranking.around(text, people, at)) for at in range(len(people))],
            [is_same_person(self.reading.as_said(one.start, one.end), wanted) for one in people],
            frozenset(decider_ranking.nobody(text, people)),
            is_none_wanted=wanted is None,
        )

    def signal(self, signal: Signal) -> Example | None:
        """None: the weights are not asked, as nobody is known to decide who could have been met."""
        is_shown = signal.value in self.labels["signals"]
        if signal is not Signal.DECISION_MAKER_MET:
            shown = {one for *_, shows in signal_ranking.clauses(self.reading.marked, signal) for one in shows}
        else:
            text, people = self.reading.text, self.reading.people
            wanted = self.labels["decision_maker"]
            deciding = [one for one in people if is_same_person(self.reading.as_said(one.start, one.end), wanted)]
            if not deciding:
                return None
            shown = signal_ranking.around(text, people, deciding[-1])
        return Example((frozenset({*shown, signal_ranking.ALWAYS}),), (is_shown,))

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
        Memo(json.loads(line)) for name in names for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


class _Adagrad:
    def __init__(self, shrink: float = SHRINK) -> None:
        self.weights: dict[str, float] = defaultdict(float)
        self._shrink = shrink
        self._steps: dict[str, float] = defaultdict(float)

    def learn(self, shown: frozenset[str], error: float) -> None:
        for feature in sorted(shown):
            slope = error + self._shrink * self.weights[feature]
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


SEEN_OFTEN = 3


def shown_or_not(examples: Sequence[Example], *, rounds: int = 6, smallest: float = 0.05) -> Weights:
    """Logistic, of things that several memos show."""
    model = _Adagrad(shrink=1e-2)
    seen = Counter(feature for one in examples for feature in one.shown[0])
    often = [
        Example((frozenset(one for one in example.shown[0] if seen[one] >= SEEN_OFTEN),), example.right)
        for example in examples
    ]
    for one in _in_some_order(often, rounds):
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, weight(one.shown[0], model.weights)))))
        if abs(error := chance - one.right[0]) > 5e-3:
            model.learn(one.shown[0], error)
    return _kept(model.weights, smallest)


def signal_weights(memos: Sequence[Memo]) -> dict[str, Weights]:
    return {
        signal.value: shown_or_not([one for memo in memos if (one := memo.signal(signal)) is not None])
        for signal in Signal
    }


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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights, too")
    arguments = parser.parse_args()
    memos, unseen = memos_of(*LEARNT_FROM), memos_of(HELD_OUT)
    deciders, customers = ([read(one) for one in memos] for read in (Memo.deciders, Memo.customers))
    print("weights alone, share right            each left out once   held out")
    for field, examples, others in (
        ("decider", deciders, [one.deciders() for one in unseen]),
        ("customer", customers, [one.customers() for one in unseen]),
    ):
        learnt = choose_one(examples)
        held_out = sum(is_choice_right(one, learnt) for one in others) / len(others)
        print(f"{field:<38}{cross_validated(examples, choose_one):.3f}                {held_out:.3f}")
    print(f"rules alone, decider: held out {sum(one.is_decider_by_rules_right() for one in unseen) / len(unseen):.3f}")
    if arguments.write:
        _write(decider_ranking.WEIGHTS, choose_one(deciders))
        customer, rival = choose_one(customers), each_by_itself([one.rivals() for one in memos])
        _write(signal_ranking.WEIGHTS, signal_weights([*memos, *memos_of(*SIGNALS_FROM)]))
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
