"""What customers owe us: instalments, what is still open on each, and how they have paid so far (P4, Q2). Money is fen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from domain.ids import CustomerId, UserId
from domain.payments import Instalment, Receivable


class ReceivableState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    """Parked with a reason: nobody is reminded of it, money for it is still booked."""


TAKES_MONEY = (ReceivableState.OPEN, ReceivableState.DISPUTED)


@dataclass(frozen=True, slots=True)
class KeptReceivable(Receivable):
    """A receivable as it is kept: whose it is, and its state."""

    receivable_id: int = 0
    state: ReceivableState = ReceivableState.OPEN
    why: str = ""
    """Of a dispute or a cancellation, in somebody's words."""
    customer_id: CustomerId | None = None
    owner: UserId | None = None
    """Its own, or else the customer's."""

    @property
    def schedule(self) -> tuple[Instalment, ...]:
        return self.instalments or (Instalment(self.amount, self.due_date),)

    @property
    def open_instalments(self) -> tuple[Instalment, ...]:
        """With what is still open on each: money fills the earliest first."""
        if self.is_cancelled:
            return ()
        left = self.received
        found = []
        for one in in_order(self.schedule):
            paid = min(left, one.amount)
            left -= paid
            if one.amount > paid:
                found.append(Instalment(one.amount - paid, one.due_on))
        return tuple(found)


def in_order(instalments: Iterable[Instalment]) -> list[Instalment]:
    return sorted(instalments, key=lambda one: one.due_on or date.max)


@dataclass(frozen=True, slots=True)
class Received:
    """Money that came in for a receivable, on the day on which it reached the bank."""

    day: date
    amount: int


@dataclass(frozen=True, slots=True)
class PaidInstalment:
    order_no: str
    due_on: date
    amount: int
    paid_on: date | None
    """When the whole of it was there; None = it is not."""

    def days_late(self, today: date) -> int:
        return max(0, ((self.paid_on or today) - self.due_on).days)


def payment_record(receivable: KeptReceivable, received: Iterable[Received]) -> list[PaidInstalment]:
    """Each instalment with a day on it, and when it was paid."""
    came = sorted(received, key=lambda one: one.day)
    sums = list(accumulate(one.amount for one in came))
    record = []
    due = 0
    for one in in_order(receivable.schedule):
        due += one.amount
        paid_on = next((came[at].day for at, total in enumerate(sums) if total >= due), None)
        if one.due_on is not None:
            record.append(PaidInstalment(receivable.order_no, one.due_on, one.amount, paid_on))
    return record


RED_FLAG_DAYS = timedelta(days=92)
"""Three months."""
RED_FLAG_FROM = 2


def red_flags(record: Iterable[PaidInstalment], today: date) -> Sequence[PaidInstalment]:
    """The overdue payments of the last three months, the latest first, where they are two or more (Q2); else none."""
    since = today - RED_FLAG_DAYS
    late = [
        one
        for one in record
        if one.days_late(today) and one.due_on < today and (one.paid_on is None or one.paid_on >= since)
    ]
    return sorted(late, key=lambda one: one.due_on, reverse=True) if len(late) >= RED_FLAG_FROM else ()
