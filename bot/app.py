"""The composition root: settings → engine, clock, clients, loops → one aiohttp application."""

from __future__ import annotations

import asyncio
import functools
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from actions.roster import take_roster
from bot import callback
from bot.channels import CardChannel, HookChannel, MemberChannel, ReplyChannel, WebhookChannel
from bot.contacts import WeComContacts
from bot.crypto import CallbackCrypto
from bot.media_fetcher import MediaFetcher
from bot.metrics import (
    INBOX_DEPTH,
    OUTBOX_DEPTH,
    SPEECH_DEPTH,
    SPEECH_RECORDINGS,
    SPEECH_SECONDS,
    SPEECH_SOUND,
)
from bot.middleware import Conversation, Edge
from bot.originals import store_of
from bot.points import reached
from bot.sender import Sender
from bot.speech import lacking, speech_of
from bot.uploads import Uploads
from bot.wecom_client import WeComClient
from bot.wecom_errors import WeComTrouble
from bot.worker import Worker
from chat.messages import TargetKind
from chat.texts.speech import to_operator
from handlers import Menu
from integrations.hooks import Hooks
from media.store import MediaStore
from notify.alarms import alarm
from scheduler.auditor import audit_timers, check_calendar, check_callbacks
from scheduler.clock import Clock, SystemClock
from scheduler.contacts import reconcile_if_due
from scheduler.digest import send_if_due
from scheduler.escalations import Escalations
from scheduler.overdue import remind_if_due
from scheduler.payments import Payments
from scheduler.ticker import Job, Ticker
from scheduler.transcriptions import Transcriptions
from scheduler.visits import raise_due
from settings.house import HouseRules
from settings.model import Settings
from settings.roster import read
from storage import inbox, outbox, transcriptions
from storage.database import DATABASE_AWAY, Database
from storage.intake import Intake
from storage.outbox import Pace
from storage.replicas import Replicas
from storage.tokens import TokenStore
from storage.unit_of_work import begin_work
from storage.upgrade import is_current, upgrade
from web import bank_api, call, finance, health, openapi, pages
from web.login import Login, LoginAddress, LoginTrouble
from web.signed import SignedApi

log = structlog.get_logger()

BOT_WELCOME = "你好，我是跟单铃。在群里 @我 发线索：【线索响应】{客户名} {电话} {意向型号} {来源渠道}"


class OldSchema(Exception):
    """PostgreSQL has to be migrated by hand, before the new replicas start."""


@dataclass(slots=True)
class House:
    """All that runs, wired together; tests take parts of it."""

    settings: Settings
    rules: HouseRules
    clock: Clock
    database: Database
    intake: Intake
    client: WeComClient
    worker: Worker
    sender: Sender
    escalations: Escalations
    store: MediaStore
    media: MediaFetcher
    replicas: Replicas
    payments: Payments
    transcriptions: Transcriptions
    ticker: Ticker
    web: web.Application


async def prepare(database: Database) -> None:
    """SQLite is brought up to date by itself and what the last process held is freed; PostgreSQL must be current."""
    if database.is_sqlite:
        await upgrade(database)
        await inbox.release_all(database)
        await transcriptions.release_all(database)
        await outbox.recover(database, SystemClock().now(), all_of_them=True)
    elif not await is_current(database):
        raise OldSchema


async def read_roster(database: Database, settings: Settings, clock: Clock) -> None:
    async with begin_work(database, clock.now(), actor="roster", cause="roster") as work:
        await take_roster(work, HouseRules.of(settings), read(settings.roster.file).members)


@asynccontextmanager
async def build(settings: Settings, clock: Clock, database: Database) -> AsyncIterator[House]:
    """Everything but the loops running; `prepare` and `read_roster` have been called."""
    rules = HouseRules.of(settings)
    wecom = settings.wecom
    async with (
        aiohttp.ClientSession(json_serialize=functools.partial(json.dumps, ensure_ascii=False)) as session,
    ):
        client = WeComClient(
            session,
            api_base=wecom.api_base,
            corp_id=wecom.corp_id,
            secret=wecom.app.secret.reveal(),
            agent_id=wecom.app.agent_id,
            tokens=TokenStore(database),
            clock=clock,
            largest_media=settings.limits.media_mb << 20,
        )
        hooks = _hooks(session, settings, clock)
        store = store_of(settings, session, clock)
        intake = Intake(database)
        conversation = Conversation(rules, Menu.found(), Edge(wecom.corp_id, wecom.bot.name))
        worker = Worker(
            database,
            clock,
            handle=conversation.handle,
            refuse=conversation.refuse,
            park=conversation.park,
            people_at_once=settings.limits.people_at_once,
            attempts=settings.limits.attempts,
            is_intake_busy=lambda: intake.is_busy,
        )
        webhook_keys = {webhook.name: webhook.key.reveal() for webhook in wecom.webhooks}
        sender = Sender(
            database,
            clock,
            {
                TargetKind.MEMBER: MemberChannel(
                    client, Uploads(database, clock, client, store), wecom.app.agent_id, rules.url
                ),
                TargetKind.CARD: CardChannel(client, wecom.app.agent_id, rules.url),
                TargetKind.REPLY_URL: ReplyChannel(client, {w.name: w.chatid for w in wecom.webhooks}),
                TargetKind.WEBHOOK: WebhookChannel(client, webhook_keys),
                TargetKind.HOOK: HookChannel(hooks.call, frozenset(_hook_urls(settings))),
            },
            alarm,
            paces={
                TargetKind.MEMBER: Pace(settings.limits.member_per_minute),
                TargetKind.WEBHOOK: Pace(settings.limits.webhook_per_minute),
            },
        )
        media = MediaFetcher(database, clock, rules, client, store, reached=reached)
        escalations = Escalations(database, clock, rules, reached=reached)
        payments = Payments(database, clock, rules, store.read, reached=reached)
        hearing = Transcriptions(
            database,
            clock,
            speech_of(settings.speech),
            store.read,
            recording_at_most=settings.speech.recording_at_most,
            observe=_observe_speech,
            reached=reached,
        )
        contacts = WeComContacts(client)
        house = House(
            settings=settings,
            rules=rules,
            clock=clock,
            database=database,
            intake=intake,
            client=client,
            worker=worker,
            sender=sender,
            escalations=escalations,
            store=store,
            media=media,
            replicas=Replicas(database),
            payments=payments,
            transcriptions=hearing,
            ticker=Ticker(
                [
                    Job("digest", 1, lambda: send_if_due(database, clock, rules)),
                    Job("audit_timers", 30, lambda: audit_timers(database, clock, rules)),
                    Job("visits", 5, lambda: raise_due(database, clock, rules)),
                    Job("calendar", 3600, lambda: check_calendar(database, clock, rules)),
                    Job("overdue", 30, lambda: remind_if_due(database, clock, rules)),
                    Job("callbacks", 300, lambda: check_callbacks(database, clock, rules)),
                    Job("contacts", 600, lambda: reconcile_if_due(database, clock, rules, contacts)),
                    Job("depth", 15, lambda: _measure_depth(database)),
                ]
            ),
            web=web.Application(client_max_size=callback.LARGEST),
        )
        _add_routes(house)
        try:
            yield house
        finally:
            await hearing.close()


def _hook_urls(settings: Settings) -> dict[str, str]:
    urls = {"call_robot": settings.hooks.call_robot, "erp": settings.hooks.erp}
    return {name: url for name, url in urls.items() if url}


def _hooks(session: aiohttp.ClientSession, settings: Settings, clock: Clock) -> Hooks:
    return Hooks(session, clock, _hook_urls(settings), settings.hooks.secret.reveal())


def _add_routes(house: House) -> None:
    wecom = house.settings.wecom
    app_door = bot_door = None
    if wecom.app.is_set:
        app_door = CallbackCrypto(wecom.app.token.reveal(), wecom.app.encoding_aes_key.reveal(), wecom.corp_id)
    if wecom.bot.mode == "callback":
        bot_door = CallbackCrypto(wecom.bot.token.reveal(), wecom.bot.encoding_aes_key.reveal(), "")
    callback.add_routes(
        house.web,
        app_door=app_door,
        bot_door=bot_door,
        intake=house.intake,
        clock=house.clock,
        corp_id=wecom.corp_id,
        welcome=BOT_WELCOME,
    )
    api = SignedApi(house.database, house.clock, {key.id: key for key in house.settings.api.keys})
    api.add_route(house.web, bank_api.PATH, "bank", bank_api.take_bank_transactions(house.rules.zone))
    openapi.add_routes(house.web)
    pages.add_routes(house.web)
    if wecom.app.is_set:
        _add_pages(house)
    call.add_routes(house.web, database=house.database, rules=house.rules, clock=house.clock)


def _add_pages(house: House) -> None:
    """Signed in through the app: without one, its key would be anybody's."""
    rules, wecom = house.rules, house.settings.wecom
    address = LoginAddress(wecom.login_url, wecom.corp_id, wecom.app.agent_id, rules.url)

    async def who_has_code(code: str) -> str:
        try:
            return await house.client.userid_of_code(code)
        except WeComTrouble as trouble:
            raise LoginTrouble(str(trouble)) from trouble

    login = Login(house.database, house.clock, address, who_has_code, rules.link_key)
    login.add_routes(house.web)
    finance.add_routes(
        house.web,
        database=house.database,
        clock=house.clock,
        rules=rules,
        login=login,
        keep=house.store.keep,
        bytes_of=house.store.read,
    )


def _observe_speech(outcome: str, seconds: float, took: float) -> None:
    SPEECH_RECORDINGS.labels(outcome=outcome).inc()
    if outcome == "done":
        SPEECH_SOUND.inc(seconds)
        SPEECH_SECONDS.observe(took)


async def _measure_depth(database: Database) -> None:
    for gauge, depth in (
        (INBOX_DEPTH, await inbox.depth(database)),
        (OUTBOX_DEPTH, await outbox.depth(database)),
        (SPEECH_DEPTH, await transcriptions.depth(database)),
    ):
        gauge.clear()
        for state, count in depth.items():
            gauge.labels(state=state).set(count)


class Loops:
    """The running parts of a house, started together and stopped in the order in which work flows."""

    def __init__(self, house: House, *, pause: timedelta = timedelta(seconds=1)) -> None:
        """`pause`: before a loop that broke goes on."""
        self._house = house
        self._pause = pause
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._broken: set[str] = set()

    def start(self) -> None:
        house = self._house
        for name, run in (
            ("worker", house.worker.run),
            ("sender", house.sender.run),
            ("timers", house.escalations.run),
            ("media", house.media.run),
            ("payments", house.payments.run),
            ("speech", house.transcriptions.run),
        ):
            self._tasks[name] = asyncio.create_task(self._keep(name, run), name=name)
        if not house.database.is_sqlite:
            self._tasks["replicas"] = asyncio.create_task(self._keep("replicas", house.replicas.run), name="replicas")
        house.ticker.start()

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """A mistake in one pass must not be the end of every lead after it."""
        while True:
            try:
                return await run()
            except Exception:
                log.exception("loop_broke", loop=name)
            self._broken.add(name)
            await asyncio.sleep(self._pause.total_seconds())
            self._broken.discard(name)

    async def stop(self, within: timedelta) -> None:
        """What is held is finished; what could not be finished in time stays in the database."""
        house = self._house
        house.ticker.stop()
        for part in (
            house.escalations, house.worker, house.media, house.payments, house.transcriptions, house.sender,
            house.replicas,
        ):  # fmt: skip
            part.stop()
        _, late = await asyncio.wait(self._tasks.values(), timeout=within.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def dead(self) -> str:
        """A probe for readiness: the names of loops that do not run."""
        return ", ".join(name for name, task in self._tasks.items() if task.done() or name in self._broken)


def _probe_database(database: Database) -> Callable[[], Awaitable[str]]:
    async def probe() -> str:
        try:
            await asyncio.wait_for(database.ping(), 3)
        except (*DATABASE_AWAY, TimeoutError) as error:
            return type(error).__name__
        return ""

    return probe


def _probe_wecom(client: WeComClient) -> Callable[[], Awaitable[str]]:
    async def probe() -> str:
        return client.trouble

    return probe


def _probe_speech(settings: Settings, hearing: Transcriptions) -> Callable[[], Awaitable[str]]:
    """Voice memos are kept without it, so it is reported and decides nothing."""
    missing = lacking(settings.speech)

    async def probe() -> str:
        # Whoever has heard something lacks nothing, whatever it looked like at the start.
        problem = hearing.trouble or (None if hearing.has_heard else missing)
        return to_operator(problem) if problem else ""

    return probe


@asynccontextmanager
async def running(settings: Settings, clock: Clock) -> AsyncIterator[House]:
    """The whole server but its port."""
    database = Database(settings.database.url.reveal())
    try:
        await prepare(database)
        await read_roster(database, settings, clock)
        async with build(settings, clock, database) as house:
            loops = Loops(house)
            health.add_routes(
                house.web,
                probes={"database": _probe_database(database), "workers": loops.dead},
                reported={"wecom": _probe_wecom(house.client), "speech": _probe_speech(settings, house.transcriptions)},
            )
            loops.start()
            try:
                yield house
            finally:
                await loops.stop(settings.server.stop_within)
    finally:
        await database.close()


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Yields the port; on the way out no new request is taken and those under way are answered."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    site = web.TCPSite(runner, host, port, reuse_address=True)
    await site.start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with (
        running(settings, SystemClock()) as house,
        listening(house.web, settings.server.host, settings.server.port) as port,
    ):
        log.info("serving", host=settings.server.host, port=port)
        await stop.wait()
        log.info("stopping")


def run_loop(main: Coroutine[Any, Any, None]) -> None:
    """On uvloop where the platform has it: the same work with a tenth less of the processor."""
    make: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
    with suppress(ImportError):
        from uvloop import new_event_loop as make
    with asyncio.Runner(loop_factory=make) as runner:
        runner.run(main)


def serve(settings: Settings) -> int:
    run_loop(_serve(settings))
    log.info("stopped")
    return 0
