"""Whom a memo names (N2): rivals and customers show themselves by the words around them, with and without full stops."""

from __future__ import annotations

from datetime import datetime

import pytest

from nlp.extract import as_labels, extract
from nlp.name_kinds import kinds_in, name_signs

AT = datetime.fromisoformat("2026-11-24T18:00:00+08:00")
SPOKEN = (
    "今天去了恒泰化工,见了设备部李经理,他说预算五十万。{}。我下周三把方案发过去。",
    "今天去了恒泰化工见了设备部李经理他说预算五十万{}我下周三把方案发过去",
)
VISITED = (
    "{}。预算五十万,这单赵总定。博锐也报了。我下周三把方案发过去。",
    "{}预算五十万这单赵总定博锐也报了我下周三把方案发过去",
)


@pytest.mark.parametrize("spoken", SPOKEN, ids=["clean", "bare"])
@pytest.mark.parametrize(
    ("said", "rival"),
    [
        ("博锐也在报", "博锐"),
        ("博锐的人刚走", "博锐"),
        ("桌上放着锐影的样册", "锐影"),
        ("海天只要四十万", "海天"),
        ("旺达货架那边报四十五万", "旺达货架"),
        ("我们比碧澜贵两万", "碧澜"),
        ("还有一家叫禾包的", "禾包"),
        ("本地的精卓也在做", "精卓"),
        ("楚泰机械答应账期九十天", "楚泰机械"),
    ],
)
def test_a_rival_shows_itself_by_what_is_said_around_it(said: str, rival: str, spoken: str) -> None:
    labels = as_labels(extract(spoken.format(said), AT))
    assert labels["competitors"] == [rival]
    assert labels["customer"] == "恒泰化工"
    assert "competitor_involved" in labels["signals"]


@pytest.mark.parametrize(
    ("said", "rival"),
    [
        ("一期给了宏梭", "宏梭"),
        ("上次输给了安迪斯", "安迪斯"),
        ("想替掉海澜德", "海澜德"),
        ("会议室里坐着勤拓的人", "勤拓"),
        ("汇川已经送样了", "汇川"),
        ("老供应商是恒亮", "恒亮"),
        ("除了我们还有科卫讯", "科卫讯"),
    ],
)
def test_a_rival_of_few_words_is_heard_between_full_stops(said: str, rival: str) -> None:
    """Without them the weights doubt what the rules find."""
    assert as_labels(extract(SPOKEN[0].format(said), AT))["competitors"] == [rival]


@pytest.mark.parametrize(
    ("said", "rivals"),
    [
        ("日东和劲拓都约了下周试机", ["日东", "劲拓"]),
        ("参观了迈锐的博览会,不是宏达,是宏大", []),
    ],
)
def test_two_names_are_two_and_a_fair_is_none(said: str, rivals: list[str]) -> None:
    found = as_labels(extract(f"今天去了恒泰化工,{said}", AT))["competitors"]
    assert found == rivals or (not rivals and "宏达" not in found)


@pytest.mark.parametrize("visited", VISITED, ids=["clean", "bare"])
@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("刚从永固五金出来", "永固五金"),
        ("今天跑了一趟鲜脉达", "鲜脉达"),
        ("拜访了嘉禾食品的王经理", "嘉禾食品"),
        ("刚跟德信电机开完会", "德信电机"),
        ("给云麓医院打电话", "云麓医院"),
        ("百谷坊要换设备王经理负责", "百谷坊"),
        ("客户是芯砺微王经理对接", "芯砺微"),
        ("和永晖冷链的王经理聊了聊", "永晖冷链"),
        ("到市三院见了王经理", "市三院"),
        ("去实验中学跑了一趟见了王经理", "实验中学"),
        ("上午在县人民医院王经理接待的", "县人民医院"),
        ("德旺座椅的报价战打到第四轮", "德旺座椅"),
        ("跑了一趟滨江社区卫生服务中心", "滨江社区卫生服务中心"),
    ],
)
def test_the_customer_shows_itself_too(said: str, name: str, visited: str) -> None:
    labels = as_labels(extract(visited.format(said), AT))
    assert labels["customer"] == name
    assert labels["competitors"] == ["博锐"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("恒达机械", "机械"),
        ("瑞泽医药公司", "医药公司"),
        ("北辰电力公司", "电力公司"),
        ("云麓医院", "医院"),
        ("百世达", ""),
    ],
)
def test_the_kind_of_house_is_what_the_name_ends_with(name: str, kind: str) -> None:
    begin, _ = kinds_in(name).get(len(name), (len(name), 0))
    assert name[begin:] == kind


def test_signs_of_names_are_those_of_makers_and_rare_ones() -> None:
    assert set("恒瑞昱澜") <= name_signs()
    assert name_signs().isdisjoint("样平的了")
