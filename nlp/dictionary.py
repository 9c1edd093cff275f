"""The words of the language, as jieba knows them: where a name that nobody knows begins. Loaded when first asked (0.1 s)."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rjieba


@lru_cache(maxsize=1)
def _jieba() -> rjieba.Jieba:
    import rjieba  # its dictionary comes with the module: 33 MB, which a server that hears no memos does without

    return rjieba.Jieba()


@lru_cache(maxsize=16384)
def is_word(word: str) -> bool:
    """Asking alone is not enough: beginnings of words (那科 of 那科夫) are kept in the dictionary too."""
    return bool(_jieba().has_word(word)) and len(_jieba().cut(word, hmm=False)) == 1


@lru_cache(maxsize=4096)
def tagged(text: str) -> tuple[tuple[str, str], ...]:
    """Words and parts of speech. What jieba only guesses to be a word (names, mostly) has the part of speech "x"."""
    return tuple((word, tag if len(word) == 1 or is_word(word) else "x") for word, tag in _jieba().tag(text))


def pieces(text: str) -> list[str]:
    """The words of the language; names and whatever else is no word are taken to single signs."""
    return _jieba().cut(text, hmm=False)


def guessed_bounds(text: str) -> list[int]:
    """Where the `pieces` begin, and last where the text ends, when jieba guesses words where single signs would be left."""
    return list(accumulate(map(len, _jieba().cut(text)), initial=0))
