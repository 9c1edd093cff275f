"""Trouble of the whole house: pushes wait for it to be put right, and the operators hear of it once a day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.wecom_client import SendResult
from bot.wecom_errors import HOUSE_TROUBLE, WeComError
from notify.alarms import SENTENCES
from simulator.weather import SEND
from storage.database import Database
from tests.kit.desk import GROUP, Desk, sitting

POST = "【线索响应】恒达机械 13800001111 X200 展会"
UPDATE = "/cgi-bin/message/update_template_card"
ANSWER = "/cgi-bin/aibot/response"
WORDS = {40001: "拒绝了应用的 Secret", 50003: "被停用", 60020: "请把 127.0.0.1 加进应用的企业可信IP"}


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path) as ready:
        yield ready


def alarms(desk: Desk, code: int) -> list[str]:
    return [text for text in desk.texts("sunyue") if WORDS[code] in text]


async def test_a_card_that_wecom_takes_and_shows_to_nobody_is_heard_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """errcode 0 with `unlicenseduser` (wecom.md 3.2): without an interface licence nothing is shown to the member."""
    send = desk.house.client.send

    async def unlicensed(body: bytes) -> SendResult:
        result = await send(body)
        return replace(result, unlicensed_users=("zhangwei",)) if b"zhangwei" in body else result

    monkeypatch.setattr(desk.house.client, "send", unlicensed)
    await desk.say("zhangwei", "帮助")
    assert [text for text in desk.texts("sunyue") if "没送到zhangwei" in text] != []


@pytest.mark.parametrize("code", HOUSE_TROUBLE)
async def test_a_lead_waits_until_the_trouble_is_over_and_the_operators_hear_once(desk: Desk, code: int) -> None:
    """Not one of the pushes is lost, though the code itself is permanent."""
    desk.wecom.weather.answer_with(code, times=8)
    await desk.post(POST)
    assert desk.holders("新线索 L1") == []
    await desk.pass_time(minutes=8)
    assert len(desk.holders("新线索 L1")) == 1
    assert len(alarms(desk, code)) == 1
    assert "没送到" not in "".join(desk.texts("sunyue"))


async def test_every_day_of_trouble_is_told_once(desk: Desk) -> None:
    for _ in range(2):
        for text in ("待办", "帮助"):
            desk.wecom.weather.answer_with(60020)
            await desk.say("zhangwei", text)
            await desk.pass_time(minutes=3)
        desk.clock.advance(timedelta(days=1))
    assert len(alarms(desk, 60020)) == 2
    assert len(desk.texts("zhangwei")) == 4


async def test_a_wrong_secret_met_at_the_token_counts_as_well(desk: Desk) -> None:
    """WeCom answers gettoken with 40001; the client asks again after ten minutes."""
    desk.wecom.weather.answer_with(40001, "/cgi-bin/gettoken")
    await desk.say("zhangwei", "待办")
    assert desk.wecom.calls(SEND) == []
    await desk.pass_time(minutes=9)
    assert desk.wecom.calls(SEND) == []
    await desk.pass_time(minutes=3)
    assert len(desk.texts("zhangwei")) == 1
    assert len(alarms(desk, 40001)) == 1
    assert len(desk.wecom.calls("/cgi-bin/gettoken")) == 2


async def test_trouble_for_longer_than_a_day_gives_up_what_nobody_needs_any_more(desk: Desk) -> None:
    desk.wecom.weather.answer_with(60020, times=10_000)
    await desk.wecom.say_to_app("zhangwei", "待办")
    await desk.settle()
    desk.clock.advance(timedelta(hours=24))
    await desk.settle()
    desk.wecom.weather.clear()
    await desk.pass_time(minutes=2)
    assert desk.texts("zhangwei") == []


async def test_a_change_of_a_card_is_not_taken_for_done_because_the_ip_is_refused(desk: Desk) -> None:
    """After a lost answer a refusal means that the code has been used, but not this refusal."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    desk.wecom.weather.go_down()
    await desk.tap(owner, "接单")
    desk.wecom.weather.come_back()
    desk.wecom.weather.answer_with(60020, UPDATE)
    await desk.pass_time(minutes=3)
    assert desk.cards(owner)[0].title.startswith("已接单 L1")


async def test_an_answer_that_was_lost_and_then_met_a_limit_is_still_not_told_twice(desk: Desk) -> None:
    """The second try has surely not been accepted; the first perhaps has."""
    desk.wecom.weather.lose_answers(1, ANSWER)
    await desk.post(POST)
    desk.wecom.weather.answer_with(45009, ANSWER)
    await desk.pass_time(minutes=3)
    assert len(desk.wecom.calls(ANSWER)) == 3
    assert len(desk.wecom.group_answers(GROUP)) == 1


def test_every_trouble_of_the_house_has_a_sentence() -> None:
    assert set(HOUSE_TROUBLE.values()) <= set(SENTENCES)


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ("not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at https://x", "203.0.113.7"),
        ("from ip: 2001:db8::17, more", "2001:db8::17"),
        ("from ip:203.0.113.7", "203.0.113.7"),
        ("not allow to access", "本机 IP"),
    ],
)
def test_our_address_is_read_from_what_wecom_says(told: str, seen: str) -> None:
    assert WeComError(60020, told).seen_ip == seen
