"""What people hear about money: doubtful payments on cards for finance, 已回款 for all who wait for it (P2, P3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from chat.messages import Push, TargetKind, Urgency
from chat.texts.format import clock, shortened
from chat.texts.payments import money, still_open, waits_for
from domain.ids import UserId, transaction_name
from domain.people import Member, Role, Status
from domain.receivables import KeptReceivable
from domain.working_time import held_until
from notify.alarms import alarm
from notify.overdue import money_came
from notify.payment_cards import doubtful_card, settled_payment_card, undo_card
from notify.people import manager_of
from settings.house import HouseRules
from storage.house import bound_name
from storage.payments import Booking, StoredTransaction, TransactionState
from storage.unit_of_work import Work

_T = TypeVar("_T")
LINES = 40
"""In one bundle; the page has them all."""


def about(transaction_id: int) -> str:
    return f"payment:{transaction_id}"


# Cards for finance


async def ask_finance(
    work: Work, rules: HouseRules, waiting: Sequence[StoredTransaction], to: Sequence[Member] | None = None
) -> None:
    """A card for each, to everybody in finance unless `to` names who asked for them."""
    receivers = await work.members.with_role(Role.FINANCE) if to is None else to
    if waiting and not receivers:
        await alarm(work, "nobody_in_finance", {"count": len(waiting)})
    known = await work.receivables.with_numbers(number for stored in waiting for number in stored.candidates)
    for stored in waiting:
        candidates = [known[number] for number in stored.candidates if number in known]
        card = doubtful_card(stored, candidates, rules)
        # A card that was asked for again is a new card.
        key = f"{about(stored.transaction_id)}:{stored.version}" + (f":{work.cause}" if to is not None else "")
        await work.say(receivers, card, key, Urgency.NOTICE, about(stored.transaction_id))
    await work.payments.mark_asked(stored.transaction_id for stored in waiting)


async def settle_cards(work: Work, rules: HouseRules, stored: StoredTransaction, booked: Sequence[Booking]) -> None:
    """Everybody who holds a card of this transaction sees what was decided, and by whom."""
    open_cards = await work.open_cards(about(stored.transaction_id))
    if not open_cards:
        return
    who = await work.members.get(stored.decided_by)
    when = rules.local(stored.decided_at or work.now)
    receivables = await work.receivables.with_ids(one.receivable_id for one in booked)
    card = settled_payment_card(
        stored,
        [(receivables[one.receivable_id], one.amount) for one in booked],
        f"{who.name if who else ''} {clock(when, rules.local(work.now))}".strip(),
        rules,
    )
    for task_id, _ in open_cards:
        await work.settle_card(task_id, card)


async def was_quicker(work: Work, stored: StoredTransaction) -> str:
    """For who comes second: whose decision holds."""
    who = await work.members.get(stored.decided_by)
    what = {
        TransactionState.BOOKED: f"已入账 {money(stored.allocated)}",
        TransactionState.UNMATCHED: "已标为未匹配",
        TransactionState.WAITING: "还在待确认，候选变了，请重新打开再看",
    }.get(stored.state, "不算回款")
    return f"这笔{who.name if who else '系统'}处理过了：{what}。你这次没有改动。"


# 已回款


@dataclass(frozen=True, slots=True)
class _Item:
    booking: Booking
    receivable: KeptReceivable
    open: int
    """What was still open behind this booking."""


async def tell_booked(work: Work, rules: HouseRules, booked: Sequence[Booking]) -> None:
    """One message a person for all of them: rep, manager and finance; the group hears it without figures."""
    if not booked:
        return
    items = await _items(work, booked)
    await money_came(work, rules, [item.receivable for item in items])
    key = f"paid:{booked[0].booking_id}:{booked[-1].booking_id}"
    for userid, own in (await by_person(work, rules, _owned(items))).items():
        push = Push(TargetKind.MEMBER, userid, _told(own), f"{key}:{userid}", Urgency.LEAD, key)
        await work.push(push)
    if rules.settings.payments.tell_group:
        await _tell_groups(work, rules, items)


async def _items(work: Work, booked: Sequence[Booking]) -> list[_Item]:
    receivables = await work.receivables.with_ids(one.receivable_id for one in booked)
    open_now = {receivable_id: one.open for receivable_id, one in receivables.items()}
    items = []
    for booking in reversed(booked):
        items.append(_Item(booking, receivables[booking.receivable_id], open_now[booking.receivable_id]))
        open_now[booking.receivable_id] += booking.amount
    return items[::-1]


def _owned(items: Iterable[_Item]) -> Iterable[tuple[_Item, UserId | None]]:
    return ((item, item.receivable.owner) for item in items)


async def by_person(work: Work, rules: HouseRules, owned: Iterable[tuple[_T, UserId | None]]) -> dict[UserId, list[_T]]:
    """What rep, manager and finance hear each, of things and the owners of their receivables."""
    finance = await work.members.with_role(Role.FINANCE)
    of_owner: dict[UserId | None, list[Member]] = {None: []}
    found: dict[UserId, list[_T]] = {}
    for told, owner in owned:
        if owner not in of_owner:
            of_owner[owner] = await _rep_and_manager(work, owner, rules.local(work.now).date())
        for userid in dict.fromkeys(one.userid for one in (*of_owner[owner], *finance)):
            found.setdefault(userid, []).append(told)
    return found


async def _rep_and_manager(work: Work, owner: UserId | None, today: date) -> list[Member]:
    rep = await work.members.get(owner)
    if rep is None:
        return []
    managers = await manager_of(work, rep, today) if rep.manager is not None else []
    return [rep, *managers] if rep.status is Status.ACTIVE else managers


def _told(items: Sequence[_Item]) -> str:
    if len(items) == 1:
        return f"已回款：{_line(items[0])}"
    total = sum(item.booking.amount for item in items)
    return _listed(f"已回款 {len(items)} 笔，共 {money(total)}：", items)


def _listed(conclusion: str, items: Sequence[_Item]) -> str:
    lines = [conclusion, *(_line(item) for item in items[:LINES])]
    if len(items) > LINES:
        lines.append(f"另有 {len(items) - LINES} 笔，发“回款”看汇总。")
    return "\n".join(lines)


def _line(item: _Item) -> str:
    customer = shortened(item.receivable.customer, 24)
    return f"{customer} {item.receivable.order_no} {money(item.booking.amount)}，{still_open(item.open)}"


async def _tell_groups(work: Work, rules: HouseRules, items: Sequence[_Item]) -> None:
    """Where the customer's lead was posted, once for each customer; no figures."""
    first = {item.receivable.customer_id: item for item in reversed(items) if item.receivable.customer_id is not None}
    names = {webhook.chatid: webhook.name for webhook in rules.settings.wecom.webhooks if webhook.chatid}
    for customer_id, item in first.items():
        chat_id = await work.leads.group_of_customer(customer_id) if customer_id is not None else ""
        webhook = names.get(chat_id) or (await bound_name(work.connection, chat_id) if chat_id else "")
        if not webhook:
            continue
        rep = await work.members.get(item.receivable.owner)
        thanks = f"，{rep.name}辛苦了" if rep else ""
        text = f"好消息：{item.receivable.customer} 的货款到了{thanks}。"
        key = f"good_news:{item.booking.booking_id}"
        await work.push(Push(TargetKind.WEBHOOK, webhook, text, key, Urgency.NOTICE, key, held_back(rules, work.now)))


@dataclass(frozen=True, slots=True)
class UndoWish:
    """What came of the wish to take a booking back. `receivable` as it was before."""

    booking: Booking
    receivable: KeptReceivable
    is_done: bool = False
    asked: Sequence[Member] = ()
    """Of an old booking: who may agree to it."""

    @property
    def matter(self) -> str:
        return f"{self.receivable.customer} {self.receivable.order_no} 的 {money(self.booking.amount)}"

    @property
    def sentence(self) -> str:
        if self.asked:
            return f"{self.matter} {waits_for(member.name for member in self.asked)}"
        if not self.is_done:
            return f"{self.matter} 已经撤销过了。"
        left = still_open(self.receivable.open + self.booking.amount)
        return f"撤销了 {self.matter}，{left}。相关的人会收到更正。"


async def ask_second_for(work: Work, rules: HouseRules, wish: UndoWish, asker: Member) -> None:
    booked = clock(rules.local(wish.booking.at), rules.local(work.now))
    text = f"{wish.matter}，{booked} 入账。同意就撤销，应收恢复未收。"
    await ask_second(work, rules, asker, wish.asked, str(wish.booking.booking_id), text)


async def ask_second(
    work: Work, rules: HouseRules, asker: Member, others: Sequence[Member], subject: str, text: str
) -> None:
    """A card that undoes what one person alone must not. `subject`: a booking's id, or the name of an upload."""
    card = undo_card(subject, text, asker, rules)
    key = f"{about_undo(subject)}:{asker.userid}:{rules.local(work.now).date().isoformat()}"
    await work.say(others, card, key, Urgency.NOTICE, about_undo(subject))


def about_undo(subject: str) -> str:
    return f"undo:{subject}"


def held_back(rules: HouseRules, now: datetime) -> datetime | None:
    """Until when something that is not urgent waits."""
    return None if rules.quiet is None else held_until(rules.quiet, now, rules.zone.key, urgent=False)


async def tell_undone(
    work: Work, rules: HouseRules, undone: Sequence[Booking], by: Member, asked_by: UserId | None = None, of: str = ""
) -> None:
    """Those who heard 已回款, and who asked, hear that it does not hold; who did it knows. One message a person.

    `of`: the statement, where the whole of it was undone.
    """
    told = await work.payments.told(one.transaction_id for one in undone)
    receivables = await work.receivables.with_ids(one.receivable_id for one in undone)
    owed = [(one, receivables[one.receivable_id]) for one in undone if one.transaction_id in told]
    items = [_Item(booking, receivable, receivable.open) for booking, receivable in owed]
    if not items:
        return
    people = await by_person(work, rules, _owned(items))
    if asked_by is not None:
        people[asked_by] = items
    people.pop(by.userid, None)
    key = f"undone:{undone[0].booking_id}:{undone[-1].booking_id}"
    for userid, own in people.items():
        text = _told_undone(own, by, of)
        await work.push(Push(TargetKind.MEMBER, userid, text, f"{key}:{userid}", Urgency.LEAD, key))


def _told_undone(items: Sequence[_Item], by: Member, of: str) -> str:
    if len(items) == 1 and not of:
        (item,) = items
        return (
            f"更正：{item.receivable.customer} {item.receivable.order_no} 的 {money(item.booking.amount)}入账"
            f"已由{by.name}撤销，{still_open(item.open)}。"
        )
    total = sum(item.booking.amount for item in items)
    return _listed(f"更正：{of}的 {len(items)} 笔入账已由{by.name}撤销，共 {money(total)}：", items)


def transaction_line(stored: StoredTransaction, rules: HouseRules, now: datetime) -> str:
    """T12 11月2日 恒达机械 64,000 元."""
    one = stored.transaction
    when = rules.local(one.paid_at)
    payer = shortened(one.payer or one.remark or "没写付款方", 20)
    return f"{transaction_name(stored.transaction_id)} {when.month}月{when.day}日 {payer} {money(one.amount)}"
