"""【线索响应】 in a group or a single chat: who gets each lead and why, or which field of which line is wrong (L1-L6)."""

from __future__ import annotations

from collections.abc import Sequence

from actions.receive_lead import Received, receive
from chat.capability import Capability
from chat.messages import Reply, Text
from chat.texts.errors import PROBLEMS
from chat.texts.reasons import short_reason
from domain.ids import lead_name
from handlers._context import Context
from nlp.lead_post import PostKind, PostResult, parse_post, template_for

capability = Capability(
    example="【线索响应】恒达机械 13800001111 X200 展会", help="发线索，一行一条，马上派给合适的销售", spec="L1"
)

TEMPLATE = "【线索响应】{客户名} {电话} {意向型号} {来源渠道}"
ASSIGNED = "{lead} {customer} → {owner}，{grade}级（{reason}）"
POOLED = "{lead} {customer} → 待指派，{grade}级（{reason}），已通知管理员"
REPEATED = "{lead} {customer} 已在跟进 → {owner}，没有重复派单，已再提醒"
REPEATED_POOLED = "{lead} {customer} 已在人工池等指派，没有重复登记"
KNOWN = "，老客户{name}"
HOW = "发线索按这个格式，一行一条，四项都要有：\n" + TEMPLATE


def recognises(text: str) -> bool:
    return parse_post(text).kind is not PostKind.NOT_A_LEAD or asks_for_format(text)


def asks_for_format(text: str) -> bool:
    """Somebody asks how to post: the template is the answer, not a complaint."""
    return "线索" in text and any(word in text for word in ("格式", "模板", "怎么发", "怎么写")) and len(text) < 40


async def hear(ctx: Context, text: Text) -> Reply | None:
    result = parse_post(text.text, ctx.rules.settings.leads.channels)
    if result.kind is PostKind.NOT_A_LEAD:
        return Reply(HOW) if asks_for_format(text.text) else None
    received = [
        await receive(
            ctx.work,
            ctx.rules,
            parsed,
            posted_by=ctx.member.userid,
            chat_id=text.envelope.chat_id,
            source_key=f"{text.envelope.key}:{number}",
        )
        for number, parsed in enumerate(result.leads, start=1)
    ]
    return Reply(answer_to(received, result))


def answer_to(received: Sequence[Received], result: PostResult) -> str:
    """Conclusion first: what is out, then what has to be typed again."""
    said = [_one(one) for one in received]
    if result.errors:
        said += complaints(result)
        head = "没登记" if not received else f"{len(result.errors)} 条没登记"
        said.append(f"{head}，改好再发：\n" + "\n".join(template_for(error) for error in result.errors))
    return "\n".join(said)


def _one(received: Received) -> str:
    lead = received.lead
    facts = {"lead": lead_name(lead.lead_id), "customer": lead.customer, "grade": lead.grade.value}
    if received.decision is None:
        if received.owner is None:
            return REPEATED_POOLED.format(**facts)
        return REPEATED.format(owner=received.owner.name, **facts)
    reason = short_reason(received.decision.basis)
    if received.owner is None:
        return POOLED.format(reason=reason, **facts)
    known = received.known_customer
    behind = KNOWN.format(name=known.name) if known is not None and known.name != lead.customer else ""
    return ASSIGNED.format(owner=received.owner.name, reason=reason, **facts) + behind


def complaints(result: PostResult) -> list[str]:
    """What is wrong, with its line where there is more than one lead."""
    is_alone = len(result.errors) == 1 and not result.leads
    return [("" if is_alone else f"第 {error.line} 行：") + PROBLEMS[error.problem.value] for error in result.errors]
