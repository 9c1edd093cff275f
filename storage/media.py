"""What members sent besides text, and whether its bytes have been fetched (WeCom drops them after three days)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, Wake, insert_once
from storage.tables import locations, media, wecom_uploads

if TYPE_CHECKING:
    from storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class WantedMedia:
    media_pk: int
    message_key: str
    sender: str
    kind: str
    source: dict[str, Any]
    """media_id (app), or url and aes_key (smart bot)"""
    received_at: datetime
    attempts: int
    file_name: str


class Media:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def want(self, message_key: str, sender: str, kind: str, source: dict[str, Any], file_name: str) -> None:
        await self._work.connection.execute(
            insert_once(self._work.connection, media).values(
                message_key=message_key,
                sender=sender,
                kind=kind,
                source=source,
                file_name=file_name,
                received_at=self._work.now,
                due_at=self._work.now,
            )
        )
        self._work.touch(Wake.MEDIA)

    async def add_location(
        self, message_key: str, sender: str, latitude: float, longitude: float, label: str, at: datetime
    ) -> None:
        await self._work.connection.execute(
            insert_once(self._work.connection, locations).values(
                message_key=message_key, sender=sender, latitude=latitude, longitude=longitude, label=label, at=at
            )
        )

    async def due(self, limit: int) -> list[WantedMedia]:
        rows = await self._work.connection.execute(
            sa.select(
                media.c.id,
                media.c.message_key,
                media.c.sender,
                media.c.kind,
                media.c.source,
                media.c.received_at,
                media.c.attempts,
                media.c.file_name,
            )
            .where(media.c.state == "wanted", media.c.due_at <= self._work.now)
            .order_by(media.c.due_at)
            .limit(limit)
        )
        return [WantedMedia(*row) for row in rows]

    async def fetched(self, media_pk: int, sha256: str, size: int, content_type: str, file_name: str) -> None:
        await self._work.connection.execute(
            sa.update(media)
            .where(media.c.id == media_pk)
            .values(
                state="fetched",
                fetched_at=self._work.now,
                sha256=sha256,
                size=size,
                content_type=content_type,
                file_name=file_name,
                error="",
            )
        )
        self._work.touch(Wake.SPEECH)

    async def failed(self, media_pk: int, error: str, due_at: datetime | None) -> None:
        """`due_at` of the next try; None = given up."""
        values: dict[str, Any] = {"error": error, "attempts": media.c.attempts + 1}
        values |= {"state": "lost"} if due_at is None else {"due_at": due_at}
        await self._work.connection.execute(sa.update(media).where(media.c.id == media_pk).values(**values))
        self._work.touch(Wake.SPEECH)


async def next_media(database: Database) -> datetime | None:
    async with database.reading() as connection:
        first = await connection.execute(sa.select(sa.func.min(media.c.due_at)).where(media.c.state == "wanted"))
        due_at: datetime | None = first.scalar_one_or_none()
        return due_at


async def uploaded(connection: AsyncConnection, sha256: str, kind: str, since: datetime) -> str | None:
    """The media_id under which WeCom still has these bytes."""
    known = await connection.execute(
        sa.select(wecom_uploads.c.media_id).where(
            wecom_uploads.c.sha256 == sha256, wecom_uploads.c.kind == kind, wecom_uploads.c.uploaded_at > since
        )
    )
    media_id: str | None = known.scalar_one_or_none()
    return media_id


async def remember_upload(connection: AsyncConnection, sha256: str, kind: str, media_id: str, now: datetime) -> None:
    await forget_upload(connection, sha256, kind)
    # Two pushes of the same file may have uploaded it at once; either media_id will do.
    await connection.execute(
        insert_once(connection, wecom_uploads).values(sha256=sha256, kind=kind, media_id=media_id, uploaded_at=now)
    )


async def forget_upload(connection: AsyncConnection, sha256: str, kind: str) -> None:
    await connection.execute(
        sa.delete(wecom_uploads).where(wecom_uploads.c.sha256 == sha256, wecom_uploads.c.kind == kind)
    )
