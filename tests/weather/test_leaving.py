"""A member who has just left, and a stranger: no data, and no lead is left lying with them."""

from __future__ import annotations

from tests.kit.desk import Desk

POST = "【线索响应】恒达机械 13800001111 X200 展会"


async def test_whoever_has_just_left_can_neither_take_a_lead_nor_read_anything(desk: Desk) -> None:
    """What was on the way from their phone is answered with one line that tells nothing."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    (card,) = desk.cards(owner)
    await desk.wecom.leave(owner)
    await desk.settle()
    await desk.tap(owner, "接单", card)
    for word in ("待办", "为什么 L1", "记录 恒达", POST):
        await desk.wecom.say_to_app(owner, word)
    await desk.settle()
    async with desk.work() as work:
        (lead,) = await work.leads.open()
    assert (lead.owner, lead.accepted_at) == ("zhaomin", None)
    after = " ".join(desk.texts(owner))
    assert "恒达" not in after
    assert "13800001111" not in after


async def test_a_push_to_one_whom_wecom_no_longer_knows_is_told_to_the_operator(desk: Desk) -> None:
    """81013: the company's list knew before we did."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    desk.wecom.weather.answer_with(81013)
    await desk.wecom.say_to_app(owner, "帮助")
    await desk.settle()
    assert any("没送到" in text for text in desk.texts("sunyue"))


async def test_a_stranger_gets_one_line_a_day_and_changes_nothing(desk: Desk) -> None:
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.wecom.join("wangwu", "王五")
    for word in ("待办", "为什么 L1", "记录 恒达", "无效 L1", "转派 L1 给 李娜", POST):
        await desk.wecom.say_to_app("wangwu", word)
    await desk.settle()
    (line,) = desk.texts("wangwu")
    assert line.startswith("没有在名册里找到你")
    async with desk.work() as work:
        (lead,) = await work.leads.open()
    assert (lead.owner, lead.accepted_at) == (owner, None)
