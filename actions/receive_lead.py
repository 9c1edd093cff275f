"""A posted lead becomes a record and goes to somebody (L1, L3, L4, L6, R): the chat's door today, others later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.assign_lead import assign, decide_for
from domain.assignment import Decision, LeadFacts
from domain.grading import grade
from domain.ids import UserId
from domain.leads import GradeResult, Lead, Tags
from domain.people import Member
from nlp.companies import company_key, same_company
from nlp.lead_post import ParsedLead
from nlp.places import centre_of
from nlp.remark_signs import read_signs
from nlp.tags import read_tags
from notify.payment_history import standing_in_words
from notify.repeats import tell_owner_of_repeat
from settings.house import HouseRules
from storage.customers import Customer
from storage.leads import NewLead
from storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class Received:
    lead: Lead
    owner: Member | None
    decision: Decision | None
    """None where the post was joined to a lead that is already being worked on."""
    grade: GradeResult
    known_customer: Customer | None
    """L3: the customer was known before."""
    posted_as: str

    @property
    def is_repeat(self) -> bool:
        return self.decision is None


@dataclass(frozen=True, slots=True)
class WouldBe:
    parsed: ParsedLead
    grade: GradeResult
    known_customer: Customer | None
    running: Lead | None
    """The post would be joined to this lead …"""
    decision: Decision | None
    """… otherwise decided like this."""


async def receive(
    work: Work,
    rules: HouseRules,
    parsed: ParsedLead,
    *,
    posted_by: UserId | None,
    chat_id: str,
    source_key: str,
) -> Received:
    await work.house.lock("customers")
    known = await find_customer(work, parsed)
    tags, graded = await judge(work, rules, parsed, known)
    customer = known or await work.customers.add(parsed.customer, company_key(parsed.customer), parsed.phone)
    if known is not None:
        await work.customers.learn(known, parsed.customer, company_key(parsed.customer), parsed.phone)
        if (running := await _running_lead(work, known, parsed)) is not None:
            return await _join(work, rules, running, parsed, graded, known)
    lead = await work.leads.add(
        NewLead(
            customer_id=customer.customer_id,
            customer=parsed.customer,
            phone=parsed.phone,
            ext=parsed.ext or "",
            model=parsed.model,
            channel=parsed.channel,
            remark=parsed.remark or "",
            grade=graded,
            tags=tags,
            posted_by=posted_by,
            posted_at=work.now,
            source_key=source_key,
            chat_id=chat_id,
        )
    )
    lead, decision = await assign(work, rules, lead)
    return Received(lead, decision.chosen, decision, graded, known, parsed.customer)


async def judge(work: Work, rules: HouseRules, parsed: ParsedLead, known: Customer | None) -> tuple[Tags, GradeResult]:
    """Tags and grade of a post, by the settings and what the books say of a customer who is known (L4, L6)."""
    members = [(member.userid, member.name) for member in await work.members.everybody()]
    regions = [(region.name, region.cities) for region in rules.assignment.regions]
    tags = read_tags(parsed, rules.tags, regions, members)
    remark = parsed.remark or ""
    standing = await standing_in_words(work, rules, known.customer_id) if known is not None else None
    graded = grade(
        parsed.customer, parsed.model, remark, parsed.channel, tags, rules.grades, read_signs(remark), standing
    )
    return tags, graded


async def dry_run(work: Work, rules: HouseRules, leads: Sequence[ParsedLead]) -> list[WouldBe]:
    """What would happen if these were posted, one after the other; changes nothing (R6)."""
    imagined: list[tuple[UserId, str]] = []
    outcome = []
    for parsed in leads:
        known = await find_customer(work, parsed)
        tags, graded = await judge(work, rules, parsed, known)
        running = await _running_lead(work, known, parsed) if known is not None else None
        decision = None
        if running is None:
            facts = LeadFacts(
                customer=parsed.customer,
                model=parsed.model,
                channel=parsed.channel,
                grade=graded.grade,
                tags=tags,
                existing_owner=known.owner if known else None,
                city_centre=centre_of(tags.city),
            )
            decision = await decide_for(work, rules, facts, imagined)
            if decision.chosen is not None:
                imagined.append((decision.chosen.userid, tags.product_line))
        outcome.append(WouldBe(parsed, graded, known, running, decision))
    return outcome


async def find_customer(work: Work, parsed: ParsedLead) -> Customer | None:
    """L3: the same phone, or the same company under another spelling. A person's name alone joins nothing."""
    if (by_phone := await work.customers.with_phone(parsed.phone)) is not None:
        return by_phone
    key = company_key(parsed.customer)
    if not key:
        return None
    found = await work.customers.with_name_key(key)
    return next((customer for customer, spelling in found if same_company(spelling, parsed.customer)), None)


async def _running_lead(work: Work, customer: Customer, parsed: ParsedLead) -> Lead | None:
    """An open lead of this customer for the same model: the post repeats it."""
    same = [
        lead
        for lead in await work.leads.open_of_customer(customer.customer_id)
        if lead.model.casefold() == parsed.model.casefold()
    ]
    return same[-1] if same else None


async def _join(
    work: Work, rules: HouseRules, running: Lead, parsed: ParsedLead, graded: GradeResult, known: Customer
) -> Received:
    await work.leads.note_activity(running, "asked_again", UserId(work.actor), parsed.channel)
    owner = await work.members.get(running.owner)
    if owner is not None:
        await tell_owner_of_repeat(
            work,
            running,
            owner,
            posted_as=parsed.customer,
            channel=parsed.channel,
            number=parsed.phone,
            ext=parsed.ext or "",
            remark=parsed.remark or "",
        )
    return Received(running, owner, None, graded, known, parsed.customer)
