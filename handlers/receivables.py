"""应收 恒达, 回款 恒达, 争议 XS2610-0101 …: what is owed, how it was paid, what is parked (P3-P5, A1)."""

from __future__ import annotations

from datetime import date

from chat.capability import Capability
from chat.messages import Reply
from chat.texts.format import duration, shortened
from chat.texts.payments import money
from domain.payment_cycle import cycle_of
from domain.people import Role
from domain.receivables import KeptReceivable, ReceivableState
from domain.refusal import Refusal
from handlers._context import Context, Said
from handlers._owed import debtor_meant, order_meant
from notify.overdue import say_due_anew
from notify.payment_history import payment_lines
from storage.payments import TransactionState

DISPUTE, SETTLED = "争议 XS2610-0101 数量不对", "解除争议 XS2610-0101"
capability = Capability(
    words=("应收", "回款", "争议", "解除争议"),
    roles=frozenset({Role.REP, Role.MANAGER, Role.FINANCE, Role.LEADER}),
    example="应收 恒达",
    help="看还欠多少；“回款 恒达”看付款记录，“争议 订单号 原因”先不催",
    spec="P4",
)
SHOWN = 15


async def handle(ctx: Context, said: Said) -> Reply:
    match said.word:
        case "应收":
            return await _owed(ctx, said.argument)
        case "回款":
            return await _came(ctx, said.argument)
        case "争议":
            return await _dispute(ctx, said.argument)
    return await _settle(ctx, said.argument)


async def _owed(ctx: Context, words: str) -> Reply:
    if not words:
        return _listed(ctx, "应收", await ctx.work.receivables.open(seen_by=ctx.member))
    customer, kept = await debtor_meant(ctx, words)
    return _listed(ctx, customer, [one for one in kept if one.open])


def _listed(ctx: Context, head: str, owed: list[KeptReceivable]) -> Reply:
    if not owed:
        return Reply(f"{head}：没有未收款。", private=True)
    total = money(sum(one.open for one in owed))
    late = [one for one in owed if _days_late(one, ctx.today) > 0]
    lines = [f"{head}：{len(owed)} 笔未收，共 {total}" + (f"，{len(late)} 笔逾期：" if late else "：")]
    ranked = sorted(owed, key=lambda one: -_days_late(one, ctx.today))
    lines += [_line(one, ctx.today, with_customer=head == "应收") for one in ranked[:SHOWN]]
    if len(ranked) > SHOWN:
        lines.append(f"另有 {len(ranked) - SHOWN} 笔，发“应收 客户”看一家的。")
    return Reply("\n".join(lines), private=True)


def _days_late(one: KeptReceivable, today: date) -> int:
    due = [part.due_on for part in one.open_instalments if part.due_on is not None]
    return (today - min(due)).days if due else -9999


def _line(one: KeptReceivable, today: date, *, with_customer: bool) -> str:
    customer = f"{shortened(one.customer, 14)} " if with_customer else ""
    if one.state is ReceivableState.DISPUTED:
        return f"{customer}{one.order_no} {money(one.open)}，争议：{shortened(one.why, 30)}"
    days = _days_late(one, today)
    due = [part.due_on for part in one.open_instalments if part.due_on is not None]
    when = f"逾期 {days} 天" if days > 0 else (f"{due[0].month}月{due[0].day}日到期" if due else "没写到期日")
    return f"{customer}{one.order_no} {money(one.open)}，{when}"


async def _came(ctx: Context, words: str) -> Reply:
    if words:
        customer, kept = await debtor_meant(ctx, words)
        lines = await payment_lines(ctx.work, ctx.rules, customer, kept)
        return Reply("\n".join([f"{customer}：{lines[0]}", *lines[1:]]), private=True)
    month = ctx.local_now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    count, amount = await ctx.work.payments.booked_sum(month, await ctx.work.visible_owners(ctx.member))
    lines = [f"本月回款 {count} 笔，共 {money(amount)}。"]
    if (cycle := cycle_of(await ctx.work.payments.journeys(month))) is not None:
        lines.append(
            f"到账 → 通知销售，中位 {duration(cycle.arrived_to_told)}；收到流水 → 通知，中位 {duration(cycle.taken_to_told)}。"
        )
    if ctx.member.has(Role.FINANCE):
        counts = await ctx.work.payments.counts()
        waiting, unmatched = (counts.get(one, 0) for one in (TransactionState.WAITING, TransactionState.UNMATCHED))
        lines.append(f"待确认 {waiting} 笔，未匹配 {unmatched} 笔。发“待确认”“未匹配”看。")
    else:
        lines.append("看一家的付款记录，发：回款 客户")
    return Reply("\n".join(lines), private=True)


async def _dispute(ctx: Context, words: str) -> Reply:
    order, why = await order_meant(ctx, words, DISPUTE)
    if not why:
        raise Refusal("dispute_reason", example=DISPUTE)
    if order.state is ReceivableState.CANCELLED:
        raise Refusal("order_cancelled", order=order.order_no)
    if not order.open:
        raise Refusal("order_paid", order=order.order_no)
    await ctx.work.receivables.set_state(order, ReceivableState.DISPUTED, why)
    await say_due_anew(ctx.work, ctx.rules, [order])
    return Reply(f"{order.order_no} 先不催了，原因：{why}。谈好了发：解除争议 {order.order_no}")


async def _settle(ctx: Context, words: str) -> Reply:
    order, _ = await order_meant(ctx, words, SETTLED)
    if order.state is not ReceivableState.DISPUTED:
        raise Refusal("not_in_dispute", order=order.order_no)
    await ctx.work.receivables.set_state(order, ReceivableState.OPEN)
    return Reply(f"{order.order_no} 恢复催款，未收 {money(order.open)}。")
