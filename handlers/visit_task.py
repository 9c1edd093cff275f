"""A planned visit: started from its card or by scanning its code; 二维码 2 draws the code (V1)."""

from __future__ import annotations

import re

from chat.capability import Capability
from chat.cards import Card
from chat.messages import Incoming, Push, QrContent, Reply, Scanned, TargetKind, Urgency
from chat.texts.format import shortened
from domain.access import GOES_TO_CUSTOMERS
from domain.refusal import Refusal
from domain.todos import TodoKind
from handlers._context import Context, Said, Tapped
from handlers._customers import may_visit
from handlers.visit import begin
from notify.cards import Taps
from notify.links import task_code, todo_id_of_code
from storage.todos import Todo

capability = Capability(
    words=("二维码",),
    taps=(Taps.VISIT_TASK, Taps.TASK_CODE),
    kinds=(Scanned,),
    roles=GOES_TO_CUSTOMERS,
    example="二维码 2",
    help="要第 2 条待办的拜访码，到了用菜单里的“扫一扫”开始",
    spec="V1",
)


async def handle(ctx: Context, said: Said) -> Reply:
    number = re.match(r"\D{0,3}(\d{1,3})", said.argument)
    todos = await ctx.work.todos.open_of(ctx.member.userid)
    place = int(number[1]) if number else 0
    if not 1 <= place <= len(todos) or not _is_visit(todos[place - 1]):
        raise Refusal("no_visit_task", number=place or "这")
    return await _code(ctx, todos[place - 1])


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    todo = await _task(ctx, int(tapped.subject) if tapped.subject.isdecimal() else None)
    if tapped.action == Taps.TASK_CODE:
        return await _code(ctx, todo)
    reply = await _begin(ctx, todo)
    # Where the visit before has to be ended first, the task stays to be started.
    if await ctx.work.visits.of_todo(todo.todo_id):
        await ctx.work.settle_card(tapped.task_id, Card(title="拜访开始了", url=ctx.rules.url))
    return reply


async def take(ctx: Context, incoming: Incoming) -> Reply:
    assert isinstance(incoming, Scanned)
    todo_id = todo_id_of_code(ctx.rules.link_key, incoming.result)
    if todo_id is None:
        raise Refusal("not_our_code")
    return await _begin(ctx, await _task(ctx, todo_id))


async def _task(ctx: Context, todo_id: int | None) -> Todo:
    todo = await ctx.work.todos.find(todo_id) if todo_id is not None else None
    if todo is None or not _is_visit(todo):
        raise Refusal("card_outdated")
    if todo.owner != ctx.member.userid:
        owner = await ctx.work.members.get(todo.owner)
        raise Refusal("task_of_another", owner=owner.name if owner else todo.owner)
    if todo.state != "open":
        raise Refusal("task_done")
    return todo


async def _begin(ctx: Context, todo: Todo) -> Reply:
    assert todo.customer_id is not None
    return await begin(ctx, await may_visit(ctx, await ctx.work.customers.get(todo.customer_id)), todo=todo)


async def _code(ctx: Context, todo: Todo) -> Reply:
    assert todo.customer_id is not None
    customer = await ctx.work.customers.get(todo.customer_id)
    picture = QrContent(task_code(ctx.rules.link_key, todo.todo_id), f"{shortened(customer.name, 20)} 拜访码")
    key = f"task_code:{ctx.incoming.envelope.key}"
    await ctx.work.push(Push(TargetKind.MEMBER, ctx.member.userid, picture, key, Urgency.LEAD))
    return Reply(f"{customer.name}的拜访码，到了用菜单里的“扫一扫”扫它，拜访就开始。", private=True)


def _is_visit(todo: Todo) -> bool:
    return todo.kind == TodoKind.VISIT and todo.customer_id is not None
