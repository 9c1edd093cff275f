"""A group's answers when the smart bot's own address has run out: through the webhook robot of that group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.kit.desk import GROUP, Desk, sitting

POST = "【线索响应】恒达机械 13800001111 X200 展会"
NAME = "华东线索群"


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """The group's chatid is not in the settings."""
    webhooks = [{"name": NAME, "key": "demo-webhook-key"}]
    async with sitting(database, tmp_path, changes={"wecom": {"webhooks": webhooks}}) as made:
        yield made


async def _post_with_a_spent_address(desk: Desk) -> None:
    """40058: the bot's address for one answer is no longer good."""
    desk.wecom.weather.answer_with(40058, "/cgi-bin/aibot/response")
    await desk.post(POST)


async def test_a_late_answer_reaches_the_group_once_it_has_been_bound_by_chat(desk: Desk) -> None:
    assert await desk.post(f"绑定本群 {NAME}") == [f"绑定好了，这个群是“{NAME}”。"]
    await _post_with_a_spent_address(desk)
    late = desk.wecom.group_answers(GROUP)[-1]
    assert "L1 恒达机械" in late.text
    assert late.sender == "@webhook"


async def test_an_unbound_group_is_answered_in_the_posters_own_chat(desk: Desk) -> None:
    await _post_with_a_spent_address(desk)
    assert desk.wecom.group_answers(GROUP) == []
    assert any("L1 恒达机械" in text for text in desk.texts("chenlu"))


async def test_a_name_that_no_webhook_has_is_refused_with_the_known_ones(desk: Desk) -> None:
    (answer,) = await desk.post("绑定本群 华南线索群")
    assert "华南线索群" in answer
    assert NAME in answer


async def test_a_groups_webhook_gets_twenty_a_minute_and_the_rest_in_the_next(desk: Desk) -> None:
    """wecom.md 2.8: kept by waiting."""
    await desk.post(f"绑定本群 {NAME}")
    before = len(desk.wecom.group_answers(GROUP))
    desk.wecom.weather.answer_with(40058, "/cgi-bin/aibot/response", times=25)
    for number in range(25):
        await desk.wecom.post_in_group(
            GROUP, "chenlu", f"【线索响应】恒达{number}号机械 138000011{number:02} X200 展会"
        )
    await desk.settle()
    assert len(desk.wecom.group_answers(GROUP)) == before + 20
    await desk.pass_time(minutes=1.1)
    answers = [message.text for message in desk.wecom.group_answers(GROUP)[before:]]
    assert len(answers) == 25
    for number in range(25):
        assert any(f"L{number + 1} 恒达{number}号机械" in text for text in answers)
    assert desk.wecom.dropped == []
