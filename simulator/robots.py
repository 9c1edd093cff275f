"""Speaking into a group: the webhook robot and the smart bot's one deferred answer (wecom.md 2.5 and 2.8)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from simulator import cards
from simulator.errors import ApiError
from simulator.pipeline import Asked
from simulator.world import BOT, CHAT_CODE_LIFE, WEBHOOK, CardState, Json, Kind, World, group_chat

_MOST_BYTES = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
_BOT_MARKDOWN_BYTES = 20480


async def webhook_send(asked: Asked) -> Json:
    world, key = asked.world, asked.query.get("key", "")
    group = world.group_of_webhook(key)
    if group is None:
        raise ApiError(93000)
    kind, parts = _webhook_content(world, key, asked.body)
    if not world.per_webhook.admits(key, world.now()):
        raise ApiError(45009)
    world.post(group_chat(group.chatid), WEBHOOK, kind, **parts)
    return {}


def _webhook_content(world: World, key: str, body: Json) -> tuple[Kind, dict[str, Any]]:
    match body.get("msgtype"):
        case "text" | "markdown" | "markdown_v2" as name:
            section = body.get(name) or {}
            mentions = {"mentioned_list": section.get("mentioned_list", [])}
            text = _text_within(section.get("content"), name)
            return (Kind.TEXT if name == "text" else Kind.MARKDOWN), {"text": text, "extra": mentions}
        case "image":
            return Kind.IMAGE, {"media_id": _image(world, key, body.get("image") or {})}
        case "file" | "voice" as name:
            media = world.good_media((body.get(name) or {}).get("media_id", ""), key)
            return Kind(name), {"media_id": media.id, "file_name": media.name}
        case "news":
            return Kind.NEWS, {"extra": {"articles": _articles(body.get("news") or {})}}
        case "template_card":
            card = cards.require_valid(body.get("template_card"))
            if card["card_type"] in cards.INTERACTIVE:
                raise ApiError(40058, "template_card.card_type")
            return Kind.CARD, {"card": CardState(card)}
    raise ApiError(40008)


def _text_within(content: object, name: str) -> str:
    if not isinstance(content, str) or not content:
        raise ApiError(44004)
    if len(content.encode()) > _MOST_BYTES[name]:
        raise ApiError(40058, f"{name}.content exceed max length {_MOST_BYTES[name]}")
    return content


def _image(world: World, key: str, section: Json) -> str:
    try:
        data = base64.b64decode(section.get("base64", ""), validate=True)
    except (binascii.Error, TypeError) as fault:
        raise ApiError(40058, "image.base64") from fault
    if hashlib.md5(data).hexdigest() != section.get("md5"):  # noqa: S324
        raise ApiError(40058, "image.md5")
    if len(data) > 2 << 20:
        raise ApiError(40009)
    return world.keep_media("image", "", data, key).id


def _articles(section: Json) -> list[Json]:
    articles = section.get("articles")
    if not isinstance(articles, list) or not articles:
        raise ApiError(40063, "articles")
    if len(articles) > 8:
        raise ApiError(45008)
    if any(not article.get("title") or not article.get("url") for article in articles):
        raise ApiError(40058, "articles.url")
    return articles


async def bot_response(asked: Asked) -> Json:
    """response_url: unencrypted, once, within an hour. In a group the answer quotes what it answers."""
    world = asked.world
    parts: dict[str, Any]
    code = world.good_code(world.chat_codes, asked.query.get("response_code", ""), CHAT_CODE_LIFE)
    if code is None:
        raise ApiError(40058, "response_code")
    match asked.body.get("msgtype"):
        case "markdown":
            content = (asked.body.get("markdown") or {}).get("content")
            if not isinstance(content, str) or not content:
                raise ApiError(44004)
            if len(content.encode()) > _BOT_MARKDOWN_BYTES:
                raise ApiError(45002, "markdown.content")
            kind, parts = Kind.MARKDOWN, {"text": content}
        case "template_card" if not code.about.startswith("group:"):
            card = cards.require_valid(asked.body.get("template_card"), for_bot=True)
            kind, parts = Kind.CARD, {"card": CardState(card)}
        case _:
            raise ApiError(40008)
    code.is_used = True
    extra = {"quoting": code.quoting} if code.about.startswith("group:") else {}
    world.post(code.about, BOT, kind, extra=extra, **parts)
    return {}
