"""明细 红灯: every figure of the digest leads to the records behind it (D1, D2); 日报 shows it at any time."""

from __future__ import annotations

from chat.capability import Capability
from chat.messages import Reply
from chat.texts.format import duration, shortened
from chat.texts.labels import LEAD_STATES
from domain.access import sees_everything
from domain.ids import lead_name
from domain.metrics import Figure
from domain.people import Role
from handlers._context import Context, Said
from notify.digest import NAMES, digest_text
from notify.figures import figures_for
from notify.payment_history import money_of_yesterday

capability = Capability(
    words=("明细", "日报"),
    roles=frozenset({Role.LEADER, Role.MANAGER, Role.ADMIN, Role.OPERATOR}),
    example="明细 红灯",
    help="看日报里每个数后面的线索；“日报”现在就看",
    spec="D1",
)
SHOWN = 15
MEANING = {
    "健康指数": "近 7 天到期的线索里，没在时限内首次联系的：",
    "高潜线索": "现在没结束的 A 级线索：",
    "闭环率": "近 30 天还没联系也没关闭的：",
    "昨日线索": "昨天的新线索：",
    "昨日未接": "昨天的新线索里没接的：",
    "首次联系": "昨天首次联系的：",
    "超时": "现在超过首次联系时限的：",
    "红灯": "48 小时没有首次联系的：",
    "待指派": "人工池里还没有人跟的：",
}


async def handle(ctx: Context, said: Said) -> Reply:
    figures = await figures_for(ctx.work, ctx.rules, ctx.today)
    if said.word == "日报" and sees_everything(ctx.member):
        money = await money_of_yesterday(ctx.work, ctx.rules, ctx.today)
        return Reply(digest_text(figures, ctx.today, money=money), private=True)
    name = next((name for name in NAMES if name in said.argument), None)
    if name is None:
        return Reply(f"想看哪个数的明细：{'、'.join(NAMES)}。像这样发：明细 红灯", private=True)
    return Reply(await _records(ctx, name, getattr(figures, NAMES[name])), private=True)


async def _records(ctx: Context, name: str, figure: Figure) -> str:
    owners = await ctx.work.visible_owners(ctx.member)
    leads = [lead for lead in await ctx.work.leads.with_ids(figure.leads) if owners is None or lead.owner in owners]
    if not leads:
        return f"{MEANING[name]}没有。"
    members = await ctx.work.members.by_id()
    lines = [MEANING[name]]
    for lead in leads[:SHOWN]:
        owner = members[lead.owner].name if lead.owner is not None and lead.owner in members else "人工池"
        waited = duration(ctx.now - lead.posted_at)
        lines.append(
            f"{lead_name(lead.lead_id)} {shortened(lead.customer, 14)} {owner} {LEAD_STATES[lead.state]} {waited}前"
        )
    if len(leads) > SHOWN:
        lines.append(f"另有 {len(leads) - SHOWN} 条")
    lines.append(f"看一条的来历，发：为什么 {lead_name(leads[0].lead_id)}")
    return "\n".join(lines)
