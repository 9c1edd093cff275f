"""恒达答应15号付: holds the reminders until that day, and is asked about on it (P4)."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Reply, Text
from chat.texts.payments import money
from domain.refusal import Refusal
from handlers._context import Context
from handlers._owed import debtor_meant
from nlp.promises import looks_like_promise, promise_in
from notify.overdue import about_promise, say_due_anew

capability = Capability(example="恒达答应15号付", help="记下客户答应哪天付，那天之前不催，到时候提醒你", spec="P4")


def recognises(text: str) -> bool:
    return looks_like_promise(text)


async def hear(ctx: Context, text: Text) -> Reply:
    said = promise_in(text.text, ctx.today)
    assert said is not None, "the same shape as in recognises()"
    day = f"{said.promised_on.month}月{said.promised_on.day}日"
    if said.promised_on < ctx.today:
        raise Refusal("promise_past", day=day)
    customer, kept = await debtor_meant(ctx, said.customer)
    owed = [one for one in kept if one.open]
    if not owed:
        return Reply(f"{customer} 没有未收款，没有记。", private=True)
    earlier = await ctx.work.promises.add(customer, said.promised_on, said.amount)
    if earlier is not None:
        await ctx.work.withdraw(about_promise(earlier))
    await say_due_anew(ctx.work, ctx.rules, owed)
    amount = f" {money(said.amount)}" if said.amount else ""
    instead = f"（原来说 {earlier.promised_on.month}月{earlier.promised_on.day}日）" if earlier is not None else ""
    return Reply(f"记下了：{customer} {day} 付{amount}{instead}。那天之前不催，当天提醒你。", private=True)
