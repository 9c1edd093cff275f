"""The app speaks: message/send, update_template_card, recall (wecom.md 3.2 to 3.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from simulator import cards
from simulator.errors import ApiError
from simulator.pipeline import Asked
from simulator.world import (
    APP,
    CARD_CODE_LIFE,
    RECALL_LIFE,
    CardState,
    Json,
    Kind,
    Member,
    Message,
    World,
    app_chat,
)

_TEXT_BYTES = 2048
_LONGEST_DUPLICATE_CHECK = 14400


@dataclass(frozen=True, slots=True)
class Content:
    kind: Kind
    text: str = ""
    card: Json | None = None
    media_id: str = ""
    file_name: str = ""
    extra: Json = field(default_factory=dict)

    def parts(self) -> dict[str, Any]:
        """A fresh card for each receiver: each can change on its own."""
        card = CardState(dict(self.card)) if self.card else None
        return {
            "text": self.text,
            "card": card,
            "media_id": self.media_id,
            "file_name": self.file_name,
            "extra": self.extra,
        }


def cut_bytes(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def _section(body: Json, name: str) -> Json:
    section = body.get(name)
    if not isinstance(section, dict):
        raise ApiError(40063, name)
    return section


def _text(world: World, body: Json) -> Content:
    content = _section(body, "text").get("content")
    if not isinstance(content, str) or not content:
        raise ApiError(44004)
    return Content(Kind.TEXT, cut_bytes(content, _TEXT_BYTES))


def _markdown(world: World, body: Json) -> Content:
    content = _section(body, "markdown").get("content")
    if not isinstance(content, str) or not content:
        raise ApiError(44004)
    if len(content.encode()) > _TEXT_BYTES:
        raise ApiError(45002, "markdown.content")
    return Content(Kind.MARKDOWN, content)


def _media(kind: Kind) -> Callable[[World, Json], Content]:
    def read(world: World, body: Json) -> Content:
        media_id = _section(body, kind.value).get("media_id")
        if not media_id:
            raise ApiError(41006)
        media = world.good_media(media_id)
        if media.kind != kind.value:
            raise ApiError(40004, f"uploaded as {media.kind}")
        return Content(kind, media_id=media.id, file_name=media.name)

    return read


def _textcard(world: World, body: Json) -> Content:
    section = _section(body, "textcard")
    if not section.get("title"):
        raise ApiError(41016)
    if not section.get("description"):
        raise ApiError(41033)
    if not section.get("url") or len(str(section["url"]).encode()) > 2048:
        raise ApiError(40058, "textcard.url")
    shown = {"title": section["title"][:128], "url": section["url"], "btntxt": section.get("btntxt", "详情")[:4]}
    return Content(Kind.TEXTCARD, section["description"][:512], extra=shown)


def _news(world: World, body: Json) -> Content:
    articles = _section(body, "news").get("articles")
    if not isinstance(articles, list) or not articles:
        raise ApiError(40063, "articles")
    if len(articles) > 8:
        raise ApiError(45008)
    if any(not article.get("title") for article in articles):
        raise ApiError(41016)
    if any(not (article.get("url") or article.get("appid")) for article in articles):
        raise ApiError(40058, "articles.url")
    return Content(Kind.NEWS, extra={"articles": articles})


def _template_card(world: World, body: Json) -> Content:
    card = cards.require_valid(body.get("template_card"))
    world.complaints.extend(cards.overlong(card))
    return Content(Kind.CARD, card=card)


_READERS: dict[str, Callable[[World, Json], Content]] = {
    "text": _text,
    "markdown": _markdown,
    "image": _media(Kind.IMAGE),
    "voice": _media(Kind.VOICE),
    "video": _media(Kind.VIDEO),
    "file": _media(Kind.FILE),
    "textcard": _textcard,
    "news": _news,
    "template_card": _template_card,
}


def require_agent(asked: Asked) -> None:
    agent_id = asked.body.get("agentid")
    if not isinstance(agent_id, int):
        raise ApiError(40056)
    if agent_id != asked.world.company.app.agent_id:
        raise ApiError(301002)


async def send(asked: Asked) -> Json:
    require_agent(asked)
    world = asked.world
    read = _READERS.get(str(asked.body.get("msgtype", "")))
    if read is None:
        raise ApiError(40008)
    content = read(world, asked.body)
    receivers, invalid = _receivers(world, asked.body)
    if not receivers:
        raise ApiError(81013, invaliduser=invalid)
    answer: Json = {"invaliduser": invalid, "invalidparty": "", "invalidtag": "", "unlicenseduser": ""}
    if _is_duplicate(asked):
        # What the answer to a repeat holds is not documented, so nobody may rely on a msgid or response_code in it.
        return answer
    return answer | _deliver(world, content, receivers, asked.body)


def _receivers(world: World, body: Json) -> tuple[list[Member], str]:
    """Whom it reaches, and the others as WeCom names them: lower-cased, joined by bars."""
    users, parties = str(body.get("touser", "")), str(body.get("toparty", ""))
    if not (users or parties or body.get("totag")):
        raise ApiError(40063, "touser")
    if users == "@all":
        return world.reachable(), ""
    names = [name.strip() for name in users.split("|") if name.strip()]
    if len(names) > 1000:
        raise ApiError(40032)
    found: dict[str, Member] = {}
    invalid: list[str] = []
    for name in names:
        member = world.member(name)
        if member and member.is_reachable:
            found[name.lower()] = member
        else:
            invalid.append(name.lower())
    wanted = {int(party) for party in parties.split("|") if party.strip().isdigit()}
    for member in world.reachable():
        if member.person.department in wanted:
            found.setdefault(member.person.userid.lower(), member)
    return list(found.values()), "|".join(invalid)


def _is_duplicate(asked: Asked) -> bool:
    """The same bytes again inside the interval. A repeat does not prolong the interval."""
    if not asked.body.get("enable_duplicate_check"):
        return False
    seconds = min(int(asked.body.get("duplicate_check_interval", 1800)), _LONGEST_DUPLICATE_CHECK)
    world, digest = asked.world, hashlib.sha256(asked.raw).digest()
    before = world.recent_bodies.get(digest)
    if before is not None and world.now() - before < timedelta(seconds=seconds):
        return True
    world.recent_bodies[digest] = world.now()
    return False


def _deliver(world: World, content: Content, receivers: list[Member], body: Json) -> Json:
    if content.card and (task_id := content.card.get("task_id")):
        if task_id in world.task_ids:
            raise ApiError(40058, f"task_id {task_id} was used before")
        world.task_ids.add(task_id)
    msgid = world.new_msgid()
    for member in receivers:
        userid = member.person.userid
        if not world.per_member.admits(userid.lower(), world.now()):
            world.dropped.append((userid, body))
            continue
        world.post(app_chat(userid), APP, content.kind, msgid=msgid, **content.parts())
    if content.card and cards.is_interactive(content.card):
        return {"msgid": msgid, "response_code": world.new_card_code(msgid)}
    return {"msgid": msgid}


async def update_template_card(asked: Asked) -> Json:
    require_agent(asked)
    world, body = asked.world, asked.body
    code = world.good_code(world.card_codes, str(body.get("response_code", "")), CARD_CODE_LIFE)
    if code is None:
        raise ApiError(40058, "response_code")
    change = _change(world, body)
    copies = world.copies(code.about)
    chosen, invalid = _chosen(copies, body)
    code.is_used = True
    for message in chosen:
        change(message)
        world.touch(message)
    return {"invaliduser": invalid}


def _chosen(copies: list[Message], body: Json) -> tuple[list[Message], list[str]]:
    if body.get("atall") == 1:
        return copies, []
    userids = body.get("userids")
    if not isinstance(userids, list) or not userids:
        raise ApiError(40063, "userids")
    by_userid = {message.chat.removeprefix(app_chat("")).lower(): message for message in copies}
    wanted = [str(userid).lower() for userid in userids]
    return [by_userid[name] for name in wanted if name in by_userid], [n for n in wanted if n not in by_userid]


def _change(world: World, body: Json) -> Callable[[Message], None]:
    if "template_card" in body:
        card = cards.require_valid(body["template_card"], is_update=True)
        world.complaints.extend(cards.overlong(card))
        return lambda message: _replace(message, card)
    name = (body.get("button") or {}).get("replace_name")
    if not name:
        raise ApiError(40058, "button.replace_name or template_card")
    return lambda message: _grey(message, name)


def _replace(message: Message, card: Json) -> None:
    message.card = CardState({"task_id": message.task_id} | card, str(card.get("replace_text", "")))


def _grey(message: Message, name: str) -> None:
    if message.card:
        message.card = CardState(message.card.body, name)


async def recall(asked: Asked) -> Json:
    world, msgid = asked.world, str(asked.body.get("msgid", ""))
    sent_at = world.sent_at.get(msgid)
    if sent_at is None:
        raise ApiError(40058, "msgid")
    if world.now() - sent_at > RECALL_LIFE:
        raise ApiError(40058, "sent more than 24 hours ago")
    for message in world.copies(msgid):
        message.is_recalled = True
        world.touch(message)
    return {}
