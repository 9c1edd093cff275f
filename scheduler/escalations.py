"""Fires due timers of the ladder, gathers pings, reminds of to-dos (S2-S5); sleeps until the next moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from actions.ladder import ladder_of
from actions.work_lead import take_back
from chat.messages import Push, TargetKind, Urgency
from domain.escalation import Rung, bundle, is_still_due, next_bundle_at
from domain.leads import Lead
from domain.people import Member
from domain.todos import TodoKind
from domain.working_time import held_until
from notify.cards import reminder_card
from notify.leads import about, show_taken_back
from notify.links import call_url
from notify.people import admins, manager_of
from notify.pings import push_late_card
from notify.todos import push_reminders
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import DATABASE_AWAY, Database, Wake
from storage.timers import Timer, next_timer, open_pings
from storage.todos import Todo
from storage.todos import next_reminder as next_todo
from storage.unit_of_work import Work, begin_work

log = structlog.get_logger()

AT_ONCE = 50
POLL = 1.0
"""Seconds: the net under the wake-up; also how soon a clock that was moved on is noticed."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """When the next of each kind is due."""

    timer: datetime | None
    ping: datetime | None
    reminder: datetime | None

    def moments(self) -> list[datetime]:
        return [moment for moment in (self.timer, self.ping, self.reminder) if moment is not None]


class Escalations:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        rules: HouseRules,
        *,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._reached = reached
        self._stopping = False

    async def run(self) -> None:
        while not self._stopping:
            try:
                wait = self._until(await self.sweep())
            except DATABASE_AWAY as error:
                log.warning("timers_unreachable", error=type(error).__name__)
                wait = POLL
            await self._database.woken(Wake.TIMERS, wait)

    def stop(self) -> None:
        self._stopping = True
        self._database.wake(Wake.TIMERS)

    async def sweep(self) -> Ahead:
        """Does all that is due now. Looked up by reading, so that an idle sweep does not hold the one writer."""
        ahead = await self.ahead()
        if not any(self._is_due(moment) for moment in ahead.moments()):
            return ahead
        if self._is_due(ahead.timer):
            while await self._fire_timers():
                pass
            ahead = await self.ahead()
        if self._is_due(ahead.ping):
            await self._tell_managers()
        if self._is_due(ahead.reminder):
            while await self._remind():
                pass
        return await self.ahead()

    async def ahead(self) -> Ahead:
        escalation = self._rules.settings.escalation
        async with self._database.reading() as connection:
            ping = next_bundle_at(
                await open_pings(connection),
                bundle_within=escalation.bundle_within,
                repeat_after=escalation.repeat_after,
            )
            return Ahead(await next_timer(connection), ping, await next_todo(connection))

    def _is_due(self, moment: datetime | None) -> bool:
        return moment is not None and moment <= self._clock.now()

    def _until(self, ahead: Ahead) -> float:
        due = [(moment - self._clock.now()).total_seconds() for moment in ahead.moments()]
        # What is due and still there waits for the end of quiet hours, or is in another replica's hands.
        return min([POLL, *(seconds for seconds in due if seconds > 0)])

    # timers

    async def _fire_timers(self) -> int:
        async with begin_work(self._database, self._clock.now(), actor="timers", cause="sweep") as work:
            fired = await work.timers.take_due(AT_ONCE)
            for timer in fired:
                await self._climb(work, timer)
            if fired:
                self._reached("timers.fired")
        return len(fired)

    async def _climb(self, work: Work, timer: Timer) -> None:
        lead = await work.leads.find(timer.lead_id)
        if lead is None or not is_still_due(timer.rung, lead, timer.round):
            return
        log.info("rung_reached", lead_id=lead.lead_id, rung=timer.rung.value, round=timer.round)
        receivers = await self._receivers(work, lead, timer.rung)
        if timer.rung is Rung.ACCEPT:
            await self._call_robot(work, lead)
        if timer.rung is Rung.REPORT and ladder_of(self._rules, lead).take_back:
            again = await take_back(work, self._rules, lead)
            await show_taken_back(work, self._rules, again, about(lead))
        # Raised last: taking the lead back withdraws what was still to be said of it, but the report has to be told.
        for receiver in receivers:
            await work.pings.raise_(lead.lead_id, lead.round, timer.rung, receiver.userid)

    async def _receivers(self, work: Work, lead: Lead, rung: Rung) -> list[Member]:
        owner = await work.members.get(lead.owner)
        today = self._rules.local(work.now).date()
        managers = await manager_of(work, owner, today)
        also = await admins(work, today) if rung is Rung.REPORT else []
        return list({member.userid: member for member in (*managers, *also)}.values())

    async def _call_robot(self, work: Work, lead: Lead) -> None:
        """The outbound-call or SMS hook, where one is set."""
        if not self._rules.settings.hooks.call_robot:
            return
        body: dict[str, object] = {
            "event": "lead_not_accepted",
            "lead": f"L{lead.lead_id}",
            "customer": lead.customer,
            "owner": lead.owner,
            "assigned_at": lead.assigned_at.isoformat() if lead.assigned_at else None,
        }
        key = f"hook:call_robot:{lead.lead_id}:{lead.round}"
        await work.push(Push(TargetKind.HOOK, "call_robot", body, key, Urgency.ESCALATION, about(lead)))

    # managers

    async def _tell_managers(self) -> None:
        rules = self._rules
        async with begin_work(self._database, self._clock.now(), actor="timers", cause="pings") as work:
            pings = await work.pings.open()
            if not pings:
                return
            escalation = rules.settings.escalation
            for gathered in bundle(
                pings, work.now, bundle_within=escalation.bundle_within, repeat_after=escalation.repeat_after
            ):
                urgent = [ping for ping in gathered.pings if await self._is_urgent(work, ping.lead_id)]
                due = gathered.pings if self._may_speak(work.now) else urgent
                if due:
                    await push_late_card(work, rules, gathered.receiver, due)

    def _may_speak(self, now: datetime) -> bool:
        return (
            self._rules.quiet is None or held_until(self._rules.quiet, now, self._rules.zone.key, urgent=False) is None
        )

    async def _is_urgent(self, work: Work, lead_id: int) -> bool:
        """A ladder around the clock knows no quiet hours."""
        lead = await work.leads.find(lead_id)
        return lead is not None and ladder_of(self._rules, lead).around_the_clock

    # to-dos

    async def _remind(self) -> int:
        async with begin_work(self._database, self._clock.now(), actor="timers", cause="reminders") as work:
            due = await work.todos.to_remind(AT_ONCE)
            others: dict[str, list[Todo]] = {}
            for todo in due:
                if todo.kind == TodoKind.FIRST_CONTACT:
                    await self._remind_of_contact(work, todo)
                else:
                    others.setdefault(todo.owner, []).append(todo)
                again = self._rules.next_reminder(todo.kind, todo.created_at, todo.due_at, work.now)
                await work.todos.reminded(todo, again)
            for owner, todos in others.items():
                await push_reminders(work, self._rules, owner, todos)
        return len(due)

    async def _remind_of_contact(self, work: Work, todo: Todo) -> None:
        lead = await work.leads.find(todo.lead_id) if todo.lead_id else None
        if lead is None or not lead.state.is_open:
            return
        card = reminder_card(
            lead, self._rules, due_at=todo.due_at, now=work.now, call_url=call_url(self._rules, lead.lead_id)
        )
        key = f"todo:{todo.todo_id}:{todo.reminders_sent}"
        held = held_until(self._rules.quiet, work.now, self._rules.zone.key, urgent=False)
        await work.push(Push(TargetKind.MEMBER, todo.owner, card, key, Urgency.NOTICE, about(lead), held))
