"""Voice memos to words (N1): one after the other, the engine in a process of its own; survives a restart at any moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from domain.speech import TELL_FROM, VOICE_LONGEST, Heard, Problem, Unheard, next_try
from media.speech import Speech
from notify.alarms import alarm
from scheduler.clock import Clock, stopwatch
from storage.database import DATABASE_AWAY, Database, Wake
from storage.transcriptions import Waiting, extend, next_transcription
from storage.unit_of_work import begin_work

log = structlog.get_logger()

LEASE = timedelta(seconds=60)
RENEW = 20.0
"""Seconds between two renewals of the lease, while a recording is being heard."""
POLL = 2.0
"""Seconds: the net under the wake-up."""
_OF_THE_SETTINGS = frozenset(
    {Problem.NO_DECODER, Problem.NO_ENGINE, Problem.NO_MODEL, Problem.SERVER_KEY, Problem.SERVER_ADDRESS}
)
"""Nothing will be heard until somebody changes something: told at once. Other trouble of the house may be gone with the
second try."""

Read = Callable[[str], Awaitable[bytes]]
"""Checksum → the bytes; OSError where the store cannot be reached."""
Observe = Callable[[str, float, float], None]
"""Outcome, seconds of sound, seconds of work."""


class Transcriptions:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        speech: Speech,
        read: Read,
        *,
        recording_at_most: timedelta,
        observe: Observe = lambda outcome, seconds, took: None,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._speech = speech
        self._read = read
        self._recording_at_most = recording_at_most
        self._observe = observe
        self._reached = reached
        self._stopping = asyncio.Event()
        self.trouble: Problem | None = None
        """Of the house, as the last memo met it; None where it was heard."""
        self.has_heard = False

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                wait = 0.0 if await self.hear_next() else await self._until_next()
            except DATABASE_AWAY as error:
                log.warning("speech_waits_for_database", error=type(error).__name__)
                wait = POLL
            if wait and not self._stopping.is_set():
                await self._database.woken(Wake.SPEECH, wait)

    def stop(self) -> None:
        """What is being heard goes back into the queue: nobody should wait for half an hour of a call."""
        self._stopping.set()
        self._database.wake(Wake.SPEECH)

    async def close(self) -> None:
        await self._speech.close()

    async def hear_next(self) -> bool:
        """One memo; False where none is due. Looked up by reading, so that an idle loop does not hold the one writer."""
        due_at = await next_transcription(self._database)
        if due_at is None or due_at > self._clock.now():
            return False
        async with begin_work(self._database, self._clock.now(), actor="speech") as work:
            waiting = await work.transcriptions.claim(LEASE)
            self._reached("transcriptions.leased")
        if waiting is None:
            return False
        self._reached("transcriptions.claimed")
        started = stopwatch()
        result = await self._hear(waiting)
        if result is None:
            async with begin_work(self._database, self._clock.now(), actor="speech") as work:
                await work.transcriptions.release(waiting)
            return False
        self._reached("transcriptions.heard")
        outcome = await (self._keep(waiting, result) if isinstance(result, Heard) else self._failed(waiting, result))
        self._reached("transcriptions.committed")
        self._observe(outcome, result.seconds, stopwatch() - started)
        return True

    async def _hear(self, waiting: Waiting) -> Heard | Unheard | None:
        """None: the house is stopping."""
        if not waiting.sha256:
            return Unheard(Problem.LOST)
        try:
            data = await self._read(waiting.sha256)
        except OSError as error:
            return Unheard(Problem.NO_BYTES, repr(error))
        longest = VOICE_LONGEST if waiting.is_voice else self._recording_at_most
        hearing = asyncio.create_task(self._speech.hear(data, waiting.hints, longest))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            while not hearing.done() and not stopping.done():
                await asyncio.wait({hearing, stopping}, timeout=RENEW, return_when=asyncio.FIRST_COMPLETED)
                if not hearing.done():
                    await self._renew(waiting)
            return hearing.result() if hearing.done() else None
        finally:
            for task in (hearing, stopping):
                task.cancel()
            await asyncio.gather(hearing, stopping, return_exceptions=True)

    async def _renew(self, waiting: Waiting) -> None:
        try:
            await extend(self._database, waiting, self._clock.now() + LEASE)
        except DATABASE_AWAY as error:
            # Keeping the words finds out whether the memo is still ours.
            log.warning("speech_waits_for_database", error=type(error).__name__)

    async def _keep(self, waiting: Waiting, heard: Heard) -> str:
        self.trouble, self.has_heard = None, True
        async with begin_work(self._database, self._clock.now(), actor="speech", cause=waiting.message_key) as work:
            kept = await work.transcriptions.heard(waiting, heard.text, heard.engine, heard.seconds)
            self._reached("transcriptions.settled")
        log.info("memo_heard", transcription=waiting.transcription_id, seconds=round(heard.seconds, 1), kept=kept)
        return "done" if kept else "taken_over"

    async def _failed(self, waiting: Waiting, unheard: Unheard) -> str:
        now = self._clock.now()
        problem, failures = unheard.problem, waiting.failures + 1
        due_at = next_try(problem, failures, waiting.since, now)
        self.trouble = problem if problem.may_pass else None
        async with begin_work(self._database, now, actor="speech", cause=waiting.message_key) as work:
            await work.transcriptions.unheard(waiting, problem, unheard.seconds, due_at, tell=failures == TELL_FROM)
            if problem in _OF_THE_SETTINGS or (problem.may_pass and failures >= TELL_FROM):
                await alarm(work, "speech_broken", {"problem": problem}, once=f"{now:%Y%m%d}")
            self._reached("transcriptions.settled")
        log.warning(
            "memo_not_heard", transcription=waiting.transcription_id, problem=problem.value,
            detail=unheard.detail[:300], again=due_at is not None,
        )  # fmt: skip
        return problem.value if due_at is None else "again"

    async def _until_next(self) -> float:
        due = await next_transcription(self._database)
        return POLL if due is None else max(0.05, min(POLL, (due - self._clock.now()).total_seconds()))
