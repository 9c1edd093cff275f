"""New transactions are judged and the certain ones booked (P2): read what is known, judge it apart, write in pieces.

Judging thousands of rows takes seconds, so no transaction of the database is open meanwhile. What was decided is written
only where nothing has changed since; the rest of the batch is judged anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from domain.matching import match
from domain.payments import BankTransaction, Decision, MatchClass, Receivable
from nlp.payment_words import PAYMENT_WORDS
from notify.payments import ask_finance, tell_booked
from settings.house import HouseRules
from storage.payments import Booking, StoredTransaction
from storage.unit_of_work import Work

log = structlog.get_logger()

AT_ONCE = 20_000
"""Transactions judged together: later ones see what earlier ones have paid."""
WRITTEN_AT_ONCE = 250
CLOSED_SINCE = timedelta(days=400)
"""How long the numbers of closed orders are known to the rules."""
TOLD_AT_ONCE = 1000


@dataclass(slots=True)
class Batch:
    """What is to be judged, and all that the rules look at."""

    transactions: Sequence[StoredTransaction]
    receivables: Sequence[Receivable]
    ids: Mapping[str, int]
    """Receivable ids by order number."""
    received: dict[str, int] = field(default_factory=dict)
    """What had come in for each order when the rules judged the next transaction."""


@dataclass(frozen=True, slots=True)
class Written:
    bookings: int
    is_current: bool
    """False: something has changed since the batch was read, and what is left of it has to be judged again."""


async def next_batch(work: Work) -> Batch | None:
    transactions = await work.payments.new(AT_ONCE)
    if not transactions:
        return None
    receivables, ids = await work.receivables.for_matching(work.now - CLOSED_SINCE)
    return Batch(transactions, receivables, ids, {one.order_no: one.received for one in receivables})


def judge(
    transactions: Sequence[BankTransaction], receivables: Sequence[Receivable], own_names: Sequence[str]
) -> list[Decision]:
    """In the order of time, which is the order in which they came. Plain values in and out: it runs in another process."""
    return match(transactions, receivables, words=PAYMENT_WORDS, own_names=own_names)


async def write(work: Work, batch: Batch, decided: Sequence[tuple[StoredTransaction, Decision]]) -> Written:
    """One piece of a batch, in its order."""
    without_booking = [pair for pair in decided if pair[1].match_class is not MatchClass.CERTAIN]
    booked = 0
    for at, (stored, decision) in enumerate(decided):
        if decision.match_class is not MatchClass.CERTAIN:
            continue
        if not await _book(work, batch, stored, decision):
            # Those before it were judged on what still holds; those behind it counted on this one.
            before = {id(pair[0]) for pair in decided[:at]}
            await work.payments.decide_many([pair for pair in without_booking if id(pair[0]) in before])
            return Written(booked, is_current=False)
        booked += len(decision.matches)
    await work.payments.decide_many(without_booking)
    return Written(booked, is_current=True)


async def _book(work: Work, batch: Batch, stored: StoredTransaction, decision: Decision) -> bool:
    """All of it or nothing: a savepoint, since one payment may be for several orders."""
    async with work.connection.begin_nested() as part:
        if not await work.payments.decide(stored, decision):
            await part.rollback()
            return False
        for one in decision.matches:
            receivable_id = batch.ids[one.order_no]
            if not await work.receivables.receive(receivable_id, one.amount, seen=batch.received[one.order_no]):
                await part.rollback()
                return False
            await work.payments.allocate(stored.transaction_id, one.amount)
            booking = await work.payments.add_booking(stored.transaction_id, receivable_id, one.amount, work.actor)
            work.audit.note(f"booking:{booking.booking_id}", "booked", None, f"{one.order_no} {one.amount}")
    for one in decision.matches:
        batch.received[one.order_no] += one.amount
    return True


async def tell(work: Work, rules: HouseRules) -> list[Booking]:
    """Everybody hears of what was booked and not told, each once and in one message."""
    untold = await work.payments.untold(TOLD_AT_ONCE)
    bookings = await work.payments.bookings_of(transaction_ids=[one.transaction_id for one in untold])
    await work.payments.mark_told(one.transaction_id for one in untold)
    await tell_booked(work, rules, bookings)
    if bookings:
        log.info("payments_told", bookings=len(bookings))
    return bookings


async def ask(work: Work, rules: HouseRules) -> None:
    """Finance is asked about the largest doubtful ones; 待确认 brings the rest."""
    waiting = await work.payments.not_asked(rules.settings.payments.cards_at_once)
    await ask_finance(work, rules, waiting)
    if waiting:
        log.info("payments_asked", asked=len(waiting))
