"""What an owner does with a lead: takes it, calls, closes it, passes it on (S1, S3). Doors: card, chat, timer."""

from __future__ import annotations

import structlog

from actions.assign_lead import assign, assign_by_hand
from actions.ladder import stop_ladder
from domain.assignment import Why
from domain.escalation import Rung, counts_as_contact
from domain.leads import Lead, LeadState
from domain.people import Member, Role, Status
from domain.refusal import Refusal
from domain.todos import first_reminder
from notify.leads import about, about_pool
from settings.house import HouseRules
from storage.unit_of_work import Work

log = structlog.get_logger()


def may_decide(member: Member, lead: Lead) -> bool:
    """The owner; and those who answer for all leads."""
    return lead.owner == member.userid or member.has(Role.MANAGER, Role.ADMIN, Role.OPERATOR, Role.LEADER)


def check_open(lead: Lead) -> None:
    if not lead.state.is_open:
        raise Refusal("lead_closed", lead=f"L{lead.lead_id}", why=lead.state)


async def accept(work: Work, rules: HouseRules, lead: Lead, member: Member) -> Lead:
    """S1: the tap alone is no first contact; the clock of the first contact goes on."""
    if lead.state is not LeadState.ASSIGNED:
        return lead
    taken = await work.leads.change(lead, state=LeadState.ACCEPTED, accepted_at=work.now)
    await stop_ladder(work, rules, taken, [Rung.ACCEPT])
    due = await work.timers.of_lead(lead.lead_id, lead.round)
    if (due_at := due.get(Rung.FIRST_CONTACT)) is not None:
        await work.todos.add(
            f"first_contact:{lead.lead_id}:{lead.round}",
            member.userid,
            "first_contact",
            due_at,
            lead_id=lead.lead_id,
            customer_id=lead.customer_id,
            next_reminder_at=first_reminder(work.now, due_at),
        )
    log.info("lead_accepted", lead_id=lead.lead_id)
    return taken


async def note_contact(
    work: Work, rules: HouseRules, lead: Lead, member: Member, kind: str, text: str, seconds: int | None = None
) -> tuple[Lead, bool]:
    """Logs what was done; True where it counts as the owner's first contact (S3)."""
    await work.leads.note_activity(lead, kind, member.userid, text, seconds)
    if lead.state is LeadState.CONTACTED or not counts_as_contact(kind, seconds, rules.settings.leads.call_at_least):
        return lead, False
    contacted = await work.leads.change(
        lead,
        state=LeadState.CONTACTED,
        # Of a lead that was passed on the first one stays the first; the new owner's ends the new ladder.
        contacted_at=lead.contacted_at or work.now,
        accepted_at=lead.accepted_at or work.now,
    )
    await stop_ladder(work, rules, contacted)
    await work.todos.close_of_lead(lead.lead_id, "done")
    log.info("lead_contacted", lead_id=lead.lead_id, contact=kind)
    return contacted, True


async def close_invalid(work: Work, rules: HouseRules, lead: Lead, reason: str) -> Lead:
    check_open(lead)
    closed = await work.leads.change(lead, state=LeadState.INVALID, closed_at=work.now, closed_why=reason)
    await _stop_all(work, rules, closed)
    log.info("lead_invalid", lead_id=lead.lead_id, reason=reason)
    return closed


async def pass_on(work: Work, rules: HouseRules, lead: Lead, to: Member) -> Lead:
    """By hand, to a named member (转派): the cap does not bind a person's decision, absence and freezing do."""
    check_open(lead)
    today = rules.local(work.now).date()
    if to.status is Status.FROZEN:
        raise Refusal("cannot_take", name=to.name, why=Why.FROZEN)
    if to.is_absent_on(today):
        raise Refusal("cannot_take", name=to.name, why=Why.ON_LEAVE)
    await _stop_all(work, rules, lead)
    return await assign_by_hand(work, rules, lead, to)


async def take_back(work: Work, rules: HouseRules, lead: Lead) -> Lead:
    """S2, last rung: from the owner who let it lie to somebody else, by the rules."""
    await _stop_all(work, rules, lead)
    barred = [lead.owner] if lead.owner else []
    again, _ = await assign(work, rules, lead, barred=barred)
    return again


async def _stop_all(work: Work, rules: HouseRules, lead: Lead) -> None:
    await stop_ladder(work, rules, lead)
    await work.todos.close_of_lead(lead.lead_id, "dropped")
    await work.withdraw(about(lead), about_pool(lead))
