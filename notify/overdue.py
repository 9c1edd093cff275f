"""What is due or overdue, one bundled message for a person and a day (P4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chat.messages import Push, TargetKind, Urgency
from chat.texts.format import shortened
from chat.texts.payments import money
from domain.ids import UserId
from domain.overdue import Circle, DueStep, promise_is_kept
from domain.payer_names import even
from domain.people import Member, Role, Status
from domain.receivables import KeptReceivable, ReceivableState
from notify.people import manager_of
from settings.house import HouseRules
from storage.promises import Promise
from storage.unit_of_work import Work

LINES = 30


@dataclass(frozen=True, slots=True)
class DueItem:
    receivable: KeptReceivable
    step: DueStep
    open: int
    broken: int
    """Promises of this customer that were not kept."""


def about_day(day: date, userid: str) -> str:
    return f"due:{day.isoformat()}:{userid}"


async def push_due(
    work: Work, rules: HouseRules, day: date, only: Iterable[UserId] | None = None, again: str = ""
) -> int:
    """Says to each person what of this day's steps is still open. `again`: tells a shortened bundle from the first."""
    bundles = await _bundles(work, rules, day)
    wanted = set(bundles) if only is None else set(only)
    for userid in sorted(wanted & bundles.keys()):
        key = f"{about_day(day, userid)}{again}"
        await work.push(
            Push(TargetKind.MEMBER, userid, _told(bundles[userid], day), key, Urgency.NOTICE, about_day(day, userid))
        )
    return len(wanted & bundles.keys())


async def money_came(work: Work, rules: HouseRules, receivables: Sequence[KeptReceivable]) -> None:
    """P4: reminders and promises stop the moment the money is in."""
    await _keep_promises(work, receivables)
    await say_due_anew(work, rules, receivables)


async def _keep_promises(work: Work, receivables: Sequence[KeptReceivable]) -> None:
    for promise in (await work.promises.open_of(even(one.customer) for one in receivables)).values():
        if await is_kept(work, promise) and await work.promises.settle(promise, "kept"):
            await work.withdraw(about_promise(promise))


async def is_kept(work: Work, promise: Promise) -> bool:
    owed = await work.receivables.of_customer(promise.customer_key)
    came = await work.promises.came_since(promise)
    return promise_is_kept(promise.promised_on, promise.amount, came, owed)


async def say_due_anew(work: Work, rules: HouseRules, receivables: Sequence[KeptReceivable]) -> None:
    """Reminders that have not left yet are said anew without what is settled or parked."""
    day = rules.local(work.now).date()
    ids = {one.receivable_id for one in receivables}
    touched = [step for step in await work.promises.steps_of_day(day) if step.receivable_id in ids]
    if not touched:
        return
    waiting = [
        userid for userid in await _receivers(work, rules, touched) if await work.withdraw(about_day(day, userid))
    ]
    await push_due(work, rules, day, waiting, again=f":{work.cause or work.actor}")


async def _receivers(work: Work, rules: HouseRules, steps: Sequence[DueStep]) -> list[UserId]:
    receivables = await work.receivables.with_ids(step.receivable_id for step in steps)
    people: dict[UserId, None] = {}
    for step in steps:
        people |= dict.fromkeys(await _circle(work, rules, receivables[step.receivable_id], step.step))
    return list(people)


async def _bundles(work: Work, rules: HouseRules, day: date) -> Mapping[UserId, list[DueItem]]:
    steps = await work.promises.steps_of_day(day)
    receivables = await work.receivables.with_ids(step.receivable_id for step in steps)
    promised = await work.promises.open_of(even(one.customer) for one in receivables.values())
    found: dict[UserId, list[DueItem]] = {}
    for step in steps:
        receivable = receivables[step.receivable_id]
        if even(receivable.customer) in promised:
            continue
        is_open = sum(one.amount for one in receivable.open_instalments if one.due_on == step.due_on)
        if not is_open or receivable.state is not ReceivableState.OPEN:
            continue
        item = DueItem(receivable, step, is_open, await work.promises.broken_of(receivable.customer))
        for userid in await _circle(work, rules, receivable, step.step):
            found.setdefault(userid, []).append(item)
    return found


async def _circle(work: Work, rules: HouseRules, receivable: KeptReceivable, step: int) -> list[UserId]:
    """Rep → and manager → and finance → and leader. Without a rep, finance hears it from the first step on."""
    circle = rules.due.circle(step)
    rep = await work.members.get(receivable.owner)
    people: list[Member] = []
    if rep is not None and rep.status is Status.ACTIVE:
        people.append(rep)
    if rep is not None and rep.manager is not None and (Circle.MANAGER in circle or not people):
        people += await manager_of(work, rep, rules.local(work.now).date())
    if Circle.FINANCE in circle or not people:
        people += await work.members.with_role(Role.FINANCE)
    if Circle.LEADER in circle:
        people += await work.members.with_role(Role.LEADER)
    return list(dict.fromkeys(one.userid for one in people))


def _told(items: Sequence[DueItem], day: date) -> str:
    """The longest overdue first."""
    ranked = sorted(items, key=lambda item: (item.step.due_on, -item.open))
    late = [item for item in ranked if item.step.due_on < day]
    total = money(sum(item.open for item in items))
    head = f"{len(items)} 笔应收要催，共 {total}" if late else f"{len(items)} 笔应收快到期，共 {total}"
    lines = [head + (f"，其中 {len(late)} 笔已逾期：" if late and len(late) < len(items) else "：")]
    lines += [_line(item, day) for item in ranked[:LINES]]
    if len(ranked) > LINES:
        lines.append(f"另有 {len(ranked) - LINES} 笔，发“应收”看全部。")
    lines.append(f"客户说了哪天付，发：{ranked[0].receivable.customer}答应15号付")
    return "\n".join(lines)


def _line(item: DueItem, day: date) -> str:
    days = (day - item.step.due_on).days
    when = f"逾期 {days} 天" if days > 0 else ("今天到期" if days == 0 else f"{-days} 天后到期")
    broken = f"，答应过 {item.broken} 次没付" if item.broken else ""
    return f"{shortened(item.receivable.customer, 20)} {item.receivable.order_no} {money(item.open)}，{when}{broken}"


async def follow_up(work: Work, rules: HouseRules, promise: Promise, is_open: int) -> None:
    """On the promised day: who took the promise is reminded of it."""
    amount = money(promise.amount or is_open)
    text = f"{promise.customer} 答应今天付 {amount}，到账我会告诉你；没到请今天问一下。改了日子就发：{promise.customer}答应几号付"
    key = f"promise:{promise.promise_id}:day"
    await work.push(Push(TargetKind.MEMBER, promise.by, text, key, Urgency.NOTICE, about_promise(promise)))


async def tell_broken(work: Work, rules: HouseRules, promise: Promise, times: int) -> None:
    text = f"{promise.customer} 答应 {promise.promised_on.month}月{promise.promised_on.day}日 付，没有到账，第 {times} 次没兑现，恢复催款。"
    rep = await work.members.get(promise.by)
    managers = await manager_of(work, rep, rules.local(work.now).date()) if rep is not None and rep.manager else []
    for userid in dict.fromkeys([promise.by, *(one.userid for one in managers)]):
        key = f"promise:{promise.promise_id}:broken:{userid}"
        await work.push(Push(TargetKind.MEMBER, userid, text, key, Urgency.NOTICE, about_promise(promise)))


def about_promise(promise: Promise) -> str:
    return f"promise:{promise.promise_id}"
