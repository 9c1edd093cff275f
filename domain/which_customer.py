"""Which customer a memo is about (V2): the open visit's, else the one it names, else the speaker's open work.

A memo in the wrong file is worse than a question, so whatever is doubtful is asked with the candidates in a fair order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import Levenshtein

SHORTEST_PART = 2
TRADE = 2
LIKE_ENOUGH = 0.6
"""One character in three may be another: 衡达机 for 恒达机. Only ever asked about, never taken for granted."""


class Why(StrEnum):
    VISIT = "visit"
    NAMED = "named"
    OPEN_WORK = "open_work"
    """Nothing was named, and the speaker has only this one in hand."""

    # Why it is asked.
    TWO_NAMED = "two_named"
    NOT_THE_VISITS = "not_the_visits"
    """The visit is at one customer and the memo speaks of another."""
    SEVERAL = "several"
    """What was said fits several, or is not quite the name of any."""
    UNKNOWN_NAME = "unknown_name"
    NOT_NAMED = "not_named"


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a customer is written. A customer may have several."""

    customer_id: int
    key: str
    """The name without place and legal form."""
    is_mine: bool

    def is_named_in(self, text: str) -> bool:
        """By its whole name, or without the two characters at the end that say its trade: 恒达 for 恒达机械."""
        return self.key in text or (len(self.key) >= TRADE + SHORTEST_PART and self.key[:-TRADE] in text)


@dataclass(frozen=True, slots=True)
class Choice:
    customer_id: int | None
    why: Why
    candidates: tuple[int, ...] = ()
    """The likeliest first; only where it is asked."""


@dataclass(frozen=True, slots=True)
class Named:
    """Customers that a name may mean, each list in the order of `spellings`."""

    same: tuple[int, ...] = ()
    part: tuple[int, ...] = ()
    alike: tuple[int, ...] = ()


def customers_named(key: str, spellings: Iterable[Spelling]) -> Named:
    """The speaker's own customers go before those of others in each list."""
    mine_first = sorted(spellings, key=lambda one: not one.is_mine)
    same = _ids(one for one in mine_first if one.key == key)
    part = _ids(
        one
        for one in mine_first
        if one.key != key and min(len(one.key), len(key)) >= SHORTEST_PART and (one.key in key or key in one.key)
    )
    alike = _ids(
        one for one in mine_first if one.is_mine and Levenshtein.normalized_similarity(one.key, key) >= LIKE_ENOUGH
    )
    known = {*same, *part}
    return Named(same, tuple(p for p in part if p not in same), tuple(a for a in alike if a not in known))


def _ids(spellings: Iterable[Spelling]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.customer_id for one in spellings))


def which_customer(
    *,
    visit: int | None,
    named: Named | None,
    mentioned: Sequence[int] = (),
    mine: frozenset[int] = frozenset(),
    open_work: Sequence[int] = (),
) -> Choice:
    """`named`: what the customer's name in the memo may mean, None where it says none. `mentioned`: the speaker's own
    customers whose names stand anywhere in it. `open_work`: the speaker's customers in hand, the latest first."""
    meant = _meant(named, mine)
    if visit is not None:
        if meant is None or meant == visit or (named and visit in (*named.same, *named.part)):
            return Choice(visit, Why.VISIT)
        return Choice(None, Why.NOT_THE_VISITS, (visit, meant))
    if named is None:
        return _unnamed(mentioned, open_work)
    others = [customer for customer in mentioned if customer != meant]
    if meant is not None:
        return Choice(None, Why.TWO_NAMED, (meant, *others)) if others else Choice(meant, Why.NAMED)
    likely = (*named.same, *named.part, *named.alike)
    why = Why.SEVERAL if likely else Why.UNKNOWN_NAME
    return Choice(None, why, tuple(dict.fromkeys((*likely, *open_work))))


def _meant(named: Named | None, mine: frozenset[int]) -> int | None:
    """The one customer that the name surely means: spelt the same, or a part of the name of one of the speaker's own and
    the whole name of nobody else's."""
    if named is None:
        return None
    own_same, own_part = ([one for one in found if one in mine] for found in (named.same, named.part))
    if own_same or own_part:
        likely = own_same or ([] if named.same else own_part)
        return likely[0] if len(likely) == 1 else None
    return named.same[0] if len(named.same) == 1 else None


def _unnamed(mentioned: Sequence[int], open_work: Sequence[int]) -> Choice:
    if len(mentioned) == 1:
        return Choice(mentioned[0], Why.NAMED)
    if mentioned:
        return Choice(None, Why.TWO_NAMED, tuple(mentioned))
    if len(open_work) == 1:
        return Choice(open_work[0], Why.OPEN_WORK)
    return Choice(None, Why.NOT_NAMED, tuple(open_work))
