"""What somebody owes: listed, reminded of, ticked off (S5)."""

from __future__ import annotations

from datetime import datetime

from domain.ids import UserId
from domain.todos import TodoKind, end_of_day, first_reminder
from tests.kit.desk import Desk

REP = "zhangwei"


async def owe(desk: Desk, title: str, due_at: datetime, kind: TodoKind = TodoKind.STEP, key: str = "") -> None:
    async with desk.work() as work:
        customer = await work.customers.add(f"{title}客户", title, f"138{len(title):08d}") if not key else None
        calendar = desk.house.rules.calendar if kind is not TodoKind.VISIT else None
        await work.todos.add(
            key or title, UserId(REP), kind, due_at, title=title,
            customer_id=customer.customer_id if customer else None,
            next_reminder_at=first_reminder(work.now, due_at, calendar),
        )  # fmt: skip


async def test_the_list_has_numbers_and_a_word_ticks_one_off(desk: Desk) -> None:
    """S5: the most urgent first; 完成 2 takes the second away."""
    await owe(desk, "寄样品", desk.at(25, 18))
    await owe(desk, "报一版价", desk.at(24, 18))
    said = await desk.asks(REP, "待办")
    assert "1. 报一版价客户：报一版价，明天 18:00 前" in said
    assert "2. 寄样品客户：寄样品，周三 18:00 前" in said
    assert said.endswith("做完一件发：完成 1")
    assert await desk.asks(REP, "完成 2") == "勾掉了：寄样品客户：寄样品"
    assert "寄样品" not in await desk.asks(REP, "待办")


async def test_a_number_that_is_not_there_changes_nothing(desk: Desk) -> None:
    await owe(desk, "寄样品", desk.at(25, 18))
    assert "没有第 7 条待办" in await desk.asks(REP, "完成 7")
    assert "寄样品" in await desk.asks(REP, "待办")


async def test_reminded_in_the_morning_at_the_end_and_the_next_morning_and_then_never_again(desk: Desk) -> None:
    """S5: before, at and after; the card's tap settles it."""
    await owe(desk, "寄样品", desk.at(25, 18))
    await desk.pass_until(desk.at(25, 9))
    assert desk.titles(REP) == ["今天要做：寄样品客户：寄样品"]
    await desk.pass_until(desk.at(25, 18))
    assert desk.titles(REP)[1:] == ["到时间了：寄样品客户：寄样品"]
    await desk.pass_until(desk.at(26, 9))
    assert desk.titles(REP)[2:] == ["已超时 15 小时：寄样品客户：寄样品"]
    await desk.pass_until(desk.at(27, 12))
    assert len(desk.titles(REP)) == 3
    await desk.tap(REP, "完成")
    assert set(desk.titles(REP)) == {"完成了：寄样品客户：寄样品"}
    assert await desk.asks(REP, "待办") == "没有待办。有新线索会马上发卡片给你。"


async def test_what_is_due_at_the_same_moment_is_one_card_that_shrinks_with_each_tap(desk: Desk) -> None:
    """S4: three things, one card; what is done elsewhere has gone from it too."""
    for title in ("寄样", "报价单", "发图纸给他们"):
        await owe(desk, title, desk.at(24, 18))
    await desk.pass_until(desk.at(24, 9))
    (card,) = desk.cards(REP)
    assert card.title == "3 件待办到时间了"
    assert card.buttons == ("1 完成", "2 完成", "3 完成")
    await desk.asks(REP, "完成 1")
    await desk.tap(REP, "2 完成")
    (card,) = desk.cards(REP)
    assert card.title == "今天要做：发图纸给他们客户：发图纸给他们"
    await desk.tap(REP, "完成")
    assert desk.titles(REP) == ["完成了：发图纸给他们客户：发图纸给他们"]


async def test_tomorrow_is_a_tap_and_the_reminders_move_with_it(desk: Desk) -> None:
    """S5: on a Friday 明天再做 means Monday, since nobody works in between."""
    await owe(desk, "寄样品", desk.at(27, 18))
    await desk.pass_until(desk.at(27, 9))
    await desk.tap(REP, "明天再做")
    assert desk.titles(REP) == ["改到 周一 18:00：寄样品"]
    await desk.pass_until(desk.at(29, 20))
    assert len(desk.titles(REP)) == 1
    await desk.pass_until(desk.at(30, 9))
    assert desk.titles(REP)[1] == "今天要做：寄样品客户：寄样品"


async def test_ticked_off_before_the_card_leaves_and_no_card_comes(desk: Desk) -> None:
    """S4: held back in quiet hours, withdrawn when the cause has gone."""
    await owe(desk, "回电话", desk.at(24, 7, 30), TodoKind.VISIT)
    await desk.pass_until(desk.at(24, 7, 10))
    assert desk.titles(REP) == []
    await desk.asks(REP, "完成 1")
    await desk.pass_until(desk.at(24, 12))
    assert desk.titles(REP) == []


async def test_the_same_thing_is_owed_once(desk: Desk) -> None:
    """N4: understood twice, one to-do."""
    for _ in range(2):
        await owe(desk, "寄样品", desk.at(25, 18), key="memo:1:1")
    assert (await desk.asks(REP, "待办")).startswith("1 件待办")


async def test_whoever_leaves_owes_nothing_any_more(desk: Desk) -> None:
    """Chapter 1: the manager gets what was promised to customers."""
    await owe(desk, "寄样品", desk.at(25, 18))
    await desk.wecom.leave(REP)
    await desk.settle()
    assert "寄样品" in await desk.asks("zhaomin", "待办")


async def test_sunday_means_the_last_working_day_before_it(desk: Desk) -> None:
    """本周内 is due on Sunday; whoever is reminded on Sunday evening has been reminded too late."""
    calendar, now = desk.house.rules.calendar, desk.clock.now()
    assert end_of_day(calendar, desk.at(29, 0).date(), now) == desk.at(27, 18)
    assert end_of_day(calendar, desk.at(29, 0).date(), desk.at(28, 10)) == desk.at(29, 18)
