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
from bot.wecom_client import WeComClient
from bot.wecom_errors import WeComError, WeComUncertain
from chat.cards import Card
from chat.messages import Push, TargetKind, Urgency
from integrations.hooks import HookRefused
from storage import outbox
from storage.house import bound_name
from storage.members import wecom_userid
from storage.outbox import Row

DUPLICATE_WINDOW = timedelta(hours=4)
"""The longest that WeCom allows."""
SAFETY = timedelta(minutes=1)
"""Between WeCom's clock and ours."""


class MemberChannel:
    """message/send to one member; WeCom's duplicate check keeps a re-sent body from being shown twice."""

    resend_within = DUPLICATE_WINDOW - SAFETY

    def __init__(self, client: WeComClient, agent_id: int, home: str) -> None:
        self._client = client
        self._agent_id = agent_id
        self._home = home

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        return wecom_body.send_body(
            await wecom_userid(connection, row.target),
            row.content if isinstance(row.content, str | Card) else "",
            agent_id=self._agent_id,
            task_id=row.task_id,
            row_id=row.outbox_id,
            home=self._home,
            duplicate_window=DUPLICATE_WINDOW,
        ).decode()

    async def call(self, row: Row, rendered: str) -> Receipt:
        result = await self._client.send(rendered.encode())
        missed = (*result.invalid_users, *result.unlicensed_users)
        return Receipt(result.msgid, result.response_code, f"undelivered: {missed}" if missed else "")

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        return ()


class CardChannel:
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


class ReplyChannel:
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
        assert not isinstance(row.content, dict)
        return wecom_body.reply_body(row.content).decode()

    async def call(self, row: Row, rendered: str) -> Receipt:
        try:
            await self._client.reply(row.target, rendered.encode())
        except WeComError as error:
            if row.rendered is None or error.may_pass or error.house_trouble:
                raise
            # The address answers once: a refusal now says that the first try got through.
        return Receipt()

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        assert not isinstance(row.content, dict)
        key = f"{row.dedupe_key}:fallback"
        webhook = self._name_of_chat.get(row.fallback_chat) or await bound_name(connection, row.fallback_chat)
        if webhook in self._names:
            return (Push(TargetKind.WEBHOOK, webhook, row.content, key, Urgency.ANSWER),)
        if row.chat_sender:
            return (Push(TargetKind.MEMBER, row.chat_sender, row.content, key, Urgency.ANSWER),)
        return ()


class WebhookChannel:
    """A group's webhook robot has no duplicate check, so a lost answer is not sent again."""

    resend_within = timedelta()

    def __init__(self, client: WeComClient, keys: Mapping[str, str]) -> None:
        self._client = client
        self._keys = keys

    async def render(self, connection: AsyncConnection, row: Row, now: datetime) -> str:
        if row.target not in self._keys:
            raise Instead("webhook_unknown")
        assert not isinstance(row.content, dict)
        return wecom_body.webhook_body(row.content).decode()

    async def call(self, row: Row, rendered: str) -> Receipt:
        await self._client.webhook_send(self._keys[row.target], rendered.encode())
        return Receipt()

    async def instead(self, connection: AsyncConnection, row: Row) -> tuple[Push, ...]:
        return ()


class HookChannel:
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
