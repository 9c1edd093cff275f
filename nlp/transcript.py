"""A transcript made even for reading, with the way back to the words as they were said.

Full width → half width, traditional → simplified, blanks that speech-to-text puts around digits gone. Fillers and
restarts stay: whether a figure was taken back is not for this module to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from nlp.spans import Span, span_of

if TYPE_CHECKING:
    from opencc import OpenCC

# Every printable sign of ASCII has a full-width twin; other signs (。、《》) are Chinese and stay.
_EVEN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_EVEN |= {ord(blank): ord(" ") for blank in "\u3000\u00a0\t\r\n"}
_EVEN |= {ord(hyphen): ord("-") for hyphen in "‐‑‒–—―−﹣﹘"}
# Half a surrogate pair is no character, and a library behind would stop at it.
_EVEN |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_EVEN |= {ord("〜"): ord("~"), ord("∼"): ord("~"), ord("﹐"): ord(","), ord("￥"): ord("¥")}
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff"
_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
# Beside a digit a blank says nothing (11 月 30 日); between two numerals it may part them (二 30万), and between Chinese
# words it is a breath.
_NUMERAL = "0-9零〇一二两三四五六七八九十百千万亿"
_GONE = re.compile(
    rf"[{_INVISIBLE}]+"
    rf"|(?<=[0-9¥]) +(?=[{_HAN}])"
    rf"|(?<=[{_HAN}]) +(?=[0-9¥])(?<![{_NUMERAL}] )"
    r"|(?<=¥) +(?=[0-9])"
)
_BLANK_BETWEEN = re.compile(rf"(?<=[{_HAN}]) +(?=[{_HAN}0-9])|(?<=[0-9]) +(?=[{_HAN}])")
_ALL_GONE = re.compile(f"{_GONE.pattern}|{_BLANK_BETWEEN.pattern}")
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_MOSTLY_SPACED = 0.6
"""Some engines write a blank behind every character; then blanks mean nothing anywhere."""
_HAS_GAPS = re.compile(f"[ {_INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Evened:
    text: str
    said: str
    places: tuple[int, ...]
    """For each place of `text`, and its end, the place in `said`."""

    def as_said(self, span: Span) -> Span:
        """The words of a span of `text` as they were said."""
        if span.end <= span.start:
            return span_of(self.said, self.places[span.start], self.places[span.start])
        return span_of(self.said, self.places[span.start], self.places[span.end - 1] + 1)


def even(text: str) -> Evened:
    simple = simplified(text.translate(_EVEN))
    cuts = [found.span() for found in _blanks(simple).finditer(simple)] if _HAS_GAPS.search(simple) else []
    if not cuts:
        return Evened(simple, text, tuple(range(len(text) + 1)))
    kept: list[int] = []
    at = 0
    for start, end in cuts:
        kept.extend(range(at, start))
        at = end
    kept.extend(range(at, len(simple)))
    return Evened("".join(simple[place] for place in kept), text, (*kept, len(text)))


def _blanks(text: str) -> re.Pattern[str]:
    between = len(_BLANK_BETWEEN.findall(text))
    return _ALL_GONE if between > _MOSTLY_SPACED * len(_HAN_CHARACTER.findall(text)) else _GONE


def simplified(text: str) -> str:
    """Keeps the length: a phrase that the converter would make longer or shorter is converted sign by sign."""
    if text.isascii():
        return text
    converter = _converter()
    simple: str = converter.convert(text)
    if len(simple) == len(text):
        return simple
    return "".join(one if len(one := converter.convert(sign)) == 1 else sign for sign in text)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    """Loaded with the first text: 30 ms."""
    from opencc import OpenCC

    return OpenCC("t2s")
