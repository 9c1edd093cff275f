"""Grade A/B/C from rules in the settings, reasons shown (L6)."""

from __future__ import annotations

from dataclasses import dataclass, field


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
