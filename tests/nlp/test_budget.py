"""Whose money a figure is (N2): the customer's to spend, ours, a rival's, or something else's."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlp.extract import as_labels, extract

AT = datetime.fromisoformat("2026-11-24T18:00:00+08:00")
SPOKEN = (
    "今天去了恒泰化工,见了采购李经理,聊了设备的事。{}。下周三我把方案发过去。",
    "今天去了恒泰化工见了采购李经理聊了设备的事{}下周三我把方案发过去",
)


@pytest.mark.parametrize("spoken", SPOKEN, ids=["clean", "bare"])
@pytest.mark.parametrize(
    "said",
    [
        "预算报了四十八万",
        "钱他说有四十八万",
        "备了四十八万",
        "想投四十八万",
        "手里能动的就四十八万",
        "账上留了四十八万",
        "光设备给四十八万",
        "业主划过来四十八万",
        "集团给了四十八万",
        "打包四十八万",
        "心里的数是四十八万",
        "把底交给我了四十八万",
        "起码给到四十八万",
        "自筹部分四十八万",
        "原来讲的四十八万还是四十八万",
        "预算从原先的二百六十万调成四十八万",
        "今年嘛四十八万",
    ],
)
def test_what_the_customer_may_spend(said: str, spoken: str) -> None:
    budget = as_labels(extract(spoken.format(said), AT))["budget"]
    assert budget is not None
    assert 480_000 in (budget["min"], budget["max"])


@pytest.mark.parametrize("spoken", SPOKEN, ids=["clean", "bare"])
@pytest.mark.parametrize(
    "said",
    [
        "我们挂的四十八万",
        "公司底价是四十八万",
        "我最多让到四十八万",
        "别家报的是四十八万",
        "去年同型号花了四十八万",
        "上一回他们买三台花了四十八万",
        "原来那套四十八万",
        "定金四十八万",
        "一年维护费四十八万",
        "差价四十八万",
        "县里补贴四十八万",
        "超过四十八万要集团批",
        "四十八万以下他说了算",
        "旧机想折四十八万",
        "还欠四十八万样品费没结",
        "好像四十八万还是五十八万",
    ],
)
def test_what_is_somebody_elses(said: str, spoken: str) -> None:
    assert as_labels(extract(spoken.format(said), AT))["budget"] is None


def test_nobody_has_a_budget_of_a_hundred_yuan() -> None:
    budget = as_labels(extract("预算没变,还是那个数,一百二到一百三", AT))["budget"]
    assert budget == {"min": 1_200_000, "max": 1_300_000}
