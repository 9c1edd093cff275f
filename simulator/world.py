"""What the pretend WeCom remembers: people, chats, cards, media, tokens. All times come from the clock it is given."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Protocol, TypeVar

from simulator.company import Company, Group, Person
from simulator.errors import ApiError
from simulator.limits import HOUR, MINUTE, SlidingLimit
from simulator.weather import Weather

Json = dict[str, Any]
T = TypeVar("T")

TOKEN_LIFE = timedelta(seconds=7200)
CARD_CODE_LIFE = timedelta(hours=72)
CHAT_CODE_LIFE = timedelta(hours=1)
LOGIN_CODE_LIFE = timedelta(minutes=5)
MEDIA_LIFE = timedelta(days=3)
BOT_MEDIA_LIFE = timedelta(minutes=5)
RECALL_LIFE = timedelta(hours=24)


class Clock(Protocol):
    def now(self) -> datetime: ...


class MemberStatus(IntEnum):
    """WeCom's numbers (wecom.md 4.1)."""

    ACTIVE = 1
    DISABLED = 2
    LEFT = 5


@dataclass(slots=True)
class Member:
    person: Person
    status: MemberStatus = MemberStatus.ACTIVE
    is_visible: bool = True
    """In the app's visible range."""

    @property
    def is_reachable(self) -> bool:
        return self.is_visible and self.status is MemberStatus.ACTIVE


class Kind(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    TEXTCARD = "textcard"
    NEWS = "news"
    CARD = "template_card"


APP, BOT, WEBHOOK = "@app", "@bot", "@webhook"
"""Senders that are no members. A userid has no @ in front."""


def app_chat(userid: str) -> str:
    return f"app:{userid}"


def bot_chat(userid: str) -> str:
    return f"bot:{userid}"


def group_chat(chatid: str) -> str:
    return f"group:{chatid}"


@dataclass(slots=True)
class CardState:
    """A card as one holder sees it; `replaced` is the greyed text that took the place of the live buttons."""

    body: Json
    replaced: str = ""


@dataclass(slots=True)
class Message:
    id: int
    chat: str
    sender: str
    kind: Kind
    at: datetime
    msgid: str = ""
    """Of the sending: every receiver's copy carries the same one."""
    text: str = ""
    card: CardState | None = None
    personal: dict[str, CardState] = field(default_factory=dict)
    """In a group: holders who see the card differently from the others."""
    media_id: str = ""
    file_name: str = ""
    extra: Json = field(default_factory=dict)
    is_recalled: bool = False
    stream_id: str = ""
    delivery: str = ""
    """Of what a member says: "", "pending", "failed"."""

    def card_for(self, userid: str) -> CardState | None:
        return self.personal.get(userid, self.card)

    @property
    def task_id(self) -> str:
        return str(self.card.body.get("task_id", "")) if self.card else ""


@dataclass(frozen=True, slots=True)
class Media:
    id: str
    kind: str
    name: str
    data: bytes
    made_at: datetime
    webhook_key: str = ""


@dataclass(slots=True)
class Code:
    """A response_code or a login code: good once, for a while."""

    about: str
    made_at: datetime
    quoting: int | None = None
    is_used: bool = False


@dataclass(slots=True)
class Token:
    made_at: datetime
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the server made: `body` are the bytes as they came, left out for uploads (they are in `media`)."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    at: datetime


class World:
    def __init__(self, company: Company, clock: Clock) -> None:
        self.company = company
        self.clock = clock
        self.weather = Weather()
        self.public_base = ""
        """Where the API is reachable, for addresses inside callbacks; known once the server listens."""
        self.members = {person.userid.lower(): Member(person) for person in company.people}
        self.groups = {group.chatid: group for group in company.groups}
        self.messages: list[Message] = []
        self.media: dict[str, Media] = {}
        self.tokens: dict[str, Token] = {}
        self.card_codes: dict[str, Code] = {}
        self.chat_codes: dict[str, Code] = {}
        self.login_codes: dict[str, Code] = {}
        self.task_ids: set[str] = set()
        self.sent_at: dict[str, datetime] = {}
        self.recent_bodies: dict[bytes, datetime] = {}
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        """What the server did against the protocol where WeCom would give no errcode: wrong passive answers, texts
        longer than a card shows."""
        self.dropped: list[tuple[str, Json]] = []
        """(userid, request body) of what fell to the per-member limit without a word."""
        self.per_member = SlidingLimit((30, MINUTE), (1000, HOUR))
        self.per_webhook = SlidingLimit((20, MINUTE))
        self.listeners: set[Callable[[Message], None]] = set()
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        return self.clock.now()

    def number(self) -> int:
        return next(self._numbers)

    # People

    def member(self, userid: str) -> Member | None:
        """userids are compared without regard to case (wecom.md 4.1)."""
        return self.members.get(userid.lower())

    def reachable(self) -> list[Member]:
        return [member for member in self.members.values() if member.is_reachable]

    def group_of_webhook(self, key: str) -> Group | None:
        return next((group for group in self.groups.values() if key in group.webhook_keys), None)

    # Chats

    def post(self, chat: str, sender: str, kind: Kind, **parts: Any) -> Message:
        message = Message(self.number(), chat, sender, kind, self.now(), **parts)
        self.messages.append(message)
        self.touch(message)
        return message

    def touch(self, message: Message | None = None) -> None:
        """Something has changed: wake who waits for it."""
        if message is not None:
            for listener in tuple(self.listeners):
                listener(message)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def wait_for(self, found: Callable[[], T | None], within: float) -> T:
        """The first truthy result of `found`, which is asked again after each change."""
        async with asyncio.timeout(within):
            while not (result := found()):
                await self._changed.wait()
            return result

    def chat(self, name: str) -> list[Message]:
        return [message for message in self.messages if message.chat == name]

    def message(self, number: int) -> Message | None:
        return next((message for message in self.messages if message.id == number), None)

    def copies(self, msgid: str) -> list[Message]:
        return [message for message in self.messages if message.msgid == msgid]

    def new_msgid(self) -> str:
        msgid = f"msg{self.number():08d}{secrets.token_urlsafe(12)}"
        self.sent_at[msgid] = self.now()
        return msgid

    # Things that run out

    def new_token(self) -> str:
        """The same one as long as it is good: one token for each secret."""
        for text, token in self.tokens.items():
            if not token.is_revoked and self.now() - token.made_at < TOKEN_LIFE - MINUTE:
                return text
        text = secrets.token_urlsafe(48)
        self.tokens[text] = Token(self.now())
        return text

    def check_token(self, text: str) -> None:
        token = self.tokens.get(text)
        if token is None or token.is_revoked:
            raise ApiError(40014)
        if self.now() - token.made_at >= TOKEN_LIFE:
            raise ApiError(42001)

    def revoke_tokens(self) -> None:
        for token in self.tokens.values():
            token.is_revoked = True

    def new_card_code(self, msgid: str) -> str:
        return self._new_code(self.card_codes, msgid)

    def new_chat_code(self, chat: str, quoting: int | None = None) -> str:
        return self._new_code(self.chat_codes, chat, quoting)

    def new_login_code(self, userid: str) -> str:
        return self._new_code(self.login_codes, userid)

    def _new_code(self, codes: dict[str, Code], about: str, quoting: int | None = None) -> str:
        text = secrets.token_urlsafe(24)
        codes[text] = Code(about, self.now(), quoting)
        return text

    def good_code(self, codes: dict[str, Code], text: str, life: timedelta) -> Code | None:
        """None where it is unknown, used or too old. Who takes it marks it as used."""
        code = codes.get(text)
        if code is None or code.is_used or self.now() - code.made_at > life:
            return None
        return code

    def keep_media(self, kind: str, name: str, data: bytes, webhook_key: str = "") -> Media:
        media = Media(f"3{secrets.token_urlsafe(30)}", kind, name, data, self.now(), webhook_key)
        self.media[media.id] = media
        return media

    def good_media(self, media_id: str, webhook_key: str = "") -> Media:
        media = self.media.get(media_id)
        if media is None or media.webhook_key != webhook_key or self.now() - media.made_at > MEDIA_LIFE:
            raise ApiError(40007)
        return media
