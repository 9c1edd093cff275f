"""How a known customer stands with the house: only what its own books say (L6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from domain.receivables import KeptReceivable, ReceivableState


class Standing(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"


class StandingWhy(StrEnum):
    OVERDUE = "overdue"
    PROMISE_BROKEN = "promise_broken"
    PAID = "paid"

    @property
    def standing(self) -> Standing:
        return Standing.GOOD if self is StandingWhy.PAID else Standing.DOUBTFUL


def standing_of(receivables: Iterable[KeptReceivable], broken_promises: int, today: date) -> StandingWhy | None:
    """None where the books say neither. What is disputed counts for nothing, and a promise only while money is open."""
    known = list(receivables)
    waited_for = [one for one in known if one.state is ReceivableState.OPEN]
    if any(part.due_on is not None and part.due_on < today for one in waited_for for part in one.open_instalments):
        return StandingWhy.OVERDUE
    if waited_for and broken_promises:
        return StandingWhy.PROMISE_BROKEN
    return StandingWhy.PAID if any(one.state is ReceivableState.PAID for one in known) else None
