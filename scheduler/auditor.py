"""Looks over the shoulder of the sweep: a due timer that has not fired, or an open lead without timers, is an alarm."""

from __future__ import annotations

from datetime import timedelta

from actions.ladder import arm_ladder
from domain.ids import lead_name
from domain.leads import WAITING_STATES
from domain.silence import silence
from notify.alarms import alarm
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.callbacks import last_callback_at
from storage.database import Database
from storage.unit_of_work import begin_work

LATE_BY = timedelta(minutes=2)


async def audit_timers(database: Database, clock: Clock, rules: HouseRules) -> None:
    async with begin_work(database, clock.now(), actor="auditor", cause="auditor") as work:
        late = await work.timers.overdue(work.now - LATE_BY)
        if late:
            due_at = rules.local(min(timer.due_at for timer in late))
            await alarm(work, "timer_late", {"count": len(late), "due_at": f"{due_at:%H:%M}"})
        missing = [lead for lead in await work.leads.open() if lead.state in WAITING_STATES]
        if missing:
            known = await work.timers.rounds()
            missing = [lead for lead in missing if (lead.lead_id, lead.round) not in known]
        for lead in missing:
            await arm_ladder(work, rules, lead)
        if missing:
            names = [lead_name(lead.lead_id) for lead in missing]
            await alarm(work, "timer_missing", {"count": len(names), "leads": names})


async def check_calendar(database: Database, clock: Clock, rules: HouseRules) -> None:
    """A year that the calendar does not know is told before it begins, not guessed in silence (S2)."""
    async with begin_work(database, clock.now(), actor="auditor", cause="calendar") as work:
        today = rules.local(work.now).date()
        for year in {today.year, (today + timedelta(days=14)).year}:
            if not rules.calendar.is_known_year(year):
                await alarm(work, "calendar_unknown", {"year": year}, once=str(year))


async def check_callbacks(database: Database, clock: Clock, rules: HouseRules) -> None:
    """A long silence in working time is told once a day: what WeCom could not deliver never comes again."""
    async with begin_work(database, clock.now(), actor="auditor", cause="callbacks") as work:
        longest = rules.settings.alarms.no_callbacks_after
        length = silence(rules.calendar, await last_callback_at(work.connection), work.now, longest)
        if length is not None:
            day = f"{rules.local(work.now):%Y%m%d}"
            await alarm(work, "no_callbacks", {"length": length}, once=day)
