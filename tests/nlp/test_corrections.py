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
LATER_SAMPLE = NextStep("寄样品", date(2026, 11, 25), Owner.US)
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
        # steps by the day that they have, or by their number on the card
        ("明天改后天", {"next_steps": steps(LATER_SAMPLE, DEPOSIT, QUOTE)}),
        ("明天改成后天", {"next_steps": steps(LATER_SAMPLE, DEPOSIT, QUOTE)}),
        ("不是明天，是后天", {"next_steps": steps(LATER_SAMPLE, DEPOSIT, QUOTE)}),
        ("寄样品改后天", {"next_steps": steps(LATER_SAMPLE, DEPOSIT, QUOTE)}),
        ("第一条改到后天", {"next_steps": steps(LATER_SAMPLE, DEPOSIT, QUOTE)}),
        ("下一步1改到后天", {"next_steps": steps(LATER_SAMPLE, DEPOSIT, QUOTE)}),
        ("删掉第二条", {"next_steps": steps(SAMPLE, QUOTE)}),
        ("第2条不要了", {"next_steps": steps(SAMPLE, QUOTE)}),
        ("下一步第二条删了", {"next_steps": steps(SAMPLE, QUOTE)}),
        ("第二条是我们做", {"next_steps": steps(SAMPLE, NextStep("付定金", date(2026, 11, 27), Owner.US), QUOTE)}),
        ("第一条改成寄合同", {"next_steps": steps(NextStep("寄合同", date(2026, 11, 24), Owner.US), DEPOSIT, QUOTE)}),
        ("样品不用寄了", {"next_steps": steps(DEPOSIT, QUOTE)}),
        ("加一条：下周五前发图纸", {"next_steps": steps(SAMPLE, DEPOSIT, QUOTE, NextStep("发图纸", date(2026, 12, 4), Owner.US))}),
        ("第2条：后天", {"next_steps": steps(SAMPLE, NextStep("付定金", date(2026, 11, 25), Owner.CUSTOMER), QUOTE)}),
        ("2删掉", {"next_steps": steps(SAMPLE, QUOTE)}),
        ("删掉2", {"next_steps": steps(SAMPLE, QUOTE)}),
        ("第二条是我们催", {"next_steps": steps(SAMPLE, NextStep("付定金", date(2026, 11, 27), Owner.US), QUOTE)}),
        ("先不寄样品", {"next_steps": steps(DEPOSIT, QUOTE)}),
        ("付定金推迟一周", {"next_steps": steps(SAMPLE, NextStep("付定金", date(2026, 12, 4), Owner.CUSTOMER), QUOTE)}),
        ("付定金提前两天", {"next_steps": steps(SAMPLE, NextStep("付定金", date(2026, 11, 25), Owner.CUSTOMER), QUOTE)}),
        ("下一步是回访", {"next_steps": steps(SAMPLE, DEPOSIT, QUOTE, NextStep("回访", None, Owner.US))}),
        ("明天几点开会", {}),
        ("下周三改下周四", {}),
        ("日期改成后天", {}),
        ("删掉第四条", {}),
        # with the name of the row in front
        ("拍板人李总", {"decision_maker": "李总"}),
        ("拍板人不是王总，是李总", {"decision_maker": "李总"}),
        ("负责人是李总", {"decision_maker": "李总"}),
        ("老板是李总", {"decision_maker": "李总"}),
        ("不是王总，是他们集团采购部的李总", {"decision_maker": "集团采购部的李总"}),
        ("王总不拍板", {"decision_maker": None}),
        ("拍板人不是王总", {"decision_maker": None}),
        ("李总不拍板", {}),
        ("是李总", {"decision_maker": "李总"}),
        ("预算不是40万", {"budget": None}),
        ("预算不是50万", {}),
        ("客户不是恒达机械，是宏远包装", {"customer": "宏远包装"}),
        ("预算不是40万，是60万", {"budget": wan(60, 60)}),
        ("对手不是科瑞，是三泰", {"competitors": ["三泰"]}),
        ("对手加一个三泰", {"competitors": ["科瑞", "三泰"]}),
        ("加一个竞品三泰", {"competitors": ["科瑞", "三泰"]}),
        ("竞品有三泰", {"competitors": ["科瑞", "三泰"]}),
        ("科瑞不是竞品", {"competitors": [], "signals": [Signal.PRICE_SENSITIVE]}),
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


@pytest.mark.parametrize("said", ["下周三改下周四", "日期改成下周四", "周三改到下周四", "不是下周三，是下周四"])
def test_another_day_is_meant_for_the_only_step_whatever_day_it_had(said: str) -> None:
    (one,) = correction(said, NOW, MemoFacts(next_steps=(Said(SAMPLE, AT),)))
    assert [said.value for said in one.value] == [NextStep("寄样品", date(2026, 12, 3), Owner.US)]


def test_one_rival_of_two_is_taken_out_and_the_other_stays_in_play() -> None:
    facts = MemoFacts(competitors=(Said("科瑞", AT), Said("三泰", AT)), signals=FACTS.signals)
    (one,) = correction("竞品没有科瑞", NOW, facts)
    assert (one.field, [said.value for said in one.value]) == ("competitors", ["三泰"])


def test_the_words_are_kept_with_their_place() -> None:
    (one,) = correction("嗯，拍板的是李总", NOW, FACTS)
    assert one.value.words == Words(6, 8, "李总")
