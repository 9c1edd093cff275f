"""转派 L1024 给 王五, 人工池, 恢复派单: leads in a person's hands (R5)."""

from __future__ import annotations

import re

from actions.assign_lead import assign_from_pool, close_circuit_by_hand
from actions.work_lead import may_decide
from chat.capability import Capability
from chat.messages import Reply
from chat.texts.format import duration, shortened
from chat.texts.labels import ROLES
from domain.access import HANDS_OUT
from domain.ids import lead_id_in, lead_name
from domain.people import Member
from domain.refusal import Refusal
from handlers._context import Context, Said
from handlers.lead_card import hand_to
from notify.leads import about_pool, settle_cards

EXAMPLE = "转派 L1024 给 王五"
capability = Capability(
    words=("转派", "指派", "派给", "人工池", "恢复派单"),
    example=EXAMPLE,
    help="把线索转给别人；管理员发“人工池”看待指派的",
    spec="R5",
)
SHOWN = 15
_NAME = re.compile(r"(?:给|到|转|->|→)\s*@?([^\s，。,.]+)\s*$")


async def handle(ctx: Context, said: Said) -> Reply:
    match said.word:
        case "人工池":
            return await _pool(ctx)
        case "恢复派单":
            return await _resume(ctx)
        case _:
            return await _reassign(ctx, said)


async def _reassign(ctx: Context, said: Said) -> Reply:
    lead_id = lead_id_in(said.argument)
    if lead_id is None:
        raise Refusal("lead_number_missing", example=EXAMPLE)
    lead = await ctx.work.leads.get(lead_id, seen_by=ctx.member)
    if not may_decide(ctx.member, lead):
        owner = await ctx.work.members.get(lead.owner)
        raise Refusal("lead_not_yours", lead=lead_name(lead_id), owner=owner.name if owner else "管理员")
    to = await member_named(ctx, said.argument)
    given = await hand_to(ctx, lead, to.userid)
    return Reply(f"{lead_name(given.lead_id)} 已转给{to.name}，卡片已发出。")


async def member_named(ctx: Context, argument: str) -> Member:
    named = _NAME.search(argument) or re.search(r"[Ll]\s?\d+\s+(\S+)\s*$", argument)
    if named is None:
        raise Refusal("heir_missing", example=EXAMPLE)
    found = await ctx.work.members.named(named[1])
    if not found:
        raise Refusal("nobody_named", name=named[1], example=EXAMPLE)
    if len(found) > 1:
        raise Refusal("name_not_unique", count=len(found), name=named[1], userids="、".join(m.userid for m in found))
    return found[0]


def _check_decides(ctx: Context, word: str) -> None:
    if not ctx.member.has(*HANDS_OUT):
        raise Refusal("not_allowed", word=word, roles="、".join(ROLES[role] for role in HANDS_OUT))


async def _pool(ctx: Context) -> Reply:
    _check_decides(ctx, "人工池")
    pooled = await ctx.work.leads.pooled()
    if not pooled:
        return Reply("人工池是空的，没有待指派的线索。", private=True)
    lines = [f"{len(pooled)} 条待指派，发“{EXAMPLE}”这样的话来派："]
    for lead in pooled[:SHOWN]:
        waited = duration(ctx.now - lead.posted_at)
        lines.append(
            f"{lead_name(lead.lead_id)} {shortened(lead.customer, 16)} {lead.model} {lead.grade}级，等了 {waited}"
        )
    if len(pooled) > SHOWN:
        lines.append(f"另有 {len(pooled) - SHOWN} 条，派完再看。")
    return Reply("\n".join(lines), private=True)


async def _resume(ctx: Context) -> Reply:
    _check_decides(ctx, "恢复派单")
    if not await close_circuit_by_hand(ctx.work):
        raise Refusal("circuit_closed")
    given = 0
    pooled = await ctx.work.leads.pooled()
    for lead in pooled:
        to = await assign_from_pool(ctx.work, ctx.rules, lead)
        if to is not None:
            given += 1
            await settle_cards(ctx.work, ctx.rules, lead, about_pool(lead), "已指派", f"派给{to.name}")
    left = f"，还有 {len(pooled) - given} 条没人能接，发“人工池”看" if given < len(pooled) else ""
    return Reply(f"自动派单已恢复，补派了 {given} 条{left}。")
