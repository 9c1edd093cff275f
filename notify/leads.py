"""What people hear about a lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from chat.cards import Card
from chat.messages import Push, TargetKind, Urgency
from chat.texts.reasons import grade_reason, short_reason
from domain.assignment import Basis, Way
from domain.escalation import Rung
from domain.ids import lead_name
from domain.leads import Lead
from domain.people import Member, Role, Status
from notify.cards import assignment_card, pool_card, settled_card
from notify.links import call_url
from notify.people import admins
from settings.house import HouseRules
from storage.unit_of_work import Work


def about(lead: Lead) -> str:
    """Names all that is said to the owner of this round of the lead."""
    return f"lead:{lead.lead_id}:{lead.round}"


def about_pool(lead: Lead) -> str:
    return f"lead:{lead.lead_id}:pool"


async def push_assignment(
    work: Work, rules: HouseRules, lead: Lead, to: Member, basis: Basis, due: Mapping[Rung, datetime]
) -> None:
    giver = await work.members.get(work.actor) if basis.way is Way.BY_HAND else None
    card = assignment_card(
        lead,
        to,
        rules,
        accept_by=due[Rung.ACCEPT],
        contact_by=due[Rung.FIRST_CONTACT],
        reason=f"{giver.name}转来" if giver is not None and giver.userid != to.userid else short_reason(basis),
        grade_reason=grade_reason(lead.grade, await work.leads.grade_reasons(lead.lead_id)),
        now=work.now,
        call_url=call_url(rules, lead.lead_id),
    )
    await work.push(Push(TargetKind.MEMBER, to.userid, card, f"{about(lead)}:card", Urgency.LEAD, about(lead)))


async def push_pool(work: Work, rules: HouseRules, lead: Lead, basis: Basis) -> None:
    today = rules.local(work.now).date()
    card = pool_card(lead, short_reason(basis), await who_may_take(work, lead, today), rules.url)
    await work.say(await admins(work, today), card, f"{about(lead)}:pool", Urgency.LEAD, about_pool(lead))


async def who_may_take(work: Work, lead: Lead, today: date) -> list[tuple[Member, int]]:
    """Active reps who are there today, the owner left out, with their waiting leads; the least busy first."""
    loads = await work.leads.waiting_by_owner()
    found = [
        (member, loads.get(member.userid, 0))
        for member in await work.members.with_role(Role.REP)
        if member.userid != lead.owner and not member.is_absent_on(today)
    ]
    return sorted(found, key=lambda pair: (pair[1], pair[0].userid))


async def settle_cards(work: Work, rules: HouseRules, lead: Lead, of: str, title: str, subtitle: str) -> None:
    """Every open card about this says how it ended, for everybody who holds it (S1)."""
    card = settled_card(lead, title, subtitle, call_url(rules, lead.lead_id))
    for task_id, _ in await work.open_cards(of):
        await work.settle_card(task_id, card)


async def show_taken_back(work: Work, rules: HouseRules, lead: Lead, of: str) -> None:
    await settle_cards(work, rules, lead, of, "已收回", "超时未联系，已重新派单")


async def show_on_cards(work: Work, of: str, card: Card, version: int) -> None:
    """Every open card about this shows its next question."""
    for task_id, _ in await work.open_cards(of):
        await work.change_card(task_id, card, version)


async def tell(work: Work, member: Member | None, text: str, key: str) -> None:
    if member is not None and member.status is Status.ACTIVE:
        await work.say([member], text, key, Urgency.NOTICE)


def passed_on(lead: Lead, to: Member) -> str:
    return f"{lead_name(lead.lead_id)} {lead.customer} 已转给{to.name}"
