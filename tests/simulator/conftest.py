from __future__ import annotations

import functools
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from simulator.crypto import Seal
from simulator.payloads import read_xml, xml
from simulator.pretend import PretendWeCom


class HandClock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


class Caller:
    """A client as plain as can be."""

    def __init__(self, sim: PretendWeCom, session: aiohttp.ClientSession) -> None:
        self.sim = sim
        self.session = session
        self.token = ""

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self.session.get(self.sim.api_base + path, params=self._with_token(query)) as response:
            assert response.status == 200
            return await response.json()

    async def post(self, path: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
        params = self._with_token(query)
        async with self.session.post(self.sim.api_base + path, params=params, json=body) as response:
            assert response.status == 200
            return await response.json()

    def _with_token(self, query: dict[str, str]) -> dict[str, str]:
        return ({"access_token": self.token} if self.token else {}) | query

    async def log_in(self) -> None:
        company = self.sim.company
        answer = await self.get("/cgi-bin/gettoken", corpid=company.corp_id, corpsecret=company.app.secret)
        self.token = answer["access_token"]

    async def send(self, to: str, msgtype: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
        agent = self.sim.company.app.agent_id
        body = {"touser": to, "msgtype": msgtype, "agentid": agent, msgtype: content} | more
        return await self.post("/cgi-bin/message/send", body)


class Product:
    """A server that only notes what it is told, and answers what it is given."""

    def __init__(self, sim: PretendWeCom) -> None:
        self.sim = sim
        self.heard: list[tuple[str, Any]] = []
        self.statuses: list[int] = []
        self.answer_app = ""
        self.answer_bot: dict[str, Any] | None = None

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/wecom/app", self.app)
        app.router.add_route("*", "/wecom/bot", self.bot)
        return app

    async def app(self, request: web.Request) -> web.Response:
        company = self.sim.company
        seal = Seal(company.app.token, company.app.encoding_aes_key, company.corp_id)
        if request.method == "GET":
            return self._echo(request, seal)
        envelope = read_xml(await request.text())
        plain = self._open(request, seal, envelope.findtext("Encrypt", ""))
        self.heard.append(("app", read_xml(plain)))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        if not self.answer_app:
            return web.Response()
        encrypted = seal.encrypt(self.answer_app)
        signed = seal.sign("1700000000", "n1", encrypted)
        parts = [("Encrypt", encrypted), ("MsgSignature", signed), ("TimeStamp", "1700000000"), ("Nonce", "n1")]
        return web.Response(text=xml(parts))

    async def bot(self, request: web.Request) -> web.Response:
        company = self.sim.company
        seal = Seal(company.bot.token, company.bot.encoding_aes_key, "")
        if request.method == "GET":
            return self._echo(request, seal)
        plain = self._open(request, seal, (await request.json())["encrypt"])
        self.heard.append(("bot", json.loads(plain)))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        if self.answer_bot is None:
            return web.Response()
        encrypted, nonce = seal.encrypt(json.dumps(self.answer_bot)), request.query["nonce"]
        signed = seal.sign("1700000000", nonce, encrypted)
        body = {"encrypt": encrypted, "msgsignature": signed, "timestamp": 1700000000, "nonce": nonce}
        return web.json_response(body)

    def _echo(self, request: web.Request, seal: Seal) -> web.Response:
        return web.Response(text=self._open(request, seal, request.query["echostr"]))

    def _open(self, request: web.Request, seal: Seal, encrypted: str) -> str:
        query = request.query
        return seal.open(encrypted, query["msg_signature"], query["timestamp"], query["nonce"])


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def sim(clock: HandClock) -> AsyncIterator[PretendWeCom]:
    async with PretendWeCom.running(clock) as pretend:
        yield pretend


@pytest.fixture
async def caller(sim: PretendWeCom) -> AsyncIterator[Caller]:
    raw = functools.partial(json.dumps, ensure_ascii=False)
    async with aiohttp.ClientSession(json_serialize=raw) as session:
        caller = Caller(sim, session)
        await caller.log_in()
        yield caller


@pytest.fixture
async def product(sim: PretendWeCom) -> AsyncIterator[Product]:
    product = Product(sim)
    runner = web.AppRunner(product.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sim.product_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield product
    await runner.cleanup()
