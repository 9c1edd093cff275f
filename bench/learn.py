"""Makes the weights of nlp/weights/ from the labelled memos, and prints what they are worth on hands left out.

python -m bench.learn            # the memos of each hand by weights that were learnt from all other hands
python -m bench.learn --write    # the weights, from all of them

Those of names are made by `python -m bench.learn_names`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.choosing import Example, choosing
from bench.memo_score import is_same_person
from domain.facts import Signal
from nlp import budget_ranking, decider_ranking, signal_ranking
from nlp.budget import sums
from nlp.deciders import by_rules
from nlp.learnt import write
from nlp.mentions import yuan
from nlp.reading import Reading

DATA = Path(__file__).parents[1] / "tests/data/memos"
MENDED_WITH = ("dev", "more", "others", "third")
"""The rules were made with these."""
LEARNT_FROM = (*MENDED_WITH, "more_hands", "regions", "trades")
TOO_OFTEN_NOBODY = 0.5
"""On hands left out nobody is chosen too often: what an unknown phrase says of somebody is not seen."""
Weights = dict[str, float]


class Memo:
    def __init__(self, labelled: Mapping[str, Any], hand: str) -> None:
        self.hand = hand
        self.labels = labelled["labels"]
        self.reading = Reading(labelled["transcript"], datetime.fromisoformat(labelled["recorded_at"]))

    def decider(self) -> Example:
        text, people, marked = self.reading.text, self.reading.people, self.reading.marked
        wanted = self.labels["decision_maker"]
        found = by_rules(text, people, marked)
        shown = decider_ranking.shown(text, marked, people, found.person if found else None)
        return Example(tuple(map(frozenset, shown)), (*map(self._is_decider, people), wanted is None))

    def budget(self) -> Example:
        found = sums(self.reading.text, self.reading.marked, self.reading.amounts)
        shown = tuple(map(frozenset, found.shown()))
        wanted = self.labels["budget"]
        amounts = map(found.amount, range(len(shown) - 1))
        right = (wanted == {"min": yuan(one.min_fen), "max": yuan(one.max_fen)} for one in amounts)
        return Example(shown, (*right, wanted is None))

    def signal(self, signal: Signal) -> Example:
        """Shown or not; nothing is right where nobody is known to decide who could have been met."""
        is_shown = signal.value in self.labels["signals"]
        marked, text, people = self.reading.marked, self.reading.text, self.reading.people
        shown: Iterable[str]
        if signal is not Signal.DECISION_MAKER_MET:
            shown = (one for *_, shows in signal_ranking.clauses(marked, signal) for one in shows)
        elif deciding := list(filter(self._is_decider, people)):
            shown = signal_ranking.around(text, people, deciding[-1])
        else:
            return Example((), ())
        return Example(({*shown, signal_ranking.ALWAYS}, ()), (is_shown, not is_shown))

    def _is_decider(self, person: Any) -> bool:
        return is_same_person(self.reading.as_said(person.start, person.end), self.labels["decision_maker"])


def memos_of(*names: str) -> list[Memo]:
    return [Memo(memo, hand) for name in names for hand, memo in labelled(name)]


def labelled(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(hand, memo): who wrote it is told by the file and the letters of its id."""
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        memo = json.loads(line)
        yield f"{name} {re.split('[^a-z]', memo['id'])[0]}", memo


def choose_decider(examples: Iterable[Example]) -> Weights:
    learnt = choosing(examples, penalty=2.0, least_often=4)
    return learnt | {decider_ranking.NOBODY: round(learnt.get(decider_ranking.NOBODY, 0.0) - TOO_OFTEN_NOBODY, 2)}


def choose_budget(examples: Iterable[Example]) -> Weights:
    return choosing(examples, penalty=2.0, least_often=3)


def choose_signal(examples: Iterable[Example]) -> Weights:
    return choosing(examples, penalty=4.0, least_often=3)


def left_out(
    memos: Sequence[Memo], examples: Sequence[Example], learn: Callable[[Iterable[Example]], Weights], hand: str
) -> list[bool]:
    """Which choices are right in the memos of one hand, by weights that were learnt from all the others."""
    each = list(zip(memos, examples, strict=True))
    learnt = learn(one for memo, one in each if memo.hand != hand)
    return [one.is_chosen_rightly(learnt) for memo, one in each if memo.hand == hand and one.shown]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights instead")
    arguments = parser.parse_args()
    memos = memos_of(*LEARNT_FROM)
    fields: dict[str, tuple[list[Example], Callable[[Iterable[Example]], Weights]]] = {
        "decider": ([one.decider() for one in memos], choose_decider),
        "budget": ([one.budget() for one in memos], choose_budget),
        **{signal.value: ([one.signal(signal) for one in memos], choose_signal) for signal in Signal},
    }
    if arguments.write:
        learnt = {field: learn(examples) for field, (examples, learn) in fields.items()}
        write(decider_ranking.WEIGHTS, learnt.pop("decider"))
        write(budget_ranking.WEIGHTS, learnt.pop("budget"))
        write(signal_ranking.WEIGHTS, learnt)
        return
    hands = sorted({one.hand for one in memos if one.hand.split()[0] not in MENDED_WITH})
    print("share of right choices by weights alone, each hand by weights learnt from the others")
    for field, (examples, learn) in fields.items():
        right = {hand: left_out(memos, examples, learn, hand) for hand in hands}
        shares = "  ".join(f"{hand} {sum(each) / max(1, len(each)):.2f}" for hand, each in right.items())
        every = [one for each in right.values() for one in each]
        print(f"{field:<20} all {sum(every) / len(every):.3f}  {shares}", flush=True)


if __name__ == "__main__":
    main()
