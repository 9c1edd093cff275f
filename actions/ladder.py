"""Starts and stops the ladder of a lead (S2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.escalation import Ladder, Rung, due_times, ladder_for
from domain.leads import Lead
from notify.alarms import alarm
from notify.pings import refresh_ping_cards
from settings.house import HouseRules
from storage.unit_of_work import Work


def ladder_of(rules: HouseRules, lead: Lead) -> Ladder:
    return ladder_for(lead.grade, lead.tags, rules.ladder_rules, rules.ladder)


async def arm_ladder(work: Work, rules: HouseRules, lead: Lead) -> Mapping[Rung, datetime]:
    """Timers for this round of the lead. Tells the operators when a date rests on an unpublished calendar."""
    due = due_times(ladder_of(rules, lead), work.now, rules.calendar)
    for year in sorted({year for one in due.values() for year in one.provisional_years}):
        await alarm(work, "calendar_unknown", {"year": year}, once=str(year))
    moments = {rung: one.at for rung, one in due.items()}
    await work.timers.arm(lead.lead_id, lead.round, moments)
    return moments


async def stop_ladder(work: Work, rules: HouseRules, lead: Lead, rungs: Sequence[Rung] = tuple(Rung)) -> None:
    """The cause has gone: no timer, no ping that has not been told, and told cards say so (S4)."""
    await work.timers.disarm(lead.lead_id, rungs)
    gone = [ping for ping in await work.pings.of_lead(lead.lead_id) if ping.rung in rungs]
    await work.pings.mark([ping.ping_id for ping in gone], "withdrawn")
    await work.withdraw(*(f"lead:{lead.lead_id}:{lead.round}:{rung}" for rung in rungs))
    await refresh_ping_cards(work, rules, {ping.task_id for ping in gone if ping.task_id})
