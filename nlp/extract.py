"""A memo's transcript → what a careful colleague would write down (N2); what others call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.facts import BudgetRange, Known, MemoFacts, NextStep, Said, Signal, Words
from nlp.concerns import concerns
from nlp.mentions import yuan
from nlp.next_steps import next_steps
from nlp.reading import Reading
from nlp.spans import Span

if TYPE_CHECKING:
    from nlp.deciders import Decider

NOBODY = Known()
"""No name is known beforehand."""


def extract(transcript: str, recorded_at: datetime, *, known: Known = NOBODY) -> MemoFacts:
    """`recorded_at` is aware: relative days count from its own day. What was not said stays empty."""
    return extract_all([(transcript, recorded_at)], known=known)[0]


def extract_all(memos: Sequence[tuple[str, datetime]], *, known: Known = NOBODY) -> list[MemoFacts]:
    """The same of many memos, three times as fast: each step is taken for all of them (docs/adr/0015)."""
    # With arrays, weights and the dictionary 60 MB, which a server that hears no memos does without.
    from nlp.budget import budgets
    from nlp.deciders import deciders
    from nlp.grams import Grams
    from nlp.joined import Joined
    from nlp.name_ranking import names
    from nlp.signals import signals

    if not memos:
        return []
    joined = Joined([Reading(*memo) for memo in memos])
    grams = Grams(joined)
    deciding, money, named = deciders(grams), budgets(grams), names(joined, known)
    shown = signals(grams, deciding, [bool(rivals) for _, rivals in named])
    return [_facts(*one) for one in zip(joined.readings, deciding, money, named, shown, strict=True)]


def _facts(
    reading: Reading,
    deciding: Decider | None,
    money: Said[BudgetRange] | None,
    named: tuple[tuple[int, int] | None, Sequence[tuple[int, int]]],
    shown: Mapping[Signal, Span],
) -> MemoFacts:
    text = reading.text
    place, sought = named
    rivals = tuple(Said(reading.as_said(*at), reading.words(*at)) for at in sought)
    steps = next_steps(text, reading.days, reading.people, reading.recorded_on, [rival.value for rival in rivals])
    decided = None
    if deciding is not None:
        person = deciding.person
        decided = Said(reading.as_said(person.start, person.end), reading.words(person.start, person.end))
    return MemoFacts(
        customer=Said(reading.as_said(*place), reading.words(*place)) if place else None,
        decision_maker=decided,
        budget=Said(money.value, _as_said(reading, money.words)) if money else None,
        next_steps=tuple(_step(reading, step) for step in steps),
        competitors=rivals,
        concerns=tuple(Said(concern, reading.words(at.start, at.end)) for concern, at in concerns(text).items()),
        signals=tuple(Said(signal, reading.words(at.start, at.end)) for signal, at in shown.items()),
    )


def _as_said(reading: Reading, words: Words) -> Words:
    """Places in the evened text → in the transcript."""
    return reading.words(words.start, words.end)


def _step(reading: Reading, step: Said[NextStep]) -> Said[NextStep]:
    action = reading.as_said(step.words.start, step.words.end)
    return Said(replace(step.value, action=action), _as_said(reading, step.words))


def as_labels(facts: MemoFacts) -> dict[str, Any]:
    """The keys and conventions of memos/SCHEMA.md, and `spans`: field → the words it came from."""
    spans: dict[str, Any] = {}
    for field in ("customer", "decision_maker", "budget"):
        if (said := getattr(facts, field)) is not None:
            spans[field] = said.words.text
    for field in ("next_steps", "competitors", "signals"):
        if several := getattr(facts, field):
            spans[field] = [said.words.text for said in several]
    return {
        "customer": facts.customer.value if facts.customer else None,
        "decision_maker": facts.decision_maker.value if facts.decision_maker else None,
        "budget": _yuan(facts.budget.value) if facts.budget else None,
        "next_steps": [
            {
                "action": step.value.action,
                "due": step.value.due.isoformat() if step.value.due else None,
                "owner": step.value.owner.value,
            }
            for step in facts.next_steps
        ],
        "competitors": [said.value for said in facts.competitors],
        "signals": [said.value.value for said in facts.signals],
        "spans": spans,
    }


def _yuan(budget: BudgetRange) -> dict[str, int | float | None]:
    return {"min": yuan(budget.min_fen), "max": yuan(budget.max_fen)}
