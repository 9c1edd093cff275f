"""A customer's own words, told from our side (V6)."""

import pytest

from nlp.perspective import told_from_our_side


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("我们预算50万，你们周五前把方案发来", "客户预算50万，我们周五前把方案发来"),
        ("我下周三去你那边看看", "他下周三去我那边看看"),
        ("贵司的报价我司收到了", "我们的报价客户收到了"),
    ],
)
def test_we_are_the_customer_and_you_are_us(said: str, told: str) -> None:
    assert told_from_our_side(said) == told


def test_places_in_the_text_stay_what_they_are() -> None:
    said = "您好，我们老板咱们都认识，贵方下周来"
    assert len(told_from_our_side(said)) == len(said)
