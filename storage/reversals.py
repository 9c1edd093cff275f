"""What the bank has taken back (冲正): each payment once, by one row of a statement, and asked about once (P2)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.reversals import REVERSED_WITHIN
from storage.database import insert_once
from storage.payments import StoredTransaction, TransactionState, same_account
from storage.tables import bank_transactions, reversals

if TYPE_CHECKING:
    from storage.unit_of_work import Work


class ReversalState(StrEnum):
    FOUND = "found"
    ASKED = "asked"
    """Finance has a card."""
    DONE = "done"
    STANDS = "stands"
    """Somebody said that it was not this payment."""


_UNSETTLED = (ReversalState.FOUND.value, ReversalState.ASKED.value)
_TAKEN_AS_MONEY = [
    state.value for state in (TransactionState.BOOKED, TransactionState.WAITING, TransactionState.UNMATCHED)
]


def _not_taken_back(came: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    return [came.c.state.in_(_TAKEN_AS_MONEY), came.c.id.not_in(sa.select(reversals.c.transaction_id))]


class Reversals:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def unpaired(self) -> list[StoredTransaction]:
        """Rows of late that take back an amount which came in, and of which nobody knows yet whose."""
        came = bank_transactions.alias("came")
        rows = await self._work.connection.execute(
            sa.select(bank_transactions.c.id).where(
                bank_transactions.c.is_reversal,
                bank_transactions.c.amount < 0,
                bank_transactions.c.asked_at.is_(None),
                bank_transactions.c.state == TransactionState.IGNORED.value,
                bank_transactions.c.taken_at >= self._work.now - REVERSED_WITHIN,
                bank_transactions.c.id.not_in(sa.select(reversals.c.reversal_id)),
                sa.exists().where(came.c.amount == -bank_transactions.c.amount, *_not_taken_back(came)),
            )
        )
        return list((await self._work.payments.with_ids(rows.scalars())).values())

    async def may_be_of(self, reversal: StoredTransaction) -> list[StoredTransaction]:
        """Money of that amount on that account which nobody has taken back yet."""
        rows = await self._work.connection.execute(
            sa.select(bank_transactions.c.id).where(
                bank_transactions.c.amount == -reversal.transaction.amount,
                *_not_taken_back(bank_transactions),
                *same_account(reversal.transaction),
            )
        )
        return list((await self._work.payments.with_ids(rows.scalars())).values())

    async def add(self, transaction_id: int, reversal_id: int) -> bool:
        """False: one of the two has been paired before."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, reversals).values(
                transaction_id=transaction_id, reversal_id=reversal_id, found_at=self._work.now
            )
        )
        if added.rowcount == 1:
            self._work.audit.note(f"transaction:{transaction_id}", "reversed_by", None, reversal_id)
        return added.rowcount == 1

    async def found(self) -> list[int]:
        """Payments that the bank has taken back and nobody has been asked about."""
        rows = await self._work.connection.execute(
            sa.select(reversals.c.transaction_id).where(reversals.c.state == ReversalState.FOUND.value)
        )
        return list(rows.scalars())

    async def turn(self, transaction_id: int, state: ReversalState) -> bool:
        """False: it is settled."""
        done = await self._work.connection.execute(
            sa.update(reversals)
            .where(reversals.c.transaction_id == transaction_id, reversals.c.state.in_(_UNSETTLED))
            .values(state=state.value)
        )
        return done.rowcount == 1

    async def holds_back(self, transaction_id: int) -> bool:
        """Whether the bank has taken it back and nobody has said yet what follows."""
        rows = await self._work.connection.execute(
            sa.select(reversals.c.transaction_id).where(
                reversals.c.transaction_id == transaction_id, reversals.c.state.in_(_UNSETTLED)
            )
        )
        return rows.first() is not None


async def something_found(connection: AsyncConnection) -> bool:
    found = sa.select(reversals.c.transaction_id).where(reversals.c.state == ReversalState.FOUND.value)
    return (await connection.execute(found.limit(1))).first() is not None
