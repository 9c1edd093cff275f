"""Promises to pay as reps type them (P4)."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.promises import SaidPromise, promise_in

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("恒达答应15号付", SaidPromise("恒达", date(2026, 12, 15), None)),
        ("恒达答应 25 号付", SaidPromise("恒达", date(2026, 11, 25), None)),
        ("恒达机械承诺下周五前打款5万", SaidPromise("恒达机械", date(2026, 12, 4), 5_000_000)),
        ("恒达的李总说月底付清", SaidPromise("恒达", date(2026, 11, 30), None)),
        ("恒达李经理答应了明天转账64000元", SaidPromise("恒达", date(2026, 11, 24), 6_400_000)),
        ("星屿那边又保证12月3号回款", SaidPromise("星屿", date(2026, 12, 3), None)),
        ("恒达答应25号付XS2610-0101的尾款", SaidPromise("恒达", date(2026, 11, 25), None)),
        ("恒达財務承諾３０號付款", SaidPromise("恒达", date(2026, 11, 30), None)),
    ],
)
def test_a_promise_names_customer_day_and_perhaps_an_amount(text: str, expected: SaidPromise) -> None:
    assert promise_in(text, TODAY) == expected


@pytest.mark.parametrize(
    "text",
    [
        "恒达答应过两天付",
        "恒达答应付款",
        "恒达答应15号来看厂",
        "王总说预算五十万，下周五前把报价发他，年底付款",
        "付 15号",
        "今天去了恒达，李总说价格还可以，他们答应下个月再谈一次合同，账期三个月，年底之前肯定要把上一批的货款都结掉，让我们放心，月底付",
    ],
)
def test_other_sentences_are_no_promise(text: str) -> None:
    """A promise without a day holds nobody to anything, and a memo is a memo."""
    assert promise_in(text, TODAY) is None
