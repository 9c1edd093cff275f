"""Calls to /api: who may, and that a repeat has one effect (A4, interfaces.md HTTP)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from settings.kinds import Secret
from settings.model import ApiKey
from storage.database import Database
from storage.unit_of_work import Work, begin_work
from tests.kit.clock import FakeClock
from web.signed import FieldProblem, Problem, SignedApi

Client = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]
PATH = "/api/notes"
KEYS = {
    "shop": ApiKey(id="shop", secret=Secret("s3cret"), scopes=("bank",)),
    "form": ApiKey(id="form", secret=Secret("other"), scopes=("leads",)),
}


class Caller:
    def __init__(self, client: TestClient[web.Request, web.Application], clock: FakeClock) -> None:
        self.client, self.clock = client, clock

    async def post(self, body: object, **changes: str) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        timestamp = changes.pop("timestamp", str(int(self.clock.now().timestamp())))
        secret = changes.pop("secret", "s3cret")
        signed = hmac.new(secret.encode(), timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
        headers = {
            "X-Dealbell-Key": "shop", "X-Dealbell-Timestamp": timestamp, "X-Dealbell-Signature": signed,
        } | {name.replace("_", "-"): value for name, value in changes.items()}  # fmt: skip
        async with self.client.post(PATH, data=raw, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
async def caller(aiohttp_client: Client, database: Database) -> Caller:
    clock = FakeClock()

    async def note(work: Work, body: Any) -> tuple[int, Any]:
        if not isinstance(body, dict) or "text" not in body:
            raise Problem(422, "a field is missing", FieldProblem("text", "is missing"))
        work.audit.note("note", "added", None, body["text"])
        return 201, {"notes": len(await work.audit.of("note", 100))}

    app = web.Application()
    SignedApi(database, clock, KEYS).add_route(app, PATH, "bank", note)
    return Caller(await aiohttp_client(app), clock)


async def noted(database: Database) -> list[str | None]:
    async with begin_work(database, FakeClock().now(), actor="test") as work:
        return [entry.after for entry in await work.audit.of("note", 100)]


async def test_a_signed_call_has_its_effect(caller: Caller, database: Database) -> None:
    assert await caller.post({"text": "one"}) == (201, {"notes": 1})
    assert await noted(database) == ["one"]


@pytest.mark.parametrize(
    ("changes", "status", "title"),
    [
        ({"secret": "wrong"}, 401, "X-Dealbell-Key or X-Dealbell-Signature is wrong"),
        ({"X_Dealbell_Key": "nobody"}, 401, "X-Dealbell-Key or X-Dealbell-Signature is wrong"),
        ({"X_Dealbell_Key": "nobody", "secret": ""}, 401, "X-Dealbell-Key or X-Dealbell-Signature is wrong"),
        ({"X_Dealbell_Signature": "é"}, 401, "X-Dealbell-Key or X-Dealbell-Signature is wrong"),
        ({"timestamp": "1"}, 401, "X-Dealbell-Timestamp must be unix seconds, at most 5 minutes off"),
        ({"timestamp": "soon"}, 401, "X-Dealbell-Timestamp must be unix seconds, at most 5 minutes off"),
        ({"X_Dealbell_Key": "form", "secret": "other"}, 403, "this key lacks the scope bank"),
        ({"Idempotency_Key": "two words"}, 400, "Idempotency-Key must be 1 to 200 visible ASCII characters"),
    ],
)
async def test_a_call_that_may_not_leaves_nothing(
    caller: Caller, database: Database, changes: dict[str, str], status: int, title: str
) -> None:
    got, problem = await caller.post({"text": "one"}, **changes)
    assert (got, problem["title"], problem["status"]) == (status, title, status)
    assert await noted(database) == []


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
async def test_a_body_that_is_not_json_is_told_so(caller: Caller, body: bytes) -> None:
    got, problem = await caller.post(body)
    assert (got, problem["title"]) == (400, "the body is not JSON in UTF-8")


async def test_a_problem_names_its_field_and_keeps_nothing(caller: Caller, database: Database) -> None:
    got, problem = await caller.post({}, Idempotency_Key="k1")
    assert got == 422
    assert problem["errors"] == [{"field": "text", "detail": "is missing"}]
    assert await caller.post({"text": "mended"}, Idempotency_Key="k1") == (201, {"notes": 1})
    assert await noted(database) == ["mended"]


async def test_a_repeat_gets_the_first_answer_and_has_no_second_effect(caller: Caller, database: Database) -> None:
    first = await caller.post({"text": "one"}, Idempotency_Key="k1")
    await caller.post({"text": "two"})
    assert await caller.post({"text": "one"}, Idempotency_Key="k1") == first
    assert await noted(database) == ["two", "one"]


async def test_two_at_once_with_one_key_have_one_effect(caller: Caller, database: Database) -> None:
    answers = await asyncio.gather(*(caller.post({"text": "one"}, Idempotency_Key="k1") for _ in range(5)))
    assert answers == [(201, {"notes": 1})] * 5
    assert await noted(database) == ["one"]


async def test_the_same_key_for_something_else_is_refused(caller: Caller, database: Database) -> None:
    await caller.post({"text": "one"}, Idempotency_Key="k1")
    got, problem = await caller.post({"text": "two"}, Idempotency_Key="k1")
    assert (got, problem["title"]) == (422, "this Idempotency-Key was used for another request")
    assert await noted(database) == ["one"]
