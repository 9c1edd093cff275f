"""待办: what is owed, the most urgent first; 完成 2 ticks one off (S5)."""

from __future__ import annotations

import re

from actions.memo_consequences import refresh
from chat.capability import Capability
from chat.cards import Card
from chat.messages import Reply
from chat.texts.format import clock, phone, shortened
from chat.texts.todos import todo_words
from domain.ids import lead_name
from domain.leads import Lead, LeadState
from domain.refusal import Refusal
from domain.todos import TodoKind, end_of_day, working_day_after
from handlers._context import Context, Said, Tapped
from notify.cards import Taps
from notify.todos import names_of, todos_card
from storage.todos import Todo, about_todo

capability = Capability(
    words=("待办", "完成"),
    taps=(Taps.DONE, Taps.TOMORROW),
    example="待办",
    help="看手上要做的事；“完成 2”勾掉第 2 条",
    spec="S5",
)
SHOWN = 20


async def handle(ctx: Context, said: Said) -> Reply:
    return await (_done(ctx, said) if said.word == "完成" else _list(ctx))


async def _list(ctx: Context) -> Reply:
    waiting = await ctx.work.leads.of_owner(ctx.member.userid, [LeadState.ASSIGNED])
    todos = await ctx.work.todos.open_of(ctx.member.userid)
    if not waiting and not todos:
        return Reply("没有待办。有新线索会马上发卡片给你。", private=True)
    names = await names_of(ctx.work, todos)
    leads: dict[int, Lead] = {
        lead.lead_id: lead for lead in await ctx.work.leads.with_ids([t.lead_id for t in todos if t.lead_id])
    }
    lines = [f"{len(waiting) + len(todos)} 件待办："]
    lines += [
        f"· 待接单 {lead_name(lead.lead_id)} {shortened(lead.customer, 16)} {lead.grade}级，点卡片上的“接单”"
        for lead in waiting[:SHOWN]
    ]
    lines += [
        f"{number}. {_title(todo, leads, names)}，{_due(ctx, todo)}"
        for number, todo in enumerate(todos[:SHOWN], start=1)
    ]
    if len(todos) > SHOWN:
        lines.append(f"还有 {len(todos) - SHOWN} 件不急的没列出来。")
    contact = next((todo for todo in todos if todo.kind == TodoKind.FIRST_CONTACT), None)
    if contact is not None:
        lines.append(f"联系完发：L{contact.lead_id} 联系情况")
    if any(todo.kind != TodoKind.FIRST_CONTACT for todo in todos[:SHOWN]):
        number = next(n for n, todo in enumerate(todos, start=1) if todo.kind != TodoKind.FIRST_CONTACT)
        lines.append(f"做完一件发：完成 {number}")
    return Reply("\n".join(lines), private=True)


def _title(todo: Todo, leads: dict[int, Lead], names: dict[int, str]) -> str:
    lead = leads.get(todo.lead_id or 0)
    if todo.kind == TodoKind.FIRST_CONTACT and lead is not None:
        return f"首次联系 {lead_name(lead.lead_id)} {shortened(lead.customer, 16)} {phone(lead.phone, lead.ext)}"
    return todo_words(todo.kind, shortened(todo.title, 30), shortened(names[todo.todo_id], 16))


def _due(ctx: Context, todo: Todo) -> str:
    when = clock(ctx.rules.local(todo.due_at), ctx.local_now)
    if todo.due_at < ctx.now:
        return f"已超时（{when}）"
    return when if todo.kind == TodoKind.VISIT else f"{when} 前"


async def _done(ctx: Context, said: Said) -> Reply:
    number = re.match(r"\D{0,3}(\d{1,3})", said.argument)
    todos = await ctx.work.todos.open_of(ctx.member.userid)
    if number is None or not 1 <= int(number[1]) <= len(todos):
        raise Refusal("no_such_todo", number=number[1] if number else "这")
    todo = todos[int(number[1]) - 1]
    if todo.kind == TodoKind.FIRST_CONTACT:
        return Reply(f"首次联系要写一句情况才算。像这样发：L{todo.lead_id} 电话聊了5分钟，周四去看厂")
    names = await names_of(ctx.work, [todo])
    words = todo_words(todo.kind, todo.title, names[todo.todo_id])
    await _settle(ctx, todo, f"完成了：{words}")
    await _close(ctx, todo)
    return Reply(f"勾掉了：{words}")


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    todo = await ctx.work.todos.find(int(tapped.subject)) if tapped.subject.isdecimal() else None
    if todo is None:
        raise Refusal("card_outdated")
    if todo.owner != ctx.member.userid:
        owner = await ctx.work.members.get(todo.owner)
        raise Refusal("todo_not_yours", owner=owner.name if owner else todo.owner)
    if tapped.action == Taps.TOMORROW:
        await _later(ctx, todo)
    else:
        await _tick(ctx, todo, tapped.task_id)
    return None


async def _tick(ctx: Context, todo: Todo, task_id: str) -> None:
    """A card of several shows what is left of them, whatever was done in other ways meanwhile."""
    card = await ctx.work.card(task_id)
    on_card = {button.tap.subject for button in card.buttons} - {str(todo.todo_id)} if card is not None else set()
    left = [one for one in await ctx.work.todos.open_of(ctx.member.userid) if str(one.todo_id) in on_card]
    names = await names_of(ctx.work, [todo])
    title = f"完成了：{todo_words(todo.kind, todo.title, names[todo.todo_id])}"
    if left:
        await ctx.work.change_card(task_id, await todos_card(ctx.work, ctx.rules, left), len(left))
    else:
        await ctx.work.settle_card(task_id, Card(title=title, url=ctx.rules.url))
    await _settle(ctx, todo, title)
    await _close(ctx, todo)


async def _close(ctx: Context, todo: Todo) -> None:
    """The customer's score card counts what is still to come."""
    await ctx.work.todos.close(todo.todo_id)
    if todo.customer_id is not None and todo.memo_id is not None:
        await refresh(ctx.work, ctx.rules, todo.customer_id)


async def _later(ctx: Context, todo: Todo) -> None:
    """The day is moved, however often: the owner knows best, and the log keeps each move."""
    if todo.state == "open":
        due_at = end_of_day(ctx.rules.calendar, working_day_after(ctx.rules.calendar, ctx.today), ctx.now)
        again = ctx.rules.next_reminder(todo.kind, ctx.now, due_at, ctx.now)
        await _settle(ctx, todo, f"改到 {clock(ctx.rules.local(due_at), ctx.local_now)}：{todo.title}")
        await ctx.work.todos.move(todo, todo.kind, todo.title, due_at, again)
    else:
        await _settle(ctx, todo, f"已经完成：{todo.title}")


async def _settle(ctx: Context, todo: Todo, title: str) -> None:
    """Before the to-do changes: what is withdrawn with it has no card to settle."""
    for task_id, _ in await ctx.work.open_cards(about_todo(todo.todo_id)):
        await ctx.work.settle_card(task_id, Card(title=title, url=ctx.rules.url))
