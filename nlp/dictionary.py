"""The words of the language, as jieba knows them: where a name that nobody knows begins. Loaded when first asked (0.1 s)."""

from __future__ import annotations

from functools import lru_cache

import rjieba


@lru_cache(maxsize=1)
def _jieba() -> rjieba.Jieba:
    return rjieba.Jieba()


@lru_cache(maxsize=65536)
def is_word(word: str) -> bool:
    return bool(_jieba().has_word(word))


@lru_cache(maxsize=16384)
def tagged(text: str) -> list[tuple[str, str]]:
    """Words and parts of speech; names that nobody knows come out in pieces or guessed."""
    return list(_jieba().tag(text))
