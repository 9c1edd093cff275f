"""Bank transactions by signed call: taken once, matched, booked; a wrong field is named and nothing is taken (P1)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from storage.database import Database
from storage.receivables import NewReceivable
from tests.kit.desk import Desk, sitting
from web.bank_api import KNOWN, PATH
from web.openapi import DOCUMENT

PAID = {
    "serial": "G1", "account": "62220001", "paid_at": "2026-11-23T09:42:10+08:00", "amount": "64000.00",
    "payer": "南京棠溪电子有限公司", "remark": "XS2610-0101货款",
}  # fmt: skip
KEYS = {"keys": [{"id": "bank", "secret": "s3cret", "scopes": ["bank"]}]}


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path, changes={"api": KEYS}) as ready:
        async with ready.work() as work:
            await work.receivables.put(NewReceivable("XS2610-0101", "南京棠溪电子有限公司", 6_400_000))
        yield ready


async def call(desk: Desk, body: object) -> tuple[int, Any]:
    raw = json.dumps(body, ensure_ascii=False).encode()
    timestamp = str(int(desk.clock.now().timestamp()))
    signed = hmac.new(b"s3cret", timestamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    headers = {"X-Dealbell-Key": "bank", "X-Dealbell-Timestamp": timestamp, "X-Dealbell-Signature": signed}
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.wecom.product_url + PATH, data=raw, headers=headers) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


async def received(desk: Desk) -> int:
    async with desk.work() as work:
        found = await work.receivables.numbered("XS2610-0101")
        assert found is not None
        return found.received


async def test_a_payment_is_booked_and_the_same_one_again_changes_nothing(desk: Desk) -> None:
    assert await call(desk, PAID) == (200, {"new": 1, "repeated": 0})
    await desk.settle()
    assert await received(desk) == 6_400_000
    assert await call(desk, [PAID]) == (200, {"new": 0, "repeated": 1})
    await desk.settle()
    assert await received(desk) == 6_400_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0.1}, "amount"),
        ({"amount": "1.234"}, "amount"),
        ({"amount": "abc"}, "amount"),
        ({"paid_at": "yesterday"}, "paid_at"),
        ({"paid_at": "0001-01-01T00:00:00+08:00"}, "paid_at"),
        ({"serial": ""}, "serial"),
        ({"serial": " \0"}, "serial"),
        ({"payer": 7}, "payer"),
        ({"currency": "USD"}, "currency"),
        ({"sum": "1"}, "sum"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_taken(desk: Desk, change: dict[str, object], field: str) -> None:
    status, problem = await call(desk, [PAID, PAID | {"serial": "G2"} | change])
    assert status == 422
    assert f"[1].{field}" in {error["field"] for error in problem["errors"]}
    await desk.settle()
    assert await received(desk) == 0


async def test_fen_are_exact(desk: Desk) -> None:
    """0.1 and 0.2 make 0.3."""
    await call(desk, [PAID | {"serial": str(n), "amount": amount} for n, amount in enumerate(("0.1", "0.2"))])
    await desk.settle()
    assert await received(desk) == 30


def described() -> dict[str, Any]:
    (schema, _) = DOCUMENT["paths"][PATH]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    properties: dict[str, Any] = schema["properties"]
    return properties


def test_the_description_knows_every_field() -> None:
    assert set(described()) == KNOWN


@pytest.mark.parametrize(
    ("amount", "is_taken"),
    [
        ("64000.00", True), ("-12.5", True), ("0", True), ("9999999999999.99", True), (64000, True), (-1, True),
        (9_999_999_999_999, True), (10_000_000_000_000, False), (64000.5, False), (True, False), ("64,000", False),
        ("1.234", False), ("1e3", False), (".5", False), ("99999999999999", False),
    ],
)  # fmt: skip
async def test_the_description_and_the_call_agree_about_amounts(desk: Desk, amount: object, is_taken: bool) -> None:
    text, whole = described()["amount"]["oneOf"]
    is_text = isinstance(amount, str) and re.search(text["pattern"], amount) is not None
    is_whole = type(amount) is int and whole["minimum"] <= amount <= whole["maximum"]
    assert (is_text or is_whole) is is_taken
    status, _ = await call(desk, PAID | {"amount": amount})
    assert (status == 200) is is_taken


async def test_every_route_of_the_api_stands_in_the_description(desk: Desk) -> None:
    served = {
        (route.resource.canonical, route.method.lower())
        for route in desk.house.web.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/api")
    }
    told = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert served == told


async def test_the_description_is_served(desk: Desk) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{desk.wecom.product_url}/openapi.json") as answer:
        assert await answer.json() == DOCUMENT
