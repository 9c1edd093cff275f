"""Signed calls to systems outside: the call robot, later the ERP (interfaces.md, HTTP)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import aiohttp

from scheduler.clock import Clock

TIMEOUT = aiohttp.ClientTimeout(total=10)


class HookRefused(Exception):
    """The other side answered with something else than success."""


def signature(secret: str, timestamp: int, body: str) -> str:
    """hex HMAC-SHA256 of timestamp + "." + raw body."""
    return hmac.new(secret.encode(), f"{timestamp}.{body}".encode(), hashlib.sha256).hexdigest()


class Hooks:
    def __init__(self, session: aiohttp.ClientSession, clock: Clock, urls: Mapping[str, str], secret: str) -> None:
        self._session = session
        self._clock = clock
        self._urls = urls
        self._secret = secret

    async def call(self, name: str, body: str, idempotency_key: str) -> None:
        """Raises aiohttp.ClientError, TimeoutError or HookRefused; a repeat carries the same key."""
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Dealbell-Timestamp": str(timestamp),
            "X-Dealbell-Signature": signature(self._secret, timestamp, body),
            "Idempotency-Key": idempotency_key,
        }
        # A redirect would carry the signed body to an address that nobody has set.
        async with self._session.post(
            self._urls[name], data=body.encode(), headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as answer:
            if answer.status >= 300:
                raise HookRefused(f"{name}: HTTP {answer.status}")
