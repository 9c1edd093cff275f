"""/healthz, /readyz, /metrics and the page that dials (O2, S1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient

from chat.cards import Card
from storage.database import Database
from tests.kit.desk import Desk
from tests.scenarios.conftest import desk
from web import health

__all__ = ["desk"]

Client = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


async def said(text: str) -> str:
    return text


@pytest.mark.parametrize(("reason", "status"), [("", 200), ("OperationalError", 503)])
async def test_readiness_follows_the_database_and_names_the_reason(
    aiohttp_client: Client, reason: str, status: int
) -> None:
    """WeCom being away is reported and decides nothing."""
    app = web.Application()
    health.add_routes(app, probes={"database": lambda: said(reason)}, reported={"wecom": lambda: said("unreachable")})
    client = await aiohttp_client(app)
    answer = await client.get("/readyz")
    assert answer.status == status
    body = await answer.json()
    assert body["reasons"] == ({"database": reason} if reason else {})
    assert body["notes"] == {"wecom": "unreachable"}
    assert (await client.get("/healthz")).status == 200
    assert "dealbell_messages_total" in await (await client.get("/metrics")).text()


async def test_cards_without_a_page_of_their_own_lead_to_one_that_says_where_to_go_on(desk: Desk) -> None:
    async with ClientSession(desk.wecom.product_url) as session, session.get("/") as answer:
        assert answer.status == 200
        assert "回到企业微信" in await answer.text()


async def test_the_number_on_a_card_opens_a_page_that_dials_and_only_with_its_proof(desk: Desk) -> None:
    await desk.post("【线索响应】恒达<b>机械 13800001111 X200 展会")
    async with desk.work() as work:
        (task,) = await work.open_cards("lead:1:1")
    card: Card = task[1]
    path = card.lines[1].url.removeprefix(desk.house.rules.url)
    async with ClientSession(desk.wecom.product_url) as session:
        page = await (await session.get(path)).text()
        assert 'href="tel:13800001111"' in page
        assert "<b>" not in page
        assert (await session.get(path[:-1] + ("0" if path[-1] != "0" else "1"))).status == 404
        assert (await session.get("/call/L1/0000")).status == 404


async def test_a_closed_database_is_not_ready(database: Database) -> None:
    from bot.app import _probe_database

    assert await _probe_database(database)() == ""
    gone = Database("postgresql+asyncpg://postgres@127.0.0.1:1/none")
    assert await _probe_database(gone)() != ""
    await gone.close()
