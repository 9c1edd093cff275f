"""冲正: the bank has taken a payment back (P2). Found after the judging; undone when finance says so, never by itself."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from actions.book_payment import needs_second, second_persons, take_back
from domain.ids import UserId, transaction_name
from domain.people import Member
from domain.refusal import Refusal
from domain.reversals import taken_back
from notify.payments import ask_second, settle_cards, tell_undone
from notify.reversals import (
    ask_about_reversal,
    matter_of_reversal,
    settle_reversal_cards,
    tell_which_reversal,
    was_another,
    was_left_out,
    was_undone,
)
from settings.house import HouseRules
from storage.payments import Booking, StoredTransaction, TransactionState
from storage.reversals import ReversalState
from storage.unit_of_work import Work

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reversed:
    """`asked`: who has to agree first, because a booking is older than a day; `was_done`: settled before."""

    undone: tuple[Booking, ...] = ()
    asked: tuple[Member, ...] = ()
    was_done: bool = False


async def look_for_reversals(work: Work, rules: HouseRules) -> None:
    """Pairs what takes back with what came in, and asks finance once about each."""
    for reversal in await work.reversals.unpaired():
        came_in = await work.reversals.may_be_of(reversal)
        fits = [came_in[at] for at in taken_back(reversal.transaction, [one.transaction for one in came_in])]
        if len(fits) == 1:
            await work.reversals.add(fits[0].transaction_id, reversal.transaction_id)
        elif fits:
            await tell_which_reversal(work, rules, reversal, fits)
            await work.payments.mark_asked([reversal.transaction_id])
    for stored in (await work.payments.with_ids(await work.reversals.found())).values():
        if stored.state is TransactionState.NEW:
            continue
        is_money = stored.state in (TransactionState.BOOKED, TransactionState.WAITING, TransactionState.UNMATCHED)
        await work.reversals.turn(stored.transaction_id, ReversalState.ASKED if is_money else ReversalState.DONE)
        if is_money:
            await ask_about_reversal(work, rules, stored)
            log.info("reversal_asked", transaction_id=stored.transaction_id)


async def accept(
    work: Work, rules: HouseRules, transaction_id: int, by: Member, *, asked_by: UserId | None = None
) -> Reversed:
    """Every booking of it is undone, by the rule for single ones, and the payment counts no more."""
    stored = await _held_back(work, transaction_id)
    if stored is None:
        return Reversed(was_done=True)
    bookings = await work.payments.bookings_of(transaction_ids=[transaction_id])
    if asked_by == by.userid:
        raise Refusal("undo_needs_second")
    if asked_by is None and any(needs_second(work, one) for one in bookings):
        return await _ask_second(work, rules, stored, bookings, by)
    undone = await take_back(work, bookings, by, asked_by)
    await tell_undone(work, rules, undone, by, asked_by)
    await work.payments.turn(await _found(work, transaction_id), TransactionState.IGNORED, by.userid)
    await work.reversals.turn(transaction_id, ReversalState.DONE)
    after = await _found(work, transaction_id)
    await settle_cards(work, rules, after, ())
    await settle_reversal_cards(work, rules, after, was_undone(by) if undone else was_left_out(by))
    log.info("reversal_accepted", transaction_id=transaction_id, undone=len(undone))
    return Reversed(tuple(undone))


async def let_stand(work: Work, rules: HouseRules, transaction_id: int, by: Member) -> bool:
    """It was not this payment. False: settled before."""
    stored = await _held_back(work, transaction_id)
    if stored is None:
        return False
    await work.reversals.turn(transaction_id, ReversalState.STANDS)
    work.audit.note(f"transaction:{transaction_id}", "reversal", ReversalState.ASKED.value, ReversalState.STANDS.value)
    await settle_reversal_cards(work, rules, stored, was_another(by))
    return True


async def _ask_second(
    work: Work, rules: HouseRules, stored: StoredTransaction, bookings: list[Booking], by: Member
) -> Reversed:
    others = await second_persons(work, by)
    if not others:
        raise Refusal("nobody_second")
    text = matter_of_reversal(stored, bookings, rules, work.now)
    await ask_second(work, rules, by, others, transaction_name(stored.transaction_id), text)
    return Reversed(asked=tuple(others))


async def _held_back(work: Work, transaction_id: int) -> StoredTransaction | None:
    return await _found(work, transaction_id) if await work.reversals.holds_back(transaction_id) else None


async def _found(work: Work, transaction_id: int) -> StoredTransaction:
    stored = await work.payments.find(transaction_id)
    assert stored is not None, "rows of transactions stay"
    return stored
