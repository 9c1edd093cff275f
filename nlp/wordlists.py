"""The word lists of `nlp/lexicon/`: one or more words a line, comments behind #."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "lexicon"


@cache
def words(name: str) -> tuple[str, ...]:
    """Longest first, so that an alternation made of them finds the longest."""
    lines = (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    listed = {word for line in lines for word in line.partition("#")[0].split()}
    return tuple(sorted(listed, key=lambda word: (-len(word), word)))


@cache
def any_of(name: str) -> str:
    """As a regular expression: a group that matches the longest of the words."""
    return "(?:" + "|".join(map(re.escape, words(name))) + ")"
