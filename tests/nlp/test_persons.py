"""Who is named: with a title, by the full name behind a post, as kin of the house, as a body (N2)."""

from __future__ import annotations

import pytest

from nlp.persons import persons


@pytest.mark.parametrize(
    ("text", "named"),
    [
        # a full name behind a post, or called so
        ("副厂长韩立新今天在场", ["副厂长韩立新"]),
        ("技术总监柏宁说行就行", ["技术总监柏宁"]),
        ("站长叫闻人庆,没见到", ["闻人庆"]),
        ("店长小郝负责", ["店长小郝"]),
        # … and what looks like one
        ("老板高兴得很", ["老板"]),
        ("经理平时不在", ["经理"]),
        ("他弟弟管账", ["他弟弟"]),
        # a family name that is on no list, where it clearly begins
        ("这事归代总管", ["代总"]),
        ("集团的昝博士拍板", ["昝博士"]),
        ("大家叫他裘老大", ["裘老大"]),
        # by a word of naming, and wherever the name is said again
        ("老板外号叫大熊,大熊说了算", ["老板", "大熊", "大熊"]),
        ("大家都喊她兔妈。兔妈亲自陪我", ["兔妈", "兔妈"]),
        ("老板叫大伟,就他一个人定", ["老板", "大伟"]),
        ("小伙子叫栾峰钱是爸妈给的买哪个栾峰定", ["栾峰", "栾峰"]),
        ("大家都叫好", []),
        # the end of a word is no family name
        ("刚出来园长就说", ["园长"]),
        ("街道主任拿笔一勾", ["主任"]),
        ("主管副总裁定", ["副总裁"]),
        # kin
        ("得问他小舅子", ["他小舅子"]),
        ("董事长夫人管账", ["董事长夫人"]),
        ("都听老爷子的", ["老爷子"]),
        ("腊梅姐一句话", ["腊梅姐"]),
        # bodies
        ("要上园务会", ["园务会"]),
        ("由评选小组打分", ["评选小组"]),
        ("县民政局说了算", ["县民政局"]),
        ("街道党工委会定", ["党工委会"]),
        ("总工办审", ["总工办"]),
        ("定标归集团价委会", ["集团价委会"]),
        ("归学校招投标办", ["学校招投标办"]),
        ("得他们新加坡总部批", ["新加坡总部"]),
        ("以后归集团共享中心定", ["集团共享中心"]),
    ],
)
def test_people(text: str, named: list[str]) -> None:
    assert [person.words for person in persons(text)] == named
