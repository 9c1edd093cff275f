"""Decrypted payload of a callback → frozen Incoming (wecom.md 1.5, 1.6, 2.3, 2.4).

wechatpy parses the app's XML. Its message classes know half of the kinds, so every kind is read from the parsed fields
in one way instead of two; whatever is not known becomes Unknown, never an exception.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from xml.parsers.expat import ExpatError

from wechatpy.enterprise.parser import parse_message

from bot.crypto import NotDecodable, WrongReceiver
from chat.cards import TapData
from chat.messages import (
    AppWarning,
    CardTap,
    Departed,
    Door,
    Entered,
    Envelope,
    Fetched,
    Incoming,
    Joined,
    Location,
    Media,
    Scanned,
    Text,
    Transcribed,
    Unknown,
)
from domain.ids import fold

Fields = dict[str, object]

SYSTEM = "sys"
"""WeCom's own name for itself as a sender (wecom.md 4.3); also used where an event names nobody."""
_PLAIN_START = re.compile(r"[\ufeff\s]*(?:<\?xml[^>]*\?>\s*)?<xml[\s>]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL takes no NUL, UTF-8 no half of a surrogate pair; JSON can spell both."""
_LONGEST_ID = 200
_OPAQUE = re.compile(r"wo[0-9A-Za-z_-]{20,}")
_GAP = "[\\s\u2005]"
"""Clients may put U+2005 behind a mention (wecom.md 2.2)."""
_FIRST_MENTION = re.compile(f"{_GAP}*[@＠][^\\s\u2005]+{_GAP}+")

_EVENT_KEY = ("AgentID", "FromUserName", "CreateTime", "Event", "EventKey", "ChangeType", "TaskId", "ResponseCode",
              "UserID", "Status")  # fmt: skip
"""Tells two events of one second apart (wecom.md 1.4). Status is ours: renamed and disabled at once are two changes."""
_WARNINGS = {"inactive_alert", "close_inactive_agent", "reopen_inactive_agent", "low_active_alert", "low_active",
             "active_restored"}  # fmt: skip
_GONE = {"2", "5"}
"""Status of a member who was disabled or has left."""


def decode_self(payload: str, key: str, person: str, received_at: datetime) -> Incoming:
    """What the house says to itself when slow work is done: JSON with its kind."""
    envelope = Envelope(key, Door.SELF, person, received_at)
    said = json.loads(payload)
    match said["kind"]:
        case "fetched":
            return Fetched(envelope, said["media_key"], said["sha256"], said["file_name"])
        case "transcribed":
            return Transcribed(
                envelope, said["media_key"], said["text"], said["seconds"], said["problem"], again=said["again"]
            )
        case kind:
            return Unknown(envelope, str(kind))


def person_of(incoming: Incoming) -> str:
    """Whose line it joins: the same for the app and the bot where both know the same userid.

    The bot shows some members under an opaque, case-sensitive id instead (wecom.md 0, item 9).
    """
    sender = incoming.envelope.sender
    if incoming.envelope.door is Door.BOT and _OPAQUE.fullmatch(sender):
        return sender
    return fold(sender)


# The self-built app: XML


def starts_plainly(xml: str) -> bool:
    """Nothing but an XML declaration before the root, so no DOCTYPE (which may stand nowhere else).

    A search for the word would refuse a member who writes about HTML.
    """
    return _PLAIN_START.match(xml) is not None


def decode_app(xml: str, received_at: datetime, *, corp_id: str = "") -> Incoming:
    """Raises NotDecodable, or WrongReceiver where `corp_id` is given and the message is to another company."""
    fields = _parsed(xml)
    if corp_id and _of(fields, "ToUserName") != corp_id:
        raise WrongReceiver("message of another company")
    kind = _of(fields, "MsgType").lower()
    envelope = Envelope(
        key=_app_key(fields, kind, xml),
        door=Door.APP,
        sender=_of(fields, "FromUserName") or SYSTEM,
        sent_at=_moment(_of(fields, "CreateTime"), received_at),
    )
    if kind == "event":
        return _app_event(fields, envelope)
    read = _APP_MESSAGES.get(kind)
    return read(fields, envelope) if read else Unknown(envelope, kind)


def _parsed(xml: str) -> Fields:
    if not starts_plainly(xml):
        raise NotDecodable("not XML, or with a DOCTYPE")
    try:
        fields = parse_message(xml)._data
    except (ExpatError, KeyError, TypeError, AttributeError, ValueError):
        # wechatpy takes MsgType and Event for granted.
        raise NotDecodable("not a message") from None
    return _fields(fields)


def _app_key(fields: Fields, kind: str, xml: str) -> str:
    number = _of(fields, "MsgId")
    if kind != "event":
        # MsgId is documented for every message; without one the whole text stands for itself.
        return _key("app", number) if number.strip("0") else _key("app:text", _digest(xml))
    scan = _of(_fields(fields.get("ScanCodeInfo")), "ScanResult")
    return _key("app:event", _digest("\x1f".join((*(_of(fields, name) for name in _EVENT_KEY), scan))))


def _app_text(fields: Fields, envelope: Envelope) -> Incoming:
    return Text(envelope, _of(fields, "Content"))


def _app_media(kind: str) -> Callable[[Fields, Envelope], Incoming]:
    def read(fields: Fields, envelope: Envelope) -> Incoming:
        return Media(
            envelope,
            kind,
            media_id=_of(fields, "MediaId"),
            format=_of(fields, "Format"),
            # File messages to an app are not documented; Tencent's own plugin reads these names (wecom.md 1.5).
            file_name=_of(fields, "FileName") or _of(fields, "Title") if kind == "file" else "",
        )

    return read


def _app_location(fields: Fields, envelope: Envelope) -> Incoming:
    # X is the latitude (wecom.md 1.5).
    latitude, longitude = _number(fields, "Location_X"), _number(fields, "Location_Y")
    if latitude is None or longitude is None:
        return Unknown(envelope, "location")
    return Location(envelope, latitude, longitude, _of(fields, "Label"))


_APP_MESSAGES: dict[str, Callable[[Fields, Envelope], Incoming]] = {
    "text": _app_text,
    "image": _app_media("image"),
    "voice": _app_media("voice"),
    "video": _app_media("video"),
    "shortvideo": _app_media("video"),
    "file": _app_media("file"),
    "location": _app_location,
}


def _app_event(fields: Fields, envelope: Envelope) -> Incoming:
    event = _of(fields, "Event")
    match event.lower():
        case "subscribe":
            return Joined(envelope)
        case "unsubscribe":
            return Departed(envelope)
        case "enter_agent":
            return Entered(envelope)
        case "click":
            # The key of a menu entry is the word that it says.
            return Text(envelope, _of(fields, "EventKey"))
        case "location_select":
            return _app_location(_fields(fields.get("SendLocationInfo")), envelope)
        case "scancode_push" | "scancode_waitmsg":
            return Scanned(envelope, _of(_fields(fields.get("ScanCodeInfo")), "ScanResult"))
        case "template_card_event" | "template_card_menu_event":
            return _app_tap(fields, envelope)
        case "change_contact":
            return _contact_change(fields, envelope)
        case warning if warning in _WARNINGS:
            return AppWarning(envelope, warning)
        case _:
            # LOCATION too: the client reports it by itself on every opening; nobody sent it.
            return Unknown(envelope, f"event:{event}")


def _app_tap(fields: Fields, envelope: Envelope) -> Incoming:
    selected = {}
    for item in _list(_fields(fields.get("SelectedItems")).get("SelectedItem")):
        answer = _fields(item)
        options = _list(_fields(answer.get("OptionIds")).get("OptionId"))
        selected[_of(answer, "QuestionKey")] = tuple(_text(option) for option in options)
    return CardTap(
        envelope,
        task_id=_of(fields, "TaskId"),
        data=TapData.unpack(_of(fields, "EventKey")),
        response_code=_of(fields, "ResponseCode"),
        selected=selected,
    )


def _contact_change(fields: Fields, envelope: Envelope) -> Incoming:
    """Comes only where the contact assistant shares this address (wecom.md 4.3). It is about UserID, not its sender."""
    change, userid = _of(fields, "ChangeType"), _of(fields, "UserID")
    about = replace(envelope, sender=userid) if userid else envelope
    if userid and (change == "delete_user" or (change == "update_user" and _of(fields, "Status") in _GONE)):
        return Departed(about)
    if userid and change == "create_user":
        return Joined(about)
    return Unknown(envelope, f"event:change_contact:{change}")


# The smart bot: JSON


def decode_bot(text: str, received_at: datetime, *, bot_name: str = "") -> Incoming:
    """Mentions of `bot_name` are taken out of what was said. Raises NotDecodable."""
    try:
        body = _fields(json.loads(text))
    except (ValueError, RecursionError):
        raise NotDecodable("not JSON") from None
    kind = _of(body, "msgtype")
    if not kind:
        raise NotDecodable("not a message")
    envelope = Envelope(
        key=_bot_key(body, text),
        door=Door.BOT,
        sender=_of(_fields(body.get("from")), "userid") or SYSTEM,
        sent_at=_moment(_of(body, "create_time"), received_at),
        chat_id=_of(body, "chatid"),
        reply_url=_of(body, "response_url"),
        is_group=_of(body, "chattype") == "group",
    )
    if kind == "event":
        return _bot_event(_fields(body.get("event")), envelope)
    if kind in ("text", "mixed"):
        return _bot_text(body, kind, envelope, bot_name)
    return _bot_media(body, kind, envelope) or Unknown(envelope, kind)


def _bot_key(body: Fields, text: str) -> str:
    # Every message has a msgid; it is on what repeats are known by (wecom.md 2.3).
    msgid = _of(body, "msgid")
    return _key("bot", msgid) if msgid else _key("bot:text", _digest(text))


def _bot_text(body: Fields, kind: str, envelope: Envelope, bot_name: str) -> Incoming:
    quote = _fields(body.get("quote"))
    attached = (*_bot_attachments(body, kind, envelope), *_bot_attachments(quote, _of(quote, "msgtype"), envelope))
    return Text(
        envelope,
        without_mentions(_bot_words(body, kind), bot_name, is_group=envelope.is_group),
        quote=_bot_words(quote, _of(quote, "msgtype")),
        attached=tuple(
            replace(media, envelope=replace(envelope, key=f"{envelope.key}#{number}"))
            for number, media in enumerate(attached, start=1)
        ),
    )


def _bot_words(body: Fields, kind: str) -> str:
    if kind == "mixed":
        return "\n".join(words for item in _mixed_items(body) if (words := _bot_words(item, _of(item, "msgtype"))))
    return _of(_fields(body.get(kind)), "content") if kind in ("text", "voice") else ""


def _bot_attachments(body: Fields, kind: str, envelope: Envelope) -> Iterator[Media]:
    if kind == "mixed":
        for item in _mixed_items(body):
            yield from _bot_attachments(item, _of(item, "msgtype"), envelope)
    elif (media := _bot_media(body, kind, envelope)) is not None and media.url:
        yield media


def _mixed_items(body: Fields) -> list[Fields]:
    items = (_fields(item) for item in _list(_fields(body.get("mixed")).get("msg_item")))
    return [item for item in items if _of(item, "msgtype") != "mixed"]


def _bot_media(body: Fields, kind: str, envelope: Envelope) -> Media | None:
    if kind not in ("image", "voice", "file", "video"):
        return None
    part = _fields(body.get(kind))
    return Media(
        envelope,
        kind,
        # Pictures have been seen with pic_url (NousResearch/hermes-agent#17375).
        url=_of(part, "url") or _of(part, "pic_url"),
        aes_key=_of(part, "aeskey"),
        file_name=_of(part, "filename") or _of(part, "name"),
        transcript=_of(part, "content"),
    )


def _bot_event(event: Fields, envelope: Envelope) -> Incoming:
    name = _of(event, "eventtype")
    if name == "enter_chat":
        return Entered(envelope)
    if name == "template_card_event":
        # The documents nest the fields, Tencent's Node SDK has them flat (wecom.md 2.4).
        return _bot_tap(event | _fields(event.get("template_card_event")), envelope)
    return Unknown(envelope, f"event:{name}")


def _bot_tap(tap: Fields, envelope: Envelope) -> Incoming:
    selected = {}
    for item in _list(_fields(tap.get("selected_items")).get("selected_item")):
        answer = _fields(item)
        options = _list(_fields(answer.get("option_ids")).get("option_id"))
        selected[_of(answer, "question_key")] = tuple(_text(option) for option in options)
    return CardTap(envelope, task_id=_of(tap, "task_id"), data=TapData.unpack(_of(tap, "event_key")), selected=selected)


def without_mentions(text: str, bot_name: str, *, is_group: bool) -> str:
    """`@name` anywhere; where the name is another than in the settings, the mention that a group post begins with."""
    words = bot_name.split()
    if words:
        mention = f"[@＠]{f'{_GAP}+'.join(re.escape(word) for word in words)}{_GAP}?"
        text, found = re.subn(mention, "", text)
        if found:
            return text.strip()
    return (_FIRST_MENTION.sub("", text, count=1) if is_group else text).strip()


# Both


def _fields(value: object) -> Fields:
    """Lists, texts and gaps stand where a careless sender puts them; they hold no fields."""
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    """One entry comes without its list (wecom.md 1.6)."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _of(fields: Fields, name: str) -> str:
    return _text(fields.get(name))


def _text(value: object) -> str:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        # An element with an attribute.
        return _text(value.get("#text"))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _number(fields: Fields, name: str) -> float | None:
    try:
        number = float(_of(fields, name))
    except ValueError:
        return None
    return number if -180 <= number <= 180 else None


def _moment(seconds: str, otherwise: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else otherwise
    except (ValueError, OverflowError, OSError):
        return otherwise


def _key(kind: str, ident: str) -> str:
    return f"{kind}:{ident if len(ident) <= _LONGEST_ID else _digest(ident)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
