"""L1024 and what was done: the rep's response post, a logged call (S3)."""

from __future__ import annotations

import re

from actions.work_lead import check_open, may_decide, note_contact
from chat.capability import Capability
from chat.messages import Reply, Text
from domain.ids import LeadId, lead_id_in, lead_name
from domain.leads import LeadState
from domain.refusal import Refusal
from handlers import memo
from handlers._context import Context, Said
from nlp.normalize import half_width
from notify.leads import about, settle_cards

EXAMPLE = "L1024 电话聊了5分钟，周四去看厂"
capability = Capability(
    words=("跟进", "响应", "通话"), example=EXAMPLE, help="记下联系情况，首次联系就算完成", spec="S3"
)

_BEGINS_WITH_LEAD = re.compile(r"\s*[Ll]\s?\d{1,9}(?!\d)[\s:：,，、]*\S")
_CALL = re.compile(r"(?:通话|电话|通电话|打了|聊了|聊)[^\d]{0,6}(\d{1,3})\s*(秒|分钟|分|min|小时)")
_SECONDS = {"秒": 1, "分钟": 60, "分": 60, "min": 60, "小时": 3600}
_NOT_REACHED = re.compile("没打通|打不通|未接|没接|无人接|关机|占线|空号")


def recognises(text: str) -> bool:
    return _BEGINS_WITH_LEAD.match(half_width(text)) is not None


async def hear(ctx: Context, text: Text) -> Reply:
    return await _note(ctx, half_width(text.text))


async def handle(ctx: Context, said: Said) -> Reply:
    """跟进了恒达，李总拍板 … is a memo that happens to begin with our word (N5)."""
    if lead_id_in(said.argument) is None and (reply := await memo.overhear(ctx, said.text)) is not None:
        return reply
    return await _note(ctx, said.argument, is_call=said.word == "通话")


async def _note(ctx: Context, said: str, *, is_call: bool = False) -> Reply:
    lead_id = lead_id_in(said)
    if lead_id is None:
        raise Refusal("lead_number_missing", example=EXAMPLE)
    lead = await ctx.work.leads.get(lead_id, seen_by=ctx.member)
    check_open(lead)
    if not may_decide(ctx.member, lead):
        owner = await ctx.work.members.get(lead.owner)
        raise Refusal("lead_not_yours", lead=lead_name(lead_id), owner=owner.name if owner else "管理员")
    text = re.sub(r"[Ll]\s?\d{1,9}[\s:：,，、]*", "", said, count=1).strip()
    if not text:
        raise Refusal("contact_empty", example=f"{lead_name(lead_id)} 电话聊了5分钟，周四去看厂")
    kind, seconds = _kind(text, is_call=is_call)
    after, counts = await note_contact(ctx.work, ctx.rules, lead, ctx.member, kind, text, seconds)
    if counts:
        await settle_cards(ctx.work, ctx.rules, after, about(after), "已首次联系", text[:30])
        return Reply(f"{lead_name(lead_id)} 首次联系已记下，提醒都停了。")
    least = int(ctx.rules.settings.leads.call_at_least.total_seconds())
    return Reply(_why_not(lead_id, kind, seconds, least, has_contact=lead.state is LeadState.CONTACTED))


def _kind(text: str, *, is_call: bool) -> tuple[str, int | None]:
    """A call with its length in seconds, a failed try, or a response post."""
    if _NOT_REACHED.search(text):
        return "not_reached", None
    if (call := _CALL.search(text)) is not None:
        return "call", int(call[1]) * _SECONDS[call[2]]
    bare = re.search(r"(\d{1,4})\s*(秒|分钟|分|min|小时)", text) if is_call else None
    if bare is not None:
        return "call", int(bare[1]) * _SECONDS[bare[2]]
    return "response", None


def _why_not(lead_id: LeadId, kind: str, seconds: int | None, least: int, *, has_contact: bool) -> str:
    name = lead_name(lead_id)
    if has_contact:
        return f"{name} 记下了。"
    if kind == "call":
        return f"{name} 记下通话 {seconds} 秒，不满 {least} 秒，还不算首次联系。打通后再发一次。"
    return f"{name} 记下没打通，还不算首次联系。打通后再发一次，一直打不通就点卡片上的“无效线索”。"
