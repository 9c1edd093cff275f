"""Members come and go (chapter 1): whoever leaves is frozen the same minute, their open work goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import structlog

from actions.assign_lead import assign, assign_by_hand
from actions.ladder import stop_ladder
from domain.ids import lead_name
from domain.leads import OPEN_STATES, Lead
from domain.people import Member, Status
from notify.alarms import alarm
from notify.leads import about
from notify.people import manager_of
from settings.house import HouseRules
from storage.unit_of_work import Work

log = structlog.get_logger()


async def take_roster(work: Work, rules: HouseRules, members: Iterable[Member]) -> None:
    """The roster file has been read: newcomers are added, and whoever is no longer in it is frozen."""
    for gone in await work.members.take_roster(members):
        await freeze(work, rules, gone, "roster")


async def freeze(work: Work, rules: HouseRules, member: Member, why: str) -> int:
    """Freezes and hands the open leads over: to the stand-in, else the manager; by the rules where there is neither.

    Returns how many leads went on.
    """
    if member.status is Status.FROZEN:
        return 0
    today = rules.local(work.now).date()
    stand_in = await work.members.get(member.stand_in_on(today))
    heir = stand_in if stand_in is not None and stand_in.status is Status.ACTIVE else None
    if heir is None and member.manager is not None:
        heir = next(iter(await manager_of(work, member, today)), None)
    await work.members.save(member.frozen(why))
    leads = await work.leads.of_owner(member.userid, OPEN_STATES)
    for lead in leads:
        await _hand_on(work, rules, lead, heir)
    if heir is not None:
        await work.todos.hand_on(member.userid, heir.userid)
    outcome = {"heir": heir.name if heir else None, "leads": [lead_name(lead.lead_id) for lead in leads]}
    log.warning("member_frozen", member=member.userid, why=why, leads=len(leads))
    await alarm(
        work,
        "member_left",
        {"name": member.name, "count": len(leads), **outcome},
        once=f"{member.userid}:{work.now:%Y%m%d%H%M}",
    )
    return len(leads)


async def _hand_on(work: Work, rules: HouseRules, lead: Lead, heir: Member | None) -> None:
    await stop_ladder(work, rules, lead)
    await work.todos.close_of_lead(lead.lead_id, "dropped")
    await work.withdraw(about(lead))
    await work.customers.give_to(lead.customer_id, heir.userid if heir else None)
    if heir is not None:
        await assign_by_hand(work, rules, lead, heir)
    else:
        await assign(work, rules, lead, barred=[lead.owner] if lead.owner else [])


async def welcome_back(work: Work, member: Member) -> None:
    """WeCom reports the member visible again."""
    if member.status is Status.FROZEN and member.frozen_why == "left":
        await work.members.save(replace(member, status=Status.ACTIVE, frozen_why=""))
