"""What people do in the client: write, send, tap, come and go. Each returns when the server has answered."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from typing import Any
from xml.etree import ElementTree

from simulator import cards
from simulator.callbacks import Courier, Delivery
from simulator.company import Person
from simulator.crypto import SealBroken
from simulator.errors import ApiError
from simulator.media import content_type
from simulator.payloads import Fields, card_from_xml, read_xml, selected_items, selected_json, xml
from simulator.world import (
    APP,
    BOT,
    CardState,
    Json,
    Kind,
    Media,
    Member,
    MemberStatus,
    Message,
    World,
    app_chat,
    bot_chat,
    group_chat,
)

_FIRST_MSGID = 7_300_000_000_000_000_000
_STREAM_BYTES = 20480
_STREAM_POLLS = 360


class CannotTap(Exception):
    """There is no such card, or the button is not (or no longer) there."""


class Actors:
    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier
        self._greeted: set[tuple[str, date]] = set()
        self._polls: set[asyncio.Task[None]] = set()
        self.poll_every = 1.0
        """Seconds between two questions for the next piece of a stream."""

    # Writing

    async def say_to_app(self, userid: str, text: str) -> Delivery:
        message = self._world.post(app_chat(userid), userid, Kind.TEXT, text=text)
        return await self._message_to_app(message, [("Content", text)])

    async def say_to_bot(self, userid: str, text: str, *, quote: str = "") -> Delivery:
        return await self._say_to_bot(bot_chat(userid), userid, text, quote)

    async def post_in_group(
        self, chatid: str, userid: str, text: str, *, mention: bool = True, quote: str = ""
    ) -> Delivery:
        """Without a mention the bot hears nothing, and there is nothing to deliver."""
        mark = f"@{self._world.company.bot.name}"
        said = f"{mark} {text}" if mention and mark not in text else text
        if mark in said:
            return await self._say_to_bot(group_chat(chatid), userid, said, quote)
        self._world.post(group_chat(chatid), userid, Kind.TEXT, text=said)
        return Delivery(())

    async def _say_to_bot(self, chat: str, userid: str, text: str, quote: str) -> Delivery:
        message = self._world.post(chat, userid, Kind.TEXT, text=text)
        content: Json = {"msgtype": "text", "text": {"content": text}}
        if quote:
            content["quote"] = {"msgtype": "text", "text": {"content": quote}}
        return await self._message_to_bot(message, content)

    # Sending

    async def send_media(
        self, userid: str, kind: str, data: bytes, name: str = "", *, to: str = "app", transcript: str = ""
    ) -> Delivery:
        """image, voice, video, file. The bot hears a voice message only as its transcript (wecom.md 2.3)."""
        media = self._world.keep_media(kind, name, data)
        chat = app_chat(userid) if to == "app" else bot_chat(userid)
        message = self._world.post(
            chat, userid, Kind(kind), media_id=media.id, file_name=name, extra={"transcript": transcript}
        )
        if to == "app":
            return await self._message_to_app(message, self._media_fields(media))
        if kind == "voice":
            return await self._message_to_bot(message, {"msgtype": "voice", "voice": {"content": transcript}})
        url = f"{self._world.public_base}/aibot-media/{media.id}"
        return await self._message_to_bot(message, {"msgtype": kind, kind: {"url": url}})

    def _media_fields(self, media: Media) -> Fields:
        match media.kind:
            case "image":
                return [("PicUrl", f"{self._world.public_base}/sim/media/{media.id}"), ("MediaId", media.id)]
            case "voice":
                is_speex = content_type(media.data) != "audio/amr"
                return [("MediaId", media.id), ("Format", "speex" if is_speex else "amr")]
            case "video":
                return [("MediaId", media.id), ("ThumbMediaId", media.id)]
        return [("MediaId", media.id), ("FileName", media.name)]

    async def send_location(self, userid: str, latitude: float, longitude: float, label: str = "") -> Delivery:
        where = {"latitude": latitude, "longitude": longitude}
        message = self._world.post(app_chat(userid), userid, Kind.LOCATION, text=label, extra=where)
        fields: Fields = [("Location_X", str(latitude)), ("Location_Y", str(longitude)), ("Scale", 16)]
        return await self._message_to_app(message, [*fields, ("Label", label), ("AppType", "wxwork")])

    # Tapping

    async def tap(
        self,
        userid: str,
        card: Message | str,
        button: str,
        *,
        selected: dict[str, list[str]] | None = None,
        is_stale: bool = False,
    ) -> Delivery:
        """`card` is a message or a task_id, `button` the text on the button or its key. A stale tap comes from a
        client that has not seen the change of the card yet: buttons that are gone can still be hit."""
        message = self._holding(userid, card)
        state = message.card_for(userid)
        if state is None:
            raise CannotTap("not a card")
        pressed = _pressed(state, button, is_stale=is_stale)
        chosen = {each["question_key"]: cards.preselected(each) for each in cards.questions(state.body)}
        chosen = {key: ids for key, ids in chosen.items() if ids} | (selected or {})
        if message.sender == APP:
            return await self._tap_app_card(userid, message, state, pressed, chosen)
        return await self._tap_bot_card(userid, message, state, pressed, chosen)

    def _holding(self, userid: str, card: Message | str) -> Message:
        if isinstance(card, Message):
            return card
        groups = {group_chat(group.chatid) for group in self._world.groups.values() if userid in group.members}
        for message in reversed(self._world.messages):
            if message.task_id == card and message.chat in groups | {app_chat(userid), bot_chat(userid)}:
                return message
        raise CannotTap(f"{userid} holds no card {card}")

    async def _tap_app_card(
        self, userid: str, message: Message, state: CardState, pressed: Json, chosen: dict[str, list[str]]
    ) -> Delivery:
        fields: Fields = [
            ("EventKey", pressed["key"]),
            ("TaskId", message.task_id),
            ("CardType", state.body["card_type"]),
            ("ResponseCode", self._world.new_card_code(message.msgid)),
        ]
        if chosen:
            fields.append(("SelectedItems", selected_items(chosen)))
        delivery = await self._event_to_app(userid, "template_card_event", fields)
        self._apply_app_answers(delivery, userid, message)
        return delivery

    async def _tap_bot_card(
        self, userid: str, message: Message, state: CardState, pressed: Json, chosen: dict[str, list[str]]
    ) -> Delivery:
        """Sent once, never again (wecom.md 2.4)."""
        event = {
            "card_type": state.body["card_type"],
            "event_key": pressed["key"],
            "task_id": message.task_id,
            "selected_items": selected_json(chosen),
        }
        content = {"msgtype": "event", "event": {"eventtype": "template_card_event", "template_card_event": event}}
        delivery = await self._courier.to_bot(self._bot_body(message.chat, userid, content), tries=1)
        for answer in delivery.answers:
            self._apply_bot_answer(answer, message.chat, userid, tapped=message)
        return delivery

    # Coming and going

    async def enter_app(self, userid: str) -> Delivery:
        return await self._event_to_app(userid, "enter_agent", [("EventKey", "")])

    async def enter_bot(self, userid: str) -> Delivery:
        """Only the first opening of a day is told to the server."""
        today = (userid, self._world.now().date())
        if today in self._greeted:
            return Delivery(())
        self._greeted.add(today)
        content: Json = {"msgtype": "event", "event": {"eventtype": "enter_chat"}}
        delivery = await self._courier.to_bot(self._bot_body(bot_chat(userid), userid, content))
        for answer in delivery.answers:
            self._apply_bot_answer(answer, bot_chat(userid), userid, is_welcome=True)
        return delivery

    async def join(self, userid: str, name: str = "") -> Delivery:
        """A new member, or one who comes back."""
        member = self._world.members.setdefault(userid.lower(), Member(Person(userid, name or userid)))
        member.status, member.is_visible = MemberStatus.ACTIVE, True
        self._world.touch()
        return await self._event_to_app(userid, "subscribe", [])

    async def leave(self, userid: str, how: str = "left") -> Delivery:
        """ "left" the company, "disabled", or "hidden" from the app: the app hears the same in each case."""
        member = self._world.members[userid.lower()]
        match how:
            case "left":
                member.status = MemberStatus.LEFT
            case "disabled":
                member.status = MemberStatus.DISABLED
            case "hidden":
                member.is_visible = False
            case _:
                raise ValueError(how)
        self._world.touch()
        return await self._event_to_app(userid, "unsubscribe", [])

    async def scan(self, userid: str, key: str, result: str) -> Delivery:
        scanned: Fields = [("ScanType", "qrcode"), ("ScanResult", result)]
        return await self._event_to_app(userid, "scancode_waitmsg", [("EventKey", key), ("ScanCodeInfo", scanned)])

    async def press_menu(self, userid: str, key: str) -> Delivery:
        return await self._event_to_app(userid, "click", [("EventKey", key)])

    # Bringing it to the server

    async def _message_to_app(self, message: Message, fields: Fields) -> Delivery:
        body = self._app_fields(message.sender, message.kind.value, fields)
        body += [("MsgId", _FIRST_MSGID + message.id), ("AgentID", self._world.company.app.agent_id)]
        delivery = await self._followed(message, self._courier.to_app(xml(body)))
        self._apply_app_answers(delivery, message.sender)
        return delivery

    async def _event_to_app(self, userid: str, event: str, fields: Fields) -> Delivery:
        body = self._app_fields(userid, "event", [("Event", event), *fields])
        body.append(("AgentID", self._world.company.app.agent_id))
        delivery = await self._courier.to_app(xml(body))
        if event != "template_card_event":
            self._apply_app_answers(delivery, userid)
        return delivery

    def _app_fields(self, userid: str, kind: str, fields: Fields) -> Fields:
        return [
            ("ToUserName", self._world.company.corp_id),
            ("FromUserName", userid),
            ("CreateTime", int(self._world.now().timestamp())),
            ("MsgType", kind),
            *fields,
        ]

    async def _message_to_bot(self, message: Message, content: Json) -> Delivery:
        body = self._bot_body(message.chat, message.sender, content, quoting=message.id)
        delivery = await self._followed(message, self._courier.to_bot(body))
        for answer in delivery.answers:
            self._apply_bot_answer(answer, message.chat, message.sender, quoting=message.id)
        return delivery

    async def _followed(self, message: Message, bringing: Any) -> Delivery:
        message.delivery = "pending"
        delivery: Delivery = await bringing
        message.delivery = "" if delivery.is_acknowledged else "failed"
        self._world.touch(message)
        return delivery

    def _bot_body(self, chat: str, userid: str, content: Json, quoting: int | None = None) -> Json:
        code = self._world.new_chat_code(chat, quoting)
        body: Json = {
            "msgid": f"bot{self._world.number():010d}",
            "aibotid": self._world.company.bot.aibotid,
            "chattype": "group" if chat.startswith("group:") else "single",
            "from": {"userid": userid},
            "response_url": f"{self._world.public_base}/cgi-bin/aibot/response?response_code={code}",
        }
        if chat.startswith("group:"):
            body["chatid"] = chat.removeprefix("group:")
        return body | content

    # What the server answers at once

    def _apply_app_answers(self, delivery: Delivery, userid: str, tapped: Message | None = None) -> None:
        for answer in delivery.answers:
            try:
                self._apply_app_answer(read_xml(answer), userid, tapped)
            except (SealBroken, ApiError) as fault:
                self._world.complaints.append(f"passive answer of the app: {fault}")

    def _apply_app_answer(self, answer: ElementTree.Element, userid: str, tapped: Message | None) -> None:
        world = self._world
        match answer.findtext("MsgType"):
            case "text":
                world.post(app_chat(userid), APP, Kind.TEXT, text=answer.findtext("Content", ""))
            case "image" | "voice" as kind:
                media_id = answer.findtext(f"{kind.title()}/MediaId", "")
                world.post(app_chat(userid), APP, Kind(kind), media_id=world.good_media(media_id).id)
            case "update_button" if tapped and tapped.card:
                tapped.card = CardState(tapped.card.body, answer.findtext("Button/ReplaceName", ""))
                world.touch(tapped)
            case "update_template_card" if tapped and (element := answer.find("TemplateCard")) is not None:
                card = cards.require_valid({"task_id": tapped.task_id} | card_from_xml(element), is_update=True)
                tapped.card = CardState(card, str(card.get("replace_text", "")))
                world.touch(tapped)
            case other:
                raise SealBroken(f"{other} is no answer to this")

    def _apply_bot_answer(
        self,
        answer: str,
        chat: str,
        userid: str,
        *,
        quoting: int | None = None,
        tapped: Message | None = None,
        is_welcome: bool = False,
    ) -> None:
        try:
            body = json.loads(answer)
            self._show_bot_answer(body, chat, userid, quoting, tapped, is_welcome)
        except (ValueError, KeyError, TypeError, AttributeError, SealBroken, ApiError) as fault:
            self._world.complaints.append(f"passive answer of the bot: {fault!r}")

    def _show_bot_answer(
        self, body: Json, chat: str, userid: str, quoting: int | None, tapped: Message | None, is_welcome: bool
    ) -> None:
        world = self._world
        if body.get("response_type") == "update_template_card" and tapped:
            self._update_bot_card(body, tapped)
            return
        kind = body.get("msgtype")
        if tapped or (is_welcome and kind not in ("text", "template_card")):
            raise SealBroken(f"{kind} is no answer to this event")
        extra = {"quoting": quoting} if quoting and chat.startswith("group:") else {}
        if kind == "text" and is_welcome:
            world.post(chat, BOT, Kind.TEXT, text=body["text"]["content"])
        elif kind in ("stream", "stream_with_template_card"):
            self._show_stream(body["stream"], chat, userid, extra)
        elif kind != "template_card":
            raise SealBroken(f"msgtype {kind}")
        if kind in ("template_card", "stream_with_template_card"):
            card = cards.require_valid(body["template_card"], for_bot=True)
            world.complaints.extend(cards.overlong(card, for_bot=True))
            world.post(chat, BOT, Kind.CARD, card=CardState(card), extra=extra)

    def _update_bot_card(self, body: Json, tapped: Message) -> None:
        card = cards.require_valid(body["template_card"], is_update=True, for_bot=True)
        if card.get("task_id", tapped.task_id) != tapped.task_id:
            raise SealBroken("the task_id is not that of the event")
        state = CardState({"task_id": tapped.task_id} | card, str(card.get("replace_text", "")))
        if userids := body.get("userids"):
            tapped.personal |= dict.fromkeys(userids, state)
        else:
            tapped.card, tapped.personal = state, {}
        self._world.touch(tapped)

    def _show_stream(self, stream: Json, chat: str, userid: str, extra: Json) -> None:
        """Each frame replaces the whole text."""
        content = str(stream.get("content", ""))
        if len(content.encode()) > _STREAM_BYTES:
            raise SealBroken("stream.content is longer than 20480 bytes")
        shown = next((m for m in self._world.chat(chat) if m.stream_id and m.stream_id == stream["id"]), None)
        if shown is None:
            shown = self._world.post(chat, BOT, Kind.MARKDOWN, text=content, stream_id=stream["id"], extra=extra)
            if not stream.get("finish"):
                self._keep_asking(shown, userid)
        shown.text = content
        shown.extra = shown.extra | {"is_finished": bool(stream.get("finish"))}
        self._world.touch(shown)

    def _keep_asking(self, shown: Message, userid: str) -> None:
        task = asyncio.create_task(self._poll(shown, userid))
        self._polls.add(task)
        task.add_done_callback(self._polls.discard)

    async def _poll(self, shown: Message, userid: str) -> None:
        """Asks for the next piece until it is the last, or six minutes are over."""
        for _ in range(_STREAM_POLLS):
            await asyncio.sleep(self.poll_every)
            content: Json = {"msgtype": "stream", "stream": {"id": shown.stream_id}}
            delivery = await self._courier.to_bot(self._bot_body(shown.chat, userid, content))
            for answer in delivery.answers:
                self._apply_bot_answer(answer, shown.chat, userid)
            if shown.extra.get("is_finished"):
                return

    async def stop(self) -> None:
        for task in tuple(self._polls):
            task.cancel()
        await asyncio.gather(*self._polls, return_exceptions=True)


def _pressed(state: CardState, button: str, *, is_stale: bool) -> Json:
    buttons = cards.live_buttons(CardState(state.body)) if is_stale else cards.live_buttons(state)
    for each in buttons:
        if button in (each.get("text"), each.get("key")) and each.get("type", 0) == 0:
            return each
    raise CannotTap(f"{button!r} is not among {[each.get('text') for each in buttons]}")
