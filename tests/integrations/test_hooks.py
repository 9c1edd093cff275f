"""Signed calls out, against a receiver that checks them as interfaces.md (HTTP) says."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.app import listening
from integrations.hooks import HookRefused, Hooks
from storage.database import Database
from tests.kit.clock import FakeClock
from tests.kit.desk import Desk, sitting

SECRET = "一个 secret of ours"
BODY = '{"customer": "恒达机械", "phone": "13800001111"}'
POST = "【线索响应】恒达机械 13800001111 X200 展会"


@dataclass
class Robot:
    """The other side: it knows the secret and reads what came over the wire."""

    address: str = ""
    statuses: list[int] = field(default_factory=list)
    """Of the next answers; then 200."""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.heard.append((dict(request.headers), await request.read()))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 0:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=status or 200, headers={"Location": "/elsewhere"} if status == 302 else {})

    def is_signed(self, number: int = -1) -> bool:
        headers, body = self.heard[number]
        signed = headers["X-Dealbell-Timestamp"].encode() + b"." + body
        right = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right, headers["X-Dealbell-Signature"])

    def keys(self) -> list[str]:
        return [headers["Idempotency-Key"] for headers, _ in self.heard]


@asynccontextmanager
async def running() -> AsyncIterator[Robot]:
    robot = Robot()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", robot.answer)
    async with listening(app, "127.0.0.1", 0) as port:
        robot.address = f"http://127.0.0.1:{port}/call"
        yield robot


@pytest.fixture
async def robot() -> AsyncIterator[Robot]:
    async with running() as ready:
        yield ready


@pytest.fixture
async def hooks(robot: Robot) -> AsyncIterator[Hooks]:
    async with aiohttp.ClientSession() as session:
        yield Hooks(session, FakeClock(), {"call_robot": robot.address}, SECRET)


async def test_a_call_is_signed_over_timestamp_dot_raw_body(robot: Robot, hooks: Hooks) -> None:
    await hooks.call("call_robot", BODY, "hook:call_robot:1:1")
    ((headers, body),) = robot.heard
    assert body == BODY.encode()
    assert headers["X-Dealbell-Timestamp"] == str(int(FakeClock().now().timestamp()))
    assert headers["Idempotency-Key"] == "hook:call_robot:1:1"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert robot.is_signed()


async def test_another_body_under_the_same_signature_is_noticed(robot: Robot, hooks: Hooks) -> None:
    await hooks.call("call_robot", BODY, "k")
    headers, body = robot.heard[0]
    robot.heard[0] = (headers, body.replace(b"13800001111", b"13900002222"))
    assert not robot.is_signed()


@pytest.mark.parametrize("status", [302, 400, 401, 404, 500, 503])
async def test_an_answer_that_is_no_success_is_refused_and_never_followed_elsewhere(
    robot: Robot, hooks: Hooks, status: int
) -> None:
    robot.statuses = [status]
    with pytest.raises(HookRefused, match=str(status)):
        await hooks.call("call_robot", BODY, "k")
    assert len(robot.heard) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_every_success_is_a_success(robot: Robot, hooks: Hooks, status: int) -> None:
    robot.statuses = [status]
    await hooks.call("call_robot", BODY, "k")


@pytest.fixture
async def desk(database: Database, tmp_path: Path, robot: Robot) -> AsyncIterator[Desk]:
    changes = {"hooks": {"call_robot": robot.address, "secret": SECRET}}
    async with sitting(database, tmp_path, changes=changes) as ready:
        yield ready


async def test_a_lead_nobody_takes_is_called_out_once_signed(desk: Desk, robot: Robot) -> None:
    await desk.post(POST)
    await desk.pass_time(minutes=2)
    assert robot.heard == []
    await desk.pass_time(minutes=2)
    assert robot.keys() == ["hook:call_robot:1:1"]
    assert robot.is_signed()
    told = json.loads(robot.heard[0][1])
    assert "恒达机械" in json.dumps(told, ensure_ascii=False)
    await desk.pass_time(hours=3)
    assert len(robot.heard) == 1


async def test_a_receiver_in_trouble_is_called_again_with_the_same_key_and_body_and_a_fresh_signature(
    desk: Desk, robot: Robot
) -> None:
    """Refused, then broken off, then taken: the key makes the repeats harmless for it."""
    robot.statuses = [503, 0, 200]
    await desk.post(POST)
    await desk.pass_time(minutes=5)
    assert set(robot.keys()) == {"hook:call_robot:1:1"}
    assert len(robot.heard) == 3
    assert len({body for _, body in robot.heard}) == 1
    assert all(robot.is_signed(number) for number in range(3))
    assert len({headers["X-Dealbell-Timestamp"] for headers, _ in robot.heard}) == 3


async def test_a_receiver_that_never_answers_well_is_given_up_after_a_day_with_an_alarm(
    desk: Desk, robot: Robot
) -> None:
    robot.statuses = [500] * 10_000
    await desk.post(POST)
    await desk.pass_time(minutes=6)
    # Trying goes on every half minute; the day is crossed in one step.
    desk.clock.advance(timedelta(hours=24))
    await desk.settle()
    tried = len(robot.heard)
    await desk.pass_time(minutes=6)
    assert len(robot.heard) == tried
    assert any("call_robot" in text for text in desk.texts("sunyue"))
