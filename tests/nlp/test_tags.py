"""What a lead says about itself (L4) and whom its customer asks for (R3), with the words each tag came from."""

from __future__ import annotations

import pytest

from domain.leads import Tags
from domain.tagging import BudgetBand, TagRules, WordTag
from nlp.lead_post import ParsedLead
from nlp.tags import budget_in, read_tags, wished_member
from settings.model import Settings
from settings.rules import tag_rules

SHIPPED = tag_rules(Settings())
RULES = TagRules(
    industries=(WordTag("汽车", ("汽配", "汽车")), WordTag("机械", ("机械",))),
    product_lines=(WordTag("激光", ("X200", "激光")), WordTag("折弯", ("折弯",))),
    hospital_levels=(WordTag("三甲", ("三甲",)), WordTag("二甲", ("二甲",))),
    budget_bands=(BudgetBand("小", 0), BudgetBand("中", 10_000_000), BudgetBand("大", 50_000_000)),
)
REGIONS = [("苏南", ("苏州", "无锡")), ("华东", ("江苏", "浙江")), ("华南", ("广东", "广州"))]
MEMBERS = [("lina", "李娜"), ("liqiang", "李强"), ("wangqiang", "王强"), ("ouyang", "欧阳锋")]


def tags(
    customer: str = "屿衡", model: str = "M1", remark: str = "", phone: str = "4008001234", rules: TagRules = RULES
) -> Tags:
    return read_tags(ParsedLead(customer, phone, model, "展会", remark), rules, REGIONS, MEMBERS)


@pytest.mark.parametrize(
    ("customer", "phone", "region", "city", "words"),
    [
        ("苏州屿衡", "4008001234", "苏南", "苏州", "苏州"),
        ("昆山屿衡", "4008001234", "苏南", "苏州", "昆山"),
        ("南通屿衡", "4008001234", "华东", "南通", "南通"),
        ("浙江屿衡", "4008001234", "华东", "", "浙江"),
        ("屿衡", "02065551234", "华南", "广州", "020"),
        ("拉萨屿衡", "02065551234", "", "拉萨", "拉萨"),
        ("屿衡", "4008001234", "", "", ""),
    ],
)
def test_a_region_that_names_the_city_goes_before_one_that_names_its_province(
    customer: str, phone: str, region: str, city: str, words: str
) -> None:
    found = tags(customer, phone=phone)
    assert (found.region, found.city) == (region, city)
    reasons = dict(found.reasons)
    assert reasons.get("city" if city else "region", "") == words


@pytest.mark.parametrize(
    ("found", "field", "value", "word"),
    [
        (tags("恒达汽配机械"), "industry", "汽车", "汽配"),
        (tags("恒达机械", remark="做汽车的"), "industry", "机械", "机械"),
        (tags(model="Ｘ２００"), "product_line", "激光", "X200"),
        (tags(model="x200"), "product_line", "激光", "X200"),
        (tags("激光设备厂", model="折弯机"), "product_line", "折弯", "折弯"),
        (tags("苏州三甲医院"), "hospital_level", "三甲", "三甲"),
        (tags(remark="是家二甲"), "hospital_level", "二甲", "二甲"),
    ],
)
def test_a_word_gives_its_tag_and_the_telling_field_is_looked_at_first(
    found: Tags, field: str, value: str, word: str
) -> None:
    assert getattr(found, field) == value
    assert dict(found.reasons)[field] == word


def test_what_is_not_said_stays_empty_and_has_no_reason() -> None:
    assert tags() == Tags()


@pytest.mark.parametrize(
    ("customer", "industry"),
    [("苏州第一人民医院", "医疗"), ("恒达机械", "机械"), ("砚禾汽配", "汽车"), ("屿衡", ""), ("砚禾小学", "教育")],
)
def test_the_shipped_words_know_the_usual_trades(customer: str, industry: str) -> None:
    assert tags(customer, rules=SHIPPED).industry == industry


# budget


@pytest.mark.parametrize(
    ("remark", "yuan"),
    [
        ("预算60万", 600_000),
        ("预算大概60万左右", 600_000),
        ("预算：60w", 600_000),
        ("预算50-60万", 500_000),
        ("预算50万到60万", 500_000),
        ("预算六十万", 600_000),
        ("预算一百二十万", 1_200_000),
        ("预算两三万", 20_000),
        ("预算五六十万", 500_000),
        ("预算十几万", 100_000),
        ("预算三万五", 35_000),
        ("预算1.5万", 15_000),
        ("预算8000", 8_000),
        ("预算80,000元", 80_000),
        ("预算２０万", 200_000),
        ("预算1千万", 10_000_000),
        ("预算1亿", 100_000_000),
        ("80万预算", 800_000),
        ("80万左右的预算", 800_000),
        ("50到80万的预算", 500_000),
    ],
)
def test_a_budget_is_read_in_whole_fen_and_of_a_range_the_lower_end(remark: str, yuan: int) -> None:
    assert budget_in(remark) == yuan * 100


@pytest.mark.parametrize(
    "remark",
    ["", "预算60", "没有预算", "预算待定", "预算还没批", "产量60万件", "去年采购60万", "预算表见附件2", "预算0万"],
)
def test_where_no_budget_is_said_none_is_guessed(remark: str) -> None:
    """60 alone says neither yuan nor 万; 60万 without the word is not a budget."""
    assert budget_in(remark) is None


@pytest.mark.parametrize(
    ("remark", "band"), [("预算10万", "中"), ("预算9.99万", "小"), ("预算50万", "大"), ("没说", "")]
)
def test_a_band_begins_at_its_own_amount(remark: str, band: str) -> None:
    assert tags(remark=remark).budget_band == band


# the person asked for


@pytest.mark.parametrize(
    ("remark", "words", "userid"),
    [
        ("客户指定李娜", "李娜", "lina"),
        ("指定李娜跟进", "李娜", "lina"),
        ("点名要王强", "王强", "wangqiang"),
        ("希望由王工对接", "王工", "wangqiang"),
        ("要求小王跟进", "小王", "wangqiang"),
        ("请我们的欧阳锋来跟进", "欧阳锋", "ouyang"),
        ("指名找王强经理", "王强经理", "wangqiang"),
        ("让你们销售王强联系，点名的", "", ""),
        ("指定李工", "李工", ""),
        ("指定赵六跟进", "赵六", ""),
    ],
)
def test_who_is_asked_for_is_a_member_only_where_one_alone_can_be_meant(remark: str, words: str, userid: str) -> None:
    """李工 may be either of two; 赵六 is nobody of ours: both stay as typed."""
    wish = wished_member(remark, MEMBERS)
    assert (wish.words if wish else "", wish.userid if wish else "") == (words, userid)


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "周三跟进",
        "希望周五联系",
        "客户指定用德国电机",
        "李娜上次来过",
        "要三台跟进口的一样",
        "指定品牌",
        "请尽快跟进",
    ],
)
def test_a_remark_that_asks_for_nobody_is_no_wish(remark: str) -> None:
    assert wished_member(remark, MEMBERS) is None


def test_a_wish_is_kept_as_the_members_name_with_the_words_it_came_from() -> None:
    known, unknown = tags(remark="要求小王跟进"), tags(remark="指定赵六跟进")
    assert (known.wished_member, known.reasons) == ("王强", (("wished_member", "小王"),))
    assert unknown.wished_member == "赵六"
