"""What all memos of a customer come to: who decides, how much, what worries them, and so the intent level (N4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from domain.facts import BudgetRange, Concern, MemoFacts, Signal

T = TypeVar("T")


class Level(StrEnum):
    HIGH = "high"
    MIDDLE = "middle"
    LOW = "low"


class Point(StrEnum):
    """What the score card looks at, in the order in which it is shown."""

    BUDGET_CLEAR = "budget_clear"
    BUDGET_CONFIRMED = "budget_confirmed"
    DECISION_MAKER_KNOWN = "decision_maker_known"
    DECISION_MAKER_MET = "decision_maker_met"
    NO_COMPETITOR = "no_competitor"
    URGENT = "urgent"
    NEXT_STEP_AGREED = "next_step_agreed"
    STALLED = "stalled"


@dataclass(frozen=True, slots=True)
class ScoreRules:
    weights: dict[Point, int] = field(
        default_factory=lambda: {
            Point.BUDGET_CLEAR: 20,
            Point.BUDGET_CONFIRMED: 15,
            Point.DECISION_MAKER_KNOWN: 10,
            Point.DECISION_MAKER_MET: 20,
            Point.NO_COMPETITOR: 15,
            Point.URGENT: 10,
            Point.NEXT_STEP_AGREED: 10,
            Point.STALLED: -30,
        }
    )
    high_from: int = 60
    middle_from: int = 30


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a customer now, the latest word on each thing."""

    decision_maker: str = ""
    budget: BudgetRange | None = None
    competitors: tuple[str, ...] = ()
    """The latest named first."""
    concerns: tuple[Concern, ...] = ()
    """The latest raised first."""
    signals: frozenset[Signal] = frozenset()


@dataclass(frozen=True, slots=True)
class ScoreCard:
    level: Level
    points: int
    met: tuple[Point, ...] = ()
    missing: tuple[Point, ...] = ()
    """What would raise the level; STALLED never stands here."""


def profile_of(memos: Iterable[MemoFacts]) -> Profile:
    """`memos`: those of the customer, the newest first.

    Urgency and standstill change from visit to visit, so that the newest memo that speaks of either has the word;
    who was met and what was approved stays so.
    """
    newest_first = list(memos)
    pace = next((pace for facts in newest_first if (pace := _pace(facts))), frozenset())
    lasting = {said.value for facts in newest_first for said in facts.signals} - {Signal.URGENT, Signal.STALLED}
    return Profile(
        decision_maker=next((facts.decision_maker.value for facts in newest_first if facts.decision_maker), ""),
        budget=next((facts.budget.value for facts in newest_first if facts.budget), None),
        competitors=_once(said.value for facts in newest_first for said in facts.competitors),
        concerns=_once(said.value for facts in newest_first for said in facts.concerns),
        signals=frozenset(lasting | pace),
    )


def _pace(facts: MemoFacts) -> frozenset[Signal]:
    return frozenset(said.value for said in facts.signals if said.value in (Signal.URGENT, Signal.STALLED))


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def score(profile: Profile, *, has_open_step: bool, rules: ScoreRules) -> ScoreCard:
    """`has_open_step`: somebody has promised something that is still to come."""
    holds = {
        Point.BUDGET_CLEAR: profile.budget is not None,
        Point.BUDGET_CONFIRMED: Signal.BUDGET_CONFIRMED in profile.signals,
        Point.DECISION_MAKER_KNOWN: bool(profile.decision_maker),
        Point.DECISION_MAKER_MET: Signal.DECISION_MAKER_MET in profile.signals,
        Point.NO_COMPETITOR: not profile.competitors and Signal.COMPETITOR_INVOLVED not in profile.signals,
        Point.URGENT: Signal.URGENT in profile.signals,
        Point.NEXT_STEP_AGREED: has_open_step,
        Point.STALLED: Signal.STALLED in profile.signals,
    }
    points = sum(rules.weights.get(point, 0) for point, is_so in holds.items() if is_so)
    level = Level.HIGH if points >= rules.high_from else Level.MIDDLE if points >= rules.middle_from else Level.LOW
    return ScoreCard(level, points, _where(holds, wanted=True), _where(holds, wanted=False))


def _where(holds: dict[Point, bool], *, wanted: bool) -> tuple[Point, ...]:
    return tuple(point for point, is_so in holds.items() if is_so is wanted and (wanted or point is not Point.STALLED))


def worries(profile: Profile) -> Sequence[str]:
    """What a script may answer: the concerns and the signals that ask for one, the most pressing first."""
    pressing = [
        signal for signal in (Signal.PRICE_SENSITIVE, Signal.COMPETITOR_INVOLVED, Signal.STALLED)
        if signal in profile.signals
    ]  # fmt: skip
    return _once([*(str(concern) for concern in profile.concerns), *(str(signal) for signal in pressing)])
