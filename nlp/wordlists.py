"""The word lists of `nlp/lexicon/`: one or more words a line, comments behind #."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "lexicon"


@cache
def words(name: str) -> frozenset[str]:
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())


class Finder:
    """Which of many words begin at a place: an alternation of hundreds in a regular expression is too slow for that."""

    def __init__(self, *lists: str) -> None:
        self._by_sign: dict[str, list[str]] = {}
        for word in sorted({word for name in lists for word in words(name)}, key=lambda word: (-len(word), word)):
            self._by_sign.setdefault(word[0], []).append(word)

    def all_at(self, text: str, place: int) -> list[str]:
        """The longest first."""
        candidates = self._by_sign.get(text[place : place + 1])
        return [word for word in candidates if text.startswith(word, place)] if candidates else []
