"""Takes messages from the inbox: one person's in order, people in parallel; a poison message is parked."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.metrics import INBOX_SECONDS, MESSAGES
from bot.points import reached
from domain.refusal import Refusal
from scheduler.clock import Clock, stopwatch
from storage import inbox
from storage.database import DATABASE_AWAY, Database, Wake
from storage.inbox import Claimed
from storage.leads import OutOfDate
from storage.unit_of_work import Work, begin_work

log = structlog.get_logger()

LEASE = timedelta(seconds=20)
POLL = 1.0
"""Seconds: the net under the wake-up, and how a replica hears of another's messages."""
RETRY_AFTER = (timedelta(seconds=0.2), timedelta(seconds=1), timedelta(seconds=3), timedelta(seconds=10))
GIVE_WAY = 0.2
"""Seconds for which work waits while callbacks are being stored, so that acknowledging goes first; then one goes on."""

Handle = Callable[[Work, Claimed], Awaitable[None]]
Refuse = Callable[[Work, Claimed, Refusal], Awaitable[None]]
Park = Callable[[Work, Claimed, str], Awaitable[None]]


class Superseded(Exception):
    """The lease ran out and another worker has the message."""


class Worker:
    """`handle` makes the effects of a message inside one unit of work, `refuse` answers a Refusal in another,
    `park` tells the person and the operators of a message that keeps failing, with its trace number."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        handle: Handle,
        refuse: Refuse,
        park: Park,
        people_at_once: int = 8,
        attempts: int = 5,
        is_intake_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._database = database
        self._clock = clock
        self._handle = handle
        self._refuse = refuse
        self._park = park
        self._people_at_once = people_at_once
        self._attempts = attempts
        self._is_intake_busy = is_intake_busy
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`; what is being worked on is finished first."""
        while not self._stopping:
            try:
                await self.take()
            except DATABASE_AWAY as error:
                log.warning("inbox_unreachable", error=type(error).__name__)
            # Whatever could be taken has been: a new one wakes us, and so does each that is finished.
            await self._database.woken(Wake.INBOX, POLL)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def stop(self) -> None:
        self._stopping = True
        self._database.wake(Wake.INBOX)

    async def take(self) -> int:
        """Claims what is waiting, as far as hands are free, and begins to work on it."""
        free = self._people_at_once - len(self._tasks)
        if free <= 0:
            return 0
        if self._is_intake_busy():
            await asyncio.sleep(GIVE_WAY)
            free = 1
        claimed = await inbox.claim(self._database, self._clock.now(), free, LEASE)
        if claimed:
            reached("worker.claimed")
        for one in claimed:
            task = asyncio.create_task(self._work_on(one))
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        return len(claimed)

    async def drain(self) -> None:
        """For tests: works until nothing is waiting that is due now."""
        while await self.take() or self._tasks:
            if self._tasks:
                await asyncio.wait(self._tasks)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        # The next message of the same person may go now.
        self._database.wake(Wake.INBOX)

    async def _work_on(self, claimed: Claimed) -> None:
        started = stopwatch()
        with structlog.contextvars.bound_contextvars(message=claimed.key, person=claimed.person):
            outcome = await self._try(claimed)
        MESSAGES.labels(outcome=outcome).inc()
        INBOX_SECONDS.observe(stopwatch() - started)

    async def _try(self, claimed: Claimed) -> str:
        try:
            await self._once(claimed, self._handle)
            reached("worker.committed")
            return "done"
        except Superseded:
            log.warning("message_taken_over")
            return "taken_over"
        except Refusal as refusal:
            log.info("refused", code=refusal.code)
            return await self._answer_refusal(claimed, refusal)
        except Exception as error:
            return await self._failed(claimed, error)

    async def _once(self, claimed: Claimed, handle: Handle) -> None:
        now = self._clock.now()
        async with begin_work(self._database, now, actor=claimed.person, cause=claimed.key) as work:
            if not await inbox.finish(work.connection, claimed, now):
                raise Superseded
            await handle(work, claimed)
            reached("worker.handled")

    async def _answer_refusal(self, claimed: Claimed, refusal: Refusal) -> str:
        async def answer(work: Work, message: Claimed) -> None:
            await self._refuse(work, message, refusal)

        try:
            await self._once(claimed, answer)
        except Superseded:
            return "taken_over"
        except Exception as error:
            return await self._failed(claimed, error)
        return "refused"

    async def _failed(self, claimed: Claimed, error: Exception) -> str:
        """The world's trouble and ours alike: tried again, then parked so that the others can go on."""
        passing = isinstance(error, (OutOfDate, *DATABASE_AWAY))
        if claimed.attempts + 1 < self._attempts:
            log.warning("message_failed", attempt=claimed.attempts + 1, exc_info=None if passing else error)
            await self._retry(claimed, error)
            return "retried"
        trace = secrets.token_hex(4)
        log.error("message_parked", trace=trace, exc_info=error)

        try:
            now = self._clock.now()
            async with begin_work(self._database, now, actor=claimed.person, cause=claimed.key) as work:
                if await inbox.park(work.connection, claimed, now, repr(error), trace):
                    await self._park(work, claimed, trace)
        except DATABASE_AWAY:
            log.warning("database_away")
            return "retried"
        return "parked"

    async def _retry(self, claimed: Claimed, error: Exception) -> None:
        try:
            async with self._database.writing() as connection:
                due_at = self._clock.now() + RETRY_AFTER[min(claimed.attempts, len(RETRY_AFTER) - 1)]
                await inbox.retry_later(connection, claimed, due_at, repr(error))
        except DATABASE_AWAY:
            # The lease runs out and the message comes back by itself.
            log.warning("database_away")
