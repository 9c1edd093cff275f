"""Whoever lets a lead lie is heard of, in working hours, once (S2, S4, S5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import Database
from tests.kit.clock import FakeClock
from tests.kit.desk import Desk, sitting

POST = "【线索响应】恒达机械 13800001111 X200 展会"


async def test_a_card_nobody_takes_reaches_the_manager_once(desk: Desk) -> None:
    """S2, S4: three minutes without 接单, one card to the manager, no repeat."""
    await desk.post(POST)
    await desk.pass_time(minutes=2.9)
    assert desk.cards("zhaomin") == []
    await desk.pass_time(minutes=0.2)
    (card,) = desk.cards("zhaomin")
    assert card.title == "L1 3 分钟未接单"
    assert "恒达机械" in card.subtitle
    assert card.buttons == ("收到", "稍后")
    await desk.pass_time(minutes=60)
    assert len(desk.cards("zhaomin")) == 1


async def test_several_late_leads_share_one_card(desk: Desk) -> None:
    """S4: one card that gathers them."""
    await desk.post("【线索响应】\n恒达机械 13800001111 X200 展会\n宏远包装 13900002222 Y10 官网")
    await desk.pass_time(minutes=4)
    (card,) = desk.cards("zhaomin")
    assert card.title == "2 条线索超时"
    assert [name for name, _ in card.lines] == ["L1", "L2"]


async def test_the_ladder_goes_on_to_the_report_for_manager_and_admin(desk: Desk) -> None:
    """S2: 3 minutes, 2 hours, 4 hours of working time; a lunch break is not worked."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    await desk.pass_until(desk.at(23, 12, 1))
    assert desk.titles("zhaomin") == ["L1 2 小时未联系"]
    await desk.pass_until(desk.at(23, 15, 31))
    assert [title.endswith("仍未联系") for title in desk.titles("zhaomin")] == [False, True]
    assert len(desk.cards("chenlu")) == 1


async def test_accepting_marks_the_managers_card_as_done(desk: Desk) -> None:
    """S4: a ping whose cause has gone says so."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.pass_time(minutes=4)
    await desk.tap(owner, "接单")
    (card,) = desk.cards("zhaomin")
    assert card.title == "都处理好了"
    assert card.buttons == ()


async def test_later_brings_the_ping_back_after_half_an_hour(desk: Desk) -> None:
    """S4: 稍后 snoozes; 收到 ends it."""
    await desk.post(POST)
    await desk.pass_time(minutes=4)
    await desk.tap("zhaomin", "稍后")
    await desk.pass_time(minutes=29)
    assert len(desk.cards("zhaomin")) == 1
    await desk.pass_time(minutes=2)
    assert len(desk.cards("zhaomin")) == 2
    await desk.tap("zhaomin", "收到")
    await desk.pass_time(minutes=45)
    assert len(desk.cards("zhaomin")) == 2


async def test_a_lead_on_friday_evening_waits_for_monday(database: Database, tmp_path: Path) -> None:
    """S2: timers run on working time; nobody is pinged on a weekend."""
    clock = FakeClock()
    async with sitting(database, tmp_path, clock=clock) as desk:
        clock.move_to(desk.at(27, 17, 59))
        await desk.post(POST)
        await desk.pass_until(desk.at(30, 9, 1))
        assert desk.cards("zhaomin") == []
        await desk.pass_until(desk.at(30, 9, 3))
        assert len(desk.cards("zhaomin")) == 1


async def test_around_the_clock_knows_no_weekend_and_no_quiet_hours(database: Database, tmp_path: Path) -> None:
    """interfaces.md: escalation.around_the_clock lifts working time, weekends, holidays and quiet hours."""
    clock = FakeClock()
    async with sitting(database, tmp_path, clock=clock, changes={"escalation": {"around_the_clock": True}}) as desk:
        clock.move_to(desk.at(28, 23, 30))
        await desk.post(POST)
        await desk.pass_time(minutes=4)
        assert len(desk.cards("zhaomin")) == 1


async def test_a_lead_that_lies_is_taken_back_and_given_to_somebody_else(database: Database, tmp_path: Path) -> None:
    """S2, last rung: the old owner is barred and sees it on the card."""
    async with sitting(database, tmp_path, changes={"escalation": {"take_back": True}}) as desk:
        await desk.post(POST)
        (first,) = desk.holders("新线索 L1")
        await desk.pass_time(hours=6)
        (second,) = desk.holders("新线索 L1")
        assert second != first
        assert desk.titles(first)[0] == "已收回 L1"
        async with desk.work() as work:
            (lead,) = await work.leads.open()
            assert (await work.customers.get(lead.customer_id)).owner == second


async def test_the_report_is_told_although_the_lead_has_been_taken_back(database: Database, tmp_path: Path) -> None:
    """S2, last rung: manager and admin hear who let it lie and where it is now, not that all is well."""
    async with sitting(database, tmp_path, changes={"escalation": {"take_back": True}}) as desk:
        await desk.post(POST)
        (first,) = desk.holders("新线索 L1")
        await desk.pass_time(hours=6)
        (second,) = desk.holders("新线索 L1")
        names = {person.userid: person.name for person in desk.wecom.company.people}
        (report,) = desk.cards("chenlu")
        assert report.title == "L1 4 小时仍未联系"
        assert report.subtitle == f"恒达机械 · {names[first]}，已收回转给{names[second]}"
        assert report.title in desk.titles("zhaomin")


async def test_a_card_of_three_leads_is_one_message_until_all_are_done(desk: Desk) -> None:
    """S4: WeCom lets a card change once for each code; a manager is not sent a new one for each lead that is taken."""
    await desk.post(
        "【线索响应】\n恒达机械 13800001111 X200 展会\n宏远包装 13900002222 Y10 官网\n大发电子 13700003333 Y10 官网"
    )
    await desk.pass_time(minutes=4)
    for owner in ("zhangwei", "lina", "wangqiang"):
        assert len(desk.cards("zhaomin")) == 1
        await desk.tap(owner, "接单")
    (card,) = desk.cards("zhaomin")
    assert (card.title, card.subtitle) == ("都处理好了", "L1、L2、L3 不用再管")


async def test_reminders_come_before_at_and_after_the_time(desk: Desk) -> None:
    """S5: each once, on a card whose tap settles it."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    await desk.pass_time(hours=8)
    reminders = [title for title in desk.titles(owner) if "首次联系 L1" in title]
    assert [title.split("：")[0] for title in reminders] == ["还有 30 分钟", "到时间了", "已超时 1 小时"]


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_timer_that_fires_again_does_nothing(desk: Desk, times: int) -> None:
    """Fencing: as often as the sweep comes, one card."""
    await desk.post(POST)
    await desk.pass_time(minutes=4)
    for _ in range(times):
        await desk.house.escalations.sweep()
    await desk.settle()
    assert len(desk.cards("zhaomin")) == 1


async def test_a_clock_set_back_fires_nothing_twice(desk: Desk) -> None:
    """Bad weather: the machine's clock goes back an hour."""
    await desk.post(POST)
    await desk.pass_time(minutes=4)
    desk.clock.move_to(desk.at(23, 9, 30))
    await desk.settle()
    await desk.pass_until(desk.at(23, 10, 10))
    assert len(desk.cards("zhaomin")) == 1


async def test_quiet_hours_hold_back_and_then_deliver_on_one_card(database: Database, tmp_path: Path) -> None:
    """S2: a company that works until eleven at night; its managers are pinged at eight, not at half past nine."""
    clock = FakeClock()
    changes = {"working_time": {"intervals": ["09:00-23:00"]}}
    async with sitting(database, tmp_path, clock=clock, changes=changes) as desk:
        clock.move_to(desk.at(23, 21, 30))
        await desk.post("【线索响应】\n恒达机械 13800001111 X200 展会\n宏远包装 13900002222 Y10 官网")
        await desk.pass_until(desk.at(24, 7, 59))
        assert desk.cards("zhaomin") == []
        await desk.pass_until(desk.at(24, 8, 1))
        assert desk.titles("zhaomin") == ["2 条线索超时"]


async def test_what_was_settled_in_quiet_hours_is_not_delivered_afterwards(database: Database, tmp_path: Path) -> None:
    """S4: withdrawn when the cause has gone."""
    clock = FakeClock()
    changes = {"working_time": {"intervals": ["09:00-23:00"]}}
    async with sitting(database, tmp_path, clock=clock, changes=changes) as desk:
        clock.move_to(desk.at(23, 21, 30))
        await desk.post(POST)
        (owner,) = desk.holders("新线索 L1")
        await desk.pass_until(desk.at(23, 22))
        await desk.asks(owner, "通话 L1 95秒")
        await desk.pass_until(desk.at(24, 12))
        assert desk.cards("zhaomin") == []


@pytest.mark.parametrize(("customer", "minutes"), [("苏州三甲医院", 15), ("恒达机械", 120)])
async def test_a_hospital_of_grade_3a_is_contacted_within_a_quarter_of_an_hour(
    desk: Desk, customer: str, minutes: int
) -> None:
    """S2: a rung of its own for what cannot wait."""
    await desk.post(f"【线索响应】{customer} 13800001111 X200 展会")
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    await desk.pass_time(minutes=minutes - 1)
    assert desk.cards("zhaomin") == []
    await desk.pass_time(minutes=1.1)
    assert len(desk.cards("zhaomin")) == 1
