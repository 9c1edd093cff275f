"""Several memos read as one long text, with gaps between them, so that arrays over all of them are made in one step.

Places in it are those of a memo's own text and where that memo begins. A gap is a pause that no name and no sentence crosses,
wide enough that nothing which is looked at around a thing reaches into the next memo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np

from nlp.numbered import Numbers, codes
from nlp.reading import Reading

GAP = 14
_GAP = "\0" * GAP


class Joined:
    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = readings
        lengths = (len(one.text) + GAP for one in readings)
        self.begins: Numbers = np.array(list(accumulate(lengths, initial=GAP)))
        """Where each memo begins; last where one more would."""
        self.marked = self._join(one.marked for one in readings)
        self.marked_codes = codes(self.marked)

    @cached_property
    def text(self) -> str:
        return self._join(one.text for one in self.readings)

    @cached_property
    def opened(self) -> str:
        return self._join(one.with_open_offices() for one in self.readings)

    @cached_property
    def word_starts(self) -> Numbers:
        """Where each word begins; each gap is one."""
        each = self.places(lambda one: one.starts)
        return np.concatenate(([0], each, [len(self.marked)]))

    def places(self, of: Callable[[Reading], Iterable[int]]) -> Numbers:
        """Places in each memo's own text as places in the joined one."""
        return np.array([begin + place for begin, one in self._each() for place in of(one)], np.int64)

    def spans(self, of: Callable[[Reading], Iterable[tuple[int, int]]]) -> Numbers:
        """(spans, 2): the same of where things begin and end."""
        each = [(begin + start, begin + end) for begin, one in self._each() for start, end in of(one)]
        return np.array(each, np.int64).reshape(-1, 2)

    def _each(self) -> Iterable[tuple[int, Reading]]:
        return zip(self.begins.tolist(), self.readings, strict=False)

    def memo_of(self, places: Numbers) -> Numbers:
        return np.searchsorted(self.begins, places, side="right") - 1

    @staticmethod
    def _join(texts: Iterable[str]) -> str:
        return _GAP + "".join(text + _GAP for text in texts)
