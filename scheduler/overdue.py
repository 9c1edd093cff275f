"""What is due or overdue, once a working day: promises first, then the steps of the ladder, one message a person (P4)."""

from __future__ import annotations

from datetime import date, datetime, time

import structlog

from domain.overdue import due_steps
from notify.overdue import follow_up, is_kept, push_due, tell_broken
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import Database
from storage.house import slot_is_taken
from storage.promises import Promise
from storage.unit_of_work import Work, begin_work

log = structlog.get_logger()

JOB = "overdue"


async def remind_if_due(database: Database, clock: Clock, rules: HouseRules) -> bool:
    """In working time from remind_at on; a day on which nobody works is made up for on the next one."""
    now = clock.now()
    local = rules.local(now)
    if local.time() < rules.settings.payments.remind_at or not rules.calendar.is_working(now):
        return False
    day = local.date()
    if await slot_is_taken(database, JOB, day.isoformat()):
        return False
    async with begin_work(database, now, actor=JOB, cause=f"{JOB}:{day}") as work:
        if not await work.house.take_slot(JOB, day.isoformat()):
            return False
        held = await _promises(work, rules, day)
        steps = await _take_steps(work, rules, held, day)
        told = await push_due(work, rules, day)
    log.info("overdue_told", steps=steps, people=told)
    return True


async def _promises(work: Work, rules: HouseRules, day: date) -> set[str]:
    """Follows up what was promised; returns the customers whose day is still to come."""
    held = set()
    for promise in await work.promises.open():
        if await is_kept(work, promise):
            await work.promises.settle(promise, "kept")
        elif day <= _asked_on(rules, promise):
            held.add(promise.customer_key)
            if day == _asked_on(rules, promise):
                owed = await work.receivables.of_customer(promise.customer_key)
                await follow_up(work, rules, promise, sum(one.open for one in owed))
        elif await work.promises.settle(promise, "broken"):
            await tell_broken(work, rules, promise, await work.promises.broken_of(promise.customer))
    return held


def _asked_on(rules: HouseRules, promise: Promise) -> date:
    """The promised day, or the first working day behind it."""
    opening = datetime.combine(promise.promised_on, time(), rules.zone)
    return rules.local(rules.calendar.next_start(opening)).date()


async def _take_steps(work: Work, rules: HouseRules, held: set[str], day: date) -> int:
    owed = await work.receivables.open()
    told = await work.promises.steps_told(one.receivable_id for one in owed)
    steps = due_steps(owed, told, held, rules.due, day)
    for step in steps:
        await work.promises.note_step(step, day)
    return len(steps)
