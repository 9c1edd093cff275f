"""The pretend WeCom as tests hold it: say, send, tap, and see what arrived.

async with PretendWeCom.running(clock) as sim:
    sim.product_url = "http://127.0.0.1:8080"
    await sim.post_in_group("wrEastLeads", "chenlu", "【线索响应】…")
    card = await sim.wait_for(lambda: sim.cards_of("zhangwei"))
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from simulator import cards
from simulator.actors import Actors, CannotTap
from simulator.app import ACTORS, COURIER, WORLD, create_app
from simulator.callbacks import Courier, Delivery
from simulator.company import Company, demo_company
from simulator.weather import Weather
from simulator.world import Call, Clock, Json, Message, World, app_chat, bot_chat, group_chat

__all__ = ["CannotTap", "CardSeen", "Delivered", "Delivery", "PretendWeCom"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A card as its holder sees it now."""

    card_type: str
    task_id: str
    title: str
    subtitle: str
    text: str
    lines: tuple[tuple[str, str], ...]
    buttons: tuple[str, ...]
    """Texts of the buttons that can still be tapped."""
    replaced: str
    """What the greyed button says."""
    body: Json = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivered:
    kind: str
    sender: str
    """@app, @bot, @webhook, or a userid."""
    at: datetime
    msgid: str
    recalled: bool
    text: str = ""
    card: CardSeen | None = None
    media_id: str = ""
    file_name: str = ""
    extra: Json = field(default_factory=dict, repr=False)

    @property
    def markdown(self) -> str:
        return self.text if self.kind == "markdown" else ""


class PretendWeCom:
    def __init__(self, world: World, actors: Actors, courier: Courier) -> None:
        self.world = world
        self.actors = actors
        self._courier = courier
        self.say_to_app = actors.say_to_app
        self.say_to_bot = actors.say_to_bot
        self.post_in_group = actors.post_in_group
        self.send_media = actors.send_media
        self.send_location = actors.send_location
        self.enter_app = actors.enter_app
        self.enter_bot = actors.enter_bot
        self.join = actors.join
        self.leave = actors.leave
        self.scan = actors.scan
        self.press_menu = actors.press_menu

    @classmethod
    @asynccontextmanager
    async def running(
        cls, clock: Clock, company: Company | None = None, product_url: str = "", port: int = 0
    ) -> AsyncIterator[PretendWeCom]:
        app = create_app(company or demo_company(), clock, product_url=product_url)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        host, port = runner.addresses[0][:2]
        world = app[WORLD]
        world.public_base = f"http://{host}:{port}"
        try:
            yield cls(world, app[ACTORS], app[COURIER])
        finally:
            world.weather.clear()
            await runner.cleanup()

    @property
    def api_base(self) -> str:
        return self.world.public_base

    @property
    def company(self) -> Company:
        return self.world.company

    @property
    def weather(self) -> Weather:
        return self.world.weather

    @property
    def courier(self) -> Courier:
        return self._courier

    @property
    def product_url(self) -> str:
        return self._courier.product_url

    @product_url.setter
    def product_url(self, url: str) -> None:
        self._courier.product_url = url.rstrip("/")

    @property
    def complaints(self) -> list[str]:
        """What the server did against the protocol without being told by an errcode."""
        return self.world.complaints

    @property
    def dropped(self) -> list[tuple[str, Json]]:
        return self.world.dropped

    def revoke_tokens(self) -> None:
        self.world.revoke_tokens()

    async def verify_callbacks(self) -> tuple[bool, bool]:
        """Whether the addresses of app and bot pass the check that the console makes."""
        app, bot = self._courier.app_seal, self._courier.bot_seal
        return await self._courier.verify("/wecom/app", app), await self._courier.verify("/wecom/bot", bot)

    async def tap(
        self,
        userid: str,
        card: CardSeen | Delivered | Message | str,
        button: str,
        *,
        selected: dict[str, list[str]] | None = None,
        is_stale: bool = False,
    ) -> Delivery:
        """`card` as cards_of() gave it, a message, or a task_id. `is_stale`: from a client that still shows buttons
        which are gone by now."""
        seen = card.card if isinstance(card, Delivered) else card
        if seen is None:
            raise CannotTap("not a card")
        target = seen.task_id if isinstance(seen, CardSeen) else seen
        return await self.actors.tap(userid, target, button, selected=selected, is_stale=is_stale)

    # What arrived

    def inbox_of(self, userid: str) -> list[Delivered]:
        """What the app has sent to the member, oldest first; recalled messages stay, marked as such."""
        return [_seen(each, userid) for each in self.world.chat(app_chat(userid)) if each.sender != userid]

    def bot_chat_of(self, userid: str) -> list[Delivered]:
        """What the smart bot has said to the member in their single chat."""
        return [_seen(each, userid) for each in self.world.chat(bot_chat(userid)) if each.sender != userid]

    def group_messages(self, chatid: str, seen_by: str = "") -> list[Delivered]:
        """Everything in the group, people's own posts included."""
        return [_seen(each, seen_by) for each in self.world.chat(group_chat(chatid))]

    def group_answers(self, chatid: str) -> list[Delivered]:
        """Only what smart bot and webhook have said there."""
        return [each for each in self.group_messages(chatid) if each.sender.startswith("@")]

    def cards_of(self, userid: str) -> list[CardSeen]:
        """Cards of the app that have not been recalled, oldest first, as they look now."""
        return [each.card for each in self.inbox_of(userid) if each.card and not each.recalled]

    def calls(self, path: str = "") -> list[Call]:
        return [call for call in self.world.calls if path in ("", call.path)]

    async def wait_for(self, found: Callable[[], T | None], within: float = 10.0) -> T:
        """The first truthy result of `found`, asked again whenever something has changed here. TimeoutError after
        `within` seconds."""
        return await self.world.wait_for(found, within)


def _seen(message: Message, userid: str) -> Delivered:
    state = message.card_for(userid)
    card = None
    if state is not None:
        body = state.body
        title = body.get("main_title", {})
        card = CardSeen(
            card_type=body["card_type"],
            task_id=str(body.get("task_id", "")),
            title=title.get("title", ""),
            subtitle=title.get("desc", ""),
            text=body.get("sub_title_text", ""),
            lines=tuple((row["keyname"], row.get("value", "")) for row in body.get("horizontal_content_list", [])),
            buttons=tuple(button["text"] for button in cards.live_buttons(state)),
            replaced=state.replaced,
            body=body,
        )
    return Delivered(
        kind=message.kind.value,
        sender=message.sender,
        at=message.at,
        msgid=message.msgid,
        recalled=message.is_recalled,
        text=message.text,
        card=card,
        media_id=message.media_id,
        file_name=message.file_name,
        extra=message.extra,
    )
