"""Reminders of what somebody owes: one card for all that is due at the same moment (S4, S5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from chat.cards import Button, ButtonStyle, Card, Line, TapData
from chat.messages import Push, TargetKind, Urgency
from chat.texts.format import clock, duration, shortened
from chat.texts.todos import todo_words
from domain.people import Member, Status
from domain.todos import TodoKind
from domain.working_time import held_until
from notify.brief import brief_of
from notify.cards import SHOWN, Taps
from settings.house import HouseRules
from storage.todos import Todo, about_todo
from storage.unit_of_work import Work

JUST_NOW = timedelta(minutes=1)


async def names_of(work: Work, todos: Sequence[Todo]) -> dict[int, str]:
    """todo_id → the customer's name; empty where none is known."""
    named = await work.customers.names([todo.customer_id for todo in todos if todo.customer_id is not None])
    return {todo.todo_id: named.get(todo.customer_id or 0, "") for todo in todos}


async def push_reminders(work: Work, rules: HouseRules, owner: str, todos: Sequence[Todo]) -> None:
    """Held back in quiet hours; to nobody who has left."""
    member = await work.members.get(owner)
    if member is None or member.status is not Status.ACTIVE or not todos:
        return
    for todo in todos:
        if todo.kind == TodoKind.VISIT and todo.due_at > work.now:
            await _push_brief(work, rules, member, todo)
    card = await todos_card(work, rules, todos)
    held = held_until(rules.quiet, work.now, rules.zone.key, urgent=False)
    key = "+".join(f"{todo.todo_id}:{todo.reminders_sent}" for todo in todos[:SHOWN])
    about = about_todo(todos[0].todo_id) if len(todos) == 1 else f"todos:{key}"
    await work.push(Push(TargetKind.MEMBER, owner, card, f"todos:{key}", Urgency.NOTICE, about, held))


async def _push_brief(work: Work, rules: HouseRules, member: Member, todo: Todo) -> None:
    """B1: before a planned visit, quiet hours or not, since whoever plans one for eight wants it at half past seven."""
    customer = await work.customers.find(todo.customer_id)
    if customer is None or not await work.customers.is_seen_by(customer, member):
        return
    text = await brief_of(work, rules, customer.customer_id, seen_by=member)
    key = f"brief:{todo.todo_id}:{todo.reminders_sent}"
    await work.push(Push(TargetKind.MEMBER, member.userid, text, key, Urgency.ESCALATION, about_todo(todo.todo_id)))


async def todos_card(work: Work, rules: HouseRules, todos: Sequence[Todo]) -> Card:
    names = await names_of(work, todos)
    if len(todos) == 1:
        return _one(work, rules, todos[0], names[todos[0].todo_id])
    rest = len(todos) - SHOWN
    return Card(
        title=f"{len(todos)} 件待办到时间了",
        subtitle="做完一件点一件",
        text=f"还有 {rest} 件，发“待办”看全部" if rest > 0 else "",
        lines=tuple(
            Line(str(number), shortened(_words(todo, names), 30)) for number, todo in enumerate(todos[:SHOWN], start=1)
        ),
        buttons=tuple(
            Button(f"{number} 完成", TapData(Taps.DONE, str(todo.todo_id)))
            for number, todo in enumerate(todos[:SHOWN], start=1)
        ),
        url=rules.url,
    )


def _one(work: Work, rules: HouseRules, todo: Todo, customer: str) -> Card:
    subject = str(todo.todo_id)
    starts_visit = todo.kind == TodoKind.VISIT and todo.customer_id is not None
    lines = [Line("要做", todo.title), Line("期限", clock(rules.local(todo.due_at), rules.local(work.now)))]
    if customer:
        lines.insert(0, Line("客户", customer))
    return Card(
        title=shortened(f"{_head(work, rules, todo)}：{todo_words(todo.kind, todo.title, customer)}", 36),
        subtitle="到了点“开始拜访”" if starts_visit else "做完点“完成”",
        lines=tuple(line for line in lines if line.value),
        buttons=(
            *(_start_buttons(subject) if starts_visit else ()),
            Button(
                "完成",
                TapData(Taps.DONE, subject),
                ButtonStyle.PLAIN if starts_visit else ButtonStyle.PRIMARY,
            ),
            Button("明天再做", TapData(Taps.TOMORROW, subject)),
        ),
        url=rules.url,
    )


def _start_buttons(subject: str) -> tuple[Button, ...]:
    return (
        Button("开始拜访", TapData(Taps.VISIT_TASK, subject), ButtonStyle.PRIMARY),
        Button("二维码", TapData(Taps.TASK_CODE, subject)),
    )


def _head(work: Work, rules: HouseRules, todo: Todo) -> str:
    late = work.now - todo.due_at
    if late > JUST_NOW:
        return f"已超时 {duration(late)}"
    if late >= timedelta():
        return "到时间了"
    if todo.is_for_a_day:
        is_today = rules.local(todo.due_at).date() == rules.local(work.now).date()
        return "今天要做" if is_today else "快到期了"
    return f"还有 {duration(-late)}"


def _words(todo: Todo, names: dict[int, str]) -> str:
    return todo_words(todo.kind, todo.title, names[todo.todo_id])
