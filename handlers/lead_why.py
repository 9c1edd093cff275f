"""为什么 L1024 shows the basis of a decision; 试派 shows what would happen to a post (R6)."""

from __future__ import annotations

from actions.receive_lead import WouldBe, dry_run
from chat.capability import Capability
from chat.messages import Reply
from chat.texts.format import clock
from chat.texts.reasons import grade_reason, noted, one_considered, short_reason
from domain.assignment import Basis, Considered, basis_from_json
from domain.ids import lead_id_in, lead_name
from domain.people import Role
from domain.refusal import Refusal
from handlers._context import Context, Said
from handlers.lead_post import complaints
from nlp.lead_post import PostKind, parse_post, template_for

capability = Capability(
    words=("为什么", "试派"),
    roles=frozenset({Role.ADMIN, Role.MANAGER, Role.LEADER, Role.OPERATOR, Role.REP}),
    example="为什么 L1024",
    help="看派单依据；“试派”加线索，看会派给谁",
    spec="R6",
)
SHOWN = 8
EXPLAINED = 3
"""Of more leads than these a dry run says only where each would go."""
HEADER = "【线索响应】"


async def handle(ctx: Context, said: Said) -> Reply:
    return await (_dry_run(ctx, said) if said.word == "试派" else _why(ctx, said))


async def _why(ctx: Context, said: Said) -> Reply:
    lead_id = lead_id_in(said.argument)
    if lead_id is None:
        raise Refusal("lead_number_missing", example="为什么 L1024")
    lead = await ctx.work.leads.get(lead_id, seen_by=ctx.member)
    last = (await ctx.work.leads.assignments_of(lead_id))[-1]
    owner = await ctx.work.members.get(last.owner)
    when = clock(ctx.rules.local(last.decided_at), ctx.local_now)
    head = f"{lead_name(lead_id)} {lead.customer} → {owner.name if owner else '人工池'}（{when}）"
    grade = grade_reason(lead.grade, await ctx.work.leads.grade_reasons(lead_id))
    again = [f"第 {last.round} 次派单"] if last.round > 1 else []
    return Reply("\n".join([head, *explain(basis_from_json(last.basis)), grade, *again]), private=True)


def explain(basis: Basis) -> list[str]:
    lines = [f"原因：{short_reason(basis)}" + (f"，第“{basis.group}”组" if basis.group else "")]
    lines += [said for note in basis.notes if (said := noted(note)) != short_reason(basis)]
    ranked = sorted(basis.considered, key=_chosen_first)
    lines += [one_considered(person) for person in ranked[:SHOWN]]
    if len(ranked) > SHOWN:
        lines.append(f"另有 {len(ranked) - SHOWN} 人也看过")
    if basis.rule_version:
        lines.append(f"规则版本 {basis.rule_version}")
    return lines


def _chosen_first(person: Considered) -> tuple[bool, float, str]:
    return person.why_not is not None, -(person.parts.total if person.parts else 0.0), person.userid


async def _dry_run(ctx: Context, said: Said) -> Reply:
    post = said.argument if "线索" in said.argument[:8] else HEADER + said.argument
    result = parse_post(post, ctx.rules.settings.leads.channels)
    if result.kind is PostKind.NOT_A_LEAD:
        return Reply("没看懂要试派的线索。像这样发：试派 恒达机械 13800001111 X200 展会")
    with_reasons = len(result.leads) <= EXPLAINED
    lines = []
    for one in await dry_run(ctx.work, ctx.rules, result.leads):
        lines += (await _would_be(ctx, one))[: None if with_reasons else 1]
    if result.errors:
        again = [f"试派 {template_for(error).removeprefix(HEADER)}" for error in result.errors]
        lines += [*complaints(result), "改好再试：", *again]
    return Reply("\n".join(lines), private=True)


async def _would_be(ctx: Context, one: WouldBe) -> list[str]:
    if one.running is not None:
        owner = await ctx.work.members.get(one.running.owner)
        joined = f"{lead_name(one.running.lead_id)}（{owner.name if owner else '人工池'}）"
        return [f"试派：{one.parsed.customer} 已在跟进，会并到 {joined}，不重复派单。没有真的派出。"]
    assert one.decision is not None
    to = one.decision.chosen.name if one.decision.chosen else "人工池"
    head = f"试派：{one.parsed.customer} 会派给{to}，{one.grade.grade}级。没有真的派出。"
    known = [f"老客户：{one.known_customer.name}"] if one.known_customer is not None else []
    return [head, *known, *explain(one.decision.basis)]
