"""What the house's books say of a known customer (L6)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.payments import Instalment
from domain.receivables import KeptReceivable, ReceivableState
from domain.standing import Standing, StandingWhy, standing_of

TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 22)


def owed(state: ReceivableState = ReceivableState.OPEN, due: date | None = None, received: int = 0) -> KeptReceivable:
    return KeptReceivable(
        order_no="XS1", customer="恒达机械", amount=100, received=received, due_date=due, state=state
    )  # fmt: skip


PAID = owed(ReceivableState.PAID, YESTERDAY, received=100)
HALF = KeptReceivable(
    order_no="XS2", customer="恒达机械", amount=100, received=50,
    instalments=(Instalment(50, YESTERDAY), Instalment(50, TODAY)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("receivables", "broken", "expected"),
    [
        ([], 0, None),
        ([], 2, None),
        ([PAID], 0, StandingWhy.PAID),
        ([PAID], 1, StandingWhy.PAID),
        ([owed(due=TODAY)], 0, None),
        ([owed()], 0, None),
        ([owed(due=YESTERDAY)], 0, StandingWhy.OVERDUE),
        ([PAID, owed(due=YESTERDAY)], 0, StandingWhy.OVERDUE),
        ([PAID, owed(due=TODAY)], 1, StandingWhy.PROMISE_BROKEN),
        ([PAID, owed(due=TODAY)], 0, StandingWhy.PAID),
        ([HALF], 0, None),
        ([owed(ReceivableState.DISPUTED, YESTERDAY)], 1, None),
        ([owed(ReceivableState.CANCELLED, YESTERDAY)], 1, None),
    ],
)
def test_only_what_the_books_say_counts(
    receivables: list[KeptReceivable], broken: int, expected: StandingWhy | None
) -> None:
    assert standing_of(receivables, broken, TODAY) == expected


def test_only_who_has_paid_and_owes_nothing_late_stands_well() -> None:
    assert [why for why in StandingWhy if why.standing is Standing.GOOD] == [StandingWhy.PAID]
