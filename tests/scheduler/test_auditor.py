"""Somebody looks over the sweep's shoulder (S2): what did not fire, what has no timer, what the calendar does not know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from scheduler.auditor import audit_timers, check_calendar
from storage.database import Database
from storage.tables import timers
from tests.kit.clock import FakeClock
from tests.kit.desk import Desk, sitting

POST = "【线索响应】恒达机械 13800001111 X200 展会"


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path) as ready:
        yield ready


async def look(desk: Desk, words: str) -> list[str]:
    house = desk.house
    await audit_timers(house.database, desk.clock, house.rules)
    await check_calendar(house.database, desk.clock, house.rules)
    await house.sender.drain()
    return [text for text in desk.texts("sunyue") if words in text]


async def test_a_due_timer_that_did_not_fire_is_an_alarm_after_two_minutes(desk: Desk) -> None:
    await desk.post(POST)
    desk.clock.advance(timedelta(minutes=4))
    assert await look(desk, "到期提醒没有按时发出") == []
    desk.clock.advance(timedelta(minutes=1, seconds=1))
    counted = REGISTRY.get_sample_value("dealbell_alarms_total", {"kind": "timer_late"}) or 0
    (alarm,) = await look(desk, "到期提醒没有按时发出")
    assert REGISTRY.get_sample_value("dealbell_alarms_total", {"kind": "timer_late"}) == counted + 1
    assert "有 1 个" in alarm
    assert "10:03" in alarm


async def test_a_waiting_lead_without_a_timer_gets_one_and_is_told(desk: Desk) -> None:
    """As after a restored backup or a hand in the database."""
    await desk.post(POST)
    async with desk.house.database.writing() as connection:
        await connection.execute(sa.delete(timers))
    (alarm,) = await look(desk, "没有提醒计时，已补上")
    assert "L1" in alarm
    await desk.pass_time(minutes=4)
    assert len(desk.cards("zhaomin")) == 1


async def test_a_sound_house_raises_no_alarm(desk: Desk) -> None:
    await desk.post(POST)
    await desk.pass_time(hours=5)
    assert await look(desk, "提醒") == []


async def test_a_year_that_the_calendar_does_not_know_is_told_before_it_begins_once(
    database: Database, tmp_path: Path
) -> None:
    """Not a silent guess: two weeks ahead, and by the first lead whose time reaches into it."""
    clock = FakeClock()
    async with sitting(database, tmp_path, clock=clock) as desk:
        year = next(y for y in range(2027, 2100) if not desk.house.rules.calendar.is_known_year(y))
        words = f"{year}"
        clock.move_to(desk.at(23, 10).replace(year=year - 1, month=12, day=10))
        assert await look(desk, words) == []
        clock.move_to(desk.at(23, 10).replace(year=year - 1, month=12, day=20))
        assert len(await look(desk, words)) == 1
        clock.move_to(desk.at(23, 17, 59).replace(year=year - 1, month=12, day=31))
        await desk.post(POST)
        assert len(await look(desk, words)) == 1
