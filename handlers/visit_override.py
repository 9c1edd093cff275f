"""放行 V88 原因, and the buttons of the card that says a visit is late: for the managers of its owner (V3)."""

from __future__ import annotations

from datetime import timedelta

from actions.visits import close_visit, progress_of
from chat.capability import Capability
from chat.dialogue import Question
from chat.messages import Reply, Text
from chat.texts import visits as texts
from chat.texts.format import clock, duration, shortened
from domain.ids import visit_id_in, visit_name
from domain.people import Role
from domain.refusal import Refusal
from domain.visits import REMINDED, Visit, VisitState
from handlers._context import Context, Said, Tapped
from notify.cards import Taps
from notify.visits import tell_released

QUESTION = "visit_override"
ASK_WITHIN = timedelta(minutes=30)
SHORTEST_REASON = 4
EXAMPLE = "放行 V88 客户不让拍照"
capability = Capability(
    words=("放行",),
    taps=(Taps.VISIT_SEEN, Taps.VISIT_LATER, Taps.VISIT_OVERRIDE),
    answers=(QUESTION,),
    roles=frozenset({Role.MANAGER, Role.LEADER, Role.ADMIN, Role.OPERATOR}),
    example=EXAMPLE,
    help="让没留全的拜访先结束，原因会记下来",
    spec="V3",
)


async def handle(ctx: Context, said: Said) -> Reply:
    visit_id = visit_id_in(said.argument)
    if visit_id is None:
        raise Refusal("visit_number_missing", example=EXAMPLE)
    visit = await _visit(ctx, visit_id)
    reason = said.argument.split(str(visit_id), 1)[1].strip("：:，,。 ")
    if not reason:
        return await _ask(ctx, visit)
    return await _release(ctx, visit, reason)


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    visit = await _visit(ctx, visit_id_in(tapped.subject))
    match tapped.action:
        case Taps.VISIT_OVERRIDE:
            return await _ask(ctx, visit)
        case Taps.VISIT_LATER:
            again = ctx.now + ctx.rules.snooze_for
            await ctx.work.visits.snooze(visit, REMINDED, again)
            subtitle = f"{duration(ctx.rules.snooze_for)}后还没补齐再提醒"
        case _:
            subtitle = f"{ctx.member.name} {clock(ctx.local_now, ctx.local_now)} 收到，不再提醒"
    card = await ctx.work.card(tapped.task_id)
    if card is not None:
        await ctx.work.settle_card(tapped.task_id, card.without_buttons(subtitle=subtitle))
    return None


async def answer(ctx: Context, text: Text, question: Question) -> Reply | None:
    if ctx.is_command(text.text):
        return None
    visit = await _visit(ctx, visit_id_in(question.subject))
    return await _release(ctx, visit, text.text.strip())


async def _visit(ctx: Context, visit_id: int | None) -> Visit:
    if visit_id is None:
        raise Refusal("card_outdated")
    visit = await ctx.work.visits.get(visit_id, seen_by=ctx.member)
    if visit.owner == ctx.member.userid:
        raise Refusal("override_not_yours")
    if visit.state is not VisitState.OPEN:
        raise Refusal("visit_closed", visit=visit_name(visit_id))
    return visit


async def _ask(ctx: Context, visit: Visit) -> Reply:
    name = visit_name(visit.visit_id)
    progress = await progress_of(ctx.work, ctx.rules, visit)
    await ctx.work.questions.ask(ctx.member.userid, QUESTION, name, ctx.now + ASK_WITHIN)
    still = f"还差{texts.short(progress.missing)}。" if progress.missing else ""
    return Reply(f"放行 {name} {shortened(visit.customer, 16)}：{still}写上原因，直接回复就行；不放了发“算了”。")


async def _release(ctx: Context, visit: Visit, reason: str) -> Reply:
    name = visit_name(visit.visit_id)
    if len(reason) < SHORTEST_REASON:
        raise Refusal("override_reason_missing", visit=name)
    progress = await progress_of(ctx.work, ctx.rules, visit)
    await close_visit(ctx.work, ctx.rules, progress, ctx.member.userid, override_reason=reason)
    await ctx.work.questions.close(ctx.member.userid)
    await tell_released(ctx.work, visit, ctx.member, reason)
    owner = await ctx.work.members.get(visit.owner)
    return Reply(f"{name} 已放行，记下了原因。{owner.name if owner else visit.owner}可以开始下一次拜访了。")
