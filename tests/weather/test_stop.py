"""A graceful stop finishes what it holds; what it cannot finish in time is in the database and goes on after it."""

from __future__ import annotations

from datetime import timedelta

from bot.app import Loops
from simulator.weather import Loss
from storage import outbox
from tests.kit.desk import Desk

POST = "【线索响应】恒达机械 13800001111 X200 展会"
LONG = timedelta(seconds=30)


async def test_what_is_in_hand_is_finished_before_the_stop(desk: Desk) -> None:
    """Stopped in the moment in which the post is taken up: lead, answer and inbox mark are whole or not there."""
    await desk.wecom.post_in_group("wrEastLeads", "chenlu", POST)
    loops = Loops(desk.house)
    assert await desk.house.worker.take() == 1
    loops.start()
    await loops.stop(LONG)
    async with desk.work() as work:
        assert len(await work.leads.open()) == 1
    await desk.settle()
    assert len(desk.holders("新线索 L1")) == 1
    assert len(desk.wecom.group_answers("wrEastLeads")) == 1


async def test_a_call_that_hangs_is_left_behind_and_not_said_twice(desk: Desk) -> None:
    """WeCom has accepted and does not answer: the stop does not wait for ever, the next process asks with the same body."""
    desk.wecom.weather.lose_answers(1, how=Loss.HANG)
    await desk.wecom.say_to_app("zhangwei", "帮助")
    loops = Loops(desk.house)
    loops.start()
    await desk.wecom.wait_for(lambda: desk.texts("zhangwei"))
    await loops.stop(timedelta(milliseconds=100))
    await outbox.recover(desk.house.database, desk.clock.now(), all_of_them=True)
    desk.wecom.weather.clear()
    await desk.pass_time(minutes=1)
    assert len(desk.texts("zhangwei")) == 1
    assert await outbox.depth(desk.house.database) == {}
