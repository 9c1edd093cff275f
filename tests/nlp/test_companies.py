"""When two spellings are one company (L3): a false merge is worse than a missed one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.companies import company_key, is_company, same_company


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("恒达机械", "恒达机械有限公司"),
        ("恒达机械", "恒达机械股份有限责任公司"),
        ("恒达机械股份", "恒达机械股份有限公司"),
        ("苏州恒达机械有限公司", "恒达机械（苏州）有限公司"),
        ("恒达机械(昆山)", "昆山恒达机械"),
        ("江苏省苏州市澄屿精密", "苏州澄屿精密"),
        ("苏州工业园区澄屿精密", "苏州澄屿精密"),
        ("杭州市西湖区澄屿精密", "杭州澄屿精密"),
        ("中国澄屿精密集团股份有限公司", "澄屿精密（集团）有限公司"),
        ("澄屿精密", "苏州澄屿精密"),
        ("ＡＢＣ机械", "abc机械"),
        ("恒 达 机 械", "恒达机械 "),
        ("恆達機械有限公司", "恒达机械"),
        ("蘇州澄嶼精密", "苏州澄屿精密"),
        ("恒达·机械", "恒达机械"),
        ("Hengda Machinery Co., Ltd.", "hengda machinery"),
        ("恒达", "恒达集团"),
        ("苏州人民医院", "苏州市人民医院"),
    ],
)
def test_another_spelling_is_the_same_company(one: str, other: str) -> None:
    assert same_company(one, other)
    assert company_key(one) == company_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("恒达机械", "恒达科技"),
        ("恒达机械", "恒达机械配件"),
        ("恒达机械", "恒大机械"),
        ("恒达机械一厂", "恒达机械二厂"),
        ("恒达1号机械", "恒达2号机械"),
        ("恒达机械", "恒达机械上海分公司"),
        ("杭州恒达机械", "苏州恒达机械"),
        ("恒达机械（杭州）", "恒达机械（苏州）"),
        ("昆山澄屿精密", "苏州澄屿精密"),
        ("浙江恒达机械", "杭州恒达机械"),
        ("澄屿", "苏州澄屿"),
        ("苏州市第一人民医院", "苏州市第二人民医院"),
        ("第一人民医院", "苏州第一人民医院"),
        ("北京大学", "北京大学附属医院"),
        ("苏州机械厂", "苏州机械"),
        ("苏州供电局", "无锡供电局"),
        ("苏州食品", "食品"),
    ],
)
def test_whatever_is_doubtful_is_another_company(one: str, other: str) -> None:
    """Two places, two numbers, a branch, a name too short or too general to be one's own."""
    assert not same_company(one, other)


@pytest.mark.parametrize(
    "name",
    ["王先生", "张伟", "李", "采购部刘主任", "小王", "客户", "老客户", "个人", "抖音用户", "公司", "未知", "", " "],
)
def test_a_person_or_a_filler_joins_nothing_not_even_itself(name: str) -> None:
    assert company_key(name) == ""
    assert not same_company(name, name)


@pytest.mark.parametrize("name", ["人民医院", "第一中学", "机械厂", "五金", "大学", "自来水厂", "建材有限公司"])
def test_a_name_that_says_only_the_kind_is_one_of_many(name: str) -> None:
    assert not same_company(name, name)


STEMS = st.sampled_from(
    ["恒达", "恒达机械", "澄屿精密", "屿衡", "人民医院", "机械", "第一中学", "宏远包装", "abc", "王"]
)
AHEAD = st.sampled_from(["", "苏州", "苏州市", "昆山", "浙江", "杭州市西湖区", "中国", "江苏省苏州市", "新区"])
BEHIND = st.sampled_from(
    ["", "有限公司", "（苏州）有限公司", "集团", "(杭州)", "一厂", "分公司", "股份有限公司", "先生"]
)
NAMES = st.builds(lambda ahead, stem, behind: ahead + stem + behind, AHEAD, STEMS, BEHIND)


@given(NAMES, NAMES)
def test_being_the_same_is_mutual_and_never_goes_past_the_key(one: str, other: str) -> None:
    """The key is what is looked up: two spellings under different keys would never meet."""
    assert same_company(one, other) == same_company(other, one)
    assert not same_company(one, other) or company_key(one) == company_key(other) != ""


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_an_answer(one: str, other: str) -> None:
    assert same_company(one, other) == same_company(other, one)


@given(NAMES, NAMES)
def test_two_cities_are_never_one_company(one: str, other: str) -> None:
    assert not same_company(f"无锡{one}", f"广州{other}") or "" in (one, other)


@pytest.mark.parametrize("name", ["宏远包装有限公司", "恒达机械", "安琪酵母"])
def test_a_companys_name_is_one(name: str) -> None:
    assert is_company(name)


@pytest.mark.parametrize("name", ["欧阳静怡", "张伟", "王先生", "苏州屿衡有限公司周经理", ""])
def test_a_persons_name_is_none_even_behind_a_companys(name: str) -> None:
    assert not is_company(name)
