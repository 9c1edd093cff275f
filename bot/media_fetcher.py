"""Fetches the bytes of what members sent, at once, into the store of originals."""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import Callable
from datetime import timedelta

import structlog

from actions.check_evidence import LOST, Voided, keep_hashes, void
from bot.wecom_client import WeComClient
from bot.wecom_errors import MediaTooLarge, WeComError, WeComTrouble, WeComUncertain, WeComUnreachable
from chat.messages import Door, Push, TargetKind, Urgency
from domain.ids import fold
from media.photo import Photo, PhotoProblem, SeenPhotos, examine
from media.store import MediaStore
from notify.alarms import alarm
from notify.visits import still_missing, tell_void, withdraw_progress
from scheduler.clock import Clock
from settings.house import HouseRules
from storage.database import DATABASE_AWAY, Database, Wake
from storage.evidence import fingerprints_after
from storage.intake import NewMessage, store
from storage.media import WantedMedia, next_media
from storage.unit_of_work import Work, begin_work

log = structlog.get_logger()

AT_ONCE = 4
POLL = 2.0
BACK_OFF = tuple(timedelta(seconds=s) for s in (2, 10, 60, 600, 3600))
APP_LIFE = timedelta(days=3)
BOT_LIFE = timedelta(minutes=5)
OVERLAP = 1000
"""Numbers of evidence: on PostgreSQL a smaller one may be committed after a larger one."""
WAITS = "你发的收到了，但存储暂时写不进去，正在等着存，不用重发。手机里的原件先别删。"
WHAT = {"voice": "语音", "image": "照片", "video": "视频"}


class MediaFetcher:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        rules: HouseRules,
        client: WeComClient,
        store: MediaStore,
        *,
        reached: Callable[[str], None] = lambda point: None,
    ) -> None:
        settings = rules.settings
        self._database = database
        self._clock = clock
        self._rules = rules
        self._client = client
        self._store = store
        self._reached = reached
        self._bot_key = settings.wecom.bot.encoding_aes_key.reveal()
        self._place = str(settings.media.folder) if settings.media.store == "folder" else settings.media.s3.endpoint
        self._seen = SeenPhotos()
        self._one_at_a_time = asyncio.Lock()
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
        except (WeComTrouble, OSError) as error:
            await self._failed(wanted, error)
            return
        try:
            sha256 = await self._store.keep(data)
        except OSError as error:
            await self._not_stored(wanted, error)
            return
        self._reached("media.kept")
        photo = await asyncio.to_thread(examine, data) if wanted.kind == "image" else None
        async with self._one_at_a_time:
            await self._look_through()
            async with begin_work(self._database, self._clock.now(), actor="media") as work:
                await work.media.fetched(wanted.media_pk, sha256, len(data), content_type, wanted.file_name or name)
                await self._check(work, wanted, sha256, photo)
                if wanted.kind == "file":
                    await self._tell_itself(work, wanted, sha256, wanted.file_name or name)
        self._reached("media.committed")
        log.info("media_fetched", media=wanted.media_pk, size=len(data))

    async def _check(self, work: Work, wanted: WantedMedia, sha256: str, photo: Photo | PhotoProblem | None) -> None:
        """V4: whether it is a photo at all, and whether it has been seen before."""
        if isinstance(photo, PhotoProblem):
            voided = await void(work, self._rules, wanted.message_key, photo.value)
            if voided is not None:
                await tell_void(work, voided.piece, voided.visit, voided.missing)
            return
        # Another replica may be looking at the same picture.
        await work.house.lock("photos")
        self._learn(await fingerprints_after(work.connection, self._seen.newest))
        fingerprint = photo.fingerprint if photo else ""
        alike = self._seen.alike(fingerprint) if fingerprint else []
        await keep_hashes(work, self._rules, wanted.message_key, sha256, fingerprint, alike)

    async def _look_through(self) -> None:
        """What others have stored since, outside of the writer's transaction: after a start that is everything."""
        async with self._database.reading() as connection:
            self._learn(await fingerprints_after(connection, max(0, self._seen.newest - OVERLAP)))

    def _learn(self, fingerprints: list[tuple[int, str]]) -> None:
        for evidence_id, fingerprint in fingerprints:
            self._seen.add(evidence_id, fingerprint)

    async def _not_stored(self, wanted: WantedMedia, error: OSError) -> None:
        """A full disk or a bucket out of reach: WeCom still has it, so it is fetched again; everybody hears once."""
        now = self._clock.now()
        day = f"{now:%Y%m%d}"
        due_at = now + BACK_OFF[min(wanted.attempts, len(BACK_OFF) - 1)]
        kind = "disk_full" if error.errno == errno.ENOSPC else "store_away"
        async with begin_work(self._database, now, actor="media") as work:
            await work.media.failed(wanted.media_pk, str(error), due_at)
            facts = {"place": self._place, "error": type(error).__name__}
            await alarm(work, kind, facts, once=day)
            key = f"media_waits:{wanted.sender}:{day}"
            await work.push(Push(TargetKind.MEMBER, wanted.sender, WAITS, key, Urgency.NOTICE))
        log.error("media_not_stored", media=wanted.media_pk, error=str(error))

    async def _tell_itself(self, work: Work, wanted: WantedMedia, sha256: str, name: str) -> None:
        """Somebody may be waiting for what is in the file: it comes back as a message of its sender's."""
        said = {"kind": "fetched", "media_key": wanted.message_key, "sha256": sha256, "file_name": name}
        payload = json.dumps(said, ensure_ascii=False)
        key = f"fetched:{wanted.message_key}"
        await store(work.connection, [NewMessage(key, fold(wanted.sender), Door.SELF.value, payload, work.now)])
        work.touch(Wake.INBOX)

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
                voided = await void(work, self._rules, wanted.message_key, LOST)
                if voided is not None and voided.visit is not None:
                    await withdraw_progress(work, voided.visit)
                await self._tell(work, wanted, error, voided)
        log.warning("media_not_fetched", media=wanted.media_pk, again=again, error=str(error))

    async def _tell(
        self, work: Work, wanted: WantedMedia, error: WeComTrouble | OSError, voided: Voided | None
    ) -> None:
        """Who sent it knows it as well kept, so is told first; the operators where it was not the file's size."""
        name = f"“{wanted.file_name}”" if wanted.file_name else WHAT.get(wanted.kind, "文件")
        key = f"media_lost:{wanted.media_pk}"
        if isinstance(error, MediaTooLarge):
            said = f"你发的{name}超过 {self._client.largest_media >> 20} MB，没有存下。请压缩或拆开后再发。"
        else:
            said = f"你发的{name}没有取到，请再发一次。"
            why = f"企业微信错误 {error.errcode}" if isinstance(error, WeComError) else "下载失败"
            await alarm(work, "media_lost", {"person": wanted.sender, "error": why}, once=str(wanted.media_pk))
        said += still_missing(voided.visit, voided.missing) if voided else ""
        await work.push(Push(TargetKind.MEMBER, wanted.sender, said, key, Urgency.NOTICE))


def _may_pass(error: WeComTrouble | OSError) -> bool:
    if isinstance(error, WeComError):
        return error.may_pass or bool(error.house_trouble)
    return isinstance(error, (WeComUnreachable, WeComUncertain, OSError))
