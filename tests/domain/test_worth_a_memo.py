"""What is a memo and what is small talk (N5)."""

import pytest

from domain.facts import BudgetRange, Concern, MemoFacts, Said, Signal, Words
from domain.worth_a_memo import fact_count, is_worth_a_memo

AT = Words(0, 1, "x")
NONE = MemoFacts(customer=Said("恒达", AT))
ONE = MemoFacts(budget=Said(BudgetRange(1, 1), AT))
TWO = MemoFacts(budget=Said(BudgetRange(1, 1), AT), signals=(Said(Signal.URGENT, AT),))


@pytest.mark.parametrize(
    ("length", "facts", "knows", "asks", "worth"),
    [
        (12, ONE, True, False, True),
        (12, ONE, False, False, False),
        (15, ONE, False, False, True),
        (10, TWO, False, False, True),
        (15, NONE, True, False, True),
        (14, NONE, True, False, False),
        (40, NONE, False, False, False),
        (7, TWO, True, False, False),
        (40, TWO, True, True, False),
    ],
)
def test_the_rule(length: int, facts: MemoFacts, knows: bool, asks: bool, worth: bool) -> None:
    assert is_worth_a_memo(length, facts, knows_customer=knows, asks=asks) is worth


def test_in_a_visit_the_shortest_fact_is_a_memo_and_small_talk_is_none() -> None:
    """V2: 李总拍板, on the way out."""
    assert is_worth_a_memo(4, ONE, knows_customer=True, asks=False, is_visiting=True)
    assert not is_worth_a_memo(4, NONE, knows_customer=True, asks=False, is_visiting=True)
    assert not is_worth_a_memo(6, ONE, knows_customer=True, asks=True, is_visiting=True)


def test_facts_are_counted_without_the_customer() -> None:
    facts = MemoFacts(
        customer=Said("恒达", AT),
        decision_maker=Said("李总", AT),
        concerns=(Said(Concern.PRICE, AT), Said(Concern.SERVICE, AT)),
    )
    assert (fact_count(NONE), fact_count(facts)) == (0, 3)
