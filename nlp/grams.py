"""The signs of a memo and the words it is cut into, one, two and three in a row: what the learnt weights see of a text.

Signs are those of the marked text, each person, sum and day a single one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

import numpy as np

from nlp.joined import GAP, Joined
from nlp.learnt import Weights
from nlp.numbered import NOTHING, Columns, Numbers, Places, columns, numbered, placed, signs_of
from nlp.reading import Reading

_FURTHEST, _NEAR = GAP, 8
"""Signs to either side; three in a row are looked at only near by."""
_REACH = 5
"""So many words further on is a word paired with one in its clause."""
PAUSES = ",。"


_IS_KEPT = ~signs_of("ｐｔａｄ")
_IS_PAUSE = signs_of(PAUSES + "\0")
_IS_STOP = signs_of("。\0")


class Grams:
    """Of several memos at once."""

    def __init__(self, memos: Joined) -> None:
        self.readings = memos.readings
        self._memos = memos
        is_kept = _IS_KEPT[memos.marked_codes]
        self._at: Numbers = np.concatenate(([0], is_kept.cumsum()))
        """Where a place of the text is among the signs that are kept."""
        self._signs = memos.marked_codes[is_kept]
        self._origins = is_kept.nonzero()[0]
        self._rows = _in_a_row(self._signs)
        self._begins = self._at[memos.begins]

    def bag(self, memo: int) -> Places:
        """What a memo holds, anywhere."""
        signs, pairs = self._bounds(memo)
        return np.concatenate((self._placed[:, signs].ravel(), self._pairs[0][pairs]))

    def bags(self, weights: Weights) -> Weights:
        """(memos, columns): what each memo's bag weighs, by weights of several columns."""
        signs = np.add.reduceat(weights[self._placed].sum(axis=0), self._begins[:-1])
        ends = np.searchsorted(self._pairs[1], self._memos.begins)
        pairs = np.zeros((len(self._pairs[0]) + 1, weights.shape[1]))
        np.cumsum(weights[self._pairs[0]], axis=0, out=pairs[1:])
        weighed: Weights = (signs + (pairs[ends[1:]] - pairs[ends[:-1]])).astype(np.float32)
        return weighed

    def heaviest(self, memo: int, weights: Weights) -> tuple[int, int]:
        """The clause of a memo, in its own text, whose signs and words weigh most."""
        signs, pairs = self._bounds(memo)
        at = np.concatenate((np.tile(self._origins[signs], 3), self._pairs[1][pairs])) - self._memos.begins[memo]
        marked = self.readings[memo].marked
        stops = [-1, *(place for place, sign in enumerate(marked) if sign in PAUSES), len(marked)]
        clause = np.searchsorted(stops, at, side="right") - 1
        best = int(np.bincount(clause, weights.take(self.bag(memo)), len(stops))[:-1].argmax())
        return stops[best] + 1, stops[best + 1]

    def _bounds(self, memo: int) -> tuple[slice, slice]:
        """Of a memo among the kept signs, and among the pairs of words."""
        first, last = np.searchsorted(self._pairs[1], self._memos.begins[memo : memo + 2])
        return slice(self._begins[memo], self._begins[memo + 1]), slice(first, last)

    @cached_property
    def _placed(self) -> Places:
        """(3, signs)"""
        return _placed(self._rows, _IN_A_ROW)

    @cached_property
    def _pairs(self) -> tuple[Places, Numbers]:
        """Words of one clause that stand near each other but not side by side, and the place of the first."""
        first = self._at[self._memos.word_starts]
        begin, end = first[:-1], first[1:]
        is_word = end > begin
        begin, end = begin[is_word], end[is_word]
        keys = np.concatenate((word_keys(self._signs, begin, end), _NO_WORDS))
        first_signs = self._signs[begin]
        clause = np.where(first_signs > 0, _IS_PAUSE[first_signs].cumsum(), -2 - begin)
        clause = np.concatenate((clause, _NO_CLAUSE))
        other = np.arange(len(begin))[:, None] + _FURTHER_ON
        one, place = (clause[:-_REACH, None] == clause[other]).nonzero()
        return placed(keys[one] * 31 + keys[other[one, place]], _A_PAIR), self._origins[begin[one]]

    def beside(self, spans: Callable[[Reading], Iterable[tuple[int, int]]]) -> Beside:
        """What stands on either side of some things of each memo, in their sentence, and next to them on both."""
        ends = self._memos.spans(spans)
        begins = np.searchsorted(ends[:, 0], self._memos.begins)
        ends = self._at[ends]
        first = self._stops[np.searchsorted(self._stops, ends[:, :1]) - 1]
        last = self._stops[np.searchsorted(self._stops, ends[:, 1:])]
        at = ends[:, _SIDE] + _OFFSET
        seen = self._rows.take(at + (_LENGTH - 1) * self._rows.shape[1])
        seen *= (at > first) & (at + _LENGTH <= last)
        seen = np.concatenate((seen, seen[:, _NEXT] * 31 ^ seen[:, _NEXT_TOO] << 20), axis=1)
        return Beside(seen, begins)

    @cached_property
    def people(self) -> Beside:
        return self.beside(lambda one: ((person.start, person.end) for person in one.people))

    @cached_property
    def amounts(self) -> Beside:
        return self.beside(lambda one: ((amount.span.start, amount.span.end) for amount in one.amounts))

    @cached_property
    def _stops(self) -> Numbers:
        return _IS_STOP[self._signs].nonzero()[0]


class Beside:
    """What stands beside the things of several memos."""

    def __init__(self, seen: Numbers, begins: Numbers) -> None:
        self._seen, self._begins = seen, begins

    def of(self, memo: int) -> Places:
        """(things, columns)"""
        return self._here[self._begins[memo] : self._begins[memo + 1]]

    def of_another(self, memo: int) -> Places:
        """The same, for whoever sees it around another mention of the thing than the one in question."""
        return self._elsewhere[self._begins[memo] : self._begins[memo + 1]]

    @cached_property
    def _here(self) -> Places:
        return _placed(self._seen, _AROUND)

    @cached_property
    def _elsewhere(self) -> Places:
        return _placed(self._seen, _OF_ANOTHER)


def _placed(values: Numbers, columns: Columns) -> Places:
    """0 stands for nothing seen."""
    places = placed(values, columns)
    places *= values != NOTHING
    return places


def word_keys(signs: Numbers, begin: Numbers, end: Numbers) -> Numbers:
    """A number for each word: its first two signs, its last, and how many it has."""
    first, second, last = signs[begin], signs[np.minimum(begin + 1, end - 1)], signs[end - 1]
    keys: Numbers = first | second << 16 | last << 32 | np.minimum(end - begin, 7) << 48
    return keys


def _in_a_row(signs: Numbers) -> Numbers:
    """(3, signs): so many in a row from each on, 0 where they reach into a gap."""
    rows = np.zeros((3, len(signs)), np.int64)
    one, two, three = rows
    one[:] = signs
    two[:-1] = (signs[:-1] | signs[1:] << 16) * ((signs[:-1] > 0) & (signs[1:] > 0))
    three[:-2] = (two[:-2] | signs[2:] << 32) * ((two[:-2] > 0) & (signs[2:] > 0))
    return rows


_IN_A_ROW = columns(1, 3)
_A_PAIR = numbered([4])
_FURTHER_ON = np.arange(2, _REACH + 1)
_NO_WORDS, _NO_CLAUSE = np.zeros(_REACH, np.int64), np.full(_REACH, -1)


def _looks(side: int) -> list[tuple[int, int, int, int]]:
    """Of each column: its side, where it looks, how many signs it takes, and its number: near by, further off, right beside."""
    return [
        (side, offset if side else -offset - length, length, first + length + 20 * side)
        for reach, longest, first in ((_NEAR, 3, 8), (_FURTHEST, 2, 12), (0, 3, 16))
        for length in range(1, longest + 1)
        for offset in range(max(1, reach - length + 1))
    ]


_SIDE, _OFFSET, _LENGTH, _NUMBERS = np.array([*_looks(0), *_looks(1)]).T
# One and one sign beside a thing, two and one, one and two, two and two.
_NEXT, _NEXT_TOO = (
    [_NUMBERS.tolist().index(number) for number in each] for each in ((17, 18, 17, 18), (37, 37, 38, 38))
)
_COLUMNS = [*_NUMBERS.tolist(), *range(45, 49)]
_AROUND, _OF_ANOTHER = numbered(_COLUMNS), numbered(50 + column for column in _COLUMNS)
