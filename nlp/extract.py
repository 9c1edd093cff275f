"""A memo's transcript → what a careful colleague would write down (N2); the one function that others call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from domain.facts import BudgetRange, Known, MemoFacts, NextStep, Said, Words
from nlp.budget import budget
from nlp.competitors import competitors
from nlp.concerns import concerns
from nlp.customers import customer
from nlp.deciders import decider
from nlp.next_steps import next_steps
from nlp.reading import Reading
from nlp.signals import signals
from nlp.spans import Span

T = TypeVar("T")
NOBODY = Known()
"""No name is known beforehand."""


def extract(transcript: str, recorded_at: datetime, *, known: Known = NOBODY) -> MemoFacts:
    """`recorded_at` is aware: relative days count from its own day. What was not said stays empty."""
    reading = Reading(transcript, recorded_at)
    text, people = reading.text, reading.people
    deciding = decider(text, people)
    rivals = competitors(reading, known)
    money = budget(text, reading.amounts)
    steps = next_steps(text, reading.days, people, recorded_at.date(), [rival.value for rival in rivals])
    shown = signals(text, people, deciding, has_rivals=bool(rivals))
    decided = None
    if deciding is not None:
        person = deciding.person
        decided = Said(reading.as_said(person.start, person.end), reading.words(person.start, person.end))
    place = customer(reading, [rival.value for rival in rivals], known.customers)
    return MemoFacts(
        customer=Said(reading.as_said(*place), reading.words(*place)) if place else None,
        decision_maker=decided,
        budget=_said(reading, money, lambda value, _: value),
        next_steps=tuple(_said(reading, step, _as_said) for step in steps),
        competitors=rivals,
        concerns=tuple(Said(concern, _words(reading, span)) for concern, span in concerns(text).items()),
        signals=tuple(Said(signal, _words(reading, span)) for signal, span in shown.items()),
    )


def _said(reading: Reading, said: Any, value: Callable[[Any, str], T]) -> Any:
    """The same value with the words as they were said, instead of those of the evened text."""
    if said is None:
        return None
    return Said(
        value(said.value, reading.as_said(said.words.start, said.words.end)),
        reading.words(said.words.start, said.words.end),
    )


def _as_said(step: NextStep, action: str) -> NextStep:
    return NextStep(action, step.due, step.owner)


def _words(reading: Reading, span: Span) -> Words:
    return reading.words(span.start, span.end)


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
    return {"min": _in_yuan(budget.min_fen), "max": _in_yuan(budget.max_fen)}


def _in_yuan(fen: int | None) -> int | float | None:
    if fen is None:
        return None
    return fen / 100 if fen % 100 else fen // 100
