"""Grade A/B/C from rules in the settings, reasons shown (L6)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta

from domain.leads import Grade, GradeResult, Tags
from domain.standing import Standing


@dataclass(frozen=True, slots=True)
class Sign:
    """A figure that the remark names; of a range the lower end."""

    value: int
    words: str
    """As typed: 下载3份."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the remark says about behaviour and size; None = it says nothing."""

    page_seconds: Sign | None = None
    downloads: Sign | None = None
    staff: Sign | None = None
    turnover_fen: Sign | None = None
    """Of a year."""


@dataclass(frozen=True, slots=True)
class KnownStanding:
    """Of a customer whom the house knows already."""

    standing: Standing
    words: str


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
    page_time_at_least: timedelta | None = None
    downloads_at_least: int | None = None
    staff_at_least: int | None = None
    turnover_at_least_fen: int | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class GradeRules:
    rules: tuple[GradeRule, ...] = ()
    a_from: int = 60
    b_from: int = 30
    starting_points: int = field(default=30)


def grade(
    customer: str,
    model: str,
    remark: str,
    channel: str,
    tags: Tags,
    rules: GradeRules,
    signs: Signs,
    standing: KnownStanding | None,
) -> GradeResult:
    """Points of every rule that holds, on top of the starting points; the reasons in the order of the settings, each
    with the words of the remark or of the books that it rests on."""
    said = tuple(_plain(text) for text in (customer, model, remark))
    given = tuple(
        (_reason(rule, signs, standing), rule.points)
        for rule in rules.rules
        if _holds(rule, said, channel, tags, signs, standing)
    )
    points = rules.starting_points + sum(part for _, part in given)
    return GradeResult(_letter(points, rules), points, given)


def _letter(points: int, rules: GradeRules) -> Grade:
    if points >= rules.a_from:
        return Grade.A
    return Grade.B if points >= rules.b_from else Grade.C


def _holds(
    rule: GradeRule,
    said: tuple[str, ...],
    channel: str,
    tags: Tags,
    signs: Signs,
    standing: KnownStanding | None,
) -> bool:
    least = rule.budget_at_least_fen
    return (
        (not rule.channels or channel in rule.channels)
        and (not rule.words or any(_plain(word) in text for word in rule.words for text in said))
        and (not rule.product_lines or tags.product_line in rule.product_lines)
        and (not rule.hospital_levels or tags.hospital_level in rule.hospital_levels)
        and (least is None or (tags.budget_fen is not None and tags.budget_fen >= least))
        and all(sign is not None and sign.value >= at_least for sign, at_least in _asked(rule, signs))
        and (rule.standing is None or (standing is not None and standing.standing is rule.standing))
    )


def _asked(rule: GradeRule, signs: Signs) -> list[tuple[Sign | None, int]]:
    """What the rule asks of the remark's figures, and what the remark says to it."""
    page_time = rule.page_time_at_least
    asked = (
        (signs.page_seconds, None if page_time is None else int(page_time.total_seconds())),
        (signs.downloads, rule.downloads_at_least),
        (signs.staff, rule.staff_at_least),
        (signs.turnover_fen, rule.turnover_at_least_fen),
    )
    return [(sign, least) for sign, least in asked if least is not None]


def _reason(rule: GradeRule, signs: Signs, standing: KnownStanding | None) -> str:
    words = [sign.words for sign, _ in _asked(rule, signs) if sign is not None]
    if rule.standing is not None and standing is not None:
        words.append(standing.words)
    return f"{rule.name}（{'，'.join(words)}）" if words else rule.name


def _plain(text: str) -> str:
    """Width and case do not count."""
    return unicodedata.normalize("NFKC", text).casefold()
