"""What finance does with a transaction: confirms, says none of these, takes a booking back (P2). Doors: card, chat, page.

Whoever comes second is told so: `turn` and `receive` change a row only in the state in which it was seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from domain.ids import UserId
from domain.payer_names import even
from domain.payments import CNY, Match, Reason
from domain.people import Member, Role
from domain.receivables import KeptReceivable, ReceivableState
from domain.refusal import Refusal
from nlp.payment_words import pays_for_many
from notify.payment_cards import ALL
from notify.payments import UndoWish, ask_second_for, settle_cards, tell_booked, tell_undone
from settings.house import HouseRules
from storage.database import Wake
from storage.payments import Booking, StoredTransaction, TransactionState
from storage.unit_of_work import Work

log = structlog.get_logger()

ALONE_WITHIN = timedelta(days=1)
"""An older booking is undone by two people only."""


@dataclass(frozen=True, slots=True)
class Done:
    """`stored` as it is now; `was_done` where somebody was quicker and nothing has changed."""

    stored: StoredTransaction
    bookings: tuple[Booking, ...] = ()
    was_done: bool = False


async def confirm(
    work: Work,
    rules: HouseRules,
    transaction_id: int,
    choice: str,
    *,
    version: int | None = None,
    is_one_of_many: bool = False,
) -> Done:
    """`choice`: an order number, or ALL. `version`: of the card that was tapped; None = as it is now.

    Of many at once, people hear in one message, from the loop that tells what has been booked and not told.
    """
    stored = await _found(work, transaction_id)
    if version is not None and version != stored.version:
        return Done(stored, was_done=True)
    if not stored.unallocated or stored.state in (TransactionState.IGNORED, TransactionState.DUPLICATE):
        return Done(stored, was_done=True)
    if stored.transaction.currency != CNY:
        raise Refusal("transaction_currency", currency=stored.transaction.currency)
    if await work.reversals.holds_back(transaction_id):
        raise Refusal("transaction_reversed")
    chosen = await _chosen(work, stored, choice)
    if not await work.payments.turn(stored, TransactionState.BOOKED, work.actor):
        return Done(await _found(work, transaction_id), was_done=True)
    booked = [await _book(work, stored, receivable, amount) for receivable, amount in chosen]
    await _learn(work, stored, [receivable for receivable, _ in chosen])
    after = await _found(work, transaction_id)
    await settle_cards(work, rules, after, booked)
    if is_one_of_many and after.told_at is None:
        work.touch(Wake.PAYMENTS)
    else:
        await work.payments.mark_told([transaction_id])
        await tell_booked(work, rules, booked)
    log.info("payment_confirmed", transaction_id=transaction_id, bookings=len(booked))
    return Done(after, tuple(booked))


async def reject(work: Work, rules: HouseRules, transaction_id: int, *, version: int | None = None) -> Done:
    """None of these: it stays in sight as unmatched."""
    stored = await _found(work, transaction_id)
    if (version is not None and version != stored.version) or stored.state is not TransactionState.WAITING:
        return Done(stored, was_done=True)
    if not await work.payments.turn(stored, TransactionState.UNMATCHED, work.actor):
        return Done(await _found(work, transaction_id), was_done=True)
    after = await _found(work, transaction_id)
    await settle_cards(work, rules, after, ())
    return Done(after)


async def undo(
    work: Work, rules: HouseRules, booking_id: int, by: Member, *, asked_by: UserId | None = None
) -> Booking | None:
    """Takes one booking back and leaves the others. `asked_by`: who asked, where `by` is the second person.

    None: it has been undone before. Refused where it is older than a day and nobody else has asked.
    """
    booking = await work.payments.booking(booking_id)
    if booking is None:
        return None
    if needs_second(work, booking) and (not asked_by or asked_by == by.userid):
        raise Refusal("undo_needs_second")
    if not await take_back(work, [booking], by, asked_by):
        return None
    await tell_undone(work, rules, [booking], by, asked_by)
    log.info("booking_undone", booking_id=booking_id, asked_by=asked_by or by.userid)
    return booking


async def wish_undo(work: Work, rules: HouseRules, booking: Booking, by: Member) -> UndoWish:
    """Takes it back, or asks a second person where it is older than a day."""
    receivable = (await work.receivables.with_ids([booking.receivable_id]))[booking.receivable_id]
    if not needs_second(work, booking):
        undone = await undo(work, rules, booking.booking_id, by)
        return UndoWish(booking, receivable, is_done=undone is not None)
    others = await second_persons(work, by)
    if not others:
        raise Refusal("nobody_second")
    wish = UndoWish(booking, receivable, asked=others)
    await ask_second_for(work, rules, wish, by)
    return wish


async def take_back(work: Work, wanted: Sequence[Booking], by: Member, asked_by: UserId | None = None) -> list[Booking]:
    """Those of them that nobody had undone before. Who may do it, and who hears of it, is the caller's to say."""
    gone = await work.payments.take_back(wanted, by.userid)
    parts = Counter[int]()
    for booking in gone:
        parts[booking.receivable_id] += booking.amount
        work.audit.note(f"booking:{booking.booking_id}", "undone", booking.amount, asked_by or by.userid)
    await work.receivables.give_back(parts)
    return gone


def needs_second(work: Work, booking: Booking) -> bool:
    return work.now - booking.at > ALONE_WITHIN


async def second_persons(work: Work, first: Member) -> list[Member]:
    """Others in finance; the leaders where there is nobody else."""
    others = [member for member in await work.members.with_role(Role.FINANCE) if member.userid != first.userid]
    return others or [one for one in await work.members.with_role(Role.LEADER) if one.userid != first.userid]


async def _found(work: Work, transaction_id: int) -> StoredTransaction:
    stored = await work.payments.find(transaction_id)
    if stored is None:
        raise Refusal("no_such_transaction", number=transaction_id)
    return stored


async def _chosen(work: Work, stored: StoredTransaction, choice: str) -> list[tuple[KeptReceivable, int]]:
    """With how much goes to each: the proposal's part, as far as order and transaction still have it."""
    wanted: Sequence[Match] = stored.proposal if choice == ALL else [Match(choice, stored.transaction.amount)]
    known = await work.receivables.with_numbers(match.order_no for match in wanted)
    left, chosen = stored.unallocated, []
    for match in wanted:
        receivable = known.get(match.order_no)
        if receivable is None:
            raise Refusal("no_such_order", order=match.order_no)
        if receivable.state is ReceivableState.CANCELLED:
            raise Refusal("order_cancelled", order=match.order_no)
        amount = min(match.amount, receivable.open, left)
        if amount > 0:
            chosen.append((receivable, amount))
            left -= amount
    if not chosen:
        raise Refusal("order_paid", order=wanted[0].order_no if wanted else choice)
    return chosen


async def _book(work: Work, stored: StoredTransaction, receivable: KeptReceivable, amount: int) -> Booking:
    if not await work.receivables.receive(receivable.receivable_id, amount, seen=receivable.received):
        raise Refusal("receivable_just_changed", order=receivable.order_no)
    await work.payments.allocate(stored.transaction_id, amount)
    booking = await work.payments.add_booking(stored.transaction_id, receivable.receivable_id, amount, work.actor)
    work.audit.note(
        f"booking:{booking.booking_id}",
        "booked",
        None,
        f"{receivable.order_no} {amount}",
        customer_id=receivable.customer_id,
    )
    return booking


async def _learn(work: Work, stored: StoredTransaction, receivables: Sequence[KeptReceivable]) -> None:
    """A payer who was confirmed for one customer is known from now on.

    Not a cut-off name, which may stand for another one next time, nor a masked one, nor a platform that pays for many.
    """
    payer = stored.transaction.payer
    customers = {even(one.customer): one.customer for one in receivables}
    if len(customers) != 1 or stored.reason is Reason.CUT_OFF_FITS_SEVERAL or "*" in payer or pays_for_many(payer):
        return
    ((key, customer),) = customers.items()
    if even(payer) and not key.startswith(even(payer)):
        await work.payments.learn_payer(payer, customer, stored.transaction_id)
