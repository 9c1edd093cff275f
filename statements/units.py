"""What the figures of a table are counted in, where it is not yuan: 万元, 美元. Words of the header, or above it (P1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from statements.cells import clean, even, known_currency

_ABOVE = re.compile(r"(?:金额|计量)?单位[:\s]+(\S+)|(?:账户|交易)?(?:币种|货币|币别)[:\s]+(\S+)")
_BEHIND = re.compile(r"[(/](?:单位:?)?([^()/]+)\)?$")
_IN_WAN = re.compile(r"(?:人民币|[A-Za-z]{3})?万(?:人民币)?(?:[元美欧港日英][元币镑]?)?")
"""No company called 万华."""
_WAN = 10_000


@dataclass(frozen=True, slots=True)
class Unit:
    scale: int = 1
    currency: str = ""
    """Empty where nothing is said."""

    def or_else(self, other: Unit) -> Unit:
        return Unit(self.scale if self.scale != 1 else other.scale, self.currency or other.currency)


NO_UNIT = Unit()


def unit_above(rows: Iterable[tuple[str, ...]]) -> Unit:
    """单位：万元, 币种：美元, in one cell or in two beside each other."""
    unit = NO_UNIT
    for cells in rows:
        text = " ".join(even(clean(cell)) for cell in cells if cell)
        for found in _ABOVE.finditer(text):
            unit = unit.or_else(_read(found[1] or found[2]))
    return unit


def unit_of_words(words: Iterable[str]) -> Unit:
    """贷方金额(万元), amounts alone."""
    unit = NO_UNIT
    for word in words:
        if found := _BEHIND.search(word):
            unit = unit.or_else(_read(found[1]))
    return unit


def _read(text: str) -> Unit:
    text = text.strip(" ,;。()[]+-")
    return Unit(_WAN if _IN_WAN.fullmatch(text) else 1, known_currency(text.replace("万", "")))
