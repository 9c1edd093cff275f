"""The desk at which stories are told: say, tap, pass time, and see what arrived.

The real server on loopback, the pretend WeCom on the other side, a clock that only the story moves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import House, build, listening, read_roster
from bot.demo import demo_settings
from notify.visits import BURST
from scheduler.auditor import audit_timers
from scheduler.digest import send_if_due
from scheduler.overdue import remind_if_due
from scheduler.visits import raise_due
from settings.model import Settings
from simulator.company import Company, demo_company
from simulator.pretend import CardSeen, Delivered, PretendWeCom
from storage import inbox, outbox
from storage.database import Database
from storage.unit_of_work import Work, begin_work
from storage.visits import next_alarm
from tests.kit.clock import FakeClock

GROUP = "wrEastLeads"
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Desk:
    def __init__(self, house: House, wecom: PretendWeCom, clock: FakeClock) -> None:
        self.house = house
        self.wecom = wecom
        self.clock = clock

    # doing

    async def post(self, text: str, by: str = "chenlu", group: str = GROUP) -> list[str]:
        """Posts in the group with an @ of the bot; returns what was answered there since."""
        before = len(self.wecom.group_answers(group))
        await self.wecom.post_in_group(group, by, text)
        await self.settle()
        return [answer.text for answer in self.wecom.group_answers(group)[before:]]

    async def say(self, userid: str, text: str) -> list[Delivered]:
        """To the app; returns what came back to the same member."""
        before = len(self.wecom.inbox_of(userid))
        await self.wecom.say_to_app(userid, text)
        await self.settle()
        return self.wecom.inbox_of(userid)[before:]

    async def asks(self, userid: str, text: str) -> str:
        """The text of the one answer."""
        (answer,) = await self.say(userid, text)
        return answer.text

    async def asks_first(self, userid: str, text: str) -> str:
        """The text of the first answer, where files or cards follow it."""
        return (await self.say(userid, text))[0].text

    async def send_photo(self, userid: str, data: bytes) -> list[Delivered]:
        """To the app; returns what came back, the answer to a burst included."""
        return await self._send(userid, "image", data)

    async def send_voice(self, userid: str, data: bytes) -> list[Delivered]:
        return await self._send(userid, "voice", data)

    async def send_file(self, userid: str, data: bytes, name: str) -> list[Delivered]:
        return await self._send(userid, "file", data, name)

    async def _send(self, userid: str, kind: str, data: bytes, name: str = "") -> list[Delivered]:
        before = len(self.wecom.inbox_of(userid))
        await self.wecom.send_media(userid, kind, data, name)
        await self.after_a_burst()
        return self.wecom.inbox_of(userid)[before:]

    async def send_place(self, userid: str, latitude: float, longitude: float, label: str = "") -> list[Delivered]:
        before = len(self.wecom.inbox_of(userid))
        await self.wecom.send_location(userid, latitude, longitude, label)
        await self.after_a_burst()
        return self.wecom.inbox_of(userid)[before:]

    async def scan(self, userid: str, result: str) -> list[Delivered]:
        before = len(self.wecom.inbox_of(userid))
        await self.wecom.scan(userid, "scan", result)
        await self.settle()
        return self.wecom.inbox_of(userid)[before:]

    async def after_a_burst(self) -> None:
        await self.settle()
        self.clock.advance(BURST)
        await self.settle()

    async def tap(self, userid: str, button: str, card: CardSeen | None = None) -> None:
        """The newest card of the member that shows this button, unless another is named."""
        if card is None:
            card = [seen for seen in self.wecom.cards_of(userid) if button in seen.buttons][-1]
        await self.wecom.tap(userid, card, button)
        await self.settle()

    async def settle(self) -> None:
        """Lets everything happen that is due at this moment."""
        for _ in range(3):
            await self.house.worker.drain()
            await self.house.escalations.sweep()
            await self.house.payments.sweep()
            await self.house.sender.drain()
            await self.house.media.fetch_due()

    async def pass_time(self, *, minutes: float = 0, hours: float = 0) -> None:
        await self.pass_until(self.clock.now() + timedelta(minutes=minutes, hours=hours))

    async def pass_until(self, end: datetime) -> None:
        """Stops at every moment at which something is due, as the loops would."""
        while (moment := await self._next_moment(end)) < end:
            self.clock.move_to(moment)
            await self.tick()
        self.clock.move_to(end)
        await self.tick()

    async def tick(self) -> None:
        await self.settle()
        await send_if_due(self.house.database, self.clock, self.house.rules)
        await remind_if_due(self.house.database, self.clock, self.house.rules)
        await audit_timers(self.house.database, self.clock, self.house.rules)
        await raise_due(self.house.database, self.clock, self.house.rules)
        await self.settle()

    async def _next_moment(self, end: datetime) -> datetime:
        database = self.house.database
        digest = self.house.rules.settings.digest
        local = self.clock.now().astimezone(ZoneInfo(digest.timezone))
        nine = local.replace(hour=digest.at.hour, minute=digest.at.minute, second=0, microsecond=0)
        async with database.reading() as connection:
            visit_due = await next_alarm(connection)
        due = [
            visit_due,
            *(await self.house.escalations.ahead()).moments(),
            await outbox.next_due(database, self.clock.now()),
            await inbox.next_due(database, self.clock.now()),
            nine if nine > local else nine + timedelta(days=1),
        ]
        return min([moment for moment in due if moment is not None and moment > self.clock.now()] + [end])

    # seeing

    def cards(self, userid: str) -> list[CardSeen]:
        return self.wecom.cards_of(userid)

    def titles(self, userid: str) -> list[str]:
        return [card.title for card in self.wecom.cards_of(userid)]

    def texts(self, userid: str) -> list[str]:
        return [message.text for message in self.wecom.inbox_of(userid) if message.text]

    def holders(self, title_part: str) -> list[str]:
        """Who holds a card with these words in its title."""
        return [
            person.userid
            for person in self.wecom.company.people
            if any(title_part in title for title in self.titles(person.userid))
        ]

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        async with begin_work(self.house.database, self.clock.now(), actor="test", cause="test") as work:
            yield work

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A moment in Shanghai in November 2026."""
        return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def settings_with(settings: Settings, changes: dict[str, Any]) -> Settings:
    """Another tree with some keys changed, checked like a file; a list such as `regions` is replaced as a whole."""
    updates = {}
    for section, values in changes.items():
        old = getattr(settings, section)
        if isinstance(values, list):
            updates[section] = getattr(Settings.model_validate({section: values}), section)
        else:
            updates[section] = type(old).model_validate({**_given(old), **values})
    return settings.model_copy(update=updates)


def _given(section: Any) -> dict[str, Any]:
    return {name: getattr(section, name) for name in section.model_fields_set}


@asynccontextmanager
async def sitting(
    database: Database,
    folder: Path,
    *,
    clock: FakeClock | None = None,
    company: Company | None = None,
    changes: dict[str, Any] | None = None,
) -> AsyncIterator[Desk]:
    """`changes`: section → keys as a settings file would give them, such as {"assignment": {"cap": 1}}.

    Timers run on working time here, unless a story says otherwise.
    """
    clock = clock or FakeClock()
    company = company or demo_company()
    async with PretendWeCom.running(clock, company) as wecom:
        settings = demo_settings(company, wecom=wecom.api_base, product="http://127.0.0.1:1", data=folder)
        settings = settings_with(settings, {"escalation": {"around_the_clock": False}, **(changes or {})})
        await read_roster(database, settings, clock)
        async with build(settings, clock, database) as house, listening(house.web, "127.0.0.1", 0) as port:
            wecom.product_url = f"http://127.0.0.1:{port}"
            yield Desk(house, wecom, clock)
            assert wecom.complaints == []
