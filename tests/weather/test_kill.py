"""kill -9 between any two steps of the path: a lead is never lost and nobody is told twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.app import listening
from bot.demo import demo_settings, roster_text
from bot.points import PAYMENT_POINTS, POINTS
from domain.ids import UserId
from scheduler.clock import SystemClock
from simulator.company import demo_company
from simulator.pretend import PretendWeCom
from storage.database import Database
from storage.receivables import NewReceivable
from storage.tables import receivables
from storage.unit_of_work import begin_work
from tests.kit.money import FINANCE, HENGDA, MANAGER, REP, statement

POST = "【线索响应】恒达机械 13800001111 X200 展会"
GROUP = "wrEastLeads"

pytestmark = pytest.mark.kill


def write_config(folder: Path, wecom: str, database_url: str, port: int) -> Path:
    company = demo_company()
    (folder / "roster.toml").write_text(roster_text(company), "utf-8")
    settings = demo_settings(company, wecom=wecom, product=f"http://127.0.0.1:{port}", data=folder)
    app, bot = settings.wecom.app, settings.wecom.bot
    config = folder / "config.toml"
    config.write_text(
        f"""
[server]
port = {port}
[database]
url = "{database_url}"
[wecom]
corp_id = "{settings.wecom.corp_id}"
api_base = "{wecom}"
[wecom.app]
agent_id = {app.agent_id}
secret = "{app.secret.reveal()}"
token = "{app.token.reveal()}"
encoding_aes_key = "{app.encoding_aes_key.reveal()}"
[wecom.bot]
token = "{bot.token.reveal()}"
encoding_aes_key = "{bot.encoding_aes_key.reveal()}"
[escalation]
around_the_clock = true
accept_within = "1s"
[media]
folder = "{folder}/media"
""",
        "utf-8",
    )
    return config


@asynccontextmanager
async def serving(config: Path, port: int, kill_at: str = "") -> AsyncIterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"DEALBELL_TEST_KILL_AT": kill_at}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "--config", str(config)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        await ready(process, port)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 30)


async def ready(process: subprocess.Popen[bytes], port: int) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while process.poll() is None:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                # The process is starting; its port is the only thing that says when it has.
                await asyncio.to_thread(_breathe, process)


def _breathe(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return


@asynccontextmanager
async def front(port: int, is_up: asyncio.Event) -> AsyncIterator[str]:
    """What stands before a server in real life: a request to a server that is down waits, a broken one is a 502."""
    async with aiohttp.ClientSession() as session:

        async def forward(request: web.Request) -> web.Response:
            body = await request.read()
            await is_up.wait()
            try:
                async with session.post(f"http://127.0.0.1:{port}{request.path_qs}", data=body) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except aiohttp.ClientError:
                is_up.clear()
                return web.Response(status=502)

        app = web.Application()
        app.router.add_post("/{path:.*}", forward)
        async with listening(app, "127.0.0.1", 0) as front_port:
            yield f"http://127.0.0.1:{front_port}"


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_at_any_point_loses_nothing_and_says_nothing_twice(
    point: str, database_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    port, is_up = unused_tcp_port, asyncio.Event()
    async with PretendWeCom.running(SystemClock()) as wecom, front(port, is_up) as address:
        wecom.product_url = address
        wecom.courier.patience = 60
        config = write_config(tmp_path, wecom.api_base, database_url, port)
        async with serving(config, port, kill_at=point) as process:
            is_up.set()
            delivery = asyncio.create_task(wecom.post_in_group(GROUP, "chenlu", POST))
            await asyncio.to_thread(process.wait, 30)
            assert process.returncode == -signal.SIGKILL
        async with serving(config, port):
            is_up.set()
            await delivery
            cards = await wecom.wait_for(lambda: new_lead_cards(wecom), within=90)
            await wecom.wait_for(lambda: wecom.group_answers(GROUP), within=90)
            await wecom.wait_for(lambda: wecom.cards_of("zhaomin"), within=90)
        assert len(cards) == 1
        assert len(new_lead_cards(wecom)) == 1
        assert len(wecom.group_answers(GROUP)) == 1
        assert len(wecom.cards_of("zhaomin")) == 1


@pytest.mark.parametrize("point", PAYMENT_POINTS)
async def test_a_kill_between_booking_and_telling_books_once_and_tells_once(
    point: str, database_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    """Bad weather of P3: what was booked is told after the restart, once; what was not is booked."""
    port, is_up = unused_tcp_port, asyncio.Event()
    database = Database(database_url)
    await owe_before(database)
    async with PretendWeCom.running(SystemClock()) as wecom, front(port, is_up) as address:
        wecom.product_url = address
        wecom.courier.patience = 60
        config = write_config(tmp_path, wecom.api_base, database_url, port)
        async with serving(config, port, kill_at=point) as process:
            is_up.set()
            data = statement((SystemClock().now(), "S1", "30000", HENGDA, "XS2610-0101"))
            await wecom.send_media(FINANCE, "file", data, "a.csv")
            await asyncio.to_thread(process.wait, 30)
            assert process.returncode == -signal.SIGKILL
        async with serving(config, port):
            is_up.set()
            await wecom.wait_for(lambda: heard(wecom, REP, "已回款"), within=90)
            await wecom.wait_for(lambda: heard(wecom, FINANCE, "读完了"), within=90)
        for userid in (REP, MANAGER, FINANCE):
            assert heard(wecom, userid, "已回款") == [f"已回款：{HENGDA} XS2610-0101 30,000 元，还欠 34,000 元"]
        assert len(heard(wecom, FINANCE, "读完了")) == 1
    async with database.reading() as connection:
        assert (await connection.execute(sa.select(receivables.c.received))).scalar_one() == 3_000_000
    await database.close()


async def owe_before(database: Database) -> None:
    async with begin_work(database, SystemClock().now(), actor="test") as work:
        await work.receivables.put(NewReceivable("XS2610-0101", HENGDA, 6_400_000, owner=UserId(REP)))


def heard(wecom: PretendWeCom, userid: str, words: str) -> list[str]:
    return [message.text for message in wecom.inbox_of(userid) if words in message.text]


def new_lead_cards(wecom: PretendWeCom) -> list[str]:
    return [
        person.userid
        for person in wecom.company.people
        for card in wecom.cards_of(person.userid)
        if card.title.startswith("新线索")
    ]
