"""Voice memos to words (N1): one after the other, the engine in a process of its own; survives a restart at any moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from domain.speech import TELL_FROM, Heard, Problem, Unheard, next_try
from media.speech import Speech
from notify.alarms import alarm
from scheduler.clock import Clock
from storage.database import DATABASE_AWAY, Database, Wake
from storage.transcriptions import Waiting, next_transcription
from storage.unit_of_work import begin_work

log = structlog.get_logger()

POLL = 2.0
"""Seconds: the net under the wake-up."""
_OF_THE_HOUSE = frozenset(
    {Problem.NO_DECODER, Problem.NO_ENGINE, Problem.NO_MODEL, Problem.SERVER_KEY, Problem.SERVER_ADDRESS}
)
"""Nothing will be heard until somebody changes something: the operators are told once a day."""

Read = Callable[[str], Awaitable[bytes]]
"""Checksum → the bytes; OSError where the store cannot be reached."""


class Transcriptions:
    def __init__(
        self, database: Database, clock: Clock, speech: Speech, read: Read, *, longest: timedelta, timeout: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._speech = speech
        self._read = read
        self._longest = longest
        # Twice as long as the engine may take: a lease that runs out while it works would do the work twice.
        self._lease = 2 * timeout
        self._stopping = False
        self.trouble = ""
        """Of the last memo, for /readyz; empty where it was heard."""

    async def run(self) -> None:
        while not self._stopping:
            try:
                wait = 0.0 if await self.hear_next() else await self._until_next()
            except DATABASE_AWAY as error:
                log.warning("speech_waits_for_database", error=type(error).__name__)
                wait = POLL
            if wait:
                await self._database.woken(Wake.SPEECH, wait)

    def stop(self) -> None:
        self._stopping = True
        self._database.wake(Wake.SPEECH)

    async def close(self) -> None:
        await self._speech.close()

    async def hear_next(self) -> bool:
        """One memo; False where none is due."""
        async with begin_work(self._database, self._clock.now(), actor="speech") as work:
            waiting = await work.transcriptions.claim(self._lease)
        if waiting is None:
            return False
        result = await self._hear(waiting)
        if isinstance(result, Heard):
            await self._keep(waiting, result)
        else:
            await self._failed(waiting, result)
        return True

    async def _hear(self, waiting: Waiting) -> Heard | Unheard:
        if not waiting.sha256:
            return Unheard(Problem.LOST)
        try:
            data = await self._read(waiting.sha256)
        except OSError as error:
            return Unheard(Problem.DIED, repr(error))
        return await self._speech.hear(data, waiting.hints, self._longest)

    async def _keep(self, waiting: Waiting, heard: Heard) -> None:
        self.trouble = ""
        async with begin_work(self._database, self._clock.now(), actor="speech", cause=waiting.message_key) as work:
            kept = await work.transcriptions.heard(waiting, heard.text, heard.engine, heard.seconds)
        log.info("memo_heard", transcription=waiting.transcription_id, seconds=round(heard.seconds, 1), kept=kept)

    async def _failed(self, waiting: Waiting, unheard: Unheard) -> None:
        now = self._clock.now()
        failures = waiting.failures + 1
        due_at = next_try(unheard.problem, failures, waiting.asked_at, now)
        self.trouble = unheard.problem.value if unheard.problem.may_pass else ""
        async with begin_work(self._database, now, actor="speech", cause=waiting.message_key) as work:
            await work.transcriptions.unheard(
                waiting, unheard.problem, unheard.seconds, due_at, tell=failures == TELL_FROM
            )
            if unheard.problem in _OF_THE_HOUSE:
                await alarm(work, "speech_broken", {"problem": unheard.problem}, once=f"{now:%Y%m%d}")
        log.warning(
            "memo_not_heard", transcription=waiting.transcription_id, problem=unheard.problem.value,
            detail=unheard.detail[:300], again=due_at is not None,
        )  # fmt: skip

    async def _until_next(self) -> float:
        due = await next_transcription(self._database)
        return POLL if due is None else max(0.05, min(POLL, (due - self._clock.now()).total_seconds()))
