"""The boss reads one message at nine (D1)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.digest import send_if_due
from storage.database import Database
from tests.kit.desk import Desk, sitting

LEADER = "zhouzong"


async def due(desk: Desk) -> bool:
    return await send_if_due(desk.house.database, desk.clock, desk.house.rules)


async def test_the_digest_comes_once_just_after_nine(desk: Desk) -> None:
    """Spread over the first twenty seconds, since WeCom asks to avoid the full hour."""
    await desk.pass_until(desk.at(24, 8, 59))
    assert desk.texts(LEADER)[1:] == []
    already = len(desk.texts(LEADER))
    await desk.pass_until(desk.at(24, 9, 1))
    new = desk.wecom.inbox_of(LEADER)[already:]
    assert len(new) == 1
    assert new[0].text.startswith("日报 11月24日 周二\n流程健康指数")
    assert timedelta(seconds=5) <= new[0].at - desk.at(24, 9) < timedelta(seconds=20)
    await desk.pass_until(desk.at(24, 15))
    assert len(desk.texts(LEADER)) == already + 1


async def test_a_restart_in_the_same_minute_says_nothing_again(desk: Desk) -> None:
    """Also of two replicas at once: the slot is a row."""
    desk.clock.move_to(desk.at(24, 9))
    assert [await due(desk), await due(desk)] == [True, False]
    desk.clock.move_to(desk.at(24, 9) + timedelta(seconds=1))
    assert not await due(desk)


async def test_after_an_outage_it_is_caught_up_until_noon_with_a_note(desk: Desk) -> None:
    desk.clock.move_to(desk.at(24, 11, 30))
    assert await due(desk)
    await desk.settle()
    assert "（应在 09:00 发出，服务恢复后补发）" in desk.texts(LEADER)[-1]


async def test_after_noon_it_is_too_late(desk: Desk) -> None:
    desk.clock.move_to(desk.at(24, 12))
    assert not await due(desk)


async def test_its_figures_are_true_and_lead_to_their_records(desk: Desk) -> None:
    """Four leads yesterday: two contacted in time, one late, one invalid (not counted)."""
    for number in range(4):
        await desk.post(f"【线索响应】恒达{number}号机械 1380000111{number} X200 展会")
    owners = {number: desk.holders(f"新线索 L{number}")[0] for number in (1, 2, 3, 4)}
    for number in (1, 2):
        await desk.asks(owners[number], f"L{number} 电话聊了5分钟")
    card = next(c for c in desk.cards(owners[4]) if "L4" in c.title)
    await desk.tap(owners[4], "无效线索", card)
    await desk.tap(owners[4], "同行")
    await desk.pass_until(desk.at(24, 9, 1))
    digest = desk.texts(LEADER)[-1]
    assert "流程健康指数 67%（到期 3 条）" in digest
    assert "昨天新线索 4 条" in digest
    assert "现在超时未联系 1 条" in digest
    details = await desk.asks(LEADER, "明细 超时")
    assert details.splitlines()[1].startswith("L3 恒达2号机械")
    assert (await desk.asks(LEADER, "明细 健康指数")).splitlines()[1].startswith("L3 ")


async def test_a_lead_that_nobody_was_given_is_in_the_digest_until_somebody_has_it(
    database: Database, tmp_path: Path
) -> None:
    """R5, D1: the pool has no timers; whoever overlooked its card is reminded at nine."""
    async with sitting(database, tmp_path, changes={"assignment": {"cap": 1}}) as desk:
        for number in range(4):
            await desk.post(f"【线索响应】恒达{number}号机械 1380000111{number} X200 展会")
        digest = await desk.asks(LEADER, "日报")
        assert "人工池里 1 条待指派" in digest
        assert digest.endswith("先把没人跟的派出去，发：人工池")
        assert (await desk.asks(LEADER, "明细 待指派")).splitlines()[1].startswith("L4 恒达3号机械 人工池")
        await desk.asks(LEADER, "转派 L4 给 王强")
        assert "人工池" not in await desk.asks(LEADER, "日报")


@pytest.mark.parametrize("asker", ["zhangwei", "qianfang"])
async def test_those_who_do_not_lead_do_not_see_it(desk: Desk, asker: str) -> None:
    """A1"""
    assert "只有" in await desk.asks(asker, "明细 红灯")
