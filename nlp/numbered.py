"""What is seen of a text as numbers, so that a whole memo is weighed in a few steps over arrays (docs/adr/0015).

A feature is a column (which question is asked) and a value (the answer, a whole number below 2**57); both together are
hashed to a place in a table of weights. Two that fall on one place share a weight, which is rare enough to cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int64]
Columns: TypeAlias = NDArray[np.uint64]
BITS = 17
SIZE = 1 << BITS
NOTHING = 0
"""The place whose weight is always nothing."""
_SPREAD, _SHIFT, _TO_COLUMN = np.uint64(0x9E3779B97F4A7C15), np.uint64(64 - BITS), np.uint64(57)
_SPELT_OUT = 127


def codes(text: str) -> Numbers:
    """Of each sign; any that Unicode numbers beyond 65,535 count as one."""
    signs = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(signs, 0xFFFF).astype(np.int64)


def signs_of(signs: str) -> NDArray[np.bool_]:
    """(65536,): whether a sign is one of these."""
    is_one = np.zeros(0x10000, np.bool_)
    is_one[[ord(sign) for sign in signs]] = True
    return is_one


def columns(first: int, count: int) -> Columns:
    """(count, 1): columns that are numbered on from the first; a model may have 127."""
    return numbered(range(first, first + count))[:, None]


def numbered(each: Iterable[int]) -> Columns:
    return np.fromiter(each, np.uint64) << _TO_COLUMN


def stacked(rows: Sequence[Any]) -> Numbers:
    """(rows, things): the answers to one question after the other."""
    return np.concatenate(rows, dtype=np.int64, casting="unsafe").reshape(len(rows), -1)


def placed(values: Numbers, columns: Columns) -> Places:
    """Where in a table the weights of these features stand."""
    mixed = values.view(np.uint64) ^ columns
    mixed *= _SPREAD
    mixed >>= _SHIFT
    return mixed.view(np.int64)


@lru_cache(maxsize=1 << 14)
def place(feature: str) -> int:
    """Of a feature that is spelt out."""
    return int(placed(np.array([crc32(feature.encode())]), numbered([_SPELT_OUT]))[0])


def all_places(features: Iterable[str]) -> Places:
    return np.fromiter(map(place, features), np.int64)
