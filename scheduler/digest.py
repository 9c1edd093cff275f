"""The leaders' digest (D1): once a day, also after a restart in that minute, caught up until noon with a note."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import structlog

from chat.messages import Push, TargetKind, Urgency
from domain.digest import Slot, send_at, slot_for
from domain.people import Role
from notify.digest import digest_text
from notify.figures import figures_for
from notify.payment_history import money_of_yesterday
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from storage.unit_of_work import Work, begin_work

log = structlog.get_logger()

JOB = "digest"


def due_slot(rules: HouseRules, clock: Clock) -> Slot | None:
    settings = rules.settings.digest
    return slot_for(
        clock.now(),
        at=settings.at,
        timezone=settings.timezone,
        weekdays=frozenset(settings.weekdays),
        catch_up_for=settings.catch_up_for,
    )


async def send_if_due(database: Database, clock: Clock, rules: HouseRules) -> bool:
    """The slot's row says once, whatever the number of replicas and restarts."""
    slot = due_slot(rules, clock)
    if slot is None:
        return False
    async with begin_work(database, clock.now(), actor=JOB, cause=f"{JOB}:{slot.day}") as work:
        if not await work.house.take_slot(JOB, slot.day.isoformat(), "late" if slot.is_late else ""):
            return False
        await _push(work, rules, slot)
    log.info("digest_sent", day=slot.day.isoformat(), late=slot.is_late)
    return True


async def _push(work: Work, rules: HouseRules, slot: Slot) -> None:
    figures = await figures_for(work, rules, slot.day)
    money = await money_of_yesterday(work, rules, slot.day)
    due = f"{slot.at.astimezone(ZoneInfo(rules.settings.digest.timezone)):%H:%M}"
    text = digest_text(figures, slot.day, late=due if slot.is_late else "", money=money)
    for leader in await work.members.with_role(Role.LEADER):
        moment = work.now if slot.is_late else send_at(slot, leader.userid, rules.settings.digest.spread)
        await work.push(
            Push(
                TargetKind.MEMBER,
                leader.userid,
                text,
                f"{JOB}:{slot.day}:{leader.userid}",
                Urgency.DIGEST,
                not_before=max(moment, work.now),
            )
        )
