"""Order numbers inside what people write behind a payment (P2).

The shapes are learnt from the receivables themselves: XS2610-0131 gives the shape XS, four digits, four digits. Case,
width, hyphen, blanks and a missing prefix do not matter, nor does a list that repeats only the last digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MOST_SHAPES = 8
"""Each shape is a pass over the text; numbers of rarer shapes are still found when they stand alone and whole."""
_SHORTEST_WHOLE = 5
_FEWEST_BARE_DIGITS = 6
"""Fewer digits without their prefix are an amount or a year as easily as an order."""
_SHAPE = re.compile(r"(?:([A-Z]+)-?)?(\d+)(?:-(\d+))?")
_DASHES = str.maketrans("‐‑‒–—―−﹣－ー_", "-" * 11)
_TOKEN = re.compile(r"[A-Z0-9][A-Z0-9/_.-]*[A-Z0-9]")
_JOINT = r"[\s:#.\-]*"
_YEARS = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names. `orders` exist, in the order in which they stand; `unknown` look like ours and do not."""

    orders: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()
    """Last groups alone, as in 0133/0145 without a number before them: only the payer's own orders make sense of them."""

    def __bool__(self) -> bool:
        return bool(self.orders or self.unknown)


NOTHING_NAMED = Named()


@dataclass(frozen=True, slots=True)
class _Shape:
    prefix: str
    first: int
    second: int
    """0 where the number is one group."""


def plain(text: str) -> str:
    return "".join(
        char for char in unicodedata.normalize("NFKC", text).upper().translate(_DASHES) if char != "\u200b"
    ).replace("\ufeff", "")


def key_of(order_no: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", plain(order_no))


class OrderNumbers:
    def __init__(self, order_nos: Iterable[str], *, between: str, after_amounts: str) -> None:
        """`between` and `after_amounts` as in domain.payments.PaymentWords."""
        self._by_key: dict[str, str] = {}
        shapes: Counter[_Shape] = Counter()
        self._starts: set[str] = set()
        for order_no in order_nos:
            self._by_key.setdefault(key_of(order_no), order_no)
            if found := _SHAPE.fullmatch(plain(order_no)):
                shapes[_Shape(found[1] or "", len(found[2]), len(found[3] or ""))] += 1
                self._starts.add(found[2][:2])
        self._shapes = [
            _Pattern(shape, between, after_amounts)
            for shape, _ in sorted(shapes.items(), key=lambda item: (-item[1], repr(item[0])))[:_MOST_SHAPES]
        ]

    def named_in(self, text: str) -> Named:
        if not any(char.isdigit() for char in text):
            return NOTHING_NAMED
        text = plain(text)
        orders: list[str] = []
        unknown: list[str] = []
        tails: list[str] = []
        for pattern in self._shapes:
            text = self._take(pattern, text, orders, unknown)
            if not orders and not unknown:
                tails += pattern.tails(text)
        if not orders:
            self._take_whole(text, orders)
        return Named(tuple(dict.fromkeys(orders)), tuple(dict.fromkeys(unknown)), tuple(dict.fromkeys(tails)))

    def _take(self, pattern: _Pattern, text: str, orders: list[str], unknown: list[str]) -> str:
        """What was taken is blanked, so that no other shape reads a part of it."""
        at, rest = 0, list(text)
        while found := pattern.number.search(text, at):
            first, second, has_prefix = pattern.groups(found)
            key = pattern.shape.prefix + first + second
            if has_prefix or self._is_order_like(key, first, second, pattern):
                (orders if key in self._by_key else unknown).append(self._by_key.get(key, found[0].strip()))
                end = self._take_list(pattern, first, text, found.end(), orders, unknown)
                rest[found.start() : end] = " " * (end - found.start())
                at = end
            else:
                at = found.end()
        text = "".join(rest)
        for broken in pattern.broken(text):
            unknown.append(broken)
        return text

    def _is_order_like(self, key: str, first: str, second: str, pattern: _Pattern) -> bool:
        """Digits without the prefix: ours when they exist; unknown when they start as ours do and are no date."""
        if key in self._by_key:
            return True
        return bool(pattern.shape.prefix) and first[:2] in self._starts and not _is_date(first + second)

    def _take_list(
        self, pattern: _Pattern, first: str, text: str, at: int, orders: list[str], unknown: list[str]
    ) -> int:
        """XS2610-0133/0145: the next last group belongs to the same first one."""
        while found := pattern.next_tail(text, at):
            key = pattern.shape.prefix + first + found["tail"]
            if key in self._by_key:
                orders.append(self._by_key[key])
            elif found["between"].strip():
                unknown.append(first + "-" + found["tail"])
            else:
                break
            at = found.end()
        return at

    def _take_whole(self, text: str, orders: list[str]) -> None:
        """Numbers of any other shape, where they stand alone."""
        for token in _TOKEN.findall(text):
            key = key_of(token)
            if len(key) >= _SHORTEST_WHOLE and key in self._by_key and not _is_amount_like(token):
                orders.append(self._by_key[key])


def _is_amount_like(token: str) -> bool:
    return bool(re.fullmatch(r"\d+\.\d{1,2}", token))


def _is_date(digits: str) -> bool:
    if len(digits) != 8:
        return False
    return int(digits[:4]) in _YEARS and 1 <= int(digits[4:6]) <= 12 and 1 <= int(digits[6:]) <= 31


class _Pattern:
    def __init__(self, shape: _Shape, between: str, after_amounts: str) -> None:
        self.shape = shape
        digits = shape.first + shape.second
        prefix = r"\s*".join(shape.prefix)
        tight = rf"(?P<first>\d{{{shape.first}}}){_JOINT}(?P<second>\d{{{shape.second}}})"
        loose = rf"(?P<lfirst>{_spaced(shape.first)}){_JOINT}(?P<lsecond>{_spaced(shape.second)})(?!\d)"
        bare = (
            rf"(?<![A-Z0-9.,\-])(?P<bfirst>\d{{{shape.first}}})\s?-?\s?(?P<bsecond>\d{{{shape.second}}})"
            rf"(?![\dA-Z]|[.,]\d|-\d|\s*[{after_amounts}])"
        )
        forms = [bare] if digits >= _FEWEST_BARE_DIGITS else []
        if shape.prefix:
            forms.insert(0, rf"(?<![A-Z]){prefix}{_JOINT}(?:{tight}|{loose})")
            self._broken = re.compile(rf"(?<![A-Z]){prefix}{_JOINT}\d[\dA-Z\-]*")
        else:
            self._broken = re.compile(r"(?!)")
        self.number = re.compile("|".join(forms) or "(?!)")
        joined = rf"\s*(?:[/、,;+&~\-]|{between})\s*"
        tail = rf"\d{{{shape.second}}}(?![\d]|[.,]\d|\s*[{after_amounts}])"
        self._next = re.compile(rf"(?P<between>{joined}|\s+)(?P<tail>{tail})") if shape.second else None
        listed = rf"(?<![A-Z0-9.,\-/])(?:{tail})(?:\s*(?:[/、,;+&]|{between})\s*(?:{tail}))+"
        self._tails = re.compile(listed) if shape.second >= 3 else None
        self._tail_digits = re.compile(rf"\d{{{shape.second}}}")

    def groups(self, found: re.Match[str]) -> tuple[str, str, bool]:
        given = found.groupdict()
        for kind in ("", "l", "b"):
            if given.get(f"{kind}first") is not None:
                first, second = (re.sub(r"\s", "", given[f"{kind}{name}"]) for name in ("first", "second"))
                return first, second, bool(self.shape.prefix) and kind != "b"
        raise AssertionError(found)

    def next_tail(self, text: str, at: int) -> re.Match[str] | None:
        return self._next.match(text, at) if self._next else None

    def broken(self, text: str) -> Sequence[str]:
        """The prefix with digits that make no number, such as XS2610-01."""
        return self._broken.findall(text)

    def tails(self, text: str) -> list[str]:
        found = self._tails.search(text) if self._tails else None
        return self._tail_digits.findall(found[0]) if found else []


def _spaced(count: int) -> str:
    return r"\d" + rf"(?:\s*\d){{{count - 1}}}" if count else ""
