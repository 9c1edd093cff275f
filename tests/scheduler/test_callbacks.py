"""The alarm of a long silence, from the inbox to the operators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from chat.messages import Door
from storage.database import Database
from storage.intake import Intake, NewMessage
from tests.kit.clock import FakeClock
from tests.kit.desk import Desk, sitting


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path) as ready:
        yield ready


async def look(desk: Desk) -> list[str]:
    """The house's own job runs; what the operators have been told so far."""
    await desk.house.ticker.jobs["callbacks"].run()
    await desk.settle()
    return [text for text in desk.texts("sunyue") if "没有收到任何企业微信消息" in text]


async def test_two_hours_of_silence_are_told_once_a_day(desk: Desk) -> None:
    desk.clock.move_to(desk.at(23, 9))
    await desk.say("zhangwei", "待办")
    desk.clock.move_to(desk.at(23, 10, 59))
    assert await look(desk) == []
    desk.clock.move_to(desk.at(23, 11))
    assert await look(desk) == ["工作时间里已经 2 小时没有收到任何企业微信消息，请检查回调地址和网络。"]
    desk.clock.move_to(desk.at(23, 17))
    assert len(await look(desk)) == 1
    desk.clock.move_to(desk.at(24, 9, 30))
    assert len(await look(desk)) == 2


async def test_a_message_of_anybody_ends_the_silence(desk: Desk) -> None:
    desk.clock.move_to(desk.at(23, 9))
    await desk.say("zhangwei", "待办")
    desk.clock.move_to(desk.at(23, 10, 30))
    await desk.wecom.post_in_group("wrEastLeads", "chenlu", "大家早")
    desk.clock.move_to(desk.at(23, 11, 30))
    assert await look(desk) == []


async def test_a_fresh_installation_is_not_alarmed_however_long_it_waits(desk: Desk) -> None:
    """It has not been connected yet; the doctor tells how."""
    for day in (23, 24, 25, 26):
        desk.clock.move_to(desk.at(day, 16))
        assert await look(desk) == []


async def test_what_the_house_says_to_itself_breaks_no_silence(desk: Desk) -> None:
    desk.clock.move_to(desk.at(23, 9))
    await desk.say("zhangwei", "待办")
    desk.clock.move_to(desk.at(23, 10, 50))
    message = NewMessage("self:1", "zhangwei", Door.SELF.value, "{}", desk.clock.now())
    await Intake(desk.house.database).put(message)
    desk.clock.move_to(desk.at(23, 11))
    assert len(await look(desk)) == 1


async def test_how_long_is_too_long_can_be_set(database: Database, tmp_path: Path) -> None:
    changes = {"alarms": {"no_callbacks_after": "30m"}}
    async with sitting(database, tmp_path, clock=FakeClock(), changes=changes) as desk:
        await desk.say("zhangwei", "待办")
        desk.clock.advance(timedelta(minutes=29))
        assert await look(desk) == []
        desk.clock.advance(timedelta(minutes=1))
        assert len(await look(desk)) == 1
