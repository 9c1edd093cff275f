"""记录 恒达: everything that was changed, when and by whom (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chat.capability import Capability
from chat.messages import Reply
from chat.texts.facts import logged
from chat.texts.format import clock, shortened
from chat.texts.labels import LEAD_STATES
from chat.texts.visits import logged as of_visit
from domain.people import Member
from handlers._context import Context, Said
from handlers._customers import customer_seen
from storage.audit import MASK, AuditEntry

EXAMPLE = "记录 恒达"
capability = Capability(words=("记录",), example=EXAMPLE, help="看一个客户的全部变动", spec="A2")
SHOWN = 20
FIELDS = {
    "added": "新建", "owner": "负责人", "state": "状态", "alias": "别名", "phone": "电话", "round": "派单次数",
    "closed_why": "关闭原因", "grade": "等级", "todo": "待办", "todo_due": "待办期限", "todo_done": "待办完成",
    "todo_dropped": "待办取消", "customer": "备忘的客户", "decision_maker": "拍板人", "budget": "预算",
    "next_steps": "下一步", "competitors": "竞品", "concerns": "顾虑", "signals": "信号", "level": "意向",
    "visit": "算进拜访", "evidence": "留痕", "evidence_kind": "留痕归类", "evidence_void": "不算留痕", "looked": "看了原件",
    "override": "放行", "check": "抽查", "place": "登记的位置",
    "exported": "导出个人资料", "erased": "删除个人资料",
}  # fmt: skip
LETTERS = {"lead": "L", "memo": "M", "visit": "V"}
CODES = {
    **{state.value: words for state, words in LEAD_STATES.items()},
    "voice": "语音", "text": "文字", "forwarded": "客户的话", "waiting_for_words": "等转文字", "understood": "听懂了",
    "confirmed": "已确认", "open": "进行中", "cancelled": "已取消",
}  # fmt: skip
HIDDEN = ("round", "points")
"""They change with something else that is shown."""
JOBS = {
    "sender": "系统",
    "media": "系统",
    "visits": "系统",
    "timers": "超时收回",
    "roster": "名册",
    "contacts": "通讯录核对",
}


async def handle(ctx: Context, said: Said) -> Reply:
    customer = await customer_seen(ctx, said.argument, EXAMPLE)
    entries = [e for e in await ctx.work.audit.of_customer(customer.customer_id, SHOWN * 2) if e.field not in HIDDEN]
    members: dict[str, Member] = {str(m.userid): m for m in await ctx.work.members.everybody()}
    lines = [f"{customer.name} 的变动，最新的在前："]
    lines += [_line(ctx, entry, members) for entry in entries[:SHOWN]]
    return Reply("\n".join(lines), private=True)


def _line(ctx: Context, entry: AuditEntry, members: Mapping[str, Member]) -> str:
    who = members[entry.who].name if entry.who in members else JOBS.get(entry.who, entry.who)
    when = clock(ctx.rules.local(entry.at), ctx.local_now)
    kind, _, number = entry.subject.partition(":")
    subject = f"{LETTERS[kind]}{number} " if kind in LETTERS else ""
    before, after = (_value(ctx, entry.field, value, members) for value in (entry.before, entry.after))
    change = f"{before} → {after}" if entry.before is not None else after
    return f"{when} {who} {subject}{FIELDS.get(entry.field, entry.field)}：{change}"


def _value(ctx: Context, field: str, value: str | None, members: Mapping[str, Member]) -> str:
    if value is None:
        return "无"
    if value == MASK:
        return "已删除"
    if value in members:
        return members[value].name
    if field == "todo_due":
        return clock(ctx.rules.local(datetime.fromisoformat(value)), ctx.local_now)
    if (words := logged(field, value, ctx.today)) is not None:
        return shortened(words, 40)
    if (words := of_visit(field, value)) is not None:
        return shortened(words, 40)
    return CODES.get(value) or shortened(value, 40)
