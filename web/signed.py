"""Who calls /api (A4, interfaces.md HTTP): a key, a time, a signature, a scope; a repeat gets the first answer.

Errors are RFC 9457 problem documents that name the field.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from scheduler.clock import Clock
from settings.model import ApiKey
from storage.database import Database
from storage.unit_of_work import Work, begin_work

MOST_OFF = timedelta(minutes=5)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class FieldProblem:
    field: str
    """Such as [3].amount"""
    detail: str


class Problem(Exception):
    """The caller's mistake; the title says what is wrong, `fields` where."""

    def __init__(self, status: int, title: str, *fields: FieldProblem) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.fields = fields

    def response(self) -> web.Response:
        body: dict[str, Any] = {"type": "about:blank", "title": self.title, "status": self.status}
        if self.fields:
            body["errors"] = [{"field": one.field, "detail": one.detail} for one in self.fields]
        return web.json_response(body, status=self.status, content_type="application/problem+json", dumps=_dumps)


Act = Callable[[Work, Any], Awaitable[tuple[int, Any]]]
"""In the caller's unit of work: the JSON that was sent → status and JSON to answer. Raises Problem; nothing is kept then."""


class SignedApi:
    def __init__(self, database: Database, clock: Clock, keys: Mapping[str, ApiKey]) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys

    def add_route(self, app: web.Application, path: str, scope: str, act: Act) -> None:
        async def handle(request: web.Request) -> web.Response:
            try:
                body = await request.read()
                key = self._checked(request, body, scope)
                return await self._answered_once(request, key, path, body, act)
            except Problem as problem:
                return problem.response()

        app.router.add_post(path, handle)

    def _checked(self, request: web.Request, body: bytes, scope: str) -> ApiKey:
        """Whoever cannot sign learns nothing: an unknown key and a wrong signature are told alike."""
        key = self._keys.get(request.headers.get("X-Dealbell-Key", ""))
        timestamp = request.headers.get("X-Dealbell-Timestamp", "")
        secret = key.secret.reveal() if key else ""
        wanted = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        given = request.headers.get("X-Dealbell-Signature", "")
        if key is None or not hmac.compare_digest(given.lower().encode(), wanted.encode()):
            raise Problem(401, "X-Dealbell-Key or X-Dealbell-Signature is wrong")
        if not timestamp.isdecimal() or abs(int(timestamp) - self._clock.now().timestamp()) > MOST_OFF.total_seconds():
            raise Problem(401, "X-Dealbell-Timestamp must be unix seconds, at most 5 minutes off")
        if scope not in key.scopes:
            raise Problem(403, f"this key lacks the scope {scope}")
        return key

    async def _answered_once(self, request: web.Request, key: ApiKey, path: str, body: bytes, act: Act) -> web.Response:
        repeat = request.headers.get("Idempotency-Key", "")
        if repeat and not _KEY.fullmatch(repeat):
            raise Problem(400, "Idempotency-Key must be 1 to 200 visible ASCII characters")
        digest = hashlib.sha256(path.encode() + b"\0" + body).hexdigest()
        async with begin_work(self._database, self._clock.now(), actor=f"api:{key.id}", cause=repeat or digest) as work:
            if repeat:
                before = await work.api_answers.take(key.id, repeat, digest)
                if before is not None:
                    if before.digest != digest:
                        raise Problem(422, "this Idempotency-Key was used for another request")
                    return _json(before.status, before.answer)
            status, answer = await act(work, _parsed(body))
            if repeat:
                await work.api_answers.keep(key.id, repeat, status, answer)
        return _json(status, answer)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Problem(400, "the body is not JSON in UTF-8") from None


def _json(status: int, answer: Any) -> web.Response:
    return web.json_response(answer, status=status, dumps=_dumps)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
