"""记录 恒达: everything that was changed, when and by whom (A2)."""

from __future__ import annotations

from collections.abc import Mapping

from chat.capability import Capability
from chat.messages import Reply
from chat.texts.format import clock, shortened
from chat.texts.labels import LEAD_STATES
from domain.ids import lead_id_in
from domain.leads import LeadState
from domain.people import Member
from domain.refusal import Refusal
from handlers._context import Context, Said
from storage.audit import AuditEntry
from storage.customers import Customer

EXAMPLE = "记录 恒达"
capability = Capability(words=("记录",), example=EXAMPLE, help="看一个客户的全部变动", spec="A2")
SHOWN = 20
FIELDS = {
    "added": "新建", "owner": "负责人", "state": "状态", "alias": "别名", "phone": "电话", "round": "派单次数",
    "closed_why": "关闭原因", "grade": "等级", "todo": "待办", "todo_due": "待办期限", "todo_done": "待办完成",
    "todo_dropped": "待办取消",
}  # fmt: skip
JOBS = {"sender": "系统", "timers": "超时收回", "roster": "名册", "contacts": "通讯录核对"}


async def handle(ctx: Context, said: Said) -> Reply:
    if not said.argument:
        raise Refusal("customer_missing", example=EXAMPLE)
    customer = await _customer(ctx, said.argument)
    entries = [e for e in await ctx.work.audit.of_customer(customer.customer_id, SHOWN * 2) if e.field != "round"]
    members: dict[str, Member] = {str(m.userid): m for m in await ctx.work.members.everybody()}
    lines = [f"{customer.name} 的变动，最新的在前："]
    lines += [_line(ctx, entry, members) for entry in entries[:SHOWN]]
    return Reply("\n".join(lines), private=True)


async def _customer(ctx: Context, words: str) -> Customer:
    """By lead number or part of the name, among what the asker may see (A1)."""
    lead_id = lead_id_in(words)
    if lead_id is not None and len(words) <= 12:
        lead = await ctx.work.leads.get(lead_id, seen_by=ctx.member)
        return await ctx.work.customers.get(lead.customer_id)
    for customer in await ctx.work.customers.named_like(words):
        if await ctx.work.leads.of_customer(customer.customer_id, seen_by=ctx.member):
            return customer
    raise Refusal("customer_unknown", name=shortened(words, 20))


def _line(ctx: Context, entry: AuditEntry, members: Mapping[str, Member]) -> str:
    who = members[entry.who].name if entry.who in members else JOBS.get(entry.who, entry.who)
    when = clock(ctx.rules.local(entry.at), ctx.local_now)
    subject = entry.subject.removeprefix("lead:")
    lead = f"L{subject} " if entry.subject.startswith("lead:") else ""
    before, after = (_value(value, members) for value in (entry.before, entry.after))
    change = f"{before} → {after}" if entry.before is not None else after
    return f"{when} {who} {lead}{FIELDS.get(entry.field, entry.field)}：{change}"


def _value(value: str | None, members: Mapping[str, Member]) -> str:
    if value is None:
        return "无"
    if value in members:
        return members[value].name
    return LEAD_STATES[LeadState(value)] if value in set(LeadState) else shortened(value, 40)
