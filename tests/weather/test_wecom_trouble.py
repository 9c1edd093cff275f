"""WeCom down, answers lost, tokens revoked, limits: nothing is lost and nothing is said twice."""

from __future__ import annotations

import re

import pytest

from storage.todos import Todos
from tests.kit.desk import GROUP, Desk

POST = "【线索响应】恒达机械 13800001111 X200 展会"


async def test_wecom_down_for_a_minute_loses_nothing_and_keeps_the_order(desk: Desk) -> None:
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    desk.wecom.weather.go_down()
    for text in ("待办", "帮助", "通话 L1 30秒"):
        await desk.wecom.say_to_app(owner, text)
    await desk.settle()
    assert len(desk.wecom.inbox_of(owner)) == 1
    await desk.pass_time(minutes=1)
    desk.wecom.weather.come_back()
    await desk.pass_time(minutes=1)
    todos, help_, call = desk.texts(owner)
    assert todos.startswith("1 件待办")
    assert "你可以这样说" in help_
    assert "通话 30 秒" in call


async def test_an_answer_lost_after_acceptance_is_not_delivered_twice(desk: Desk) -> None:
    """message/send is repeated with the same body inside WeCom's duplicate check; a response_url answers once."""
    desk.wecom.weather.lose_answers(1)
    desk.wecom.weather.lose_answers(1, "/cgi-bin/aibot/response")
    await desk.post(POST)
    await desk.pass_time(minutes=2)
    assert len(desk.holders("新线索 L1")) == 1
    (owner,) = desk.holders("新线索 L1")
    assert len(desk.wecom.inbox_of(owner)) == 1
    assert len(desk.wecom.group_answers(GROUP)) == 1


async def test_a_revoked_token_is_fetched_once_more_and_nothing_is_lost(desk: Desk) -> None:
    await desk.post(POST)
    before = len(desk.wecom.calls("/cgi-bin/gettoken"))
    desk.wecom.revoke_tokens()
    await desk.post("【线索响应】宏远包装 13900002222 Y10 官网")
    assert len(desk.holders("新线索 L2")) == 1
    assert len(desk.wecom.calls("/cgi-bin/gettoken")) == before + 1


async def test_over_the_limit_waits_for_the_next_window(desk: Desk) -> None:
    """45009"""
    desk.wecom.weather.answer_with(45009)
    await desk.post(POST)
    assert desk.holders("新线索 L1") == []
    await desk.pass_time(minutes=1.1)
    assert len(desk.holders("新线索 L1")) == 1


async def test_nobody_gets_more_than_wecom_lets_through(desk: Desk) -> None:
    """30 a minute to one member: the rest comes in the next minute, in order."""
    for number in range(35):
        await desk.wecom.say_to_app("zhaomin", f"通话 L{900 + number} 90秒")
    await desk.settle()
    assert len(desk.texts("zhaomin")) == 30
    assert desk.wecom.dropped == []
    await desk.pass_time(minutes=1.1)
    texts = desk.texts("zhaomin")
    assert len(texts) == 35
    assert [re.findall(r"L\d+", text) for text in texts] == [[f"L{900 + number}"] for number in range(35)]


async def test_a_poison_message_is_parked_with_an_alarm_and_blocks_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person gets a trace number, the operator hears of it, the next message is served."""

    async def broken(self: Todos, owner: str) -> None:
        raise RuntimeError("poison")

    monkeypatch.setattr(Todos, "open_of", broken)
    await desk.wecom.say_to_app("zhangwei", "待办")
    await desk.wecom.say_to_app("zhangwei", "帮助")
    await desk.settle()
    await desk.pass_time(minutes=1)
    first, second = desk.texts("zhangwei")
    assert "没处理成" in first
    assert "你可以这样说" in second
    assert any("处理不了" in text for text in desk.texts("sunyue"))
