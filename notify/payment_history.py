"""How a customer has paid so far: for 回款 恒达, the brief, whoever approves a quote, a lead's grade (B1, Q2, L6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from chat.messages import Push, TargetKind, Urgency
from chat.texts.format import duration
from chat.texts.payments import money
from chat.texts.reasons import STANDINGS
from domain.grading import KnownStanding
from domain.ids import CustomerId
from domain.payer_names import even
from domain.payment_cycle import cycle_of
from domain.receivables import KeptReceivable, PaidInstalment, Received, payment_record, red_flags
from domain.standing import standing_of
from notify.payments import LINES, by_person
from settings.house import HouseRules
from storage.unit_of_work import Work

SHOWN = 5


async def payment_lines(
    work: Work, rules: HouseRules, customer: str, receivables: Sequence[KeptReceivable], shown: int = SHOWN
) -> list[str]:
    """The conclusion first: red flags (Q2). `receivables`: what the reader may see of this customer."""
    today = rules.local(work.now).date()
    money_of = await work.receivables.money_of(one.receivable_id for one in receivables)
    flags = red_flags(_record(receivables, money_of), today)
    lines = [_flag_line(flags, today)] if flags else []
    lines.append(_owed_line(receivables, today))
    came = sorted(
        ((one.day, one.amount, owed.order_no) for owed in receivables for one in money_of.get(owed.receivable_id, ())),
        reverse=True,
    )
    lines += [f"{_day(day)} 到账 {money(amount)}（{order_no}）" for day, amount, order_no in came[:shown]]
    promise = (await work.promises.open_of([even(customer)])).get(even(customer))
    if promise is not None:
        amount = f" {money(promise.amount)}" if promise.amount else ""
        lines.append(f"答应 {_day(promise.promised_on)} 付{amount}")
    if broken := await work.promises.broken_of(customer):
        lines.append(f"答应了没付 {broken} 次")
    return lines


async def tell_red_flags(work: Work, rules: HouseRules, added: Sequence[KeptReceivable], before: datetime) -> None:
    """Q2: a new order of a customer who has paid late twice. `before`: since when orders are new, and no history."""
    today = rules.local(work.now).date()
    flags = await _flags_of(work, {even(one.customer) for one in added}, before, today)
    flagged = [one for one in added if even(one.customer) in flags]
    for userid, own in (await by_person(work, rules, ((one, one.owner) for one in flagged))).items():
        lines = [f"红旗：新登记 {len(own)} 单，客户近 3 个月逾期两次以上，签约和付款条件请再核对："]
        lines += [
            f"{one.customer} {one.order_no} {money(one.amount)}：{_late_ones(flags[even(one.customer)], today)}"
            for one in own[:LINES]
        ]
        if len(own) > LINES:
            lines.append(f"另有 {len(own) - LINES} 单，发“应收”看。")
        key = f"red_flags:{own[0].receivable_id}:{own[-1].receivable_id}:{userid}"
        await work.push(Push(TargetKind.MEMBER, userid, "\n".join(lines), key, Urgency.NOTICE, key))


async def _flags_of(
    work: Work, customer_keys: set[str], before: datetime, today: date
) -> Mapping[str, Sequence[PaidInstalment]]:
    known = await work.receivables.known_before(before, customer_keys)
    money_of = await work.receivables.money_of(one.receivable_id for one in known)
    of_customer: dict[str, list[KeptReceivable]] = {}
    for one in known:
        of_customer.setdefault(even(one.customer), []).append(one)
    found = {key: red_flags(_record(owed, money_of), today) for key, owed in of_customer.items()}
    return {key: flags for key, flags in found.items() if flags}


def _record(receivables: Sequence[KeptReceivable], money_of: Mapping[int, Sequence[Received]]) -> list[PaidInstalment]:
    return [line for one in receivables for line in payment_record(one, money_of.get(one.receivable_id, ()))]


async def money_of_yesterday(work: Work, rules: HouseRules, day: date) -> list[str]:
    """For the digest of `day` (D1, P5); nothing where this house keeps no receivables."""
    midnight = datetime.combine(day, time(), rules.zone)
    since = midnight - timedelta(days=1)
    count, amount = await work.payments.booked_sum(since, None, midnight)
    owed = await work.receivables.open()
    if not count and not owed:
        return []
    line = f"昨天回款 {count} 笔" + (f"，共 {money(amount)}" if count else "")
    if (cycle := cycle_of(await work.payments.journeys(since, midnight))) is not None:
        line += f"，到账 → 通知中位 {duration(cycle.arrived_to_told)}"
    return [line, _owed_line(owed, day)]


def _flag_line(flags: Sequence[PaidInstalment], today: date) -> str:
    return f"红旗：近 3 个月逾期 {len(flags)} 次（{_late_ones(flags, today)}）"


def _late_ones(flags: Sequence[PaidInstalment], today: date) -> str:
    return "、".join(
        f"{one.order_no} {'晚' if one.paid_on else '已逾期'} {one.days_late(today)} 天" for one in flags[:SHOWN]
    )


def _owed_line(receivables: Sequence[KeptReceivable], today: date) -> str:
    is_open = sum(one.open for one in receivables)
    late = sum(
        part.amount
        for one in receivables
        for part in one.open_instalments
        if part.due_on is not None and part.due_on < today
    )
    if not is_open:
        return "没有未收款"
    return f"未收 {money(is_open)}" + (f"，其中逾期 {money(late)}" if late else "")


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


async def standing_in_words(work: Work, rules: HouseRules, customer_id: CustomerId) -> KnownStanding | None:
    """For the grade of a lead (L6): the house itself looks, whoever may see the money."""
    owed = await work.receivables.owed_by(customer_id)
    broken = sum([await work.promises.broken_of(name) for name in sorted({one.customer for one in owed if one.open})])
    why = standing_of(owed, broken, rules.local(work.now).date())
    return KnownStanding(why.standing, STANDINGS[why]) if why is not None else None
