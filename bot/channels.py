"""The ways out: one class for each kind of push, each knowing how its platform keeps a thing from being said twice."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import aiohttp
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import wecom_body
from bot.sender import Instead, Receipt
from bot.uploads import Uploads, key_of
from bot.wecom_client import WeComClient
from bot.wecom_errors import ErrorClass, WeComError, WeComUncertain
from chat.cards import Card
from chat.messages import MediaContent, Push, QrContent, TargetKind, Urgency
from integrations.hooks import HookRefused
from storage import outbox
from storage.house import bound_name
from storage.members import wecom_userid
from storage.outbox import Row

DUPLICATE_WINDOW = timedelta(hours=4)
"""The longest that WeCom allows."""
MEDIA_EXPIRED = 40007
FILE_NOT_SENT = "{name} 没发出来，原件还在。过一会儿再要一次，还不行就告诉机器人管理员。"
SAFETY = timedelta(minutes=1)
"""Between WeCom's clock and ours."""


class Words:
    """A channel that needs nothing but the call itself."""

    async def prepare(self, row: Row) -> None:
        return


class MemberChannel:
    """message/send to one member; WeCom's duplicate check keeps a re-sent body from being shown twice."""

    resend_within = DUPLICATE_WINDOW - SAFETY

    def __init__(self, client: WeComClient, uploads: Uploads, agent_id: int, home: str) -> None:
        self._client = client
        self._uploads = uploads
        self._agent_id = agent_id
        self._home = home

    async def prepare(self, row: Row) -> None:
        if isinstance(row.content, MediaContent | QrContent):
            await self._uploads.prepare(row.content)

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        return wecom_body.send_body(
            await wecom_userid(connection, row.target),
            await self._sendable(connection, row),
            agent_id=self._agent_id,
            task_id=row.task_id,
            row_id=row.outbox_id,
            home=self._home,
            duplicate_window=DUPLICATE_WINDOW,
        ).decode()

    async def _sendable(self, connection: AsyncConnection, row: Row) -> str | Card | wecom_body.Uploaded:
        content = row.content
        if isinstance(content, MediaContent | QrContent):
            return wecom_body.Uploaded(key_of(content)[1], await self._uploads.media_id(connection, content))
        assert not isinstance(content, dict)
        return content

    async def call(self, row: Row, rendered: str) -> Receipt:
        try:
            result = await self._client.send(rendered.encode())
        except WeComError as error:
            if error.errcode == MEDIA_EXPIRED and isinstance(row.content, MediaContent | QrContent):
                # Forgotten earlier than promised: the next try uploads it afresh.
                await self._uploads.forget(row.content)
                error.error_class = ErrorClass.RETRY
            raise
        missed = (*result.invalid_users, *result.unlicensed_users)
        return Receipt(result.msgid, result.response_code, f"undelivered: {missed}" if missed else "")

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        if not isinstance(row.content, MediaContent):
            return ()
        said = FILE_NOT_SENT.format(name=row.content.file_name)
        return (Push(TargetKind.MEMBER, row.target, said, f"{row.dedupe_key}:instead", Urgency.ANSWER, row.about),)


class CardChannel(Words):
    """Changes a card for everybody who holds it. A response_code is good once, so a repeat does no harm."""

    resend_within = timedelta(hours=71)

    def __init__(self, client: WeComClient, agent_id: int, home: str) -> None:
        self._client = client
        self._agent_id = agent_id
        self._home = home

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        card = row.content
        assert isinstance(card, Card)
        code = await outbox.use_code(connection, row.target, now)
        if code is None:
            userid = row.lane.removeprefix("member:")
            raise Instead(
                "no_code_left",
                Push(
                    TargetKind.MEMBER, userid, replace(card, buttons=()), f"{row.dedupe_key}:anew", Urgency.NOTICE,
                    row.about,
                ),
            )  # fmt: skip
        return wecom_body.update_body(
            card, response_code=code, agent_id=self._agent_id, task_id=row.target, home=self._home
        ).decode()

    async def call(self, row: Row, rendered: str) -> Receipt:
        try:
            await self._client.update_card(rendered.encode())
        except WeComError as error:
            if row.rendered is None or error.may_pass or error.house_trouble:
                raise
            # The first try got through: its code has been used.
        return Receipt()

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        card = row.content
        assert isinstance(card, Card)
        return (
            Push(
                TargetKind.MEMBER, row.lane.removeprefix("member:"), replace(card, buttons=()),
                f"{row.dedupe_key}:anew", Urgency.NOTICE, row.about,
            ),
        )  # fmt: skip


class ReplyChannel(Words):
    """The smart bot's response_url: an hour, once; a group's webhook or the sender's own chat when it has run out."""

    resend_within = timedelta(hours=1)

    def __init__(self, client: WeComClient, webhooks: Mapping[str, str]) -> None:
        """`webhooks`: name → chatid, empty where it is to be learnt by 绑定本群."""
        self._client = client
        self._names = frozenset(webhooks)
        self._name_of_chat = {chat_id: name for name, chat_id in webhooks.items() if chat_id}

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        if now - row.created_at >= self.resend_within:
            raise Instead("reply_url_expired", *await self.instead(connection, row))
        return wecom_body.reply_body(_in_words(row)).decode()

    async def call(self, row: Row, rendered: str) -> Receipt:
        try:
            await self._client.reply(row.target, rendered.encode())
        except WeComError as error:
            if row.rendered is None or error.may_pass or error.house_trouble:
                raise
            # The address answers once: a refusal now says that the first try got through.
        return Receipt()

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        content = _in_words(row)
        key = f"{row.dedupe_key}:fallback"
        webhook = self._name_of_chat.get(row.fallback_chat) or await bound_name(connection, row.fallback_chat)
        if webhook in self._names:
            return (Push(TargetKind.WEBHOOK, webhook, content, key, Urgency.ANSWER),)
        if row.chat_sender:
            return (Push(TargetKind.MEMBER, row.chat_sender, content, key, Urgency.ANSWER),)
        return ()


class WebhookChannel(Words):
    """A group's webhook robot has no duplicate check, so a lost answer is not sent again."""

    resend_within = timedelta()

    def __init__(self, client: WeComClient, keys: Mapping[str, str]) -> None:
        self._client = client
        self._keys = keys

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        if row.target not in self._keys:
            raise Instead("webhook_unknown")
        return wecom_body.webhook_body(_in_words(row)).decode()

    async def call(self, row: Row, rendered: str) -> Receipt:
        await self._client.webhook_send(self._keys[row.target], rendered.encode())
        return Receipt()

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        return ()


class HookChannel(Words):
    """A signed call to a system outside; the push's key goes along as Idempotency-Key."""

    resend_within = timedelta(hours=24)

    def __init__(self, call: Callable[[str, str, str], Awaitable[None]], known: frozenset[str]) -> None:
        self._call = call
        self._known = known

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        if row.target not in self._known:
            raise Instead("hook_not_set")
        return json.dumps(row.content, ensure_ascii=False)

    async def call(self, row: Row, rendered: str) -> Receipt:
        try:
            await self._call(row.target, rendered, row.dedupe_key)
        except (aiohttp.ClientError, TimeoutError, HookRefused) as error:
            # The key makes a repeat harmless, so every failure is worth another try.
            raise WeComUncertain(f"hook {row.target}: {error}") from error
        return Receipt()

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        return ()


def _in_words(row: Row) -> str | Card:
    assert isinstance(row.content, str | Card)
    return row.content
