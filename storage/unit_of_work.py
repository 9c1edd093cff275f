"""One transaction for the rows, their audit lines, the reply, the pushes and the inbox mark; commit or nothing."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.cards import Card
from chat.messages import Push, TargetKind, Urgency
from chat.parts import split
from domain.access import visible_owners
from domain.ids import UserId
from storage.api_answers import ApiAnswers
from storage.audit import AuditLog
from storage.customers import Customers
from storage.database import Database, Turns, Wake, insert_once
from storage.evidence import EvidenceLog
from storage.house import House
from storage.leads import Leads
from storage.media import Media
from storage.members import Members, Roster
from storage.memos import Memos
from storage.outbox import card_from_json, content_to_json, keep_code, unused_codes
from storage.payments import Payments
from storage.personal_data import PersonalData
from storage.profiles import Profiles
from storage.promises import Promises
from storage.questions import Questions
from storage.receivables import Receivables
from storage.reversals import Reversals
from storage.scripts import ScriptUses
from storage.tables import cards, outbox
from storage.timers import Pings, Timers
from storage.todos import Todos
from storage.transcriptions import Transcriptions
from storage.uploads import Uploads
from storage.visits import Visits

if TYPE_CHECKING:
    from domain.people import Member

LARGEST_TEXT = {TargetKind.MEMBER: 2048, TargetKind.WEBHOOK: 4096, TargetKind.REPLY_URL: 20480}
"""Bytes of UTF-8 in one message (wecom.md 2.5, 2.8, 3.2); a longer text becomes several, in order."""


NOT_ACCEPTED = sa.or_(outbox.c.state == "queued", sa.and_(outbox.c.state == "leased", outbox.c.rendered.is_(None)))
"""Surely not with WeCom yet: may still be withdrawn."""


class Work:
    """`actor` (a userid, or the name of a job) and `cause` (the message's key) go into every audit line."""

    def __init__(
        self,
        connection: AsyncConnection,
        now: datetime,
        roster: Roster,
        *,
        actor: str,
        cause: str,
        turns: Turns,
    ) -> None:
        self.connection = connection
        self.turns = turns
        self.roster = roster
        self.now = now
        self.actor = actor
        self.cause = cause
        self.woken: set[Wake] = set()

    def touch(self, wake: Wake) -> None:
        """One of the loops has something to do after the commit."""
        self.woken.add(wake)

    @cached_property
    def audit(self) -> AuditLog:
        return AuditLog(self)

    @cached_property
    def personal_data(self) -> PersonalData:
        return PersonalData(self)

    @cached_property
    def members(self) -> Members:
        return Members(self)

    @cached_property
    def customers(self) -> Customers:
        return Customers(self)

    @cached_property
    def leads(self) -> Leads:
        return Leads(self)

    @cached_property
    def timers(self) -> Timers:
        return Timers(self)

    @cached_property
    def pings(self) -> Pings:
        return Pings(self)

    @cached_property
    def todos(self) -> Todos:
        return Todos(self)

    @cached_property
    def questions(self) -> Questions:
        return Questions(self)

    @cached_property
    def transcriptions(self) -> Transcriptions:
        return Transcriptions(self)

    @cached_property
    def memos(self) -> Memos:
        return Memos(self)

    @cached_property
    def profiles(self) -> Profiles:
        return Profiles(self)

    @cached_property
    def script_uses(self) -> ScriptUses:
        return ScriptUses(self)

    @cached_property
    def visits(self) -> Visits:
        return Visits(self)

    @cached_property
    def evidence(self) -> EvidenceLog:
        return EvidenceLog(self)

    @cached_property
    def media(self) -> Media:
        return Media(self)

    @cached_property
    def receivables(self) -> Receivables:
        return Receivables(self)

    @cached_property
    def payments(self) -> Payments:
        return Payments(self)

    @cached_property
    def reversals(self) -> Reversals:
        return Reversals(self)

    @cached_property
    def uploads(self) -> Uploads:
        return Uploads(self)

    @cached_property
    def promises(self) -> Promises:
        return Promises(self)

    @cached_property
    def api_answers(self) -> ApiAnswers:
        return ApiAnswers(self)

    @cached_property
    def house(self) -> House:
        return House(self)

    async def visible_owners(self, member: Member) -> frozenset[UserId] | None:
        return visible_owners(member, await self.members.everybody())

    # what is said

    async def push(self, push: Push) -> str:
        """Puts one thing into the outbox, once for each dedupe key. Returns the card's task_id, or an empty text."""
        parts: list[Any] = [push.content]
        if isinstance(push.content, str):
            parts = split(push.content, LARGEST_TEXT.get(push.kind, 2048))
        task_id = ""
        for number, part in enumerate(parts, start=1):
            key = push.dedupe_key if number == 1 else f"{push.dedupe_key}#{number}"
            task_id = await self._push_one(push, part, key)
        return task_id

    async def _push_one(self, push: Push, content: Any, key: str) -> str:
        has_question = push.kind is TargetKind.MEMBER and isinstance(content, Card) and bool(content.buttons)
        # Random, so that it is unique at WeCom even when a database is set up anew for the same app.
        task_id = f"c{secrets.token_hex(8)}" if has_question else ""
        added = await self.connection.execute(
            insert_once(self.connection, outbox)
            .values(
                dedupe_key=key,
                kind=push.kind.value,
                target=push.to,
                lane=await self._lane(push),
                urgency=int(push.urgency),
                content=content_to_json(content),
                about=push.about,
                task_id=task_id,
                fallback_chat=push.fallback_chat,
                chat_sender=push.chat_sender,
                created_at=self.now,
                due_at=max(push.not_before or self.now, self.now),
            )
            .returning(outbox.c.id)
        )
        self.touch(Wake.OUTBOX)
        if added.scalar_one_or_none() is None or not has_question:
            return ""
        await self.connection.execute(
            sa.insert(cards).values(
                task_id=task_id,
                userid=push.to,
                about=push.about,
                card=content_to_json(content)["card"],
                created_at=self.now,
            )
        )
        return task_id

    async def _lane(self, push: Push) -> str:
        if push.kind is TargetKind.CARD:
            holder = await self.connection.execute(sa.select(cards.c.userid).where(cards.c.task_id == push.to))
            return f"member:{holder.scalar_one()}"
        return f"{push.kind.value}:{push.to}"

    async def withdraw(self, *abouts: str) -> int:
        """Pushes about a fact that has gone are not sent any more (S4). Returns how many had not left yet."""
        gone = await self.connection.execute(
            sa.update(outbox)
            .where(outbox.c.about.in_(abouts), NOT_ACCEPTED)
            .values(state="dropped", settled_at=self.now, lease_until=None)
        )
        return gone.rowcount

    async def open_cards(self, about: str) -> list[tuple[str, Card]]:
        """(task_id, card) of the cards about this fact whose question is still open."""
        rows = await self.connection.execute(
            sa.select(cards.c.task_id, cards.c.card).where(cards.c.about == about, cards.c.settled_at.is_(None))
        )
        return [(task_id, card_from_json(stored)) for task_id, stored in rows]

    async def card(self, task_id: str) -> Card | None:
        rows = await self.connection.execute(sa.select(cards.c.card).where(cards.c.task_id == task_id))
        stored = rows.scalar_one_or_none()
        return card_from_json(stored) if stored else None

    async def keep_card_code(self, task_id: str, code: str) -> None:
        if code:
            await keep_code(self.connection, task_id, code, self.now)

    async def settle_card(self, task_id: str, card: Card) -> None:
        """The question of this card has been answered: whoever holds it sees the new state.

        A card that has not left yet is replaced in the outbox instead.
        """
        settled = await self.connection.execute(
            sa.update(cards)
            .where(cards.c.task_id == task_id, cards.c.settled_at.is_(None))
            .values(settled_at=self.now, card=content_to_json(card)["card"])
        )
        if settled.rowcount == 0:
            return
        unsent = await self.connection.execute(
            sa.update(outbox)
            .where(outbox.c.task_id == task_id, NOT_ACCEPTED)
            .values(state="dropped", settled_at=self.now)
        )
        if unsent.rowcount:
            return
        await self.push(
            Push(TargetKind.CARD, task_id, card, f"card:{task_id}:settled", Urgency.ANSWER, f"card:{task_id}")
        )

    async def change_card(self, task_id: str, card: Card, version: int) -> None:
        """The card asks its next question; `version` tells this change from the ones before."""
        stored = content_to_json(card)
        changed = await self.connection.execute(
            sa.update(cards).where(cards.c.task_id == task_id, cards.c.settled_at.is_(None)).values(card=stored["card"])
        )
        if changed.rowcount == 0:
            return
        unsent = await self.connection.execute(
            sa.update(outbox).where(outbox.c.task_id == task_id, outbox.c.state == "queued").values(content=stored)
        )
        if unsent.rowcount:
            return
        await self.push(
            Push(TargetKind.CARD, task_id, card, f"card:{task_id}:{version}", Urgency.ANSWER, f"card:{task_id}")
        )

    async def can_change(self, task_id: str, *, keeping: int = 0) -> bool:
        """Whether a change of this card will reach its holder and leave so many more: each needs a code of its own, and
        every tap brings one (wecom.md 3.5). A card that has not left yet is changed in the outbox."""
        unsent = await self.connection.execute(
            sa.select(outbox.c.id).where(outbox.c.task_id == task_id, outbox.c.state == "queued")
        )
        if unsent.first() is not None:
            return True
        waiting = await self.connection.execute(
            sa.select(sa.func.count()).where(
                outbox.c.kind == TargetKind.CARD, outbox.c.target == task_id, outbox.c.state.in_(("queued", "leased"))
            )
        )
        return await unused_codes(self.connection, task_id, self.now) > waiting.scalar_one() + keeping

    async def replace_card(self, task_id: str, push: Push) -> None:
        """Another card asks the question from now on; the old one stays as it is in the chat."""
        await self.connection.execute(sa.update(cards).where(cards.c.task_id == task_id).values(settled_at=self.now))
        await self.push(push)

    async def say(
        self,
        members: Iterable[Member],
        content: str | Card,
        key: str,
        urgency: Urgency,
        about: str = "",
        not_before: datetime | None = None,
    ) -> None:
        """The same thing to several members, each once."""
        for member in members:
            await self.push(
                Push(TargetKind.MEMBER, member.userid, content, f"{key}:{member.userid}", urgency, about, not_before)
            )


@asynccontextmanager
async def look(database: Database, now: datetime) -> AsyncIterator[Work]:
    """For long reading: does not hold SQLite's one writer, and must change nothing."""
    async with database.turns() as turns, database.reading() as connection:
        yield Work(connection, now, database.roster, actor="reader", cause="", turns=turns)


@asynccontextmanager
async def begin_work(database: Database, now: datetime, *, actor: str, cause: str = "") -> AsyncIterator[Work]:
    """Commits at the end of the block, or rolls everything back; then wakes the loops that have something to do."""
    async with database.turns() as turns, database.writing() as connection:
        work = Work(connection, now, database.roster, actor=actor, cause=cause, turns=turns)
        yield work
        await work.audit.write()
    database.wake_everywhere(*work.woken)
