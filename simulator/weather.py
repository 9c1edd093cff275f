"""What can go wrong between WeCom and a server, as switches that tests and the chat page turn."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

SEND = "/cgi-bin/message/send"


class Outage(StrEnum):
    NONE = ""
    RESET = "reset"
    """Connections break without an answer."""
    UNAVAILABLE = "503"


class Loss(StrEnum):
    """How the answer to an accepted call gets lost."""

    CLOSE = "close"
    HANG = "hang"
    """Silence until the caller gives up or the weather clears."""


@dataclass(slots=True)
class _Spell:
    """A fault that strikes the next calls of one path ("" means every path)."""

    path: str
    left: int

    def strikes(self, path: str) -> bool:
        if self.left <= 0 or (self.path and self.path != path):
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class _ErrorSpell(_Spell):
    code: int


@dataclass(slots=True)
class _LossSpell(_Spell):
    how: Loss


def _opened() -> asyncio.Event:
    gate = asyncio.Event()
    gate.set()
    return gate


@dataclass(slots=True)
class Weather:
    outage: Outage = Outage.NONE
    is_speech_away: bool = False
    """The pretend speech server answers nothing but 503."""
    duplicates: int = 0
    """How often each callback comes again after the first time."""
    _errors: list[_ErrorSpell] = field(default_factory=list)
    _losses: list[_LossSpell] = field(default_factory=list)
    _media: asyncio.Event = field(default_factory=_opened)
    _callbacks: asyncio.Event = field(default_factory=_opened)
    _silence: asyncio.Event = field(default_factory=asyncio.Event)

    def go_down(self, how: Outage = Outage.RESET) -> None:
        self.outage = how

    def come_back(self) -> None:
        self.outage = Outage.NONE

    def answer_with(self, code: int, path: str = SEND, times: int = 1) -> None:
        """The next `times` calls of `path` are refused with this errcode and have no effect."""
        self._errors.append(_ErrorSpell(path, times, code))

    def lose_answers(self, times: int = 1, path: str = SEND, how: Loss = Loss.CLOSE) -> None:
        """The next `times` calls of `path` take effect, and the caller never hears of it."""
        self._losses.append(_LossSpell(path, times, how))

    def hold_media(self) -> None:
        """Downloads wait until release_media()."""
        self._media.clear()

    def release_media(self) -> None:
        self._media.set()

    def hold_callbacks(self) -> None:
        self._callbacks.clear()

    def release_callbacks(self) -> None:
        self._callbacks.set()

    def clear(self) -> None:
        self.outage = Outage.NONE
        self.is_speech_away = False
        self.duplicates = 0
        self._errors.clear()
        self._losses.clear()
        self._media.set()
        self._callbacks.set()
        self._silence.set()
        self._silence = asyncio.Event()

    def error_for(self, path: str) -> int | None:
        return next((spell.code for spell in self._errors if spell.strikes(path)), None)

    def loss_for(self, path: str) -> Loss | None:
        return next((spell.how for spell in self._losses if spell.strikes(path)), None)

    async def media_may_flow(self) -> None:
        await self._media.wait()

    async def callbacks_may_flow(self) -> None:
        await self._callbacks.wait()

    async def silence(self) -> None:
        await self._silence.wait()

    def summary(self) -> dict[str, object]:
        return {
            "outage": self.outage.value,
            "duplicates": self.duplicates,
            "media_held": not self._media.is_set(),
            "callbacks_held": not self._callbacks.is_set(),
            "errors": sum(spell.left for spell in self._errors),
            "losses": sum(spell.left for spell in self._losses),
        }
