"""Access tokens shared by all processes through the database, with one fetcher (wecom.md 3.1)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Database, insert_once
from storage.tables import tokens

FETCH_LEASE = timedelta(seconds=15)
"""A fetcher that has not come back by then has died."""
REFRESH_AT = 0.9
"""Part of a token's life after which it is renewed ahead of time."""

Fetch = Callable[[], Awaitable[tuple[str, timedelta]]]


class TokenStore:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._here: dict[str, asyncio.Lock] = {}
        self._known: dict[str, tuple[str, datetime]] = {}

    async def current(self, name: str, now: datetime) -> str | None:
        """The token while it is young enough; None when somebody should renew it.

        Kept in the process, too: one that was revoked early shows itself at its first use, and `renew` looks anew.
        """
        value, refresh_at = self._known.get(name) or ("", now)
        return value if refresh_at > now else await self._stored(name, now)

    async def _stored(self, name: str, now: datetime) -> str | None:
        async with self._database.reading() as connection:
            row = (
                await connection.execute(sa.select(tokens.c.value, tokens.c.refresh_at).where(tokens.c.name == name))
            ).first()
        if row is None or not row.value or row.refresh_at is None or row.refresh_at <= now:
            self._known.pop(name, None)
            return None
        self._known[name] = str(row.value), row.refresh_at
        return str(row.value)

    async def renew(self, name: str, now: datetime, *, failed: str | None, fetch: Fetch) -> str:
        """Fetches a token unless another has done so since: one that is not the `failed` one is returned as it is.

        Raises what `fetch` raises.
        """
        async with self._here.setdefault(name, asyncio.Lock()):
            me = secrets.token_hex(8)
            while True:
                known = await self._stored(name, now)
                if known is not None and known != failed:
                    return known
                if await self._take_turn(name, me, now, failed):
                    break
                # Another process is fetching; the row shows its result within the time of one call.
                await asyncio.sleep(0.2)
                now += timedelta(seconds=0.2)
            try:
                value, life = await fetch()
            except BaseException:
                await self._store(name, me, None, None, None)
                raise
            await self._store(name, me, value, now + life * REFRESH_AT, now + life)
            return value

    async def _take_turn(self, name: str, me: str, now: datetime, failed: str | None) -> bool:
        async with self._database.writing() as connection:
            await connection.execute(insert_once(connection, tokens).values(name=name))
            free = sa.or_(tokens.c.fetching_until.is_(None), tokens.c.fetching_until < now)
            # Compare and swap: a token that is neither the failed one nor due for renewal stays.
            stale = sa.or_(
                tokens.c.value == "", tokens.c.value == (failed or ""), tokens.c.refresh_at.is_(None),
                tokens.c.refresh_at <= now,
            )  # fmt: skip
            taken = await connection.execute(
                sa.update(tokens)
                .where(tokens.c.name == name, free, stale)
                .values(fetching_until=now + FETCH_LEASE, fetcher=me)
            )
        return taken.rowcount == 1

    async def _store(
        self, name: str, me: str, value: str | None, refresh_at: datetime | None, expires_at: datetime | None
    ) -> None:
        changed: dict[str, object] = {"fetching_until": None, "fetcher": ""}
        if value is not None:
            changed |= {"value": value, "refresh_at": refresh_at, "expires_at": expires_at}
        async with self._database.writing() as connection:
            await connection.execute(
                sa.update(tokens).where(tokens.c.name == name, tokens.c.fetcher == me).values(**changed)
            )
