"""Takes due pushes from the outbox and gives each to its channel; records the answer, waits, or gives up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.metrics import PUSH_SECONDS, PUSHES
from bot.points import reached
from bot.wecom_errors import ErrorClass, WeComError, WeComTrouble, WeComUncertain, WeComUnreachable
from chat.messages import Push, TargetKind
from scheduler.clock import Clock
from storage import outbox
from storage.database import DATABASE_AWAY, Database, Wake
from storage.outbox import Pace, Row
from storage.together import Together
from storage.unit_of_work import Work, begin_work

log = structlog.get_logger()

RECEIVERS_AT_ONCE = 16
LEASE = timedelta(seconds=20)
"""Longer than a call to WeCom may take."""
RECOVER_EVERY = timedelta(seconds=5)
POLL = 1.0
BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 2, 4, 8, 15, 30))
LIMIT_WINDOW = timedelta(seconds=60)
GIVE_UP_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Receipt:
    msgid: str = ""
    response_code: str = ""
    problem: str = ""
    """Accepted, but not for this receiver (invaliduser)."""


class Instead(Exception):
    """This push cannot go this way; another takes its place."""

    def __init__(self, reason: str, *pushes: Push) -> None:
        super().__init__(reason)
        self.pushes = pushes


class AnswerLost(Exception):
    """The answer of every try was lost, and another try might say it twice."""


class Channel(Protocol):
    resend_within: timedelta
    """How long after an answer was lost the same body may go again without being said twice; zero = never."""

    async def prepare(self, row: Row) -> None:
        """What has to be with WeCom before the call, such as a file. May be done again; raises as `call` does, and
        OSError where it could not be read."""
        ...

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        """The body of the call, made once; raises Instead."""
        ...

    async def call(self, row: Row, rendered: str) -> Receipt:
        """Raises WeComError, WeComUnreachable, WeComUncertain."""
        ...

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        """What to say another way when this way has failed for good."""
        ...


class Alarm(Protocol):
    async def __call__(self, work: Work, kind: str, facts: Mapping[str, Any], *, once: str = "") -> None: ...


class Sender:
    """`paces`: how much each kind of receiver takes; what is over the limit waits."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channels: Mapping[TargetKind, Channel],
        alarm: Alarm,
        *,
        paces: Mapping[TargetKind, Pace],
    ) -> None:
        self._database = database
        self._clock = clock
        self._channels = channels
        self._alarm = alarm
        self._paces = paces
        self._together = Together(database)
        self._tasks: set[asyncio.Task[None]] = set()
        self._recover_at = clock.now()
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`; calls under way are finished first."""
        while not self._stopping:
            try:
                await self._recover()
                await self.take()
            except DATABASE_AWAY as error:
                log.warning("outbox_unreachable", error=type(error).__name__)
            # Whatever could be taken has been: a new one wakes us, and so does each that is finished.
            await self._database.woken(Wake.OUTBOX, POLL)
        if self._tasks:
            await asyncio.wait(self._tasks)

    def stop(self) -> None:
        self._stopping = True
        self._database.wake(Wake.OUTBOX)

    async def take(self) -> int:
        free = RECEIVERS_AT_ONCE - len(self._tasks)
        if free <= 0:
            return 0
        rows = await outbox.claim(self._database, self._clock.now(), free, LEASE, self._paces)
        if rows:
            reached("sender.leased")
        for row in rows:
            task = asyncio.create_task(self._send(row))
            self._tasks.add(task)
            task.add_done_callback(self._finished)
        return len(rows)

    async def _recover(self) -> None:
        """What a dead sender held; looked for now and then."""
        now = self._clock.now()
        if now >= self._recover_at:
            await outbox.recover(self._database, now)
            self._recover_at = now + RECOVER_EVERY

    async def drain(self) -> None:
        """For tests: sends until nothing is due now."""
        while await self.take() or self._tasks:
            if self._tasks:
                await asyncio.wait(self._tasks)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._database.wake(Wake.OUTBOX)

    async def _send(self, row: Row) -> None:
        with structlog.contextvars.bound_contextvars(push=row.dedupe_key, kind=row.kind.value):
            try:
                outcome = await self._try(row)
            except DATABASE_AWAY as error:
                # The row stays as it is until its lease runs out.
                log.warning("outbox_unreachable", error=type(error).__name__)
                return
        PUSHES.labels(kind=row.kind.value, outcome=outcome).inc()

    async def _try(self, row: Row) -> str:
        channel = self._channels[row.kind]
        if row.rendered is None:
            try:
                await channel.prepare(row)
            except (WeComTrouble, OSError) as error:
                return await self._not_prepared(channel, row, error)
        try:
            rendered = await self._start(channel, row)
        except Instead as other:
            log.info("push_replaced", reason=str(other))
            return await self._settle(row, "dropped", error=str(other), also=other.pushes)
        except AnswerLost:
            log.error("push_answer_lost")
            return await self._give_up(channel, row, "answer_lost")
        except Exception as error:
            log.error("push_not_rendered", exc_info=error)
            return await self._give_up(channel, row, repr(error))
        if rendered is None:
            return "withdrawn"
        reached("sender.calling")
        try:
            receipt = await channel.call(row, rendered)
        except Exception as error:
            return await self._call_failed(channel, replace(row, attempts=row.attempts + 1), error)
        reached("sender.called")
        return await self._sent(row, receipt)

    async def _start(self, channel: Channel, row: Row) -> str | None:
        """Commits that the call is about to happen. None: the push must not go any more."""
        now = self._clock.now()

        async def start(connection: AsyncConnection) -> str | None:
            if row.rendered is None:
                rendered = await channel.render(connection, row, now)
            elif row.first_called_at is not None and now - row.first_called_at < channel.resend_within:
                rendered = row.rendered
            else:
                raise AnswerLost
            return rendered if await outbox.start_calling(connection, row, now, rendered) else None

        return await self._together.commit(start)

    async def _sent(self, row: Row, receipt: Receipt) -> str:
        now = self._clock.now()
        state = "failed" if receipt.problem else "sent"

        async def settle(connection: AsyncConnection) -> None:
            await outbox.settle(connection, row, state, now, msgid=receipt.msgid, error=receipt.problem)
            if row.task_id:
                await outbox.card_sent(connection, row.task_id, receipt.msgid, receipt.response_code, now)

        await self._together.commit(settle)
        reached("sender.settled")
        PUSH_SECONDS.observe(max(0.0, (now - row.created_at).total_seconds()))
        if receipt.problem:
            log.warning("push_undelivered", problem=receipt.problem)
            async with begin_work(self._database, now, actor="sender", cause=row.dedupe_key) as work:
                await self._tell_failed(work, row, receipt.problem)
        return state

    async def _call_failed(self, channel: Channel, row: Row, error: Exception) -> str:
        now = self._clock.now()
        wait = BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]
        match error:
            case WeComUnreachable():
                return await self._again(channel, row, now + wait, error)
            case WeComUncertain() if channel.resend_within:
                log.warning("push_uncertain", error=str(error))
                return await self._settle(row, "uncertain", error=str(error), due_at=now + wait)
            case WeComError() if error.house_trouble:
                await self._tell_house_trouble(error)
                return await self._again(channel, row, now + LIMIT_WINDOW, error)
            case WeComError(error_class=ErrorClass.LIMIT):
                return await self._again(channel, row, now + LIMIT_WINDOW, error)
            case WeComError(error_class=ErrorClass.RETRY | ErrorClass.REFRESH):
                return await self._again(channel, row, now + wait, error)
            case WeComError() | WeComUncertain():
                log.error("push_refused", error=str(error))
                return await self._give_up(channel, row, str(error))
            case _:
                log.error("push_broke", exc_info=error)
                return await self._give_up(channel, row, repr(error))

    async def _again(self, channel: Channel, row: Row, due_at: datetime, error: Exception) -> str:
        if due_at - row.created_at > GIVE_UP_AFTER:
            return await self._give_up(channel, row, str(error))
        log.warning("push_retried", error=str(error), attempt=row.attempts)
        # This try has surely not been accepted; of one before it whose answer was lost that is not known.
        state = "queued" if row.rendered is None else "uncertain"
        return await self._settle(row, state, error=str(error), due_at=due_at)

    async def _not_prepared(self, channel: Channel, row: Row, error: WeComTrouble | OSError) -> str:
        """Nothing has been said yet, so whatever may pass is tried again, and a lost answer does no harm."""
        tried = replace(row, attempts=row.attempts + 1)
        if isinstance(error, FileNotFoundError):
            log.error("push_without_file", error=str(error))
            return await self._give_up(channel, tried, "original missing")
        if isinstance(error, WeComUncertain | OSError):
            error = WeComUnreachable(str(error))
        return await self._call_failed(channel, tried, error)

    async def _tell_house_trouble(self, error: WeComError) -> None:
        now = self._clock.now()
        async with begin_work(self._database, now, actor="sender", cause=error.house_trouble) as work:
            await self._alarm(work, error.house_trouble, {"ip": error.seen_ip}, once=f"{now:%Y%m%d}")

    async def _give_up(self, channel: Channel, row: Row, error: str) -> str:
        now = self._clock.now()
        async with begin_work(self._database, now, actor="sender", cause=row.dedupe_key) as work:
            await outbox.settle(work.connection, row, "failed", now, error=error)
            for push in await channel.instead(work.connection, row):
                await work.push(push)
            await self._tell_failed(work, row, error)
        return "failed"

    async def _tell_failed(self, work: Work, row: Row, error: str) -> None:
        if row.about.startswith("alarm:"):
            return
        # A reply address is as good as a password: whom it was for is said instead.
        target = row.chat_sender if row.kind is TargetKind.REPLY_URL else row.lane.partition(":")[2]
        await self._alarm(work, "push_failed", {"target": target, "kind": row.kind.value, "error": error})

    async def _settle(
        self,
        row: Row,
        state: str,
        *,
        error: str,
        due_at: datetime | None = None,
        also: tuple[Push, ...] = (),
    ) -> str:
        now = self._clock.now()
        async with begin_work(self._database, now, actor="sender", cause=row.dedupe_key) as work:
            await outbox.settle(work.connection, row, state, now, error=error, due_at=due_at, attempts=row.attempts)
            for push in also:
                await work.push(push)
        return state
