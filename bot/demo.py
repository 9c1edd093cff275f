"""dealbell demo: the whole product against the built-in pretend WeCom, with a clock that can be moved on by hand (O3).

It is the same server as `serve`: encrypted callbacks in, the real API paths out, over loopback.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
from contextlib import AsyncExitStack
from datetime import time, timedelta
from pathlib import Path

import structlog

from actions.keep_receivables import keep
from bot import logs
from bot.app import House, listening, run_loop, running
from bot.speech import lacking
from scheduler.clock import ShiftedClock
from settings.model import Alarms, Digest, Log, Section, Settings, Speech
from simulator.app import COURIER, WORLD, create_app
from simulator.company import Company, demo_company
from storage.database import Wake
from storage.receivables import NewReceivable
from storage.unit_of_work import begin_work

log = structlog.get_logger()

HOST = "127.0.0.1"
USUAL_PORT = 8080
ORDERS = (
    NewReceivable("XS2611-0101", "苏州恒达机械有限公司", 128_000_00),
    NewReceivable("XS2611-0102", "宁波鸿远精工有限公司", 36_500_00),
    NewReceivable("XS2611-0103", "常州同舟包装有限公司", 18_600_00),
)
"""Customers of the guided story; the sample statement pays for the first two."""


def roster_text(company: Company) -> str:
    """The pretend company's people as a roster file."""
    blocks = []
    for person in company.people:
        lines = [
            "[[members]]",
            f'userid = "{person.userid}"',
            f'name = "{person.name}"',
            _roles(person.roles),
        ]
        if person.manager:
            lines.append(f'manager = "{person.manager}"')
        if person.region:
            lines.append(f'region = "{person.region}"')
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _roles(roles: tuple[str, ...]) -> str:
    quoted = ", ".join(f'"{role}"' for role in roles)
    return f"roles = [{quoted}]"


def demo_settings(company: Company, *, wecom: str, product: str, data: Path) -> Settings:
    """Default settings but for the pretend company's own; around the clock, since a visitor comes at any hour."""
    roster = data / "roster.toml"
    roster.write_text(roster_text(company), "utf-8")
    group = company.groups[0]
    return Settings.model_validate(
        {
            "server": {"host": HOST, "public_url": product},
            "database": {"url": f"sqlite+aiosqlite:///{data / 'dealbell.db'}"},
            "wecom": {
                "corp_id": company.corp_id,
                "api_base": wecom,
                "login_url": f"{wecom}/connect/oauth2/authorize",
                "app": {
                    "agent_id": company.app.agent_id,
                    "secret": company.app.secret,
                    "token": company.app.token,
                    "encoding_aes_key": company.app.encoding_aes_key,
                },
                "bot": {
                    "mode": "callback",
                    "name": company.bot.name,
                    "token": company.bot.token,
                    "encoding_aes_key": company.bot.encoding_aes_key,
                },
                "webhooks": [{"name": group.name, "chatid": group.chatid, "key": group.webhook_keys[0]}],
            },
            "roster": {"file": str(roster)},
            "escalation": {"around_the_clock": True},
            "speech": {"engine": "remote", "url": f"{wecom}/v1", "send": "original"},
            "media": {"folder": str(data / "media")},
        }
    )


async def keep_orders(house: House) -> None:
    """What the pretend company's customers owe, as the nightly import from its books would bring it: whoever has become
    a customer since then is joined to it."""
    async with begin_work(house.database, house.clock.now(), actor="demo") as work:
        for order in ORDERS:
            await keep(work, order)


def _usual_or_free() -> int:
    """Whoever only wants to look should not have to know what else listens on this machine."""
    try:
        with socket.create_server((HOST, USUAL_PORT)):
            return USUAL_PORT
    except OSError:
        return 0


async def _demo(port: int, data: Path) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    clock = ShiftedClock()
    company = demo_company()
    houses: list[House] = []

    async def advance(by: timedelta) -> None:
        clock.advance(by)
        for house in houses:
            await keep_orders(house)
            house.database.wake(*Wake)

    pretend = create_app(company, clock, advance)
    async with AsyncExitStack() as stack:
        page_port = await stack.enter_async_context(listening(pretend, HOST, port))
        page = f"http://{HOST}:{page_port}"
        pretend[WORLD].public_base = page
        # Cards carry the product's address, so its port is chosen before its settings are made.
        with socket.create_server((HOST, 0)) as probe:
            product_port = int(probe.getsockname()[1])
        product = f"http://{HOST}:{product_port}"
        settings = demo_settings(company, wecom=page, product=product, data=data)
        # A house set up this minute has no digest to catch up, and who moves the clock on has not been silent.
        apart: dict[str, Section] = {
            "digest": Digest(catch_up_until=time(9, 2)),
            "alarms": Alarms(no_callbacks_after=timedelta(days=365)),
        }
        if lacking(Speech()) is None:
            # Engine and model are here: whatever the visitor says is heard, not only the samples.
            apart["speech"] = Speech()
        settings = settings.model_copy(update=apart)
        house = await stack.enter_async_context(running(settings, clock))
        houses.append(house)
        await keep_orders(house)
        await stack.enter_async_context(listening(house.web, HOST, product_port))
        pretend[COURIER].product_url = product
        print(f"跟单铃演示已就绪：{page}\n按 Ctrl+C 结束。", flush=True)  # noqa: T201
        await stop.wait()


def run(port: int | None, data: Path) -> int:
    logs.configure(Log(level="warning"))
    run_loop(_demo(_usual_or_free() if port is None else port, _fresh(data)))
    return 0


def _fresh(data: Path) -> Path:
    """The pretend WeCom forgets everything at its end, so the product beside it begins anew as well: it would take the
    messages of a second visitor, numbered from one again, for repeats. Only the demo's own folder is emptied."""
    folder = data / "pretend-wecom"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
