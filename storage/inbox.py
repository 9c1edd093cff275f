"""The queue of what came in: claimed with a lease and a fencing token, one message of a person at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import INBOX_WAITING, inbox


@dataclass(frozen=True, slots=True)
class Claimed:
    inbox_id: int
    key: str
    person: str
    door: str
    payload: str
    received_at: datetime
    attempts: int
    """Of earlier tries."""
    token: int
    """Only who still holds this token may finish the message (fencing)."""


@cache
def _claim(one: bool) -> sa.Update:
    """Made once: putting it together takes longer than SQLite needs to run it."""
    now = sa.bindparam("claim_now", type_=inbox.c.due_at.type)
    earlier = inbox.alias("earlier")
    first_in_line = ~sa.exists().where(
        earlier.c.person == inbox.c.person,
        earlier.c.id < inbox.c.id,
        earlier.c.state.in_(("queued", "leased")),
    )
    ready = sa.or_(
        sa.and_(inbox.c.state == "queued", inbox.c.due_at <= now),
        sa.and_(inbox.c.state == "leased", inbox.c.lease_until < now),
    )
    chosen = (
        sa.select(inbox.c.id)
        .where(INBOX_WAITING, ready, first_in_line)
        .order_by(inbox.c.id)
        .limit(sa.bindparam("claim_most", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(inbox)
        .where(inbox.c.id.in_(chosen.scalar_subquery() if one else chosen))
        .values(state="leased", token=inbox.c.token + 1, lease_until=sa.bindparam("claim_until"))
        .returning(
            inbox.c.id,
            inbox.c.key,
            inbox.c.person,
            inbox.c.door,
            inbox.c.payload,
            inbox.c.received_at,
            inbox.c.attempts,
            inbox.c.token,
        )
    )


async def claim(database: Database, now: datetime, limit: int, lease: timedelta) -> list[Claimed]:
    """The oldest waiting message of up to `limit` people; a lease that has run out is taken over."""
    values = {"claim_now": now, "claim_most": limit, "claim_until": now + lease}
    try:
        async with database.writing() as connection:
            rows = (await connection.execute(_claim(limit == 1), values)).all()
    except IntegrityError:
        # Another replica took a message of the same person in the same moment; it wakes us when it is done.
        return []
    return sorted((Claimed(*row) for row in rows), key=lambda claimed: claimed.inbox_id)


async def finish(connection: AsyncConnection, claimed: Claimed, now: datetime) -> bool:
    """Marks the message done inside the transaction of its effects. False: somebody else has taken it over."""
    done = await connection.execute(
        sa.update(inbox)
        .where(inbox.c.id == claimed.inbox_id, inbox.c.token == claimed.token, inbox.c.state == "leased")
        .values(state="done", done_at=now, lease_until=None)
    )
    return done.rowcount == 1


async def retry_later(connection: AsyncConnection, claimed: Claimed, due_at: datetime, error: str) -> None:
    await connection.execute(
        sa.update(inbox)
        .where(inbox.c.id == claimed.inbox_id, inbox.c.token == claimed.token)
        .values(state="queued", due_at=due_at, attempts=inbox.c.attempts + 1, error=error, lease_until=None)
    )


async def park(connection: AsyncConnection, claimed: Claimed, now: datetime, error: str, trace: str) -> bool:
    """Takes a poison message out of the line, kept for a person to look at."""
    done = await connection.execute(
        sa.update(inbox)
        .where(inbox.c.id == claimed.inbox_id, inbox.c.token == claimed.token)
        .values(state="parked", done_at=now, attempts=inbox.c.attempts + 1, error=error, trace=trace, lease_until=None)
    )
    return done.rowcount == 1


async def release_all(database: Database) -> int:
    """At the start of the only process of a SQLite database: what the last one held goes back at once."""
    async with database.writing() as connection:
        freed = await connection.execute(
            sa.update(inbox).where(inbox.c.state == "leased").values(state="queued", lease_until=None)
        )
    return freed.rowcount


async def next_due(database: Database, after: datetime) -> datetime | None:
    """When the next message that waits for its retry is due."""
    waiting = sa.select(sa.func.min(inbox.c.due_at)).where(inbox.c.state == "queued", inbox.c.due_at > after)
    async with database.reading() as connection:
        due_at: datetime | None = (await connection.execute(waiting)).scalar_one_or_none()
        return due_at


async def depth(database: Database) -> dict[str, int]:
    """Messages by state, done ones left out."""
    async with database.reading() as connection:
        rows = await connection.execute(
            sa.select(inbox.c.state, sa.func.count()).where(inbox.c.state != "done").group_by(inbox.c.state)
        )
        return {row[0]: row[1] for row in rows}
