"""What the figures of a table are counted in, where it is not yuan: 万元, 美元. Words of the header, or above it (P1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from statements.cells import clean, even, known_currency

_ABOVE = re.compile(r"(?:金额|计量)?单位[:\s]+(\S+)|(?:账户|交易)?(?:币种|货币|币别)[:\s]+(\S+)")
_BEHIND = re.compile(r"[(/](?:单位:?)?([^()/]+)\)?$")
_IN_WAN = re.compile(r"(?:人民币|[A-Za-z]{3})?万(?:人民币)?(?:[元美欧港日英][元币镑]?)?")
"""Not the start of a company's name."""
_WAN = 10_000


@dataclass(frozen=True, slots=True)
class Unit:
    said: int = 0
    """Yuan to one of the figures; 0 where nothing is said."""
    currency: str = ""
    """Empty where nothing is said."""

    @property
    def scale(self) -> int:
        return self.said or 1

    def or_else(self, other: Unit) -> Unit:
        return Unit(self.said or other.said, self.currency or other.currency)


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
    if _IN_WAN.fullmatch(text):
        return Unit(_WAN, known_currency(text.replace("万", "")))
    currency = known_currency(text)
    return Unit(1 if currency or text == "元" else 0, currency)
