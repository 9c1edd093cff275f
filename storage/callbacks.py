"""When WeCom was last heard."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.messages import Door
from storage.tables import inbox


async def last_callback_at(connection: AsyncConnection) -> datetime | None:
    """None where there has never been one. What the house says to itself does not count."""
    newest = sa.select(inbox.c.received_at).where(inbox.c.door != Door.SELF).order_by(inbox.c.id.desc()).limit(1)
    received_at: datetime | None = (await connection.execute(newest)).scalar_one_or_none()
    return received_at
