"""Words and numbers that give a lead its tags (L4); nlp/tags.py reads a lead with them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordTag:
    """`value` where any of `words` occurs; case and width do not count."""

    value: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BudgetBand:
    name: str
    from_fen: int


@dataclass(frozen=True, slots=True)
class TagRules:
    industries: tuple[WordTag, ...] = ()
    product_lines: tuple[WordTag, ...] = ()
    """Looked for in the model first, then in remark and customer."""
    hospital_levels: tuple[WordTag, ...] = ()
    budget_bands: tuple[BudgetBand, ...] = ()
    """In ascending order."""
