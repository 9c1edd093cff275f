"""Makes the weights of nlp/weights/ from the labelled memos, and prints what they are worth on hands left out.

python -m bench.learn            # each group of hands by weights that were learnt from the others
python -m bench.learn --write    # the weights, from all of them

Those of names are made by `python -m bench.learn_names`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from bench.choosing import Example, choosing
from bench.memo_score import is_same_person
from domain.facts import Signal
from nlp import budget_ranking, decider_ranking, signal_ranking
from nlp.budget import by_rules as budget_by_rules
from nlp.budget import sums
from nlp.deciders import by_rules
from nlp.grams import Grams
from nlp.joined import Joined
from nlp.learnt import Weights, write
from nlp.mentions import yuan
from nlp.numbered import Places, place
from nlp.reading import Reading

DATA = Path(__file__).parents[1] / "tests/data/memos"
MENDED_WITH = ("dev", "more", "others", "third")
"""The rules were made with these."""
LEARNT_FROM = (*MENDED_WITH, "more_hands", "regions", "trades", "mixture", "branches", "rounds")
GROUPS = 5
FEWEST_CLAUSES = 4
TOO_OFTEN_NOBODY = 50
"""On hands left out nobody is chosen too often: what an unknown phrase says of somebody is not seen."""


class Memo:
    def __init__(self, labelled: Mapping[str, Any], hand: str) -> None:
        self.hand = hand
        self.labels = labelled["labels"]
        self.reading = Reading(labelled["transcript"], datetime.fromisoformat(labelled["recorded_at"]))
        self.grams = Grams(Joined([self.reading]))
        self._labelled = labelled

    def part(self, by: random.Random) -> Memo:
        """A few clauses of it, or a few words where it has no clauses."""
        transcript = self._labelled["transcript"]
        pieces = re.findall("[^,，。！？]+[,，。！？]*", transcript)
        if len(pieces) < FEWEST_CLAUSES:
            pieces = re.findall(".{1,10}", transcript)
        first = by.randrange(max(1, len(pieces) - 2))
        return Memo({**self._labelled, "transcript": "".join(pieces[first : first + by.randint(1, 4)])}, self.hand)

    def decider(self) -> Example:
        text, people, marked = self.reading.text, self.reading.people, self.reading.marked
        found = by_rules(text, people, marked)
        shown = decider_ranking.shown(self.grams, 0, found.person if found else None)
        nobody = self.labels["decision_maker"] is None
        return Example(tuple(map(np.concatenate, shown)), (*map(self._is_decider, people), nobody), self.hand)

    def budget(self) -> Example:
        text, amounts = self.reading.text, self.reading.amounts
        found = sums(text, amounts)
        shown = found.shown(self.grams.amounts.of(0), budget_by_rules(text, amounts))
        wanted = self.labels["budget"]
        meant = map(found.amount, range(len(shown) - 1))
        right = (wanted == {"min": yuan(one.min_fen), "max": yuan(one.max_fen)} for one in meant)
        return Example(tuple(map(np.concatenate, shown)), (*right, wanted is None), self.hand)

    def signal(self, signal: Signal) -> Example:
        """Shown or not."""
        return self._whether(signal, signal_ranking.shown(self.grams, 0))

    def meeting(self) -> Example:
        """Met or not; nothing is right where nobody is known to decide who could have been met."""
        deciding = list(filter(self._is_decider, self.reading.people))
        if not deciding:
            return Example((), (), self.hand)
        return self._whether(Signal.DECISION_MAKER_MET, signal_ranking.meeting(self.grams, 0, deciding[-1]))

    def _whether(self, signal: Signal, shown: Places) -> Example:
        is_shown = signal.value in self.labels["signals"]
        return Example((shown, np.empty(0, np.intp)), (is_shown, not is_shown), self.hand)

    def _is_decider(self, person: Any) -> bool:
        return is_same_person(self.reading.as_said(person.start, person.end), self.labels["decision_maker"])


def memos_of(*names: str) -> list[Memo]:
    return [Memo(memo, hand) for name in names for hand, memo in labelled(name)]


def labelled(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(hand, memo): who wrote it is told by the file and the letters of its id."""
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        memo = json.loads(line)
        yield f"{name} {re.split('[^a-z]', memo['id'])[0]}", memo


def parts_of(memos: Iterable[Memo]) -> list[Memo]:
    by = random.Random(0)
    return [memo.part(by) for memo in memos]


def showing(signal: Signal, memos: Iterable[Memo], parts: Iterable[Memo]) -> list[Example]:
    """Of each memo whether it shows the signal. What does not show it does so in no part: learnt with parts, weights doubt
    remarks of a few words, and are right more often of whole memos too."""
    of_parts = (replace(one.signal(signal), only_teaches=True) for one in parts if signal not in one.labels["signals"])
    return [*(one.signal(signal) for one in memos), *of_parts]


def choose_decider(examples: Iterable[Example]) -> Weights:
    learnt = choosing(examples, penalty=2.0, least_often=4)
    learnt[place(decider_ranking.NOBODY)] -= TOO_OFTEN_NOBODY
    return learnt


def choose_budget(examples: Iterable[Example]) -> Weights:
    return choosing(examples, penalty=2.0, least_often=3)


def choose_signal(examples: Iterable[Example]) -> Weights:
    return choosing(examples, penalty=4.0, least_often=3)


def left_out(
    examples: Sequence[Example], learn: Callable[[Iterable[Example]], Weights], hands: Collection[str]
) -> list[tuple[str, bool]]:
    """(hand, whether the choice is right) of the memos of some hands, by weights that were learnt from all the others."""
    learnt = learn(one for one in examples if one.hand not in hands)
    asked = (one for one in examples if one.hand in hands and one.shown and not one.only_teaches)
    return [(one.hand, one.is_chosen_rightly(learnt)) for one in asked]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.learn", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights instead")
    arguments = parser.parse_args()
    memos = memos_of(*LEARNT_FROM)
    parts = parts_of(memos)
    fields: dict[str, tuple[list[Example], Callable[[Iterable[Example]], Weights]]] = {
        "decider": ([one.decider() for one in memos], choose_decider),
        "budget": ([one.budget() for one in memos], choose_budget),
        "meeting": ([one.meeting() for one in memos], choose_signal),
        **{signal.value: (showing(signal, memos, parts), choose_signal) for signal in signal_ranking.WEIGHED},
    }
    if arguments.write:
        learnt = {field: learn(examples) for field, (examples, learn) in fields.items()}
        write(decider_ranking.WEIGHTS, learnt["decider"])
        write(budget_ranking.WEIGHTS, learnt["budget"])
        write(signal_ranking.MEETING_WEIGHTS, learnt["meeting"])
        write(signal_ranking.WEIGHTS, np.stack([learnt[signal.value] for signal in signal_ranking.WEIGHED], axis=1))
        return
    print("share of right choices by weights alone, each group of hands by weights learnt from the others")
    groups = groups_of(one.hand for one in memos)
    for field, (examples, learn) in fields.items():
        chosen = [one for hands in groups for one in left_out(examples, learn, hands)]
        right = {hand: [is_right for other, is_right in chosen if other == hand] for hand, _ in sorted(chosen)}
        shares = "  ".join(f"{hand} {sum(each) / len(each):.2f}" for hand, each in right.items())
        print(f"{field:<20} all {sum(is_right for _, is_right in chosen) / len(chosen):.3f}  {shares}", flush=True)


def groups_of(hands: Iterable[str]) -> list[list[str]]:
    """Those that the rules were not made with, to be left out together: each alone would take too long."""
    others = sorted({hand for hand in hands if hand.split()[0] not in MENDED_WITH})
    return [others[group::GROUPS] for group in range(GROUPS)]


if __name__ == "__main__":
    main()
