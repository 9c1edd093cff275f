"""Which scripts fit (B2)."""

from domain.scripts import Script, answer_to, scripts_for

GENERAL = Script("general", "…")
PRICE = Script("price", "…", frozenset({"price", "price_sensitive"}))
PRICE_2 = Script("price 2", "…", frozenset({"price"}))
HOSPITAL = Script("hospital", "…", frozenset({"trust"}), frozenset({"医疗"}))
ALL = (GENERAL, PRICE, PRICE_2, HOSPITAL)


def test_the_first_worry_is_answered_first_and_general_ones_fill_up() -> None:
    assert scripts_for(ALL, ["trust", "price"], "医疗", {}) == [HOSPITAL, PRICE, PRICE_2]
    assert scripts_for(ALL, ["trust", "price"], "机械", {}) == [PRICE, PRICE_2, GENERAL]


def test_what_is_used_more_often_wins_a_tie() -> None:
    assert scripts_for(ALL, ["price"], "", {"price 2": 3})[:2] == [PRICE_2, PRICE]


def test_nothing_worries_and_only_general_ones_fit() -> None:
    assert scripts_for(ALL, [], "", {}) == [GENERAL]


def test_what_a_memo_brings_up_is_answered_or_not_at_all() -> None:
    assert answer_to(ALL, "price_sensitive", "") is PRICE
    assert answer_to(ALL, "trust", "机械") is None
