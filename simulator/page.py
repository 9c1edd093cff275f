"""The chat page: its files, its stream of news, and the buttons under /sim that act as people, clock and weather."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from simulator import cards, story
from simulator.actors import Actors, CannotTap
from simulator.callbacks import Courier, Delivery
from simulator.login import VIEWER
from simulator.media import attachment, content_type, voice_seconds
from simulator.pipeline import as_json
from simulator.samples import Sample, demo_samples
from simulator.weather import SEND, Loss, Outage
from simulator.world import CardState, Json, Message, World, app_chat

AdvanceClock = Callable[[timedelta], Awaitable[None]]

_STATIC = Path(__file__).parent / "static"
_KEEP_ALIVE = 15.0
_CARD_IN = 10.0
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Wrong(Exception):
    """What the page asked for cannot be done; the text is for the person who clicked."""


class Page:
    def __init__(
        self,
        world: World,
        actors: Actors,
        courier: Courier,
        advance_clock: AdvanceClock | None,
        steps: tuple[story.Step, ...],
    ) -> None:
        self._world = world
        self._actors = actors
        self._courier = courier
        self._advance_clock = advance_clock
        self._steps = steps
        self._samples = {sample.id: sample for sample in demo_samples()}
        self._done = 0
        self._readers: set[asyncio.Queue[str | None]] = set()
        self._work: set[asyncio.Task[Delivery]] = set()
        world.listeners.add(self._tell_message)

    def mount(self, router: web.UrlDispatcher) -> None:
        router.add_get("/", self._index)
        router.add_static("/static/", _STATIC)
        router.add_get("/sim/events", self._events)
        router.add_get("/sim/media/{media_id}", self._media)
        router.add_get("/sim/open/{userid}", self._open)
        router.add_post("/sim/media", self._guarded(self._send_media, is_json=False))
        for name, act in (
            ("say", self._say),
            ("tap", self._tap),
            ("sample", self._sample),
            ("location", self._location),
            ("enter", self._enter),
            ("people", self._people),
            ("clock", self._clock),
            ("weather", self._weather),
            ("story", self._story),
        ):
            router.add_post(f"/sim/{name}", self._guarded(act))

    async def stop(self, app: web.Application) -> None:
        for reader in self._readers:
            reader.put_nowait(None)
        for task in tuple(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    # Files

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_STATIC / "index.html", headers=_HEADERS)

    async def _media(self, request: web.Request) -> web.Response:
        media = self._world.media.get(request.match_info["media_id"])
        if media is None:
            raise web.HTTPNotFound
        if not content_type(media.data).startswith("image/"):
            return attachment(media, media.data)
        return web.Response(body=media.data, content_type=content_type(media.data), headers=_HEADERS)

    async def _open(self, request: web.Request) -> web.StreamResponse:
        """A page of the product, opened inside the client, which knows in whose window it was tapped."""
        userid, path = request.match_info["userid"], request.query.get("to", "/")
        if self._world.member(userid) is None or not path.startswith("/"):
            raise web.HTTPNotFound
        answer = web.HTTPFound(f"{self._courier.product_url}{path}")
        answer.set_cookie(VIEWER, userid, max_age=60, path="/connect", httponly=True, samesite="Lax")
        raise answer

    # News

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        with self._reading() as news:
            await response.write(_event("snapshot", self._snapshot()).encode())
            async for text in _until_closed(news):
                await response.write(text.encode())
        return response

    @contextmanager
    def _reading(self) -> Iterator[asyncio.Queue[str | None]]:
        news: asyncio.Queue[str | None] = asyncio.Queue()
        self._readers.add(news)
        try:
            yield news
        finally:
            self._readers.discard(news)

    def _tell(self, name: str, body: Json) -> None:
        text = _event(name, body)
        for reader in self._readers:
            reader.put_nowait(text)

    def _tell_message(self, message: Message) -> None:
        if self._readers:
            self._tell("message", self._shown(message))

    def _tell_state(self) -> None:
        self._tell("state", self._state())

    def _snapshot(self) -> Json:
        company = self._world.company
        return {
            "company": company.name,
            "app": company.app.name,
            "bot": company.bot.name,
            "people": {person.userid: {"name": person.name, "position": person.position} for person in company.people},
            "groups": {group.chatid: {"name": group.name, "members": group.members} for group in company.groups},
            "product": self._courier.product_url,
            "windows": [asdict(each) for each in company.windows],
            "samples": [
                {"id": each.id, "title": each.title, "words": each.words, "role": each.role}
                for each in self._samples.values()
            ],
            "messages": [self._shown(message) for message in self._world.messages],
            **self._state(),
        }

    def _state(self) -> Json:
        steps = [{"title": step.title, "hint": step.hint, "look": step.look} for step in self._steps]
        return {
            "now": self._world.now().isoformat(),
            "may_advance": self._advance_clock is not None,
            "weather": self._world.weather.summary(),
            "story": {"steps": steps, "done": self._done},
            "away": [member.person.userid for member in self._world.members.values() if not member.is_reachable],
        }

    def _shown(self, message: Message) -> Json:
        return {
            "id": message.id,
            "chat": message.chat,
            "sender": message.sender,
            "kind": message.kind.value,
            "at": message.at.isoformat(),
            "text": message.text,
            "card": _card(message.card),
            "personal": {userid: _card(state) for userid, state in message.personal.items()},
            "media": self._media_facts(message),
            "extra": message.extra,
            "recalled": message.is_recalled,
            "delivery": message.delivery,
        }

    def _media_facts(self, message: Message) -> Json | None:
        media = self._world.media.get(message.media_id)
        if media is None:
            return None
        seconds = voice_seconds(media.data) if media.kind == "voice" else 0
        return {"id": media.id, "name": media.name, "size": len(media.data), "seconds": seconds}

    # Hands

    def _guarded(
        self, act: Callable[[Any], Awaitable[Json]], *, is_json: bool = True
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Only this page may act: other sites in the same browser are kept out by the origin and content type."""

        async def handle(request: web.Request) -> web.Response:
            origin = request.headers.get("Origin")
            if origin is not None and origin.partition("://")[2] != request.host:
                raise web.HTTPForbidden
            if is_json and request.content_type != "application/json":
                raise web.HTTPUnsupportedMediaType
            try:
                return as_json(await act(await request.json() if is_json else request))
            except (Wrong, CannotTap, TimeoutError) as fault:
                return _refused(str(fault) or "等不到", 409)
            except (KeyError, ValueError, TypeError, AttributeError) as fault:
                return _refused(f"看不懂这个请求：{fault!r}", 400)

        return handle

    async def _say(self, asked: Json) -> Json:
        return _outcome(await self._speak(story.Say(asked["userid"], asked["chat"], str(asked["text"]))))

    async def _speak(self, what: story.Say) -> Delivery:
        self._require_person(what.userid)
        match what.chat:
            case "app":
                return await self._actors.say_to_app(what.userid, what.text)
            case "bot":
                return await self._actors.say_to_bot(what.userid, what.text)
        if what.chat not in self._world.groups:
            raise Wrong(f"没有 {what.chat} 这个群")
        return await self._actors.post_in_group(what.chat, what.userid, what.text, mention=False)

    async def _tap(self, asked: Json) -> Json:
        message = self._world.message(int(asked["message"]))
        if message is None:
            raise Wrong("这张卡片不在了")
        self._require_person(asked["userid"])
        delivery = await self._actors.tap(asked["userid"], message, asked["key"], selected=asked.get("selected"))
        return _outcome(delivery)

    async def _send_media(self, request: web.Request) -> Json:
        fields: dict[str, str] = {}
        name, data = "", b""
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                name, data = part.filename or "", bytes(await part.read())
            else:
                fields[part.name or ""] = await part.text()
        self._require_person(fields["userid"])
        if not data:
            raise Wrong("文件是空的")
        kind = _kind_of(data)
        to = "bot" if kind == "file" else fields.get("to", "app")
        return _outcome(await self._actors.send_media(fields["userid"], kind, data, name, to=to))

    async def _sample(self, asked: Json) -> Json:
        """{"userid", "sample"}: one of the samples, sent as if the person had recorded or taken it."""
        self._require_person(asked["userid"])
        sample = self._samples.get(asked["sample"])
        if sample is None:
            raise Wrong(f"没有 {asked['sample']} 这个样例")
        return _outcome(await self._send_sample(asked["userid"], sample))

    async def _send_sample(self, userid: str, sample: Sample) -> Delivery:
        if sample.kind == "location":
            label = sample.title.partition("：")[2]
            return await self._actors.send_location(userid, sample.latitude, sample.longitude, label)
        to = "bot" if sample.kind == "file" else "app"
        day = self._world.now().astimezone(story.ZONE).date() if sample.kind == "file" else None
        return await self._actors.send_media(userid, sample.kind, sample.data(day), sample.name or sample.file, to=to)

    async def _location(self, asked: Json) -> Json:
        self._require_person(asked["userid"])
        latitude, longitude = float(asked["latitude"]), float(asked["longitude"])
        label = str(asked.get("label", ""))
        return _outcome(await self._actors.send_location(asked["userid"], latitude, longitude, label))

    async def _enter(self, asked: Json) -> Json:
        self._require_person(asked["userid"])
        return _outcome(await self._actors.enter_app(asked["userid"]))

    async def _people(self, asked: Json) -> Json:
        """{"userid", "do": "join" | "left" | "disabled" | "hidden"}"""
        userid, what = asked["userid"], asked["do"]
        self._require_person(userid)
        going = self._actors.join(userid) if what == "join" else self._actors.leave(userid, what)
        delivery = await going
        self._tell_state()
        return _outcome(delivery)

    def _require_person(self, userid: object) -> None:
        if not isinstance(userid, str) or self._world.member(userid) is None:
            raise Wrong(f"没有 {userid} 这个人")

    # Clock

    async def _clock(self, asked: Json) -> Json:
        """{"seconds": 180} or {"to": "09:00"}"""
        if "to" in asked:
            by = story.until_next(self._world.now(), time.fromisoformat(asked["to"]))
        else:
            by = timedelta(seconds=float(asked["seconds"]))
        await self._let_pass(by)
        return self._state()

    async def _let_pass(self, by: timedelta) -> None:
        if self._advance_clock is None:
            raise Wrong("这里的时钟拨不动")
        if by <= timedelta():
            raise Wrong("时钟只能往前拨")
        await self._advance_clock(by)
        self._tell_state()

    # Weather

    async def _weather(self, asked: Json) -> Json:
        """Any of the switches below, by name; see weather.py for what they do."""
        weather = self._world.weather
        switches: dict[str, Callable[[Any], None]] = {
            "clear": lambda _: weather.clear(),
            "outage": lambda how: weather.go_down(Outage(how)),
            "duplicates": self._repeat_callbacks,
            "media_held": lambda on: weather.hold_media() if on else weather.release_media(),
            "callbacks_held": lambda on: weather.hold_callbacks() if on else weather.release_callbacks(),
            "revoke_tokens": lambda _: self._world.revoke_tokens(),
            "answer_with": lambda fault: weather.answer_with(
                int(fault["code"]), fault.get("path", SEND), int(fault.get("times", 1))
            ),
            "lose_answers": lambda fault: weather.lose_answers(
                int(fault.get("times", 1)), fault.get("path", SEND), Loss(fault.get("how", "close"))
            ),
        }
        if unknown := set(asked) - set(switches):
            raise Wrong(f"没有这个开关：{'、'.join(sorted(unknown))}")
        for name, value in asked.items():
            switches[name](value)
        self._tell_state()
        return self._state()

    def _repeat_callbacks(self, times: Any) -> None:
        self._world.weather.duplicates = max(0, int(times))

    # Story

    async def _story(self, asked: Json) -> Json:
        """{"do": "next"} carries out the next step."""
        if asked["do"] != "next":
            raise Wrong("故事只会往下讲")
        if self._done >= len(self._steps):
            raise Wrong("故事讲完了")
        step = self._steps[self._done]
        windows = [self._whoever(window) for window in step.windows]
        match step.action:
            case story.Say() as what:
                self._in_background(self._speak(replace(what, userid=self._whoever(what.userid))))
            case story.Send() as what:
                self._in_background(self._send_sample(self._whoever(what.userid), self._samples[what.sample]))
            case story.Tap() as what:
                windows += await self._tap_for_story(replace(what, userid=self._whoever(what.userid)))
            case story.Pass() as what:
                await self._let_pass(story.duration(what, self._world.now()))
        self._done += 1
        self._tell_state()
        return self._state() | {"windows": windows}

    def _whoever(self, name: str) -> str:
        """@恒达机械 → the userid of who got the newest card about it."""
        if not name.startswith("@"):
            return name
        for message in reversed(self._world.messages):
            held_by = message.chat.removeprefix(app_chat(""))
            member = self._world.member(held_by)
            is_rep = member is not None and "rep" in member.person.roles
            if is_rep and message.card and name[1:] in json.dumps(message.card.body, ensure_ascii=False):
                return held_by
        raise Wrong(f"还没有人负责{name[1:]}")

    def _in_background(self, speaking: Any) -> None:
        """The page shows what arrives; nobody has to wait for the server's answer."""
        task = asyncio.ensure_future(speaking)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _tap_for_story(self, what: story.Tap) -> list[str]:
        try:
            message = await self._world.wait_for(lambda: self._holding(what), _CARD_IN)
        except TimeoutError:
            raise Wrong(f"还没有人收到带「{what.button}」的卡片") from None
        userid = message.chat.removeprefix(app_chat(""))
        self._in_background(self._actors.tap(userid, message, what.button))
        return [userid]

    def _holding(self, what: story.Tap) -> Message | None:
        for message in reversed(self._world.messages):
            held_by = message.chat.removeprefix(app_chat(""))
            is_theirs = held_by == (what.userid or held_by) and message.chat == app_chat(held_by)
            if is_theirs and not message.is_recalled and message.card and what.button in _texts(message.card):
                return message
        return None


def _texts(state: CardState) -> list[str]:
    return [str(button.get("text")) for button in cards.live_buttons(state)]


def _card(state: CardState | None) -> Json | None:
    return {"body": state.body, "replaced": state.replaced} if state else None


def _kind_of(data: bytes) -> str:
    kind = content_type(data)
    if kind.startswith("image/"):
        return "image"
    return "voice" if kind == "audio/amr" else "file"


def _outcome(delivery: Delivery) -> Json:
    return {"statuses": delivery.statuses, "acknowledged": delivery.is_acknowledged}


def _refused(text: str, status: int) -> web.Response:
    response = as_json({"error": text})
    response.set_status(status)
    return response


def _event(name: str, body: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"


async def _until_closed(news: asyncio.Queue[str | None]) -> AsyncIterator[str]:
    """What is new, and a comment now and then: a line that is silent for long gets cut by proxies."""
    while True:
        try:
            text = await asyncio.wait_for(news.get(), _KEEP_ALIVE)
        except TimeoutError:
            text = ": still here\n\n"
        if text is None:
            return
        yield text
