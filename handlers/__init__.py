"""The menu of the bot: one module, one thing a person can do in chat. Modules are found, not registered.

A module declares `capability` and one or more of
  `async def handle(ctx, said: Said) -> Reply | None`        for its words
  `async def tap(ctx, tapped: Tapped) -> Reply | None`       for its taps
  `def recognises(text: str) -> bool` and `async def hear(ctx, text: Text) -> Reply | None`   for a format of its own
  `async def take(ctx, incoming) -> Reply | None`            for its kinds
  `async def answer(ctx, text: Text, question: Question) -> Reply | None`   for its questions; None = not an answer
  `async def overhear(ctx, text: Text) -> Reply | None`      for what nobody else has claimed; None = nothing for it either
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from chat.capability import Capability
from chat.dialogue import Question
from chat.messages import Reply, Text
from domain.people import Member
from handlers._context import Context, Said, Tapped
from nlp.normalize import half_width

Handler = Callable[[Context, Any], Awaitable[Reply | None]]
Answerer = Callable[[Context, Text, Question], Awaitable[Reply | None]]

_POLITE = "(?:(?:请|麻烦|帮我|帮忙|给我|我要|我想|看看|看一下|查看) ?)*"
_BEHIND = "(?:一下|下)?[ :：,，。.?？!！]*"
_QUOTED = re.compile('[“"「『]([^“”"「」『』]+)[”"」』]')
"""Our own answers say 发“待办”, and people copy the quotes along."""


@dataclass(frozen=True, slots=True)
class Module:
    name: str
    capability: Capability
    handle: Handler | None
    tap: Handler | None
    recognises: Callable[[str], bool] | None
    hear: Handler | None
    take: Handler | None
    answer: Answerer | None
    overhear: Handler | None


def _module(found: ModuleType) -> Module:
    capability = found.capability
    assert isinstance(capability, Capability)
    wanted = {
        "handle": capability.words, "tap": capability.taps, "take": capability.kinds, "answer": capability.answers,
        "overhear": capability.listens,
    }  # fmt: skip
    for name, declared in wanted.items():
        if bool(declared) != hasattr(found, name):
            raise TypeError(f"{found.__name__}: what it declares and its function {name}() do not go together")
    return Module(
        found.__name__.rpartition(".")[2],
        capability,
        *(getattr(found, name, None) for name in ("handle", "tap", "recognises", "hear", "take", "answer", "overhear")),
    )


class Menu:
    def __init__(self, modules: Sequence[Module]) -> None:
        self.modules = modules
        self._by_word = _unique(modules, lambda c: c.words)
        self._by_tap = _unique(modules, lambda c: c.taps)
        self._by_question = _unique(modules, lambda c: c.answers)
        self.listener = next((m for m in modules if m.overhear is not None), None)
        longest_first = sorted(self._by_word, key=len, reverse=True)
        words = "|".join(" ?".join(map(re.escape, word)) for word in longest_first)
        self._command = re.compile(f"{_POLITE}({words}){_BEHIND}(.*)", re.DOTALL)

    @classmethod
    def found(cls) -> Menu:
        """All modules of this package whose names do not begin with an underscore."""
        names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
        return cls([_module(importlib.import_module(f"{__name__}.{name}")) for name in names])

    def command(self, text: Text) -> tuple[Module, Said] | None:
        """Forgiving about spaces, particles and full-width signs (interfaces.md, words in chat)."""
        typed = half_width(text.text).strip()
        quoted = _QUOTED.fullmatch(typed)
        matched = self._command.match(quoted[1].strip() if quoted else typed)
        if matched is None:
            return None
        word, argument = matched[1].replace(" ", ""), matched[2].strip()
        return self._by_word[word], Said(word, argument, text)

    def format(self, text: str) -> Module | None:
        """The module that knows this text by its shape."""
        return next((m for m in self.modules if m.recognises is not None and m.recognises(text)), None)

    def for_tap(self, action: str) -> Module | None:
        return self._by_tap.get(action)

    def for_question(self, kind: str) -> Module | None:
        return self._by_question.get(kind)

    def for_kind(self, incoming: object) -> Module | None:
        return next((m for m in self.modules if isinstance(incoming, m.capability.kinds)), None)

    def examples(self, member: Member) -> list[Capability]:
        """What 帮助 shows: only what the asker may do."""
        return [m.capability for m in self.modules if m.capability.example and m.capability.roles & member.roles]


def _unique(modules: Sequence[Module], keys: Callable[[Capability], Sequence[str]]) -> dict[str, Module]:
    claimed: dict[str, Module] = {}
    for module in modules:
        for key in keys(module.capability):
            if key in claimed:
                raise TypeError(f"{module.name} and {claimed[key].name} both claim {key}")
            claimed[key] = module
    return claimed


__all__ = ["Context", "Menu", "Module", "Said", "Tapped"]
