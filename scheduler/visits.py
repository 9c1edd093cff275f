"""Alarms of open visits: the owner is reminded, the manager hears once, a forgotten one is closed (V3, S4)."""

from __future__ import annotations

import structlog

from actions.visits import close_visit, progress_of, refresh
from domain.visits import ESCALATED, REMINDED, Alarm, Visit, alarm_of
from notify.visits import escalate, remind_owner, tell_closed_by_itself
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from storage.unit_of_work import Work, begin_work
from storage.visits import next_alarm

log = structlog.get_logger()

JOB = "visits"
AT_ONCE = 50


async def raise_due(database: Database, clock: Clock, rules: HouseRules) -> None:
    """Looked up by reading, so that an idle round does not hold the one writer."""
    async with database.reading() as connection:
        due_at = await next_alarm(connection)
    while due_at is not None and due_at <= clock.now():
        async with begin_work(database, clock.now(), actor=JOB, cause=JOB) as work:
            due = await work.visits.due(AT_ONCE)
            for visit in due:
                await _raise(work, rules, visit)
        if len(due) < AT_ONCE:
            return


async def _raise(work: Work, rules: HouseRules, visit: Visit) -> None:
    progress = await progress_of(work, rules, visit)
    alarm = alarm_of(visit, is_complete=progress.is_complete)
    log.info("visit_alarm", visit_id=visit.visit_id, alarm=alarm and alarm.value)
    match alarm:
        case Alarm.CLOSE:
            await close_visit(work, rules, progress, visit.owner)
            await tell_closed_by_itself(work, visit)
            return
        case Alarm.REMIND:
            await remind_owner(work, rules, visit, progress.missing)
            await work.visits.set_alarm(visit, REMINDED, None)
        case Alarm.ESCALATE:
            await escalate(work, rules, visit, progress.missing)
            await work.visits.set_alarm(visit, ESCALATED, None)
    raised = await work.visits.find(visit.visit_id)
    assert raised is not None
    await refresh(work, rules, raised)
