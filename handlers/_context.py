"""What a handler receives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from chat.capability import Capability
from chat.messages import CardTap, Incoming, Text
from domain.people import Member
from settings.house import HouseRules
from storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class Context:
    """`work` is the message's unit of work: a handler changes through it and never commits."""

    work: Work
    member: Member
    incoming: Incoming
    rules: HouseRules
    menu: tuple[Capability, ...] = ()
    """What this member may ask for, in the order of 帮助."""

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def local_now(self) -> datetime:
        return self.rules.local(self.work.now)

    def is_command(self, text: str) -> bool:
        """Begins with a word of the menu: whoever asked a question lets it go on."""
        return any(text.strip().startswith(word) for one in self.menu for word in one.words)

    @property
    def today(self) -> date:
        return self.local_now.date()


@dataclass(frozen=True, slots=True)
class Said:
    """A command: the word as declared, and what stands behind it."""

    word: str
    argument: str
    text: Text


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button with the TapData of one of our cards."""

    action: str
    subject: str
    round: int
    """Of the lead when the card was made."""
    argument: str
    task_id: str
    tap: CardTap
