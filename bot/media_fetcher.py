"""Fetches the bytes of what members sent, at once, into a folder named by their checksum."""

from __future__ import annotations

import asyncio
import hashlib
import os
from datetime import timedelta
from pathlib import Path

import structlog

from bot.wecom_client import WeComClient
from bot.wecom_errors import WeComError, WeComTrouble, WeComUncertain, WeComUnreachable
from notify.alarms import alarm
from scheduler.clock import Clock
from storage.database import DATABASE_AWAY, Database, Wake
from storage.media import WantedMedia, next_media
from storage.unit_of_work import begin_work

log = structlog.get_logger()

AT_ONCE = 4
POLL = 2.0
BACK_OFF = tuple(timedelta(seconds=s) for s in (2, 10, 60, 600, 3600))
APP_LIFE = timedelta(days=3)
BOT_LIFE = timedelta(minutes=5)


class MediaStore:
    """Originals, unaltered, under the SHA-256 of their bytes (V4)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def keep(self, data: bytes) -> str:
        """Returns the checksum; the file appears whole or not at all."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(f".{os.getpid()}.partial")
            partial.write_bytes(data)
            partial.replace(target)
        return sha256


class MediaFetcher:
    def __init__(self, database: Database, clock: Clock, client: WeComClient, store: MediaStore, bot_key: str) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._store = store
        self._bot_key = bot_key
        self._stopping = False

    async def run(self) -> None:
        while not self._stopping:
            try:
                busy = await self.fetch_due()
                wait = 0.0 if busy else await self._until_next()
            except DATABASE_AWAY as error:
                log.warning("media_waits_for_database", error=type(error).__name__)
                wait = POLL
            if wait:
                await self._database.woken(Wake.MEDIA, wait)

    def stop(self) -> None:
        self._stopping = True
        self._database.wake(Wake.MEDIA)

    async def fetch_due(self) -> int:
        async with begin_work(self._database, self._clock.now(), actor="media") as work:
            wanted = await work.media.due(AT_ONCE)
        await asyncio.gather(*(self._fetch(one) for one in wanted))
        return len(wanted)

    async def _until_next(self) -> float:
        due = await next_media(self._database)
        return POLL if due is None else max(0.05, min(POLL, (due - self._clock.now()).total_seconds()))

    async def _fetch(self, wanted: WantedMedia) -> None:
        try:
            data, name, content_type = await self._bytes(wanted)
            sha256 = await asyncio.to_thread(self._store.keep, data)
        except (WeComUnreachable, WeComUncertain, OSError) as error:
            await self._failed(wanted, str(error), may_pass=True)
        except WeComTrouble as error:
            await self._failed(wanted, str(error), may_pass=isinstance(error, WeComError) and error.may_pass)
        else:
            async with begin_work(self._database, self._clock.now(), actor="media") as work:
                await work.media.fetched(wanted.media_pk, sha256, len(data), content_type, wanted.file_name or name)
            log.info("media_fetched", media=wanted.media_pk, size=len(data))

    async def _bytes(self, wanted: WantedMedia) -> tuple[bytes, str, str]:
        if wanted.source["media_id"]:
            return await self._client.get_media(wanted.source["media_id"])
        return await self._client.fetch_bot_media(wanted.source["url"], wanted.source["aes_key"] or self._bot_key)

    async def _failed(self, wanted: WantedMedia, error: str, *, may_pass: bool) -> None:
        now = self._clock.now()
        life = APP_LIFE if wanted.source["media_id"] else BOT_LIFE
        due_at = now + BACK_OFF[min(wanted.attempts, len(BACK_OFF) - 1)]
        again = may_pass and due_at < wanted.received_at + life
        async with begin_work(self._database, now, actor="media") as work:
            await work.media.failed(wanted.media_pk, error, due_at if again else None)
            if not again:
                await alarm(work, "media_lost", {"person": wanted.sender, "error": error}, once=str(wanted.media_pk))
        log.warning("media_not_fetched", media=wanted.media_pk, again=again)
