"""What names are made of: the kind of house that a name says it is (机械 of 恒达机械), and the signs that makers like."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from nlp.numbered import Numbers, codes, signs_of
from nlp.wordlists import words

_LONGEST = 6


def kinds_in(text: str) -> dict[int, tuple[int, int]]:
    """Where kinds end in a text: where each begins (医药公司 of 瑞泽医药公司), and how long its last word is (公司)."""
    found: dict[int, tuple[int, int]] = {}
    known = _kinds()
    for end in _may_end(codes(text)):
        begin = next((at for at in range(max(0, end - _LONGEST), end) if text[at:end] in known), end)
        if begin < end:
            found[end] = (found[begin][0] if begin in found else begin, end - begin)
    return found


@cache
def _kinds() -> frozenset[str]:
    return words("organisations") | words("products")


def _may_end(signs: Numbers) -> list[int]:
    """Where kinds may end by their last two signs, or their only one: most of a text is passed over so."""
    ones, twos = _endings()
    ends = ones[signs[1:]] | twos[_two(signs[:-1], signs[1:])]
    found: list[int] = (ends.nonzero()[0] + 2).tolist()
    return found


@cache
def _endings() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    twos = np.zeros(0x10000, np.bool_)
    for kind in _kinds():
        if len(kind) > 1:
            twos[_two(*codes(kind[-2:]))] = True
    return signs_of("".join(kind for kind in _kinds() if len(kind) == 1)), twos


def _two(first: Numbers, second: Numbers) -> Numbers:
    """A number for two signs in a row, below 65,536; few share one."""
    return (first * 31 + second) & 0xFFFF


_RARE_ROWS = range(0xD8, 0xF8)
"""In GB 2312 the signs of everyday come first, the rarer ones (昱, 澜, 钰) from here on: few but names hold them."""


def name_signs() -> frozenset[str]:
    rare = (bytes((row, cell)).decode("gb2312", "ignore") for row in _RARE_ROWS for cell in range(0xA1, 0xFF))
    return words("name_signs") | frozenset(rare)
