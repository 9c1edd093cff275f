"""What a handler module says of itself: which words call it, who may, and how 帮助 shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.people import Role

EVERYBODY = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Capability:
    words: tuple[str, ...] = ()
    """Command words; the text behind one is the argument. No two modules may claim the same word."""
    taps: tuple[str, ...] = ()
    """TapData.action values that this module answers."""
    kinds: tuple[type, ...] = ()
    """Kinds of messages (chat.messages) that this module takes whatever they say, such as Media."""
    answers: tuple[str, ...] = ()
    """Kinds of open questions (chat.dialogue) that this module asks and whose answers it understands."""
    listens: bool = False
    """True for the one module that hears what no word, question or format has claimed in a single chat (N5)."""
    roles: frozenset[Role] = field(default=EVERYBODY)
    example: str = ""
    """How to say it, as 帮助 shows it; empty = not shown."""
    help: str = ""
    """What it is for, in a few words."""
    spec: str = ""
