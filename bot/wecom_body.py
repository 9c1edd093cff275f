"""What goes over the wire to WeCom, to the byte: texts, template cards, markdown (wecom.md 2.5-2.8, 3.2-3.5)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chat.cards import Card, Line

TITLE, SUBTITLE, SUB_TEXT = 36, 44, 160
"""Characters of an app card (wecom.md 2.7, column app)."""
LINE_NAME, LINE_VALUE, LINES = 5, 30, 6
BUTTON, BUTTONS = 10, 6
SOURCE = "跟单铃"
BOT_MARKDOWN, WEBHOOK_MARKDOWN = 20480, 4096
"""Bytes"""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that lies with WeCom already."""

    kind: str
    media_id: str


def send_body(
    userid: str,
    content: str | Card | Uploaded,
    *,
    agent_id: int,
    task_id: str,
    row_id: int,
    home: str,
    duplicate_window: timedelta,
) -> bytes:
    """message/send with WeCom's duplicate check on.

    The check compares bodies, so two different pushes of the same text must differ: the length of the window does,
    by the row, and a repeat of the row is the same to the byte.
    """
    window = int(duplicate_window.total_seconds()) + row_id % 1000
    envelope: dict[str, Any] = {
        "touser": userid,
        "agentid": agent_id,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": window,
    }
    if isinstance(content, Card):
        return _json({**envelope, "msgtype": "template_card", "template_card": template_card(content, task_id, home)})
    if isinstance(content, Uploaded):
        return _json({**envelope, "msgtype": content.kind, content.kind: {"media_id": content.media_id}})
    return _json({**envelope, "msgtype": "text", "text": {"content": content}})


def update_body(card: Card, *, response_code: str, agent_id: int, task_id: str, home: str) -> bytes:
    """The new state of a card, for everybody who holds it."""
    return _json(
        {
            "atall": 1,
            "agentid": agent_id,
            "response_code": response_code,
            "template_card": template_card(card, task_id, home),
        }
    )


def reply_body(content: str | Card) -> bytes:
    """The smart bot's deferred answer is markdown; a card is told in words."""
    return _markdown(content, BOT_MARKDOWN)


def webhook_body(content: str | Card) -> bytes:
    return _markdown(content, WEBHOOK_MARKDOWN)


def template_card(card: Card, task_id: str, home: str) -> dict[str, Any]:
    """With buttons a button_interaction, without a text_notice; `home` opens where the card names no page."""
    body: dict[str, Any] = {
        "card_type": "button_interaction" if card.buttons else "text_notice",
        "source": {"desc": SOURCE, "desc_color": 1},
        "main_title": {"title": cut(card.title, TITLE), "desc": cut(card.subtitle, SUBTITLE)},
        "card_action": {"type": 1, "url": card.url or home},
    }
    if task_id and card.buttons:
        body["task_id"] = task_id
    if card.text:
        body["sub_title_text"] = cut(card.text, SUB_TEXT)
    if card.lines:
        body["horizontal_content_list"] = [_line(line) for line in card.lines[:LINES]]
    if card.emphasis and not card.buttons:
        body["emphasis_content"] = {"title": cut(card.emphasis[0], 10), "desc": cut(card.emphasis[1], 22)}
    if card.buttons:
        body["button_list"] = [
            {"text": cut(button.text, BUTTON), "style": int(button.style), "key": button.tap.pack()}
            for button in card.buttons[:BUTTONS]
        ]
    return body


def _line(line: Line) -> dict[str, Any]:
    told: dict[str, Any] = {"keyname": cut(line.name, LINE_NAME), "value": cut(line.value, LINE_VALUE)}
    return told | ({"type": 1, "url": line.url} if line.url else {})


def cut(text: str, most: int) -> str:
    """The platform would cut by itself, and not say so."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _markdown(content: str | Card, largest: int) -> bytes:
    text = content if isinstance(content, str) else in_words(content)
    return _json({"msgtype": "markdown", "markdown": {"content": _within(text, largest)}})


def in_words(card: Card) -> str:
    lines = [card.title, card.subtitle, card.text, *(f"{line.name}：{line.value}" for line in card.lines)]
    return "\n".join(line for line in lines if line)


def _within(text: str, largest: int) -> str:
    encoded = text.encode()
    return text if len(encoded) <= largest else encoded[: largest - 3].decode(errors="ignore") + "…"


def _json(body: dict[str, Any]) -> bytes:
    """Raw UTF-8: escapes may be refused (40033)."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
