"""Grade A/B/C from rules in the settings, reasons shown (L6)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from domain.leads import Grade, GradeResult, Tags


@dataclass(frozen=True, slots=True)
class GradeRule:
    """Gives `points` where every condition that is named holds."""

    name: str
    points: int
    channels: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    """Any of these in customer, model or remark."""
    product_lines: frozenset[str] = frozenset()
    hospital_levels: frozenset[str] = frozenset()
    budget_at_least_fen: int | None = None


@dataclass(frozen=True, slots=True)
class GradeRules:
    rules: tuple[GradeRule, ...] = ()
    a_from: int = 60
    b_from: int = 30
    starting_points: int = field(default=30)


def grade(customer: str, model: str, remark: str, channel: str, tags: Tags, rules: GradeRules) -> GradeResult:
    """Points of every rule that holds, on top of the starting points; the reasons in the order of the settings."""
    said = tuple(_plain(text) for text in (customer, model, remark))
    given = tuple((rule.name, rule.points) for rule in rules.rules if _holds(rule, said, channel, tags))
    points = rules.starting_points + sum(part for _, part in given)
    return GradeResult(_letter(points, rules), points, given)


def _letter(points: int, rules: GradeRules) -> Grade:
    if points >= rules.a_from:
        return Grade.A
    return Grade.B if points >= rules.b_from else Grade.C


def _holds(rule: GradeRule, said: tuple[str, ...], channel: str, tags: Tags) -> bool:
    least = rule.budget_at_least_fen
    return (
        (not rule.channels or channel in rule.channels)
        and (not rule.words or any(_plain(word) in text for word in rule.words for text in said))
        and (not rule.product_lines or tags.product_line in rule.product_lines)
        and (not rule.hospital_levels or tags.hospital_level in rule.hospital_levels)
        and (least is None or (tags.budget_fen is not None and tags.budget_fen >= least))
    )


def _plain(text: str) -> str:
    """Width and case do not count."""
    return unicodedata.normalize("NFKC", text).casefold()
