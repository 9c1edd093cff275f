"""Whether a sentence that nobody asked for is a memo (N5): it says something of a customer, or it is small talk."""

from __future__ import annotations

from domain.facts import MemoFacts

SHORTEST = 8
TELLING = 15
"""From here on one fact is enough without a known customer."""


def is_worth_a_memo(
    length: int, facts: MemoFacts, *, knows_customer: bool, asks: bool, is_visiting: bool = False
) -> bool:
    """`length` in characters without blanks and signs; `knows_customer`: it names one of the house, or a visit is open;
    `asks`: it is a question to the assistant, which a memo never is."""
    found = fact_count(facts)
    if asks or (length < SHORTEST and not (is_visiting and found)):
        return False
    if knows_customer:
        return found >= 1 or length >= TELLING
    return found >= 2 or (found == 1 and length >= TELLING)


def fact_count(facts: MemoFacts) -> int:
    """How many different things were understood, the customer's name aside."""
    return (
        (facts.decision_maker is not None)
        + (facts.budget is not None)
        + len(facts.next_steps)
        + len(facts.competitors)
        + len(facts.concerns)
        + len(facts.signals)
    )
