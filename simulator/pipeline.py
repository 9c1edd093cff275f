"""What every API call goes through: the log, the weather, the token, the body, and WeCom's way of refusing."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from simulator.errors import ApiError
from simulator.weather import Loss, Outage
from simulator.world import Call, Json, World

# wecom.md 3.10: a body may not hold \u escapes. A doubled backslash in front is an escaped backslash.
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as its handler sees it."""

    world: World
    request: web.Request
    query: dict[str, str]
    raw: bytes
    body: Json


Answer = Callable[[Asked], Awaitable[Json | web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    answer: Answer
    needs_token: bool = True
    is_json: bool = True
    """False: the body is read by the handler (multipart)."""

    def mount(self, router: web.UrlDispatcher, world: World) -> None:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await _serve(self, world, request)

        router.add_route(self.method, self.path, handle)


async def _serve(route: Route, world: World, request: web.Request) -> web.StreamResponse:
    raw = await request.read() if route.is_json else b""
    world.calls.append(Call(request.method, route.path, dict(request.query), raw, world.now()))
    world.touch()
    if world.weather.outage is Outage.UNAVAILABLE:
        return web.Response(status=503, text="service unavailable")
    if world.weather.outage is Outage.RESET:
        return _cut(request)
    response = await _answer(route, world, request, raw)
    match world.weather.loss_for(route.path):
        case Loss.CLOSE:
            return _cut(request)
        case Loss.HANG:
            await world.weather.silence()
            return _cut(request)
    return response


async def _answer(route: Route, world: World, request: web.Request, raw: bytes) -> web.StreamResponse:
    try:
        if (code := world.weather.error_for(route.path)) is not None:
            raise ApiError(code)
        if route.needs_token:
            _check_token(world, request)
        body = _parsed(raw) if route.method == "POST" and route.is_json else {}
        answer = await route.answer(Asked(world, request, dict(request.query), raw, body))
    except ApiError as refusal:
        return as_json(refusal.body)
    if isinstance(answer, web.StreamResponse):
        return answer
    return as_json({"errcode": 0, "errmsg": "ok", **answer})


def _check_token(world: World, request: web.Request) -> None:
    token = request.query.get("access_token", "")
    if not token:
        raise ApiError(41001)
    world.check_token(token)


def _parsed(raw: bytes) -> Json:
    if _ESCAPE.search(raw):
        raise ApiError(40033)
    try:
        body = json.loads(raw)
    except ValueError as fault:
        raise ApiError(40058, "Warning: wrong json format") from fault
    if not isinstance(body, dict):
        raise ApiError(40058, "Warning: wrong json format")
    return body


def as_json(body: Json) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json", charset="utf-8")


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
