"""待办: what is owed, the most urgent first; 完成 2 ticks one off (S5)."""

from __future__ import annotations

import re

from chat.capability import Capability
from chat.messages import Reply
from chat.texts.format import clock, phone, shortened
from domain.ids import lead_name
from domain.leads import Lead, LeadState
from domain.refusal import Refusal
from handlers._context import Context, Said
from storage.todos import Todo

capability = Capability(words=("待办", "完成"), example="待办", help="看手上要做的事；“完成 2”勾掉第 2 条", spec="S5")
SHOWN = 20
FIRST_CONTACT = "first_contact"


async def handle(ctx: Context, said: Said) -> Reply:
    return await (_done(ctx, said) if said.word == "完成" else _list(ctx))


async def _list(ctx: Context) -> Reply:
    waiting = await ctx.work.leads.of_owner(ctx.member.userid, [LeadState.ASSIGNED])
    todos = await ctx.work.todos.open_of(ctx.member.userid)
    if not waiting and not todos:
        return Reply("没有待办。有新线索会马上发卡片给你。", private=True)
    leads: dict[int, Lead] = {
        lead.lead_id: lead for lead in await ctx.work.leads.with_ids([t.lead_id for t in todos if t.lead_id])
    }
    lines = [f"{len(waiting) + len(todos)} 件待办："]
    lines += [
        f"· 待接单 {lead_name(lead.lead_id)} {shortened(lead.customer, 16)}，点卡片上的“接单”"
        for lead in waiting[:SHOWN]
    ]
    lines += [
        f"{number}. {_title(todo, leads)}，{_due(ctx, todo)}" for number, todo in enumerate(todos[:SHOWN], start=1)
    ]
    if any(todo.kind == FIRST_CONTACT for todo in todos):
        example = next(todo for todo in todos if todo.kind == FIRST_CONTACT)
        lines.append(f"联系完发：L{example.lead_id} 联系情况")
    return Reply("\n".join(lines), private=True)


def _title(todo: Todo, leads: dict[int, Lead]) -> str:
    lead = leads.get(todo.lead_id or 0)
    if todo.kind == FIRST_CONTACT and lead is not None:
        return f"首次联系 {lead_name(lead.lead_id)} {shortened(lead.customer, 16)} {phone(lead.phone, lead.ext)}"
    return todo.title


def _due(ctx: Context, todo: Todo) -> str:
    when = clock(ctx.rules.local(todo.due_at), ctx.local_now)
    return f"已超时（{when}）" if todo.due_at < ctx.now else f"{when} 前"


async def _done(ctx: Context, said: Said) -> Reply:
    number = re.match(r"\D{0,3}(\d{1,3})", said.argument)
    todos = await ctx.work.todos.open_of(ctx.member.userid)
    if number is None or not 1 <= int(number[1]) <= len(todos):
        raise Refusal("no_such_todo", number=number[1] if number else "这")
    todo = todos[int(number[1]) - 1]
    if todo.kind == FIRST_CONTACT:
        return Reply(f"首次联系要写一句情况才算。像这样发：L{todo.lead_id} 电话聊了5分钟，周四去看厂")
    await ctx.work.todos.close(todo.todo_id)
    return Reply(f"勾掉了：{todo.title}")
