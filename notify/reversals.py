"""冲正: finance hears which payment the bank has taken back, and proposes what follows on a card (P2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chat.messages import Urgency
from chat.texts.payments import money
from domain.ids import transaction_name
from domain.people import Member, Role
from notify.payment_cards import reversal_card, settled_reversal_card
from notify.payments import transaction_line
from settings.house import HouseRules
from storage.payments import Booking, StoredTransaction
from storage.unit_of_work import Work


def about_reversal(transaction_id: int) -> str:
    return f"reversal:{transaction_id}"


async def ask_about_reversal(work: Work, rules: HouseRules, stored: StoredTransaction) -> None:
    bookings = await work.payments.bookings_of(transaction_ids=[stored.transaction_id])
    receivables = await work.receivables.with_ids(one.receivable_id for one in bookings)
    card = reversal_card(stored, [(receivables[one.receivable_id], one.amount) for one in bookings], rules)
    about = about_reversal(stored.transaction_id)
    await work.say(await work.members.with_role(Role.FINANCE), card, about, Urgency.NOTICE, about)


async def settle_reversal_cards(work: Work, rules: HouseRules, stored: StoredTransaction, ending: str) -> None:
    for task_id, _ in await work.open_cards(about_reversal(stored.transaction_id)):
        await work.settle_card(task_id, settled_reversal_card(stored, ending, rules))


async def tell_which_reversal(
    work: Work, rules: HouseRules, reversal: StoredTransaction, fits: Sequence[StoredTransaction]
) -> None:
    """A tie is never decided: which one it was is in the bank's papers."""
    lines = [f"银行冲正：{transaction_line(reversal, rules, work.now)}。有 {len(fits)} 笔都对得上，入账都没有动："]
    lines += [transaction_line(one, rules, work.now) for one in fits]
    lines.append(f"是哪一笔就发：撤销 {transaction_name(fits[0].transaction_id)}")
    key = about_reversal(reversal.transaction_id)
    await work.say(await work.members.with_role(Role.FINANCE), "\n".join(lines), key, Urgency.NOTICE, key)


def matter_of_reversal(stored: StoredTransaction, bookings: Sequence[Booking], rules: HouseRules, now: datetime) -> str:
    """For the second person's card."""
    total = money(sum(one.amount for one in bookings))
    line = transaction_line(stored, rules, now)
    return f"银行冲正了 {line}，它入账的 {len(bookings)} 笔共 {total} 超过一天。同意就撤销，应收恢复未收。"


def was_undone(by: Member) -> str:
    return f"{by.name}确认，已撤销入账"


def was_left_out(by: Member) -> str:
    return f"{by.name}确认，已标为不计"


def was_another(by: Member) -> str:
    return f"{by.name}说不是这笔，没有动"
