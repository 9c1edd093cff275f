"""The machine's clock goes back: nothing is lost, nothing is said twice, what comes next is served at once."""

from __future__ import annotations

from datetime import timedelta

from tests.kit.desk import Desk

POST = "【线索响应】恒达机械 13800001111 X200 展会"
NEXT = "【线索响应】宏远包装 13900002222 Y10 官网"
HOUR = timedelta(hours=1)


async def test_pushes_that_waited_go_once_the_clock_has_caught_up_and_new_ones_at_once(desk: Desk) -> None:
    desk.wecom.weather.go_down()
    await desk.post(POST)
    desk.clock.move_to(desk.clock.now() - HOUR)
    desk.wecom.weather.come_back()
    await desk.post(NEXT)
    assert len(desk.holders("新线索 L2")) == 1
    await desk.pass_time(hours=1.1)
    for lead in ("L1", "L2"):
        (holder,) = desk.holders(f"新线索 {lead}")
        assert len([title for title in desk.titles(holder) if lead in title]) == 1


async def test_timers_set_before_fire_once_at_their_own_time(desk: Desk) -> None:
    """Three minutes of working time from ten o'clock, though it is nine twice."""
    await desk.post(POST)
    desk.clock.move_to(desk.at(23, 9))
    await desk.pass_until(desk.at(23, 10, 2))
    assert desk.cards("zhaomin") == []
    await desk.pass_until(desk.at(23, 10, 4))
    assert desk.titles("zhaomin") == ["L1 3 分钟未接单"]


async def test_a_digest_that_has_gone_does_not_go_again_when_it_is_nine_twice(desk: Desk) -> None:
    await desk.pass_until(desk.at(24, 9, 1))
    digests = [text for text in desk.texts("zhouzong") if text.startswith("日报")]
    desk.clock.move_to(desk.at(24, 8, 30))
    await desk.pass_until(desk.at(24, 9, 2))
    assert [text for text in desk.texts("zhouzong") if text.startswith("日报")] == digests
    assert len(digests) == 1


async def test_a_tap_before_the_change_and_contact_after_it_leave_a_sound_record(desk: Desk) -> None:
    """A first contact that seems to be older than its post is still a first contact, and figures survive it."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    desk.clock.move_to(desk.clock.now() - HOUR)
    assert "首次联系已记下" in await desk.asks(owner, "通话 L1 95秒")
    await desk.pass_until(desk.at(24, 9, 1))
    assert desk.cards("zhaomin") == []
    assert any("流程健康指数 100%" in text for text in desk.texts("zhouzong"))
