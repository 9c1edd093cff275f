"""计划拜访 恒达 明天下午3点: a to-do with a time, and the brief comes by itself before it (B1)."""

from __future__ import annotations

from datetime import datetime

from chat.capability import Capability
from chat.messages import Reply
from chat.texts.facts import day
from chat.texts.format import duration
from domain.refusal import Refusal
from domain.todos import TodoKind
from handlers._context import Context, Said
from handlers._customers import customer_seen
from nlp.appointments import time_of_day
from nlp.dates import days
from nlp.transcript import even

EXAMPLE = "计划拜访 恒达 明天下午3点"
capability = Capability(
    words=("计划拜访", "安排拜访", "预约拜访"), example=EXAMPLE, help="到点前自动发客户简报给你", spec="B1"
)


async def handle(ctx: Context, said: Said) -> Reply:
    text = even(said.argument).text
    at = time_of_day(text)
    named = next((one for one in days(text, ctx.today) if one.due is not None), None)
    if at is None or named is None or named.due is None:
        raise Refusal("plan_when_missing", example=EXAMPLE)
    spans = sorted((at.span, named.span), key=lambda span: span.start, reverse=True)
    words = text
    for span in spans:
        words = f"{words[: span.start]} {words[span.end :]}"
    customer = await customer_seen(ctx, words, EXAMPLE)
    due_at = datetime.combine(named.due, at.at, ctx.rules.zone)
    if due_at <= ctx.now:
        raise Refusal("plan_in_the_past", when=f"{day(named.due, ctx.today)} {at.at:%H:%M}", example=EXAMPLE)
    await ctx.work.todos.add(
        f"plan:{said.text.envelope.key}",
        ctx.member.userid,
        TodoKind.VISIT,
        due_at,
        customer_id=customer.customer_id,
        next_reminder_at=ctx.rules.next_reminder(TodoKind.VISIT, ctx.now, due_at, ctx.now),
    )
    when = f"{day(named.due, ctx.today)} {at.at:%H:%M}"
    before = duration(ctx.rules.settings.memos.brief_before)
    return Reply(f"记下了：{when} 拜访 {customer.name}，提前 {before}发简报给你。")
