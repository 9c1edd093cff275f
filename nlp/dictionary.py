"""The word list of jieba, for one question only: is this a word of the language? Loaded with the first question (0.1 s)."""

from __future__ import annotations

from functools import lru_cache

import rjieba


@lru_cache(maxsize=1)
def _jieba() -> rjieba.Jieba:
    return rjieba.Jieba()


@lru_cache(maxsize=65536)
def is_word(word: str) -> bool:
    return bool(_jieba().has_word(word))


def cut(text: str) -> list[str]:
    """The words of a text; names that nobody knows come out in pieces."""
    return list(_jieba().cut(text))
