"""收到 and 稍后 on a manager's card (S4)."""

from __future__ import annotations

from chat.capability import Capability
from chat.cards import Card
from chat.messages import Reply
from chat.texts.format import clock, duration
from handlers._context import Context, Tapped
from notify.cards import Taps

capability = Capability(taps=(Taps.PINGS_SEEN, Taps.PINGS_LATER), spec="S4")


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    open_pings = [ping for ping in await ctx.work.pings.of_card(tapped.task_id) if ping.state == "told"]
    ids = [ping.ping_id for ping in open_pings]
    card = await ctx.work.card(tapped.task_id)
    if card is None:
        return None
    if tapped.action == Taps.PINGS_SEEN:
        await ctx.work.pings.mark(ids, "acknowledged")
        subtitle = f"{ctx.member.name} {clock(ctx.local_now, ctx.local_now)} 收到，不再提醒"
    else:
        until = ctx.now + ctx.rules.snooze_for
        await ctx.work.pings.mark(ids, "snoozed", snoozed_until=until)
        subtitle = f"{duration(ctx.rules.snooze_for)}后还没处理再提醒"
    await ctx.work.settle_card(tapped.task_id, Card(card.title, subtitle, card.text, card.lines, (), card.url))
    return None
