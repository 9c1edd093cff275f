"""How well memos are understood, counted as tests/data/memos/README.md says; used by the tests and by `bench extract`."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from nlp.extract import as_labels, extract_all

Labels = dict[str, Any]
F1 = ("next_steps", "competitors", "signals")


def bare(text: str | None) -> str:
    """Letters and digits alone, widths and case evened out."""
    folded = unicodedata.normalize("NFKC", text or "").lower()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")


def is_same_person(one: str | None, other: str | None) -> bool:
    """周姐 is 老板娘周姐."""
    if one is None or other is None:
        return one is other
    a, b = bare(one), bare(other)
    return a == b or (min(len(a), len(b)) >= 2 and (a.endswith(b) or b.endswith(a)))


def alike(one: str, other: str) -> float:
    """F1 of the characters of two actions."""
    x, y = Counter(bare(one)), Counter(bare(other))
    common = sum((x & y).values())
    return 2 * common / (sum(x.values()) + sum(y.values())) if common else 0.0


def pairs(said: list[Labels], wanted: list[Labels]) -> list[tuple[Labels, Labels]]:
    """Steps one to one, the most alike first; the day must be the same."""
    ranked = sorted(
        (
            (alike(step["action"], want["action"]), i, j)
            for i, step in enumerate(said)
            for j, want in enumerate(wanted)
            if step["due"] == want["due"]
        ),
        reverse=True,
    )
    used: tuple[set[int], set[int]] = (set(), set())
    found = []
    for likeness, i, j in ranked:
        if likeness >= 0.5 and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            found.append((said[i], wanted[j]))
    return found


class Score:
    """field → right of all, or hits, said and wanted."""

    def __init__(self) -> None:
        self._right: dict[str, list[bool]] = defaultdict(list)
        self._counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.wrong_budgets = 0

    def add(self, said: Labels, wanted: Labels) -> None:
        self._right["decision_maker"].append(is_same_person(said["decision_maker"], wanted["decision_maker"]))
        self._right["budget"].append(said["budget"] == wanted["budget"])
        self.wrong_budgets += said["budget"] is not None and said["budget"] != wanted["budget"]
        self._right["customer"].append(bare(said["customer"]) == bare(wanted["customer"]))
        matched = pairs(said["next_steps"], wanted["next_steps"])
        self._right["owner"] += [step["owner"] == want["owner"] for step, want in matched]
        self._count("next_steps", len(matched), len(said["next_steps"]), len(wanted["next_steps"]))
        for field in ("competitors", "signals"):
            mine, theirs = ({bare(one) for one in labels[field]} for labels in (said, wanted))
            self._count(field, len(mine & theirs), len(mine), len(theirs))

    def _count(self, field: str, hits: int, said: int, wanted: int) -> None:
        self._counts[field].update(hits=hits, both=said + wanted)

    def figures(self) -> dict[str, float]:
        shares = {field: sum(right) / len(right) for field, right in self._right.items() if right}
        f1 = {field: 2 * count["hits"] / count["both"] for field, count in self._counts.items() if count["both"]}
        memos = len(self._right["budget"])
        return {name: round(figure, 3) for name, figure in (shares | f1).items()} | {
            "budget_wrong": round(self.wrong_budgets / memos, 3)
        }


def understood(memos: Sequence[Labels]) -> list[Labels]:
    said = [(memo["transcript"], datetime.fromisoformat(memo["recorded_at"])) for memo in memos]
    return list(map(as_labels, extract_all(said)))


def score(memos: Iterable[Labels]) -> dict[str, float]:
    total, memos = Score(), list(memos)
    for said, memo in zip(understood(memos), memos, strict=True):
        total.add(said, memo["labels"])
    return total.figures()
