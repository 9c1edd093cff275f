"""The roster against WeCom's own contact list, nightly (chapter 1, wecom.md 4.2)."""

from __future__ import annotations

from datetime import time
from typing import Protocol

import structlog

from actions.roster import freeze
from domain.ids import fold
from domain.people import Member, Status
from notify.alarms import alarm
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from storage.house import slot_is_taken
from storage.unit_of_work import begin_work

log = structlog.get_logger()

JOB = "contacts"
AT = time(2, 30)
PLAUSIBLE = 0.5
"""Fewer than this part of the roster in the answer: something is wrong with the answer, not with the people."""


class Contacts(Protocol):
    async def visible_userids(self) -> set[str]:
        """Everybody whom the app may see, as WeCom spells them; raises when any call fails."""
        ...

    async def has_left(self, userid: str) -> bool:
        """WeCom's word on one member who was missing from the list."""
        ...


async def reconcile_if_due(database: Database, clock: Clock, rules: HouseRules, contacts: Contacts) -> bool:
    local = rules.local(clock.now())
    if local.time() < AT:
        return False
    if await slot_is_taken(database, JOB, local.date().isoformat()):
        return False
    visible = {fold(userid) for userid in await contacts.visible_userids()}
    async with begin_work(database, clock.now(), actor=JOB, cause=f"{JOB}:{local.date()}") as work:
        active = [member for member in await work.members.everybody() if member.status is Status.ACTIVE]
    missing = [member for member in active if member.userid not in visible]
    implausible = len(visible) < PLAUSIBLE * len(active)
    gone: list[Member] = (
        [] if implausible else [m for m in missing if await contacts.has_left(m.wecom_userid or m.userid)]
    )
    async with begin_work(database, clock.now(), actor=JOB, cause=f"{JOB}:{local.date()}") as work:
        if not await work.house.take_slot(JOB, local.date().isoformat()):
            return False
        if implausible:
            await alarm(work, "contacts_odd", {"count": len(visible)})
        for member in gone:
            await freeze(work, rules, member, "left")
    log.info("contacts_reconciled", visible=len(visible), frozen=len(gone))
    return True
