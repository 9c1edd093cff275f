"""Which scripts fit a customer (B2): first those for what worries it, then those for its trade, then the general ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOP = 3


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    words: str
    answers: frozenset[str] = frozenset()
    """Concerns and signals by their codes; empty = fits any."""
    industries: frozenset[str] = frozenset()
    """Empty = every trade."""


def scripts_for(
    scripts: Sequence[Script], worries: Sequence[str], industry: str, uses: Mapping[str, int], most: int = TOP
) -> list[Script]:
    """At most `most`; ties go to the one used more often, then to the order of the settings."""

    def rank(script: Script) -> tuple[int, bool, int, int]:
        answered = [place for place, worry in enumerate(worries) if worry in script.answers]
        first = answered[0] if answered else len(worries)
        return (first, industry not in script.industries, -uses.get(script.name, 0), scripts.index(script))

    fitting = [
        script
        for script in scripts
        if (not script.answers or script.answers.intersection(worries))
        and (not script.industries or industry in script.industries)
    ]
    return sorted(fitting, key=rank)[:most]


def answer_to(scripts: Sequence[Script], worry: str, industry: str) -> Script | None:
    """The one to offer by itself when a memo brings this worry up."""
    fitting = [script for script in scripts if worry in script.answers]
    return next((s for s in scripts_for(fitting, [worry], industry, {}, most=1)), None)
