"""Fetches the bytes of what members sent, at once, into the store of originals."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.wecom_client import WeComClient
from bot.wecom_errors import MediaTooLarge, WeComError, WeComTrouble, WeComUncertain, WeComUnreachable
from chat.messages import Push, TargetKind, Urgency
from media.store import MediaStore
from notify.alarms import alarm
from scheduler.clock import Clock
from storage.database import DATABASE_AWAY, Database, Wake
from storage.media import WantedMedia, next_media
from storage.unit_of_work import Work, begin_work

log = structlog.get_logger()

AT_ONCE = 4
POLL = 2.0
BACK_OFF = tuple(timedelta(seconds=s) for s in (2, 10, 60, 600, 3600))
APP_LIFE = timedelta(days=3)
BOT_LIFE = timedelta(minutes=5)
WHAT = {"voice": "语音", "image": "照片", "video": "视频"}


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
            sha256 = await self._store.keep(data)
        except (WeComTrouble, OSError) as error:
            await self._failed(wanted, error)
        else:
            async with begin_work(self._database, self._clock.now(), actor="media") as work:
                await work.media.fetched(wanted.media_pk, sha256, len(data), content_type, wanted.file_name or name)
            log.info("media_fetched", media=wanted.media_pk, size=len(data))

    async def _bytes(self, wanted: WantedMedia) -> tuple[bytes, str, str]:
        if wanted.source["media_id"]:
            return await self._client.get_media(wanted.source["media_id"])
        return await self._client.fetch_bot_media(wanted.source["url"], wanted.source["aes_key"] or self._bot_key)

    async def _failed(self, wanted: WantedMedia, error: WeComTrouble | OSError) -> None:
        now = self._clock.now()
        life = APP_LIFE if wanted.source["media_id"] else BOT_LIFE
        due_at = now + BACK_OFF[min(wanted.attempts, len(BACK_OFF) - 1)]
        again = _may_pass(error) and due_at < wanted.received_at + life
        async with begin_work(self._database, now, actor="media") as work:
            await work.media.failed(wanted.media_pk, str(error), due_at if again else None)
            if isinstance(error, WeComError) and error.house_trouble:
                await alarm(work, error.house_trouble, {"ip": error.seen_ip}, once=f"{now:%Y%m%d}")
            if not again:
                await self._tell(work, wanted, error)
        log.warning("media_not_fetched", media=wanted.media_pk, again=again, error=str(error))

    async def _tell(self, work: Work, wanted: WantedMedia, error: WeComTrouble | OSError) -> None:
        """Who sent it knows it as well kept, so is told first; the operators where it was not the file's size."""
        name = f"“{wanted.file_name}”" if wanted.file_name else WHAT.get(wanted.kind, "文件")
        key = f"media_lost:{wanted.media_pk}"
        if isinstance(error, MediaTooLarge):
            said = f"你发的{name}超过 {self._client.largest_media >> 20} MB，没有存下。请压缩或拆开后再发。"
        else:
            said = f"你发的{name}没有取到，请再发一次。"
            why = f"企业微信错误 {error.errcode}" if isinstance(error, WeComError) else "下载失败"
            await alarm(work, "media_lost", {"person": wanted.sender, "error": why}, once=str(wanted.media_pk))
        await work.push(Push(TargetKind.MEMBER, wanted.sender, said, key, Urgency.NOTICE))


def _may_pass(error: WeComTrouble | OSError) -> bool:
    if isinstance(error, WeComError):
        return error.may_pass or bool(error.house_trouble)
    return isinstance(error, (WeComUnreachable, WeComUncertain, OSError))
