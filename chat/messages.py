"""What comes in from a chat and what goes out, free of WeCom.

bot/decode.py makes the incoming ones; bot/wecom_body.py renders the outgoing ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from chat.cards import Card, TapData


class Door(StrEnum):
    """Through which of WeCom's two channels a message came."""

    APP = "app"
    BOT = "bot"
    SELF = "self"
    """The house to itself: a timer or the result of slow work, joining the same path."""


@dataclass(frozen=True, slots=True)
class Envelope:
    key: str
    """Unique for a message or event: the same callback again has the same key (wecom.md 1.4)."""
    door: Door
    sender: str
    """userid as WeCom spelt it; a smart bot may show an opaque id instead."""
    sent_at: datetime
    chat_id: str = ""
    """Case-sensitive id of the group; empty in a single chat."""
    reply_url: str = ""
    """The smart bot's response_url: good for one deferred answer within an hour."""
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    envelope: Envelope
    text: str
    quote: str = ""
    """Text of the message that was quoted, where the platform gives it."""
    attached: tuple[Media, ...] = ()
    """Pictures between the words (图文混排) and what was quoted; each has a key of its own."""


@dataclass(frozen=True, slots=True)
class Media:
    """A voice memo, photo, video or file: `media_id` (app) or `url` (smart bot) says where the bytes are."""

    envelope: Envelope
    kind: str
    """voice, image, video or file"""
    media_id: str = ""
    url: str = ""
    aes_key: str = ""
    format: str = ""
    file_name: str = ""
    transcript: str = ""
    """The smart bot gives the words of a voice message and never its sound."""


@dataclass(frozen=True, slots=True)
class Transcribed:
    """The house to itself: a voice memo has been turned into words, or it has been given up for now (N1)."""

    envelope: Envelope
    media_key: str
    """Envelope key of the message that brought the sound."""
    text: str
    seconds: float
    problem: str = ""
    """Code of what stood in the way (domain.speech.Problem); empty where there are words."""
    again: bool = False
    """It is tried again by itself, so that words may still come."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The house to itself: a file that somebody sent is in the media store now, under its checksum."""

    envelope: Envelope
    media_key: str
    """Envelope key of the message that brought the file."""
    sha256: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Location:
    envelope: Envelope
    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A code was scanned through the app's menu (scancode_push, scancode_waitmsg)."""

    envelope: Envelope
    result: str


@dataclass(frozen=True, slots=True)
class CardTap:
    envelope: Envelope
    task_id: str
    data: TapData | None
    """None where the key of the button is not one of ours."""
    response_code: str = ""
    selected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """question_key → chosen option ids"""


@dataclass(frozen=True, slots=True)
class Entered:
    """The conversation was opened."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Joined:
    """The member came into the app's visible range (subscribe)."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Departed:
    """unsubscribe: has left, was disabled or taken out of the visible range."""

    envelope: Envelope


@dataclass(frozen=True, slots=True)
class AppWarning:
    """WeCom says that the app is idle, will be switched off, or has been (inactive_alert …)."""

    envelope: Envelope
    event: str


@dataclass(frozen=True, slots=True)
class Unknown:
    envelope: Envelope
    kind: str


Incoming = (
    Text
    | Media
    | Transcribed
    | Fetched
    | Location
    | Scanned
    | CardTap
    | Entered
    | Joined
    | Departed
    | AppWarning
    | Unknown
)


class Urgency(IntEnum):
    """Order in which waiting pushes to one receiver leave; smaller goes first."""

    ANSWER = 0
    """To something that somebody just did."""
    LEAD = 1
    ESCALATION = 2
    NOTICE = 3
    DIGEST = 4


class TargetKind(StrEnum):
    MEMBER = "member"
    """message/send of the app to one member"""
    REPLY_URL = "reply_url"
    """the one deferred answer of the smart bot, in the chat where it was spoken to"""
    WEBHOOK = "webhook"
    """a group through its webhook robot; `to` is the chat id or the webhook's name"""
    CARD = "card"
    """a change of a card that was sent before; `to` is its task_id"""
    HOOK = "hook"
    """a signed call to a system outside; `to` is the hook's name in the settings"""


@dataclass(frozen=True, slots=True)
class MediaContent:
    """The original bytes of a file that is kept (media/store.py), as a message of their own. To members only."""

    sha256: str
    kind: str
    """image (JPG, PNG; 10 MB), voice (AMR; 2 MB, a minute), video (MP4; 10 MB) or file (20 MB): wecom.md 3.7"""
    file_name: str


@dataclass(frozen=True, slots=True)
class QrContent:
    """A QR code as a picture, drawn when it is sent. To members only."""

    text: str
    file_name: str
    """Without its ending."""


Content = str | Card | MediaContent | QrContent


@dataclass(frozen=True, slots=True)
class Push:
    """One thing to be said to one receiver. It becomes a row of the outbox in the transaction that caused it."""

    kind: TargetKind
    to: str
    content: Content | dict[str, object]
    """text, a card, a file, or (hooks only) a JSON object"""
    dedupe_key: str
    """The same key is never said twice: a unique constraint."""
    urgency: Urgency = Urgency.NOTICE
    about: str = ""
    """The fact it is about, such as `lead:1024:accept`; withdrawn by this name when the fact has gone (S4)."""
    not_before: datetime | None = None
    """Set by the outbox for cards with buttons."""
    fallback_chat: str = ""
    """REPLY_URL only: the group whose webhook is used when the address has run out."""
    chat_sender: str = ""
    """REPLY_URL only: who is told in a single chat when nothing else works."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler says back, in the chat where it was spoken to. Usually one thing (chat text: one thing a message)."""

    content: str | Card
    private: bool = False
    """True: to the member's own chat with the app, even when asked in a group."""
    about: str = ""
    """Of a card: the fact it is about, so that it is settled with the others when the fact has (Push.about)."""


NOTHING_TO_SAY = Reply("")
"""Done, and what was done shows elsewhere, such as on a card."""
