"""Gives a lead to somebody: a new one, one that is passed on, one that is taken back (R1-R6).

The dry run asks `decide_for`, which is what `assign` does without its effects.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog

from actions.ladder import arm_ladder
from domain import circuit as breaker
from domain.assignment import (
    Basis,
    Decision,
    LeadFacts,
    Way,
    as_if_given,
    basis_to_json,
    decide,
)
from domain.ids import UserId
from domain.leads import Lead, LeadState
from domain.people import Member
from nlp.places import centre_of
from notify.alarms import alarm
from notify.leads import push_assignment, push_pool
from settings.house import HouseRules
from storage.unit_of_work import Work

log = structlog.get_logger()

LOOK_BACK = timedelta(days=90)
"""How far back wins and fairness are counted (R2)."""


def facts_of(lead: Lead, existing_owner: UserId | None, barred: Collection[UserId] = ()) -> LeadFacts:
    return LeadFacts(
        customer=lead.customer,
        model=lead.model,
        channel=lead.channel,
        grade=lead.grade,
        tags=lead.tags,
        existing_owner=existing_owner,
        location=lead.location,
        city_centre=centre_of(lead.tags.city),
        barred=frozenset(barred),
    )


async def decide_for(
    work: Work, rules: HouseRules, facts: LeadFacts, imagined: Sequence[tuple[UserId, str]] = ()
) -> Decision:
    """What would happen now, after `imagined` leads (owner, product line); changes nothing (R6)."""
    return await _decide(work, rules, facts, await work.house.circuit(), imagined)


async def _decide(
    work: Work,
    rules: HouseRules,
    facts: LeadFacts,
    circuit: breaker.Circuit,
    imagined: Sequence[tuple[UserId, str]] = (),
) -> Decision:
    """By the rules, unless the circuit is open (R5)."""
    if not breaker.may_try(circuit, work.now, rules.settings.assignment.probation_after):
        return Decision(None, _basis(work, rules, Way.CIRCUIT_OPEN))
    workloads = await work.leads.workloads(facts.tags.product_line, work.now - LOOK_BACK)
    return decide(
        facts,
        await work.members.everybody(),
        as_if_given(workloads, imagined, facts.tags.product_line, work.now),
        rules.assignment,
        now=work.now,
        today=rules.local(work.now).date(),
        is_working_time=rules.calendar.is_working(work.now),
    )


async def assign(
    work: Work, rules: HouseRules, lead: Lead, *, barred: Collection[UserId] = ()
) -> tuple[Lead, Decision]:
    """One decision at a time, so that two never take the last place."""
    await work.house.lock("assignment")
    owner = (await work.customers.get(lead.customer_id)).owner
    circuit = await work.house.circuit()
    decision = await _decide(work, rules, facts_of(lead, owner, barred), circuit)
    if decision.basis.way is not Way.CIRCUIT_OPEN:
        await _note_outcome(work, rules, circuit, is_success=decision.chosen is not None)
    if decision.chosen is None:
        return await put_into_pool(work, rules, lead, decision.basis), decision
    return await give(work, rules, lead, decision.chosen, decision.basis), decision


async def assign_from_pool(work: Work, rules: HouseRules, lead: Lead) -> Member | None:
    """A lead of the manual pool goes to whom the rules find now; None: it stays there, and nobody hears of it again."""
    await work.house.lock("assignment")
    owner = (await work.customers.get(lead.customer_id)).owner
    decision = await decide_for(work, rules, facts_of(lead, owner))
    if decision.chosen is not None:
        await give(work, rules, lead, decision.chosen, decision.basis)
    return decision.chosen


async def assign_by_hand(work: Work, rules: HouseRules, lead: Lead, to: Member) -> Lead:
    return await give(work, rules, lead, to, _basis(work, rules, Way.BY_HAND))


async def give(work: Work, rules: HouseRules, lead: Lead, to: Member, basis: Basis) -> Lead:
    given = await work.leads.change(
        lead,
        state=LeadState.ASSIGNED,
        owner=to.userid,
        round=lead.round + 1,
        assigned_at=work.now,
        accepted_at=None,
    )
    await work.leads.note_assignment(given, to.userid, basis_to_json(basis))
    if lead.round and await work.customers.came_with(lead):
        await work.customers.give_to(lead.customer_id, to.userid)
    else:
        await work.customers.give_unowned(lead.customer_id, to.userid)
    due = await arm_ladder(work, rules, given)
    await push_assignment(work, rules, given, to, basis, due)
    log.info("lead_assigned", lead_id=given.lead_id, owner=to.userid, way=basis.way.value, round=given.round)
    return given


async def put_into_pool(work: Work, rules: HouseRules, lead: Lead, basis: Basis) -> Lead:
    """R5: no dead end; the admins hear the reason and decide with a tap."""
    pooled = await work.leads.change(
        lead, state=LeadState.POOLED, owner=None, round=lead.round + 1, assigned_at=None, accepted_at=None
    )
    await work.leads.note_assignment(pooled, None, basis_to_json(basis))
    await work.timers.disarm(lead.lead_id)
    await push_pool(work, rules, pooled, basis)
    log.info("lead_pooled", lead_id=lead.lead_id, way=basis.way.value)
    return pooled


async def close_circuit_by_hand(work: Work) -> bool:
    """False where it was closed already."""
    circuit = await work.house.circuit()
    if circuit.state is breaker.CircuitState.CLOSED:
        return False
    await work.house.save_circuit(breaker.Circuit(), circuit)
    return True


async def _note_outcome(work: Work, rules: HouseRules, circuit: breaker.Circuit, *, is_success: bool) -> None:
    settings = rules.settings.assignment
    after = (
        breaker.after_success(circuit)
        if is_success
        else breaker.after_failure(circuit, work.now, settings.circuit_after)
    )
    await work.house.save_circuit(after, circuit)
    opened = after.state is breaker.CircuitState.OPEN and circuit.state is breaker.CircuitState.CLOSED
    if opened:
        await alarm(work, "circuit_opened", {"failures": after.failures}, once=f"{work.now:%Y%m%d%H%M%S}")


def _basis(work: Work, rules: HouseRules, way: Way) -> Basis:
    return Basis(way=way, rule="", group="", rule_version=rules.assignment.version, decided_at=work.now)
