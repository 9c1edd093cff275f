"""Rhythms inside this process (APScheduler, memory only). What must happen once is a row that a job claims."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from storage.database import DATABASE_AWAY

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    every_seconds: float
    run: Callable[[], Awaitable[object]]


class Ticker:
    def __init__(self, jobs: list[Job]) -> None:
        self.jobs = {job.name: job for job in jobs}
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for job in jobs:
            self._scheduler.add_job(
                self._guarded(job),
                IntervalTrigger(seconds=job.every_seconds),
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
            )

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    @staticmethod
    def _guarded(job: Job) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            try:
                await job.run()
            except DATABASE_AWAY as error:
                log.warning("job_waits_for_database", job=job.name, error=type(error).__name__)
            except Exception:
                log.exception("job_failed", job=job.name)

        return run
