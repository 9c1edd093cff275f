"""Speech to text: what can keep a memo from becoming text, and when it is tried again (N1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Problem(StrEnum):
    # Of the sound: trying again would hear the same.
    EMPTY = "empty"
    SILK = "silk"
    """The codec of personal WeChat and QQ, which has no free decoder here."""
    NOT_AUDIO = "not_audio"
    BROKEN = "broken"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SILENT = "silent"
    NO_WORDS = "no_words"
    """There is sound, and the engine found nobody speaking in it."""
    LOST = "lost"
    """WeCom no longer had the bytes when they were fetched."""
    OFF = "off"
    """`speech.engine = "off"`"""

    # Of the house: the audio is kept and tried again.
    NO_BYTES = "no_bytes"
    """The stored original cannot be read."""
    NO_DECODER = "no_decoder"
    NO_ENGINE = "no_engine"
    NO_MODEL = "no_model"
    SERVER_AWAY = "server_away"
    SERVER_SLOW = "server_slow"
    SERVER_BUSY = "server_busy"
    SERVER_KEY = "server_key"
    SERVER_ADDRESS = "server_address"
    """Something answers there, though not the speech server that the settings speak of."""
    SERVER_REFUSED = "server_refused"
    DIED = "died"
    TOO_SLOW = "too_slow"

    @property
    def may_pass(self) -> bool:
        return self not in _LASTING


_LASTING = frozenset(
    {
        Problem.EMPTY, Problem.SILK, Problem.NOT_AUDIO, Problem.BROKEN, Problem.TOO_SHORT, Problem.TOO_LONG,
        Problem.SILENT, Problem.NO_WORDS, Problem.LOST, Problem.OFF,
    }
)  # fmt: skip


SAYS_NOTHING = frozenset({Problem.EMPTY, Problem.NOT_AUDIO, Problem.BROKEN, Problem.TOO_SHORT, Problem.SILENT})
"""Nobody will ever hear anything in it. Silk can be listened to elsewhere, and an engine may miss what people hear."""


@dataclass(frozen=True, slots=True)
class Heard:
    text: str
    """Simplified characters."""
    seconds: float
    """Length of the audio."""
    engine: str
    """Which engine and model, for the record."""


@dataclass(frozen=True, slots=True)
class Unheard:
    problem: Problem
    detail: str = ""
    """For the log; never shown in a chat."""
    seconds: float = 0.0


VOICE_LONGEST = timedelta(seconds=61)
"""The client stops a voice message at 60 seconds (wecom.md 1.5); its last frame may hang over."""
BACK_OFF = tuple(timedelta(seconds=s) for s in (10, 60, 300, 900, 3600))
GIVE_UP_AFTER = timedelta(days=1)
TELL_FROM = 2
"""So many failures before the sender is told that the text comes later: a worker that starts again needs no words."""


def next_try(problem: Problem, failures: int, since: datetime, now: datetime) -> datetime | None:
    """`failures` counts this one. None: given up, with the audio kept."""
    if not problem.may_pass:
        return None
    due_at = now + BACK_OFF[min(failures, len(BACK_OFF)) - 1]
    return due_at if due_at < since + GIVE_UP_AFTER else None
