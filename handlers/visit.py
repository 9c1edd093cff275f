"""开始拜访 恒达, 结束拜访, 取消拜访, 核心需求: a visit from its start to its end (V1, V3)."""

from __future__ import annotations

from datetime import timedelta
from zlib import crc32

from actions.visits import (
    Progress,
    cancel_visit,
    close_visit,
    progress_of,
    refresh,
    start_visit,
    take_evidence,
    template_of,
)
from chat.capability import Capability
from chat.cards import Button, ButtonStyle, Card, TapData
from chat.dialogue import Question
from chat.messages import Reply, Text
from chat.texts import visits as texts
from chat.texts.format import clock, shortened
from domain.access import GOES_TO_CUSTOMERS
from domain.ids import customer_name, visit_id_in, visit_name
from domain.refusal import Refusal
from domain.visits import EvidenceKind, Visit, VisitState
from handlers._context import Context, Said, Tapped
from handlers._customers import Meant, customer_meant, customer_tapped
from notify.brief import known_of
from notify.cards import Taps
from notify.visits import needs_card, standing, which_card, withdraw_progress
from storage.customers import Customer
from storage.todos import Todo

NEEDS_QUESTION = "visit_needs"
ASK_WITHIN = timedelta(minutes=30)
EXAMPLE = "开始拜访 恒达"
capability = Capability(
    words=("开始拜访", "结束拜访", "取消拜访", "核心需求"),
    taps=(Taps.VISIT_START, Taps.VISIT_SWITCH, Taps.VISIT_NONE, Taps.NEED),
    answers=(NEEDS_QUESTION,),
    roles=GOES_TO_CUSTOMERS,
    example=EXAMPLE,
    help="到客户那里发一句，之后照片、语音、位置直接发；走的时候发“结束拜访”",
    spec="V1",
)


async def handle(ctx: Context, said: Said) -> Reply:
    match said.word:
        case "开始拜访":
            return await _start(ctx, said.argument.strip("：:，,。. "))
        case "结束拜访":
            return await _close(ctx)
        case "取消拜访":
            return await _cancel(ctx)
        case _:
            return await _needs(ctx)


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    match tapped.action:
        case Taps.VISIT_NONE:
            await _settle(ctx, tapped, "好，没有开始拜访")
            return None
        case Taps.NEED:
            return await _choose_need(ctx, tapped)
        case Taps.VISIT_SWITCH:
            return await _switch(ctx, tapped)
        case _:
            customer = await customer_tapped(ctx, tapped.subject)
            reply = await begin(ctx, customer)
            await _settle(ctx, tapped, f"选了{shortened(customer.name, 30)}")
            return reply


# Start


async def _start(ctx: Context, words: str) -> Reply:
    if not words:
        running = await ctx.work.visits.open_of(ctx.member.userid)
        if running is not None:
            return Reply(_still(await progress_of(ctx.work, ctx.rules, running)))
        raise Refusal("visit_customer_missing")
    meant = await customer_meant(ctx, words)
    if meant.one is None:
        return Reply(_which(ctx, words, meant), private=True)
    return await begin(ctx, meant.one)


def _which(ctx: Context, words: str, meant: Meant) -> Card:
    rows = [
        (customer.name, "", TapData(Taps.VISIT_START, customer_name(customer.customer_id))) for customer in meant.among
    ]
    said = shortened(words, 16)
    title = f"没有“{said}”，是不是这家" if meant.is_near else f"“{said}”是哪一家"
    text = "" if len(rows) <= 5 else f"一共 {len(rows)} 家，没列出来的请把名字写全再发。"
    return which_card(title, text, rows, "都不是", ctx.rules.url)


async def begin(ctx: Context, customer: Customer, *, todo: Todo | None = None) -> Reply:
    """Opens the visit, or asks to end the one before first."""
    running = await ctx.work.visits.open_of(ctx.member.userid)
    if running is not None:
        return await _one_is_open(ctx, running, customer, todo)
    progress = await start_visit(ctx.work, ctx.rules, ctx.member, customer, todo=todo)
    return Reply(await started(ctx, progress))


async def started(ctx: Context, progress: Progress) -> str:
    """The number, what to know before going in (B1), what to leave behind."""
    visit = progress.visit
    by = clock(ctx.rules.local(visit.due_at), ctx.local_now)
    lines = [f"{visit_name(visit.visit_id)} 开始拜访{visit.customer}。", *await known_of(ctx.work, visit.customer_id)]
    if progress.evidence:
        lines.append(f"刚才发的{texts.there(progress.evidence)}也算进来了。")
    if progress.missing:
        lines.append(f"{by} 前发到这里，先后不限：\n{texts.how(progress.missing)}")
    lines.append("走的时候发“结束拜访”。")
    return "\n".join(lines)


async def _one_is_open(ctx: Context, running: Visit, customer: Customer, todo: Todo | None) -> Reply:
    progress = await progress_of(ctx.work, ctx.rules, running)
    if running.customer_id == customer.customer_id:
        return Reply(f"已经在拜访了。{_still(progress)}")
    if progress.missing:
        name = visit_name(running.visit_id)
        return Reply(
            f"先把{name} {running.customer}补齐，才能开始{customer.name}。还差：\n{texts.how(progress.missing)}\n"
            f"补不齐就请主管发：放行 {name} 原因"
        )
    subject, argument = visit_name(running.visit_id), customer_name(customer.customer_id)
    switch = TapData(Taps.VISIT_SWITCH, subject, todo.todo_id if todo else 0, argument)
    return Reply(
        Card(
            title=f"{subject} 还开着，留痕已经齐了",
            subtitle=shortened(running.customer, 40),
            text=f"结束它，接着开始{customer.name}？",
            buttons=(
                Button("结束并开始", switch, ButtonStyle.PRIMARY),
                Button("先不", TapData(Taps.VISIT_NONE), ButtonStyle.GREY),
            ),
            url=ctx.rules.url,
        ),
        private=True,
    )


async def _switch(ctx: Context, tapped: Tapped) -> Reply:
    """The visit may have ended in the meantime; then only the next one is left to start."""
    customer = await customer_tapped(ctx, tapped.argument)
    running = await ctx.work.visits.open_of(ctx.member.userid)
    if running is not None and visit_id_in(tapped.subject) == running.visit_id:
        progress = await progress_of(ctx.work, ctx.rules, running)
        if progress.is_complete:
            await close_visit(ctx.work, ctx.rules, progress, ctx.member.userid)
    todo = await ctx.work.todos.find(tapped.round) if tapped.round else None
    reply = await begin(ctx, customer, todo=todo)
    await _settle(ctx, tapped, f"{tapped.subject} 结束了")
    return reply


# End


async def _close(ctx: Context) -> Reply:
    progress = await _running(ctx)
    visit = progress.visit
    name = visit_name(visit.visit_id)
    if progress.missing:
        return Reply(
            f"{name} {visit.customer}还不能结束，还差：\n{texts.how(progress.missing)}\n补不齐就请主管发：放行 {name} 原因"
        )
    await close_visit(ctx.work, ctx.rules, progress, ctx.member.userid)
    return Reply(
        f"{name} {visit.customer}结束了，留痕齐：{texts.there(progress.evidence)}。漏了的两小时内还能补，直接发。"
    )


async def _cancel(ctx: Context) -> Reply:
    progress = await _running(ctx)
    await cancel_visit(ctx.work, ctx.rules, progress)
    return Reply(f"{visit_name(progress.visit.visit_id)} 取消了。")


async def _running(ctx: Context) -> Progress:
    visit = await ctx.work.visits.open_of(ctx.member.userid)
    if visit is None:
        raise Refusal("no_open_visit")
    return await progress_of(ctx.work, ctx.rules, visit)


def _still(progress: Progress) -> str:
    visit = progress.visit
    head = standing(visit, progress.evidence, progress.missing)
    return f"{head}\n{texts.how(progress.missing)}" if progress.missing else head


# Core needs


async def _needs(ctx: Context) -> Reply:
    visit = (await _running(ctx)).visit
    template = template_of(ctx.rules, visit)
    if not template.needs:
        raise Refusal("no_needs_here", visit=visit_name(visit.visit_id))
    return Reply(needs_card(ctx.rules, visit, template.need_choices, (), template.needs), private=True)


async def _choose_need(ctx: Context, tapped: Tapped) -> Reply | None:
    """The card itself remembers what has been chosen; the last one asks for the words."""
    visit = await _open_visit(ctx, tapped.subject)
    template = template_of(ctx.rules, visit)
    card = await ctx.work.card(tapped.task_id)
    if card is None or tapped.argument not in template.need_choices:
        raise Refusal("card_outdated")
    chosen = [button.tap.argument for button in card.buttons if button.text.startswith("✓")]
    chosen = (
        [one for one in chosen if one != tapped.argument] if tapped.argument in chosen else [*chosen, tapped.argument]
    )
    if len(chosen) < template.needs:
        after = needs_card(ctx.rules, visit, template.need_choices, chosen, template.needs)
        await ctx.work.change_card(tapped.task_id, after, crc32(tapped.tap.envelope.key.encode()))
        return None
    name = visit_name(visit.visit_id)
    await _settle(ctx, tapped, f"{name} 选了{'、'.join(chosen)}")
    await ctx.work.questions.ask(ctx.member.userid, NEEDS_QUESTION, name, ctx.now + ASK_WITHIN, {"needs": chosen})
    return Reply(
        f"再写一句具体的，{template.needs_words} 个字以上，直接回复就行。比如：门诊量大，想把单次检查压到十分钟"
    )


async def answer(ctx: Context, text: Text, question: Question) -> Reply | None:
    if ctx.is_command(text.text):
        return None
    visit = await _open_visit(ctx, question.subject)
    words = text.text.strip()
    least = template_of(ctx.rules, visit).needs_words
    if len(words) < least:
        return Reply(f"太短了，要 {least} 个字以上，现在是 {len(words)} 个字。再写具体一点发来。")
    await ctx.work.questions.close(ctx.member.userid)
    await take_evidence(
        ctx.work, ctx.rules, ctx.member, EvidenceKind.NEEDS, text.envelope.key, text.envelope.sent_at,
        text=words, needs=question.data["needs"],
    )  # fmt: skip
    progress = await refresh(ctx.work, ctx.rules, visit)
    await withdraw_progress(ctx.work, visit)
    return Reply(standing(visit, progress.evidence, progress.missing))


async def _open_visit(ctx: Context, subject: str) -> Visit:
    visit_id = visit_id_in(subject)
    visit = await ctx.work.visits.find(visit_id) if visit_id is not None else None
    if visit is None or visit.owner != ctx.member.userid:
        raise Refusal("card_outdated")
    if visit.state is not VisitState.OPEN:
        raise Refusal("visit_closed", visit=subject)
    return visit


async def _settle(ctx: Context, tapped: Tapped, title: str) -> None:
    await ctx.work.settle_card(tapped.task_id, Card(title=shortened(title, 36), url=ctx.rules.url))
