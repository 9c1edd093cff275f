"""接单, 转派, 无效线索 and what follows, on the assignment card (S1, S3)."""

from __future__ import annotations

from actions.work_lead import accept, check_open, close_invalid, may_decide, note_contact, pass_on
from chat.capability import Capability
from chat.cards import Button, ButtonStyle, Card, TapData
from chat.messages import Reply
from chat.texts.errors import in_words
from chat.texts.format import clock
from domain.escalation import Rung
from domain.ids import lead_id_in, lead_name
from domain.leads import Lead
from domain.refusal import Refusal
from handlers._context import Context, Tapped
from notify.cards import INVALID_REASONS, Taps, accepted_card, invalid_card, reassign_card
from notify.leads import about, about_pool, settle_cards, show_on_cards, tell, who_may_take
from notify.links import call_url

CONTACT_KIND = "contact_kind"

capability = Capability(
    taps=(
        Taps.ACCEPT, Taps.REASSIGN, Taps.REASSIGN_TO, Taps.INVALID, Taps.INVALID_WHY, Taps.CONTACTED,
        Taps.NOT_REACHED, Taps.CLOSE_CARD, CONTACT_KIND,
    ),
    spec="S1",
)  # fmt: skip


async def tap(ctx: Context, tapped: Tapped) -> Reply | None:
    lead = await _lead_of(ctx, tapped)
    if tapped.action == Taps.CLOSE_CARD:
        await ctx.work.settle_card(tapped.task_id, Card(title="没有改动", subtitle=lead.customer, url=ctx.rules.url))
        return None
    if await _is_outdated(ctx, tapped, lead):
        return None
    match tapped.action:
        case Taps.ACCEPT:
            await _accept(ctx, lead)
            return None
        case Taps.CONTACTED:
            return Reply(_how_contacted(lead, _least(ctx), ctx.rules.url), private=True)
        case Taps.NOT_REACHED:
            return await _not_reached(ctx, lead)
        case Taps.REASSIGN:
            return Reply(
                reassign_card(lead, await who_may_take(ctx.work, lead, ctx.today), ctx.rules.url), private=True
            )
        case Taps.REASSIGN_TO:
            return await _reassign_to(ctx, tapped, lead)
        case Taps.INVALID:
            return Reply(invalid_card(lead, ctx.rules.url), private=True)
        case Taps.INVALID_WHY:
            return await _invalid(ctx, tapped, lead)
        case _:
            return await _contacted(ctx, tapped, lead)


async def _lead_of(ctx: Context, tapped: Tapped) -> Lead:
    lead_id = lead_id_in(tapped.subject)
    found = await ctx.work.leads.find(lead_id) if lead_id is not None else None
    if found is None:
        raise Refusal("no_such_lead", lead=tapped.subject)
    return found


async def _is_outdated(ctx: Context, tapped: Tapped, lead: Lead) -> bool:
    """A card of an earlier round, or of a lead that has ended: it says so itself, and nothing else happens."""
    owner = await ctx.work.members.get(lead.owner)
    if not lead.state.is_open:
        await _settle_tapped(ctx, tapped, lead, f"已结束：{in_words(lead.state)}")
        return True
    if tapped.round != lead.round:
        await _settle_tapped(ctx, tapped, lead, f"已由{owner.name}负责" if owner else "已收回，等重新指派")
        return True
    if not may_decide(ctx.member, lead):
        raise Refusal("lead_not_yours", lead=lead_name(lead.lead_id), owner=owner.name if owner else "管理员")
    return False


async def _settle_tapped(ctx: Context, tapped: Tapped, lead: Lead, what: str) -> None:
    card = Card(title=f"{lead_name(lead.lead_id)} {what}", subtitle=lead.customer, url=ctx.rules.url)
    await ctx.work.settle_card(tapped.task_id, card)


async def _accept(ctx: Context, lead: Lead) -> None:
    if lead.owner != ctx.member.userid:
        owner = await ctx.work.members.get(lead.owner)
        raise Refusal("lead_not_yours", lead=lead_name(lead.lead_id), owner=owner.name if owner else "管理员")
    taken = await accept(ctx.work, ctx.rules, lead, ctx.member)
    due = await ctx.work.timers.of_lead(lead.lead_id, lead.round)
    card = accepted_card(
        taken, ctx.rules, contact_by=due.get(Rung.FIRST_CONTACT), now=ctx.now,
        call_url=call_url(ctx.rules, lead.lead_id),
    )  # fmt: skip
    await show_on_cards(ctx.work, about(taken), card, taken.version)


def _contact_kinds(least: int) -> dict[str, tuple[str, str, int | None]]:
    """By the tap's argument: what the button says, the kind of contact, the seconds of a call (S3: `least`)."""
    length = f"{least // 60}分钟" if least % 60 == 0 else f"{least}秒"
    return {
        "call_long": (f"电话{length}以上", "call", least),
        "call_short": (f"电话不到{length}", "call", least - 1),
        "visit": ("上门拜访", "visit", None),
        "message": ("微信或短信", "message", None),
    }


def _least(ctx: Context) -> int:
    return int(ctx.rules.settings.leads.call_at_least.total_seconds())


def _how_contacted(lead: Lead, least: int, url: str) -> Card:
    return Card(
        title=f"{lead_name(lead.lead_id)} 怎么联系的",
        subtitle=lead.customer,
        text=f"想多说两句，直接发：{lead_name(lead.lead_id)} 和联系的情况",
        buttons=tuple(
            Button(text, TapData(CONTACT_KIND, lead_name(lead.lead_id), lead.round, argument), ButtonStyle.PLAIN)
            for argument, (text, _, _) in _contact_kinds(least).items()
        ),
        url=url,
    )


async def _contacted(ctx: Context, tapped: Tapped, lead: Lead) -> Reply | None:
    kinds = _contact_kinds(_least(ctx))
    text, kind, seconds = kinds[tapped.argument]
    after, counts = await note_contact(ctx.work, ctx.rules, lead, ctx.member, kind, text, seconds)
    if counts:
        await settle_cards(
            ctx.work, ctx.rules, after, about(after), "已首次联系", f"{clock(ctx.local_now, ctx.local_now)} {text}"
        )
        await _settle_tapped(ctx, tapped, after, "首次联系已记下")
        return None
    await _settle_tapped(ctx, tapped, lead, "记下了，还不算首次联系")
    enough = kinds["call_long"][0]
    return Reply(f"记下了：{text}。{enough}、上门，或发“{lead_name(lead.lead_id)} 联系情况”才算首次联系。")


async def _not_reached(ctx: Context, lead: Lead) -> Reply:
    await note_contact(ctx.work, ctx.rules, lead, ctx.member, "not_reached", "没打通")
    due = await ctx.work.timers.of_lead(lead.lead_id, lead.round)
    by = due.get(Rung.FIRST_CONTACT)
    again = f"，{clock(ctx.rules.local(by), ctx.local_now)} 前再试" if by and by > ctx.now else "，请尽快再试"
    return Reply(f"{lead_name(lead.lead_id)} 记下没打通{again}。一直打不通就点“无效线索”。")


async def _reassign_to(ctx: Context, tapped: Tapped, lead: Lead) -> Reply | None:
    to = await ctx.work.members.get(tapped.argument)
    if to is None:
        raise Refusal("card_outdated")
    await hand_to(ctx, lead, to.userid)
    await _settle_tapped(ctx, tapped, lead, f"已转给{to.name}")
    return None


async def hand_to(ctx: Context, lead: Lead, userid: str) -> Lead:
    """Passes the lead on and tells those who have to know."""
    to = await ctx.work.members.get(userid)
    assert to is not None
    before = await ctx.work.members.get(lead.owner)
    given = await pass_on(ctx.work, ctx.rules, lead, to)
    await settle_cards(ctx.work, ctx.rules, lead, about(lead), "已转派", f"现在由{to.name}负责")
    await settle_cards(ctx.work, ctx.rules, lead, about_pool(lead), "已指派", f"由{ctx.member.name}指派给{to.name}")
    if before is not None and before.userid not in (ctx.member.userid, to.userid):
        text = f"{lead_name(lead.lead_id)} {lead.customer} 由{ctx.member.name}转给了{to.name}，你不用再跟。"
        await tell(ctx.work, before, text, f"passed_on:{lead.lead_id}:{given.round}")
    return given


async def _invalid(ctx: Context, tapped: Tapped, lead: Lead) -> Reply | None:
    text = dict(INVALID_REASONS)[tapped.argument]
    check_open(lead)
    closed = await close_invalid(ctx.work, ctx.rules, lead, text)
    await settle_cards(ctx.work, ctx.rules, closed, about(lead), "已关闭", f"无效：{text}")
    await settle_cards(ctx.work, ctx.rules, closed, about_pool(lead), "已关闭", f"无效：{text}")
    await _settle_tapped(ctx, tapped, closed, f"已关闭：{text}")
    poster = await ctx.work.members.get(lead.posted_by)
    if poster is not None and poster.userid != ctx.member.userid:
        said = f"{lead_name(lead.lead_id)} {lead.customer} 被{ctx.member.name}标为无效：{text}。有疑问发：为什么 {lead_name(lead.lead_id)}"
        await tell(ctx.work, poster, said, f"invalid:{lead.lead_id}")
    return None
