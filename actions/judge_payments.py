"""New transactions are judged and the certain ones booked (P2): read what is known, judge it apart, write in pieces.

Judging thousands of rows takes seconds, so no transaction of the database is open meanwhile. What was decided is written
only where nothing has changed since; the rest of the batch is judged anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

AT_ONCE = 10_000
"""Transactions judged together: later ones see what earlier ones have paid."""
WRITTEN_AT_ONCE = 250
CLOSED_SINCE = timedelta(days=400)
"""How long the numbers of closed orders are known to the rules."""
JUST_DECIDED = timedelta(minutes=10)
TOLD_AT_ONCE = 2000


@dataclass(slots=True)
class Batch:
    """What is to be judged, and all that the rules look at."""

    transactions: Sequence[StoredTransaction]
    receivables: Sequence[Receivable]
    ids: Mapping[str, int]
    """Receivable ids by order number."""
    received: dict[str, int]
    """What had come in for each order when the rules judged the next transaction."""
    is_last: bool
    """Nothing else waits behind it: time to tell people."""


class Outdated(Exception):
    """Something has changed since the batch was read: nothing of this piece is written, and the rest is judged anew."""


async def next_batch(work: Work) -> Batch | None:
    transactions = await work.payments.new(AT_ONCE + 1)
    if not transactions:
        return None
    receivables, ids = await work.receivables.for_matching(work.now - CLOSED_SINCE)
    received = {one.order_no: one.received for one in receivables}
    return Batch(transactions[:AT_ONCE], receivables, ids, received, is_last=len(transactions) <= AT_ONCE)


def judge(
    transactions: Sequence[BankTransaction], receivables: Sequence[Receivable], own_names: Sequence[str]
) -> list[Decision]:
    """In the order of time, which is the order in which they came. Plain values in and out: it runs in another process."""
    return match(transactions, receivables, words=PAYMENT_WORDS, own_names=own_names)


async def write(work: Work, batch: Batch, decided: Sequence[tuple[StoredTransaction, Decision]]) -> None:
    """One piece of a batch, in its order, all of it or (Outdated) nothing: a few statements for all rows together."""
    booked = [
        (stored, one)
        for stored, decision in decided
        if decision.match_class is MatchClass.CERTAIN
        for one in decision.matches
    ]
    parts = Counter[str]()
    for _, one in booked:
        parts[one.order_no] += one.amount
    await _check(work, batch, [stored.transaction_id for stored, _ in decided], list(parts))
    await work.payments.decide(decided)
    await work.receivables.receive_many({batch.ids[order_no]: amount for order_no, amount in parts.items()})
    await work.payments.add_bookings(
        [(stored.transaction_id, batch.ids[one.order_no], one.amount) for stored, one in booked]
    )
    for stored, one in booked:
        work.audit.note(f"transaction:{stored.transaction_id}", "booked", None, f"{one.order_no} {one.amount}")
    for order_no, amount in parts.items():
        batch.received[order_no] += amount


async def _check(work: Work, batch: Batch, transaction_ids: Sequence[int], order_nos: Sequence[str]) -> None:
    """Holds the rows until the end of the transaction; nothing of what the rules looked at may have changed."""
    if await work.payments.hold_new(transaction_ids) != len(transaction_ids):
        raise Outdated
    received = await work.receivables.hold(batch.ids[order_no] for order_no in order_nos)
    if any(received.get(batch.ids[order_no]) != batch.received[order_no] for order_no in order_nos):
        raise Outdated


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
    """Finance is asked about the largest doubtful ones of what has just come in; 待确认 brings the rest."""
    waiting = await work.payments.not_asked(rules.settings.payments.cards_at_once, work.now - JUST_DECIDED)
    await ask_finance(work, rules, waiting)
    if waiting:
        log.info("payments_asked", asked=len(waiting))
