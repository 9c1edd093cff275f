"""Transactions come in (P1). Doors: API, statement files. They are stored here and judged by scheduler/payments.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.payments import BankTransaction
from storage.payments import Source
from storage.unit_of_work import Work

AT_ONCE = 1000
"""Rows to one unit of work: more would keep callbacks waiting for SQLite's one writer."""


@dataclass(frozen=True, slots=True)
class TakenSummary:
    new: int
    repeated: int
    """Known from before: not counted again."""


async def take(work: Work, transactions: Sequence[BankTransaction], source: Source) -> TakenSummary:
    """Stores them; the judging begins as soon as this has been committed.

    At most AT_ONCE in one unit of work; whoever has more takes them in pieces.
    """
    new, repeated = await work.payments.store(transactions, source)
    return TakenSummary(new, repeated)
