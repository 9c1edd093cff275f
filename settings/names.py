"""Looking names up: the nearest known one, one written twice, one that is not defined."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import time
from itertools import combinations

Problem = tuple[str, str]
"""(path inside the section, sentence)"""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Case and - against _ are the commonest slips and cost nothing."""
    by_plain = {_plain(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(_plain(name), by_plain, n=1, cutoff=0.6)
    return by_plain[found[0]] if found else None


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_").strip()


def repeats(place: str, said: Sequence[str]) -> list[Problem]:
    return [
        (f"{place}[{number}]", f"“{name}”前面已经有了；名字不能重复")
        for number, name in enumerate(said, 1)
        if name in said[: number - 1]
    ]


def unknown(place: str, said: Iterable[str], known: Sequence[str], what: str, where: str) -> list[Problem]:
    return [(place, f"没有叫“{name}”的{what}；{_hint(name, known, where)}") for name in said if name not in known]


def _hint(name: str, known: Sequence[str], where: str) -> str:
    if close := nearest(name, known):
        return f"是不是“{close}”？"
    if known:
        return f"{where} 里有：{'、'.join(known)}"
    return f"先在 {where} 里写上"


def overlaps(intervals: Iterable[tuple[time, time]]) -> Iterator[tuple[str, str]]:
    """Pairs of the same day's intervals that share a minute; one may run over midnight."""
    for first, second in combinations(intervals, 2):
        if any(a < d and c < b for a, b in _minutes(first) for c, d in _minutes(second)):
            yield show_interval(first), show_interval(second)


def _minutes(interval: tuple[time, time]) -> list[tuple[int, int]]:
    start, end = (moment.hour * 60 + moment.minute for moment in interval)
    if start < end:
        return [(start, end)]
    return [(start, 24 * 60), (0, end)]


def show_interval(interval: tuple[time, time]) -> str:
    return f"{interval[0]:%H:%M}-{interval[1]:%H:%M}"
