"""What names are made of: the kind of house that a name says it is (机械 of 恒达机械), and the signs that makers like."""

from __future__ import annotations

from functools import cache

from nlp.wordlists import words

_LONGEST = 6


def kinds_in(text: str) -> dict[int, tuple[int, int]]:
    """Where kinds end in a text: where each begins (医药公司 of 瑞泽医药公司), and how long its last word is (公司)."""
    found: dict[int, tuple[int, int]] = {}
    known, last_two = _kinds(), _last_two()
    for end in range(1, len(text) + 1):
        if text[end - 2 : end] in last_two or text[end - 1] in known:
            begin = next((at for at in range(max(0, end - _LONGEST), end) if text[at:end] in known), end)
            if begin < end:
                found[end] = (found[begin][0] if begin in found else begin, end - begin)
    return found


@cache
def _kinds() -> frozenset[str]:
    return words("organisations") | words("products")


@cache
def _last_two() -> frozenset[str]:
    return frozenset(kind[-2:] for kind in _kinds())


_RARE_ROWS = range(0xD8, 0xF8)
"""In GB 2312 the signs of everyday come first, the rarer ones (昱, 澜, 钰) from here on: few but names hold them."""


def name_signs() -> frozenset[str]:
    rare = (bytes((row, cell)).decode("gb2312", "ignore") for row in _RARE_ROWS for cell in range(0xA1, 0xFF))
    return words("name_signs") | frozenset(rare)
