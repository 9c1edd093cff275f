"""Transactions as the page shows them: what was decided and why, what it was booked for, what it may be for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chat.texts.payments import money, reason, still_open
from domain.ids import transaction_name
from domain.receivables import KeptReceivable
from notify.payment_cards import ALL
from settings.house import HouseRules
from storage.payments import Booking, StoredTransaction, TransactionState
from storage.unit_of_work import Work

STATES = {
    TransactionState.WAITING: "待确认",
    TransactionState.UNMATCHED: "未匹配",
    TransactionState.BOOKED: "已入账",
    TransactionState.IGNORED: "不计",
    TransactionState.DUPLICATE: "重复",
    TransactionState.NEW: "正在匹配",
}
DECIDED = {
    TransactionState.BOOKED: "确认",
    TransactionState.UNMATCHED: "标为未匹配",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """An order that the money may be for; or all that the rules propose."""

    value: str
    title: str
    customer: str
    amount: int
    after: str


@dataclass(frozen=True, slots=True)
class BookedPart:
    booking: Booking
    receivable: KeptReceivable
    booked: str

    @property
    def after(self) -> str:
        return still_open(self.receivable.open)


@dataclass(frozen=True, slots=True)
class Entry:
    stored: StoredTransaction
    name: str
    state: str
    paid: str
    why: str
    parts: tuple[BookedPart, ...]
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> str:
        """A tie has no favourite."""
        return self.choices[0].value if len(self.choices) == 1 else ""

    @property
    def takes_order(self) -> bool:
        return bool(self.stored.unallocated) and self.stored.state in (
            TransactionState.WAITING,
            TransactionState.UNMATCHED,
            TransactionState.BOOKED,
        )


async def entries_of(work: Work, rules: HouseRules, found: Sequence[StoredTransaction]) -> list[Entry]:
    bookings = await work.payments.bookings_of(transaction_ids=[one.transaction_id for one in found])
    orders = await work.receivables.with_ids(one.receivable_id for one in bookings)
    offered = await work.receivables.with_numbers(number for one in found for number in one.candidates)
    names = {str(userid): member.name for userid, member in (await work.members.by_id()).items()}
    parts: dict[int, list[BookedPart]] = {}
    for one in bookings:
        booked = f"{when(rules, one.at)} {names.get(one.by, '自动')}"
        parts.setdefault(one.transaction_id, []).append(BookedPart(one, orders[one.receivable_id], booked))
    return [_entry(one, rules, parts.get(one.transaction_id, ()), offered, names) for one in found]


def _entry(
    stored: StoredTransaction,
    rules: HouseRules,
    parts: Sequence[BookedPart],
    offered: Mapping[str, KeptReceivable],
    names: Mapping[str, str],
) -> Entry:
    return Entry(
        stored=stored,
        name=transaction_name(stored.transaction_id),
        state=STATES[stored.state],
        paid=when(rules, stored.transaction.paid_at),
        why=_why(stored, rules, names),
        parts=tuple(parts),
        choices=choices_of(stored, [offered[number] for number in stored.candidates if number in offered]),
    )


def _why(stored: StoredTransaction, rules: HouseRules, names: Mapping[str, str]) -> str:
    """Of the rules in one line; of a person by name."""
    said = reason(stored.decision) if stored.decision is not None else ""
    if stored.decided_at is None or (who := names.get(stored.decided_by)) is None:
        return said
    decided = f"{who} {when(rules, stored.decided_at)} {DECIDED.get(stored.state, STATES[stored.state])}"
    return f"{decided}（原先：{said}）" if said else decided


def choices_of(stored: StoredTransaction, offered: Sequence[KeptReceivable]) -> tuple[Choice, ...]:
    """As `confirm` would book each: what is open, as far as the transaction still has it."""
    takes = [one for one in offered if one.open]
    choices = [_choice(one, min(one.open, stored.unallocated)) for one in takes]
    if stored.state is TransactionState.WAITING and len(stored.proposal) > 1:
        opens = {one.order_no: one.open for one in takes}
        total = min(sum(min(one.amount, opens.get(one.order_no, 0)) for one in stored.proposal), stored.unallocated)
        title = "、".join(one.order_no for one in stored.proposal)
        choices.insert(0, Choice(ALL, f"全部 {len(stored.proposal)} 单", title, total, ""))
    return tuple(choices)


def _choice(order: KeptReceivable, amount: int) -> Choice:
    left = order.open - amount
    after = "正好付清" if not left else f"付后还欠 {money(left)}"
    return Choice(order.order_no, order.order_no, order.customer, amount, after)


def when(rules: HouseRules, moment: datetime) -> str:
    return f"{rules.local(moment):%Y-%m-%d %H:%M}"
