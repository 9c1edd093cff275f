"""冲正: the bank takes a payment back. Which one is for the rules to find, what follows is for a person to decide (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from domain.payer_names import even
from domain.payments import BankTransaction

REVERSED_WITHIN = timedelta(days=15)


def taken_back(reversal: BankTransaction, came_in: Sequence[BankTransaction]) -> list[int]:
    """Places in `came_in` of what the reversal may take back: one is a pair, several are a tie.

    The one whose serial the bank names; or else of the same amount and other side, days apart at most. A reversal that
    names nobody may take anybody's back.
    """
    fits = [at for at, one in enumerate(came_in) if _fits(reversal, one)]
    named = [at for at in fits if came_in[at].serial in reversal.remark or came_in[at].serial in reversal.kind]
    return named or [at for at in fits if _is_same_side(reversal, came_in[at])]


def _fits(reversal: BankTransaction, one: BankTransaction) -> bool:
    apart = reversal.paid_at.date() - one.paid_at.date()
    return (
        one.amount == -reversal.amount > 0
        and one.currency == reversal.currency
        and one.serial != reversal.serial
        and timedelta(0) <= apart <= REVERSED_WITHIN
    )


def _is_same_side(reversal: BankTransaction, one: BankTransaction) -> bool:
    ours, theirs = even(reversal.payer), even(one.payer)
    return not ours or not theirs or ours == theirs
