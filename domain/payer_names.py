"""Which customer a payer's name stands for, and which it merely resembles (P2).

Only an equal name, a confirmed payer, or a cut-off that fits one customer makes the payer the customer. Everything that
is found by likeness is a proposal for finance.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from rapidfuzz.distance import Levenshtein

from domain.payments import PaymentWords, Receivable

_OPENING = dict.fromkeys(map(ord, "([{<【〔〖《〈「『〘"), "(")
_CLOSING = dict.fromkeys(map(ord, ")]}>】〕〗》〉」』〙"), ")")
_BRACKETS = _OPENING | _CLOSING
_SHORTEST_CUT_OFF = 6
_SHORTEST_ALIKE = 5
"""A name of four characters with one of them different is another name: 王思远, 王思达."""
_SHORTEST_MENTION = 3
_MENTION = 4
_TRADE_NAME = 2
_MOST_ALIKE = 8
"""A word that this many customers share says nothing about which of them paid."""
_ONE_OFF = 1


_Key = TypeVar("_Key")


class Likeness(StrEnum):
    NONE = "none"
    EQUAL = "equal"
    KNOWN_PAYER = "known_payer"
    CUT_OFF = "cut_off"
    CUT_OFF_OF_SEVERAL = "cut_off_of_several"


@dataclass(frozen=True, slots=True)
class Payer:
    likeness: Likeness
    customers: tuple[int, ...] = ()

    @property
    def is_customer(self) -> bool:
        return self.likeness in (Likeness.EQUAL, Likeness.KNOWN_PAYER, Likeness.CUT_OFF)


NOBODY = Payer(Likeness.NONE)


def even(name: str) -> str:
    """Widths, blanks and brackets made even."""
    folded = unicodedata.normalize("NFKC", name).translate(_BRACKETS).casefold()
    return "".join(char for char in folded if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc"))


class PayerNames:
    """Customers are numbered from 0 in the order of their evened names."""

    def __init__(self, receivables: Iterable[Receivable], words: PaymentWords) -> None:
        self._words = words
        known: dict[str, set[str]] = {}
        names: set[str] = set()
        evened: dict[str, str] = {}
        for receivable in receivables:
            name = evened.get(receivable.customer)
            if name is None:
                name = evened[receivable.customer] = even(receivable.customer)
            names.add(name)
            for payer in receivable.known_payers:
                known.setdefault(even(payer), set()).add(name)
        self.names = sorted(names)
        self.number = {name: at for at, name in enumerate(self.names)}
        self._known = {payer: tuple(sorted(self.number[one] for one in whose)) for payer, whose in known.items()}
        self._known_names = sorted(self._known)

    def identify(self, payer: str) -> Payer:
        name = even(payer)
        if not name or "*" in name:
            return NOBODY
        customers = {self.number[name]} if name in self.number else set()
        likeness = Likeness.EQUAL if customers else Likeness.KNOWN_PAYER
        customers |= set(self._known.get(name, ()))
        if customers:
            return Payer(likeness, tuple(sorted(customers)))
        return self._cut_off(name)

    def _cut_off(self, name: str) -> Payer:
        letters = sum(char not in "()" for char in name)
        if letters < _SHORTEST_CUT_OFF or self._words.complete_end.search(name):
            return NOBODY
        fits = {self.number[one] for one in _starting_with(self.names, name)}
        if not fits:
            return NOBODY
        # A cut-off of a confirmed payer's name may be the payer instead: then it fits that customer too.
        fits |= {one for payer in _starting_with(self._known_names, name) for one in self._known[payer]}
        likeness = Likeness.CUT_OFF if len(fits) == 1 else Likeness.CUT_OFF_OF_SEVERAL
        return Payer(likeness, tuple(sorted(fits)[: _MOST_ALIKE * 2]))

    def similar(self, payer: str) -> tuple[int, ...]:
        """Customers whose name is one character off, has another form or branch behind it, or starts alike."""
        name = even(payer)
        if not name or "*" in name:
            return ()
        found = dict.fromkeys(self._one_off(name))
        found |= dict.fromkeys(self._by_bare_name.get(self._bare(name), ()))
        found |= dict.fromkeys(self._with_more_behind(name))
        if len(name) >= _MENTION:
            found |= {one: None for payer in _starting_with(self._known_names, name) for one in self._known[payer]}
        if not found:
            found = dict.fromkeys(self._same_start(name))
        if not found:
            found = dict.fromkeys(self.mentioned_in(name))
        return tuple(sorted(found)[:_MOST_ALIKE])

    def mentioned_in(self, text: str) -> tuple[int, ...]:
        """Customers whose telling part stands in the text: 铎远机电 for 常州铎远机电有限公司."""
        text = even(text)
        found: dict[int, int] = {}
        for at in range(len(text)):
            for length in self._mention_lengths:
                for customer in self._mentions.get(text[at : at + length], ()) if at + length <= len(text) else ():
                    found[customer] = max(found.get(customer, 0), length)
        if not found or len(found) > _MOST_ALIKE:
            return ()
        return tuple(sorted(found))

    def _bare(self, name: str) -> str:
        """Without brackets and without what says only which kind of company it is."""
        bare = name.replace("(", "").replace(")", "")
        for _ in range(3):
            shorter = self._words.legal_form.sub("", bare)
            if shorter == bare or len(shorter) < _TRADE_NAME * 2:
                break
            bare = shorter
        return bare

    def _with_more_behind(self, name: str) -> list[int]:
        """某某有限公司锦江分公司: a customer's whole name with more behind it."""
        return [
            self.number[name[:length]] for length in range(_SHORTEST_CUT_OFF, len(name)) if name[:length] in self.number
        ]

    def _same_start(self, name: str) -> tuple[int, ...]:
        """The same place and trade name, or the same trade name where the place is missing in one of the two."""
        found = self._starts.get(self._start(name), ())
        return found if 0 < len(found) <= _MOST_ALIKE else ()

    def _start(self, name: str) -> str:
        return name[: max(_MENTION, self._words.region_length(name) + _TRADE_NAME)]

    @cached_property
    def _starts(self) -> dict[str, tuple[int, ...]]:
        return _index((self._start(name), at) for at, name in enumerate(self.names) if len(name) >= _MENTION)

    @cached_property
    def _mentions(self) -> dict[str, tuple[int, ...]]:
        return _index((word, at) for at, name in enumerate(self.names) for word in self._telling(name))

    def _telling(self, name: str) -> set[str]:
        bare = self._bare(name)
        core = bare[self._words.region_length(bare) :]
        words = {self._start(name), bare, core[:_MENTION] if len(core) >= _MENTION else core}
        if core == bare and len(name) - _TRADE_NAME >= _SHORTEST_CUT_OFF:
            # The first two may be a county, which payers leave out; its form behind it tells the rest from a product.
            words.add(name[_TRADE_NAME:])
        return {word for word in words if len(word) >= _SHORTEST_MENTION}

    @cached_property
    def _mention_lengths(self) -> list[int]:
        return sorted({len(word) for word in self._mentions})

    @cached_property
    def _by_bare_name(self) -> dict[str, tuple[int, ...]]:
        return _index((self._bare(name), at) for at, name in enumerate(self.names))

    def _one_off(self, name: str) -> list[int]:
        """Names at distance one share what is left when one character is taken out of either."""
        if len(name) < _SHORTEST_ALIKE:
            return []
        keys = {name, *_without_one(name)}
        near = {at for key in keys for at in self._shortened.get(hash(key), ())}
        return [at for at in near if Levenshtein.distance(name, self.names[at], score_cutoff=_ONE_OFF) <= _ONE_OFF]

    @cached_property
    def _shortened(self) -> dict[int, tuple[int, ...]]:
        """By hash: half the memory of the strings, and a false hit only costs one comparison."""
        return _index(
            (hash(key), at)
            for at, name in enumerate(self.names)
            if len(name) >= _SHORTEST_ALIKE
            for key in (name, *_without_one(name))
        )


def _without_one(name: str) -> set[str]:
    return {name[:at] + name[at + 1 :] for at in range(len(name))}


def _starting_with(names: list[str], start: str) -> list[str]:
    """Of a sorted list; at most enough to know that there are several."""
    at = bisect_left(names, start)
    found: list[str] = []
    while at < len(names) and names[at].startswith(start) and len(found) <= _MOST_ALIKE:
        found.append(names[at])
        at += 1
    return found


def _index(pairs: Iterable[tuple[_Key, int]]) -> dict[_Key, tuple[int, ...]]:
    found: dict[_Key, tuple[int, ...]] = {}
    for key, at in pairs:
        known = found.get(key)
        if known is None:
            found[key] = (at,)
        elif len(known) <= _MOST_ALIKE and at not in known:
            found[key] = (*known, at)
    return found
