"""Plain sentences that put a memo right (N3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.facts import BudgetRange, Concern, MemoFacts, NextStep, Owner, Said, Signal, Words
from nlp.corrections import correction

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
AT = Words(0, 1, "x")
SAMPLE = NextStep("寄样品", date(2026, 11, 24), Owner.US)
DEPOSIT = NextStep("付定金", date(2026, 11, 27), Owner.CUSTOMER)
QUOTE = NextStep("重新报一版价", None, Owner.US)
FACTS = MemoFacts(
    customer=Said("恒达机械", AT),
    decision_maker=Said("王总", AT),
    budget=Said(BudgetRange(40_000_000, 40_000_000), AT),
    next_steps=(Said(SAMPLE, AT), Said(DEPOSIT, AT), Said(QUOTE, AT)),
    competitors=(Said("科瑞", AT),),
    concerns=(Said(Concern.PRICE, AT),),
    signals=(Said(Signal.PRICE_SENSITIVE, AT), Said(Signal.COMPETITOR_INVOLVED, AT)),
)


def wan(low: int | None, high: int | None) -> BudgetRange:
    return BudgetRange(low and low * 1_000_000, high and high * 1_000_000)


def steps(*changed: NextStep) -> list[NextStep]:
    return list(changed)


@pytest.mark.parametrize(
    ("said", "now"),
    [
        # budget
        ("预算是50万", {"budget": wan(50, 50)}),
        ("预算五十万", {"budget": wan(50, 50)}),
        ("预算改成三四十万", {"budget": wan(30, 40)}),
        ("预算不超过50万", {"budget": wan(None, 50)}),
        ("不是40万是60万", {"budget": wan(60, 60)}),
        ("是60万", {"budget": wan(60, 60)}),
        ("60万", {"budget": wan(60, 60)}),
        ("没说预算", {"budget": None}),
        # who decides
        ("拍板的是李总", {"decision_maker": "李总"}),
        ("拍板人是设备科刘科长", {"decision_maker": "设备科刘科长"}),
        ("李总拍板", {"decision_maker": "李总"}),
        ("不是王总是李总", {"decision_maker": "李总"}),
        ("不是王总，是李总", {"decision_maker": "李总"}),
        ("是李总不是王总", {"decision_maker": "李总"}),
        ("还不知道谁拍板", {"decision_maker": None}),
        # customer
        ("客户是宏远包装", {"customer": "宏远包装"}),
        ("不是恒达机械，是宏远包装", {"customer": "宏远包装"}),
        # steps
        ("下周五前寄样品", {"next_steps": steps(NextStep("寄样品", date(2026, 12, 4), Owner.US), DEPOSIT, QUOTE)}),
        ("寄样品改到下周五", {"next_steps": steps(NextStep("寄样品", date(2026, 12, 4), Owner.US), DEPOSIT, QUOTE)}),
        ("不用报价了", {"next_steps": steps(SAMPLE, DEPOSIT)}),
        ("不用寄样品了", {"next_steps": steps(DEPOSIT, QUOTE)}),
        ("寄样品不用了", {"next_steps": steps(DEPOSIT, QUOTE)}),
        ("取消付定金", {"next_steps": steps(SAMPLE, QUOTE)}),
        ("寄样品是客户做", {"next_steps": steps(NextStep("寄样品", date(2026, 11, 24), Owner.CUSTOMER), DEPOSIT, QUOTE)}),
        ("周三上门签合同", {"next_steps": steps(SAMPLE, DEPOSIT, QUOTE, NextStep("上门签合同", date(2026, 11, 25), Owner.US))}),
        ("没有下一步", {"next_steps": []}),
        # the rest
        ("没有竞品", {"competitors": [], "signals": [Signal.PRICE_SENSITIVE]}),
        ("竞品是科尼和德马格", {"competitors": ["科尼", "德马格"]}),
        ("竞品还有科尼", {"competitors": ["科瑞", "科尼"]}),
        ("他没嫌贵", {"signals": [Signal.COMPETITOR_INVOLVED], "concerns": []}),
        # several at once
        ("预算是50万，拍板的是李总", {"budget": wan(50, 50), "decision_maker": "李总"}),
        # no correction
        ("好的", {}),
        ("收到，谢谢", {}),
        ("今天天气不错", {}),
        ("待办", {}),
        ("你是谁", {}),
    ],
)  # fmt: skip
def test_a_sentence_says_what_stands_there_from_now_on(said: str, now: dict[str, Any]) -> None:
    found = {one.field: _plain(one.value) for one in correction(said, NOW, FACTS)}
    assert found == now


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [said.value for said in value]
    return value.value if value is not None else None


def test_a_step_that_is_not_known_is_added() -> None:
    (one,) = correction("周三上门演示", NOW, MemoFacts())
    assert [(said.value.action, said.value.due) for said in one.value] == [("上门演示", date(2026, 11, 25))]


def test_a_day_alone_moves_the_only_step() -> None:
    (one,) = correction("改到下周五", NOW, MemoFacts(next_steps=(Said(SAMPLE, AT),)))
    assert one.value[0].value.due == date(2026, 12, 4)


def test_the_words_are_kept_with_their_place() -> None:
    (one,) = correction("嗯，拍板的是李总", NOW, FACTS)
    assert one.value.words == Words(6, 8, "李总")
