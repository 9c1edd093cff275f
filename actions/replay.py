"""Past leads under the rules as they are now: who would have got what (R6). Changes nothing.

It asks the same `decide` as the real run, lead by lead in the order they came. How long each one counted against the
cap is taken from what really happened to it; who works here and who is frozen is as of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from actions.assign_lead import LOOK_BACK, facts_of
from domain.assignment import Decision, Way, Workload, decide
from domain.ids import CustomerId, LeadId, UserId
from domain.leads import Lead
from settings.house import HouseRules
from storage.unit_of_work import Work

BY_OWNER = (Way.EXISTING_OWNER, Way.STAND_IN)


@dataclass(frozen=True, slots=True)
class Replayed:
    lead_id: LeadId
    customer: str
    was: str
    """Name of the first owner; empty = the manual pool."""
    would_be: str
    way: Way
    rule: str


@dataclass(slots=True)
class _Imagined:
    """What the members would carry if the past had gone by the new rules."""

    held: dict[UserId, list[datetime | None]] = field(default_factory=dict)
    """When each lead stopped counting; None = it still does."""
    last_lead_at: dict[UserId, datetime] = field(default_factory=dict)
    owners: dict[CustomerId, UserId] = field(default_factory=dict)

    def workloads(self, known: Mapping[UserId, Workload], now: datetime) -> dict[UserId, Workload]:
        return {
            userid: replace(
                known.get(userid, Workload()),
                open_leads=sum(1 for end in self.held.get(userid, ()) if end is None or end > now),
                last_lead_at=self.last_lead_at.get(userid),
            )
            for userid in known.keys() | self.held.keys()
        }

    def give(self, lead: Lead, to: UserId) -> None:
        self.held.setdefault(to, []).append(lead.contacted_at or lead.closed_at)
        self.last_lead_at[to] = lead.posted_at
        self.owners.setdefault(lead.customer_id, to)


async def replay(work: Work, rules: HouseRules, since: datetime) -> list[Replayed]:
    """Leads posted from `since` until now, oldest first."""
    names = {member.userid: member.name for member in await work.members.everybody()}
    imagined, known = _Imagined(), dict[str, Mapping[UserId, Workload]]()
    replayed = []
    for lead in await work.leads.between(since, work.now):
        line = lead.tags.product_line
        if line not in known:
            known[line] = await work.leads.workloads(line, since - LOOK_BACK)
        first = next(iter(await work.leads.assignments_of(lead.lead_id)), None)
        owner = imagined.owners.get(lead.customer_id)
        if owner is None and first is not None and first.basis["way"] in BY_OWNER:
            owner = (await work.customers.get(lead.customer_id)).owner
        decision = await _decide_then(work, rules, lead, owner, imagined.workloads(known[line], lead.posted_at))
        if decision.chosen is not None:
            imagined.give(lead, decision.chosen.userid)
        replayed.append(
            Replayed(
                lead.lead_id,
                lead.customer,
                names.get(first.owner, first.owner) if first is not None and first.owner else "",
                decision.chosen.name if decision.chosen else "",
                decision.basis.way,
                decision.basis.rule,
            )
        )
    return replayed


async def _decide_then(
    work: Work, rules: HouseRules, lead: Lead, owner: UserId | None, workloads: Mapping[UserId, Workload]
) -> Decision:
    return decide(
        facts_of(lead, owner),
        await work.members.everybody(),
        workloads,
        rules.assignment,
        now=lead.posted_at,
        today=rules.local(lead.posted_at).date(),
        is_working_time=rules.calendar.is_working(lead.posted_at),
    )
