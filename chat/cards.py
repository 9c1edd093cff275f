"""A card as plain data, and what a tap on one of its buttons says.

Limits are those of the app's cards (wecom.md 2.7, column app); bot/wecom_body.py cuts what is longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from domain.refusal import Refusal


class ButtonStyle(IntEnum):
    """WeCom's numbers."""

    PRIMARY = 1
    GREY = 2
    RED = 3
    PLAIN = 4


@dataclass(frozen=True, slots=True)
class TapData:
    """What a button carries: `action` names what to do, `subject` what it is about, `version` which state it was
    made for, so that a tap on an old card is told apart from one on a fresh card."""

    action: str
    subject: str = ""
    version: int = 0
    argument: str = ""

    def pack(self) -> str:
        for part in (self.action, self.subject, self.argument):
            if "|" in part:
                raise Refusal("tap_data_with_bar", part=part)
        return f"{self.action}|{self.subject}|{self.version}|{self.argument}"

    @classmethod
    def unpack(cls, key: str) -> TapData | None:
        """None where the key is not one of ours."""
        parts = key.split("|")
        if len(parts) != 4 or not parts[0] or not parts[2].isdecimal():
            return None
        return cls(parts[0], parts[1], int(parts[2]), parts[3])


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    tap: TapData
    style: ButtonStyle = ButtonStyle.PLAIN


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a card: a short name (at most 5 characters show) and its value."""

    name: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    subtitle: str = ""
    text: str = ""
    """Longer text under the title (sub_title_text)."""
    lines: tuple[Line, ...] = ()
    """At most six show."""
    buttons: tuple[Button, ...] = ()
    """At most six. A card with buttons gets a task_id from the outbox; without, it is a text_notice."""
    url: str = ""
    """What opens when the card itself is tapped; the address of the page of the record."""
    emphasis: tuple[str, str] | None = None
    """A figure and what it is, shown large (text_notice only)."""

    def without_buttons(self, *, title: str | None = None, subtitle: str | None = None) -> Card:
        """The same card after its question has been settled."""
        return Card(
            title or self.title,
            subtitle if subtitle is not None else self.subtitle,
            self.text,
            self.lines,
            (),
            self.url,
            self.emphasis,
        )
