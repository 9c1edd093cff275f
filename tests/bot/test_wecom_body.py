"""What goes over the wire, held against the pretend WeCom's reading of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom_body import (
    BOT_MARKDOWN,
    WEBHOOK_MARKDOWN,
    cut,
    in_words,
    reply_body,
    send_body,
    template_card,
    update_body,
    webhook_body,
)
from bot.wecom_client import WeComClient
from bot.wecom_errors import WeComError
from chat.cards import Button, ButtonStyle, Card, Line, TapData
from simulator.pretend import PretendWeCom
from storage.database import Database
from storage.tokens import TokenStore
from tests.kit.clock import FakeClock

HOME = "https://bell.example.com"
ACCEPT = Button("接单", TapData("accept", "1", 3), ButtonStyle.PRIMARY)
CARD = Card(
    "新线索 L1 恒达机械",
    "A级 · 展会",
    "电话 13800001111，要 X200 三台。",
    (Line("期限", "10:03"), Line("页面", "打开", f"{HOME}/l/1")),
    (ACCEPT, Button("稍后", TapData("snooze", "1", 3, "30m"))),
    f"{HOME}/l/1",
)
LONG = Card(
    "很长的标题" * 20,
    "很长的副标题" * 20,
    "很长的正文" * 100,
    tuple(Line(f"很长的名字{n}", "很长的值" * 20) for n in range(9)),
    tuple(Button(f"很长很长的按钮文字{n}号", TapData("accept", str(n))) for n in range(9)),
)


def sent(content: str | Card, *, row: int = 1, window: timedelta = timedelta(hours=4), task_id: str = "c1") -> bytes:
    return send_body(
        "zhangwei", content, agent_id=1000002, task_id=task_id, row_id=row, home=HOME, duplicate_window=window
    )


def read(body: bytes) -> dict[str, Any]:
    got: dict[str, Any] = json.loads(body)
    return got


# The envelope


def test_a_text_goes_to_one_member_with_the_duplicate_check_on() -> None:
    assert read(sent("收到")) == {
        "touser": "zhangwei",
        "agentid": 1000002,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 14401,
        "msgtype": "text",
        "text": {"content": "收到"},
    }


def test_the_same_push_again_is_the_same_to_the_byte_and_another_push_is_not() -> None:
    """WeCom's check compares bodies; two pushes of the same words are both meant."""
    assert sent("收到", row=7) == sent("收到", row=7)
    assert len({sent("收到", row=row) for row in range(1000)}) == 1000


@given(st.integers(min_value=1, max_value=10**12))
def test_the_window_never_gets_shorter_than_asked(row: int) -> None:
    window = read(sent("收到", row=row, window=timedelta(hours=3)))["duplicate_check_interval"]
    assert 10_800 <= window < 14_400


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_bodies_are_raw_utf8_without_escapes(text: str) -> None:
    r"""\u escapes may be refused with 40033 (wecom.md 3.11); JSON itself allows no raw control characters."""
    body = sent(text)
    assert read(body)["text"]["content"] == text
    assert all(ord(sign) < 32 or sign == "\x7f" for sign in _escaped(body))


def _escaped(body: bytes) -> list[str]:
    pieces = body.decode().replace("\\\\", "").split("\\u")[1:]
    return [chr(int(piece[:4], 16)) for piece in pieces]


# Cards


def test_a_card_with_buttons_asks_and_one_without_tells() -> None:
    asking, telling = template_card(CARD, "c1", HOME), template_card(replace(CARD, buttons=()), "c1", HOME)
    assert (asking["card_type"], asking["task_id"]) == ("button_interaction", "c1")
    assert telling["card_type"] == "text_notice"
    assert "task_id" not in telling
    assert "button_list" not in telling


def test_a_button_says_what_its_tap_means() -> None:
    buttons = template_card(CARD, "c1", HOME)["button_list"]
    assert buttons == [
        {"text": "接单", "style": 1, "key": "accept|1|3|"},
        {"text": "稍后", "style": 4, "key": "snooze|1|3|30m"},
    ]
    assert TapData.unpack(buttons[1]["key"]) == TapData("snooze", "1", 3, "30m")


def test_a_card_opens_its_page_or_the_house() -> None:
    assert template_card(CARD, "", HOME)["card_action"] == {"type": 1, "url": f"{HOME}/l/1"}
    assert template_card(replace(CARD, url=""), "", HOME)["card_action"] == {"type": 1, "url": HOME}


def test_a_line_with_an_address_can_be_tapped() -> None:
    plain, linked = template_card(CARD, "", HOME)["horizontal_content_list"]
    assert plain == {"keyname": "期限", "value": "10:03"}
    assert linked == {"keyname": "页面", "value": "打开", "type": 1, "url": f"{HOME}/l/1"}


def test_a_figure_is_large_only_where_nothing_is_asked() -> None:
    large = replace(CARD, emphasis=("12", "条线索"))
    assert "emphasis_content" not in template_card(large, "", HOME)
    told = template_card(replace(large, buttons=()), "", HOME)
    assert told["emphasis_content"] == {"title": "12", "desc": "条线索"}


def test_what_is_too_long_is_cut_visibly_to_what_a_card_shows() -> None:
    """The lengths are those of wecom.md 2.7, column app."""
    told = template_card(LONG, "c1", HOME)
    lengths = {
        "title": len(told["main_title"]["title"]),
        "desc": len(told["main_title"]["desc"]),
        "text": len(told["sub_title_text"]),
        "name": max(len(line["keyname"]) for line in told["horizontal_content_list"]),
        "value": max(len(line["value"]) for line in told["horizontal_content_list"]),
        "lines": len(told["horizontal_content_list"]),
        "button": max(len(button["text"]) for button in told["button_list"]),
        "buttons": len(told["button_list"]),
    }
    assert lengths == {
        "title": 36, "desc": 44, "text": 160, "name": 5, "value": 30, "lines": 6, "button": 10, "buttons": 6,
    }  # fmt: skip
    assert told["sub_title_text"].endswith("…")


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_a_cut_text_is_as_long_as_allowed_and_a_short_one_stays(text: str, most: int) -> None:
    got = cut(text, most)
    assert got == text if len(text) <= most else (len(got) == most and got[-1] == "…" and text.startswith(got[:-1]))


# What WeCom makes of it


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def wecom(database: Database) -> AsyncIterator[tuple[WeComClient, PretendWeCom]]:
    clock = FakeClock()
    async with PretendWeCom.running(clock) as sim, aiohttp.ClientSession() as session:
        company = sim.company
        client = WeComClient(
            session,
            api_base=sim.api_base,
            corp_id=company.corp_id,
            secret=company.app.secret,
            agent_id=company.app.agent_id,
            tokens=TokenStore(database),
            clock=clock,
        )
        yield client, sim
        assert sim.complaints == []


Wecom = tuple[WeComClient, PretendWeCom]


@pytest.mark.parametrize("card", [CARD, LONG, replace(CARD, buttons=()), Card("只有标题"), Card("", text="只有正文")])
async def test_a_card_is_taken_without_complaint(wecom: Wecom, card: Card) -> None:
    client, sim = wecom
    await client.send(sent(card))
    (seen,) = sim.cards_of("zhangwei")
    assert seen.title == cut(card.title, 36)
    assert len(seen.buttons) == min(6, len(card.buttons))


async def test_a_card_is_changed_for_everybody_by_its_code_once(wecom: Wecom) -> None:
    client, sim = wecom
    result = await client.send(sent(CARD))
    done = CARD.without_buttons(title="已由张伟接单")
    body = update_body(done, response_code=result.response_code, agent_id=1000002, task_id="c1", home=HOME)
    await client.update_card(body)
    (seen,) = sim.cards_of("zhangwei")
    assert (seen.title, seen.buttons, seen.card_type) == ("已由张伟接单", (), "text_notice")
    with pytest.raises(WeComError):
        await client.update_card(body)


@pytest.mark.parametrize("content", ["线索已派给张伟。", CARD, "长" * 9000])
async def test_a_group_is_told_in_markdown_within_its_bytes(wecom: Wecom, content: str | Card) -> None:
    """A webhook takes 4096 bytes, the smart bot's deferred answer 20480 (wecom.md 2.5 and 2.8)."""
    client, sim = wecom
    await client.webhook_send("demo-webhook-key", webhook_body(content))
    code = sim.world.new_chat_code("group:wrEastLeads")
    await client.reply(f"{sim.api_base}/cgi-bin/aibot/response?response_code={code}", reply_body(content))
    said = content if isinstance(content, str) else in_words(content)
    for answer, largest in zip(sim.group_answers("wrEastLeads"), (WEBHOOK_MARKDOWN, BOT_MARKDOWN), strict=True):
        assert len(answer.text.encode()) <= largest
        assert answer.text == said or (answer.text.endswith("…") and said.startswith(answer.text[:-1]))


def test_a_card_told_in_words_leaves_out_what_is_empty() -> None:
    assert in_words(CARD).split("\n") == [
        "新线索 L1 恒达机械",
        "A级 · 展会",
        "电话 13800001111，要 X200 三台。",
        "期限：10:03",
        "页面：打开",
    ]
    assert in_words(Card("只有标题")) == "只有标题"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1300, max_size=1500).map(lambda text: text * 4))
def test_markdown_is_never_cut_inside_a_character(text: str) -> None:
    told = read(webhook_body(text))["markdown"]["content"]
    assert len(told.encode()) <= WEBHOOK_MARKDOWN
    assert told == text or text.startswith(told[:-1])
