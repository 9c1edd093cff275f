"""A transcript read once: even text without fillers, who, how much and when marked in it, and the way back to the words.

`marked` is as long as `text`; in it a person stands as Ｐ and ｐ, a bare title or body as Ｔ and ｔ, money as Ａ and ａ, a
day as Ｄ and ｄ, so that rules about a person's or a day's place in a sentence are short patterns. The signs are full
width, which an even text never holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from domain.facts import Words
from nlp.dates import DayMention, days
from nlp.dictionary import pieces
from nlp.money import Amount, amounts
from nlp.patterns import sought
from nlp.persons import Person, PersonKind, persons
from nlp.spans import Span
from nlp.transcript import Evened, even

# What the voice does while the head thinks. 啊不, 哦不 take something back and stay.
_FILLER = sought(
    "(?:嗯|呃|唔|诶|欸|额(?=[,。…]))+[,。…~]*"
    "|(?<![\u4e00-\u9fff])(?:那个什么|那个|这个|就是说?|就|然后呢|怎么说呢|怎么讲)[,…]+"
    "|(?:那个|这个|就是)(?=[,…])(?=[,…]+(?:那个|这个))"
    "|(?<=[给的是把跟和去叫,])(?:那个|这个)[,…]+"
)
_PARTICLE = sought("(?:(?<!天)[啊呀嘛哈哎唉喂噢哦啦哟](?!不|对|市|密))+")
# 跟,跟项目经理; 四十…四十八万; not 海尔和松下,松下报四千二.
_AGAIN = re.compile(
    r"((?<![^,。])[^,。、0-9]{2,8}|[^,。、0-9他她我你]|[零一二两三四五六七八九十百千万]{2,6})[,…]+(?=\1)"
)
_STOPS = re.compile("[;!?\n。;]+")
_BREATHS = re.compile(" *[,…:~\u2014-][,…:~ \u2014-]*|(?<![A-Za-z0-9]) +| +(?![A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class _Kept:
    """Text with the places in the evened text that its signs came from."""

    text: str
    places: Sequence[int]

    def without(self, pattern: re.Pattern[str], instead: str = "") -> _Kept:
        pieces: list[str] = []
        places: list[int] = []
        at = 0
        for found in pattern.finditer(self.text):
            start, end = found.span()
            pieces += (self.text[at:start], instead)
            places += self.places[at:start]
            if instead:
                places += [self.places[start]] * len(instead)
            at = end
        if not at:
            return self
        pieces.append(self.text[at:])
        places += self.places[at:]
        return _Kept("".join(pieces), places)


class Reading:
    """Text, marks and mentions; places are those of `text`."""

    def __init__(self, transcript: str, recorded_at: datetime) -> None:
        self._evened: Evened = even(transcript)
        kept = _without_fillers(self._evened.text)
        self.text = kept.text
        self._places = kept.places
        self.recorded_on = recorded_at.date()
        self.amounts: list[Amount] = amounts(self.text)
        self.days: list[DayMention] = days(self.text, recorded_at.date(), recorded_at.time())
        self.people: list[Person] = self._people()
        self.marked = self._marked()
        self.pieces = pieces(self.marked)
        self.starts = list(accumulate(map(len, self.pieces), initial=0))
        """Where each piece begins; last where the text ends."""

    def _people(self) -> list[Person]:
        spans = [*(amount.span for amount in self.amounts), *(day.span for day in self.days)]
        taken = [(span.start, span.end) for span in spans]
        return [
            person
            for person in persons(self.text)
            if not any(start < person.end and person.start < end for start, end in taken)
        ]

    def _marked(self) -> str:
        marks = list(self.text)
        for start, end, sign in self._mentions():
            marks[start:end] = sign.upper() + sign.lower() * (end - start - 1)
        return "".join(marks)

    def _mentions(self) -> Iterable[tuple[int, int, str]]:
        yield from ((one.span.start, one.span.end, "Ａ") for one in self.amounts)
        yield from ((one.span.start, one.span.end, "Ｄ") for one in self.days)
        yield from ((one.start, one.end, "Ｐ" if one.kind is PersonKind.NAMED else "Ｔ") for one in self.people)

    def with_open_offices(self) -> str:
        """The marked text, where of 恒通物流孙经理 and 华盛集团技术中心 only 孙经理 is hidden: names of companies reach into
        the offices that belong to a person's name."""
        marks = list(self.marked)
        for person in self.people:
            core = person.end - len(person.short) if person.kind is PersonKind.NAMED else person.end
            if person.kind is not PersonKind.POST:
                marks[person.start : core] = self.text[person.start : core]
        return "".join(marks)

    def words(self, start: int, end: int) -> Words:
        """As said, in the transcript."""
        if start >= end:
            return Words(0, 0, "")
        first, last = self._places[start], self._places[end - 1] + 1
        said = self._evened.as_said(Span(first, last, self._evened.text[first:last]))
        return Words(said.start, said.end, said.text)

    def as_said(self, start: int, end: int) -> str:
        """The words of a value: as said, without the fillers that stood between."""
        pieces = []
        at = start
        while at < end:
            to = at + 1
            while to < end and self._places[to] == self._places[to - 1] + 1:
                to += 1
            pieces.append(self.words(at, to).text)
            at = to
        return "".join(pieces)


def _without_fillers(text: str) -> _Kept:
    kept = _without_all(_Kept(text, range(len(text))), _FILLER)
    kept = kept.without(_PARTICLE, ",").without(_BREATHS, ",").without(_STOPS, "。").without(_DOUBLED)
    for _ in range(2):
        again = kept.without(_FILLER).without(_AGAIN)
        if again is kept:
            break
        kept = again
    return kept


def _without_all(kept: _Kept, pattern: re.Pattern[str]) -> _Kept:
    for _ in range(2):
        fewer = kept.without(pattern)
        if fewer is kept:
            break
        kept = fewer
    return kept


_DOUBLED = re.compile("(?<=[,。]),+|^[,。]+|,+(?=。)")
