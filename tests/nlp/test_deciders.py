"""Who decides (N2): the many ways a rep says it, for whoever it is."""

from __future__ import annotations

from datetime import datetime

import pytest

from bench.memo_score import is_same_person
from nlp.deciders import by_rules
from nlp.reading import Reading

AT = datetime.fromisoformat("2026-11-24T18:00:00+08:00")
SPOKEN = (
    "今天去了恒泰化工,见了采购小李,聊了设备的事。{}。下周三我把方案发过去。",
    "今天去了恒泰化工见了采购小李聊了设备的事{}下周三我把方案发过去",
)


def decider(said: str, spoken: str) -> str | None:
    """By the rules; test_decider_ranking.py has what the weights add."""
    reading = Reading(spoken.format(said), AT)
    found = by_rules(reading.text, reading.people, reading.marked)
    return reading.as_said(found.person.start, found.person.end) if found else None


@pytest.mark.parametrize("spoken", SPOKEN, ids=["clean", "bare"])
@pytest.mark.parametrize("person", ["王总", "蓝镇长", "韩姐", "Linda"])
@pytest.mark.parametrize(
    "said",
    [
        "最后X拍板",
        "真正签字的是分管的X",
        "合同得X签字才生效",
        "主意是X拿",
        "钱袋子在X手里",
        "要等X批",
        "决定权在X",
        "X自己有签约权",
        "关键人物是X",
        "过不了X那关",
        "X同意了就能下单",
        "X发话就成",
        "定哪家看X",
        "都要请示X",
        "全权委托X",
        "X是实际控制人",
        "最后一票在X",
        "X的意见就是结论",
        "他做不了主要听X的",
        "签字的得X",
    ],
)
def test_a_person_decides(said: str, person: str, spoken: str) -> None:
    assert is_same_person(decider(said.replace("X", person), spoken), person)


@pytest.mark.parametrize("spoken", SPOKEN, ids=["clean", "bare"])
@pytest.mark.parametrize("body", ["校务会", "董事会", "社员大会", "采购委员会", "评标小组"])
@pytest.mark.parametrize(
    "said", ["采购得过X", "最后要上X讨论", "X通过才能花", "由X表决", "X集体决定", "要提交X", "这事X说了算"]
)
def test_a_body_decides(said: str, body: str, spoken: str) -> None:
    assert is_same_person(decider(said.replace("X", body), spoken), body)


@pytest.mark.parametrize("spoken", SPOKEN, ids=["clean", "bare"])
@pytest.mark.parametrize(
    "said",
    [
        "谁拍板没打听到",
        "问他谁定他没接话",
        "到底谁拍板他支支吾吾",
        "他说自己说了不算",
        "小李只管询价",
        "董事会批了五十万",
        "一会儿是股东一会儿又是总裁",
    ],
)
def test_what_was_not_said_is_nobody(said: str, spoken: str) -> None:
    assert decider(said, spoken) is None


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ("请购单递到了连总裁桌上,批不批看他", "连总裁"),
        ("葛院长倒了杯水,说他在这上面签名,谁也拦不住", "葛院长"),
        ("老板叫小尚,他说整个公司啥事我说了算", "小尚"),
        ("老板娘管事,她看上哪个就哪个", "老板娘"),
        ("出钱的业主才定得了,也就是庾总", "庾总"),
    ],
)
def test_a_pronoun_stands_for_whoever_was_named_last(said: str, person: str) -> None:
    assert is_same_person(decider(said, "今天电话里聊了设备。{}。"), person)
