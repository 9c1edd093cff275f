"""Files on their way into a chat: uploaded when needed, and again when WeCom has forgotten them (wecom.md 3.7)."""

from __future__ import annotations

import io
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.wecom_client import WeComClient
from chat.messages import MediaContent, QrContent
from media.store import MediaStore, checksum
from scheduler.clock import Clock
from storage import media
from storage.database import Database

LIFE = timedelta(days=2, hours=22)
"""WeCom keeps an upload for three days; a push may wait a while before it leaves."""
_QR_SCALE, _QR_BORDER = 8, 4


class Uploads:
    def __init__(self, database: Database, clock: Clock, client: WeComClient, store: MediaStore) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._store = store

    async def prepare(self, content: MediaContent | QrContent) -> None:
        """Raises WeComTrouble, or OSError where the original cannot be read."""
        sha256, kind = key_of(content)
        now = self._clock.now()
        async with self._database.reading() as connection:
            if await media.uploaded(connection, sha256, kind, now - LIFE) is not None:
                return
        if isinstance(content, QrContent):
            name, data = f"{content.file_name}.png", qr_png(content.text)
        else:
            name, data = content.file_name, await self._store.read(sha256)
        media_id = await self._client.upload_media(kind, name, data)
        async with self._database.writing() as connection:
            await media.remember_upload(connection, sha256, kind, media_id, now)

    async def media_id(self, connection: AsyncConnection, content: MediaContent | QrContent) -> str:
        sha256, kind = key_of(content)
        known = await media.uploaded(connection, sha256, kind, self._clock.now() - LIFE)
        if known is None:
            raise LookupError(f"not uploaded: {kind} {sha256}")
        return known

    async def forget(self, content: MediaContent | QrContent) -> None:
        """WeCom has lost it earlier than promised (40007)."""
        async with self._database.writing() as connection:
            await media.forget_upload(connection, *key_of(content))


def key_of(content: MediaContent | QrContent) -> tuple[str, str]:
    if isinstance(content, QrContent):
        return checksum(qr_png(content.text)), "image"
    return content.sha256, content.kind


def qr_png(text: str) -> bytes:
    import segno  # with the first code

    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=_QR_SCALE, border=_QR_BORDER)
    return picture.getvalue()
