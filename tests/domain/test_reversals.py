"""Which payment a row of the bank takes back (冲正)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.payments import BankTransaction
from domain.reversals import taken_back

DAY = timedelta(days=1)
AT = datetime.fromisoformat("2026-11-20T10:00:00+08:00")


def came(serial: str = "S1", amount: int = 6_400_000, payer: str = "恒达机械", **more: object) -> BankTransaction:
    return BankTransaction(serial, AT, amount, payer=payer, **more)  # type: ignore[arg-type]


def back(remark: str = "冲正", payer: str = "恒达机械", at: datetime = AT + DAY, **more: object) -> BankTransaction:
    return BankTransaction("R1", at, -6_400_000, payer=payer, remark=remark, is_reversal=True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reversal", "came_in", "found"),
    [
        (back(), [came()], [0]),
        (back(payer="恒达机械 "), [came()], [0]),
        (back(payer=""), [came()], [0]),
        (back(at=AT), [came()], [0]),
        (back(at=AT - timedelta(hours=3)), [came()], [0]),
        (back("冲正原流水S2", payer=""), [came(), came("S2")], [1]),
        (back("冲正原流水S2", payer="别人"), [came(), came("S2")], [1]),
        (back(), [came(), came("S2")], [0, 1]),
        (back(payer="星屿塑业"), [came()], []),
        (back(), [came(amount=6_399_999)], []),
        (back(), [came(currency="USD")], []),
        (back(at=AT - DAY), [came()], []),
        (back(at=AT + 16 * DAY), [came()], []),
    ],
    ids=[
        "same amount and side", "widths", "nobody named", "the same day", "the same day, in the bank's own order",
        "the serial is named", "the serial says more than the name", "a tie", "another side", "another amount",
        "another currency", "before it came", "too long after it",
    ],
)  # fmt: skip
def test_what_a_reversal_takes_back(
    reversal: BankTransaction, came_in: list[BankTransaction], found: list[int]
) -> None:
    assert taken_back(reversal, came_in) == found
