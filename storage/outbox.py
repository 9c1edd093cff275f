"""The queue of what goes out: queued → leased (token) → calling → sent, failed or uncertain.

leased: nothing has happened yet, so a lease that runs out puts the row back. calling: WeCom may have accepted it,
so a lease that runs out makes it uncertain, and only the same body inside WeCom's duplicate check may go again.
`rendered` holds that body from the first call on; it is emptied when WeCom has surely refused it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.cards import Button, ButtonStyle, Card, Line, TapData
from chat.messages import Content, MediaContent, QrContent, TargetKind
from storage.database import Database
from storage.tables import card_codes, cards, outbox

WAITING = ("queued", "uncertain")
IN_FLIGHT = ("leased", "calling")
CODE_LIFE = timedelta(hours=72)
"""A response_code is good so long (wecom.md 3.4)."""


@dataclass(frozen=True, slots=True)
class Row:
    outbox_id: int
    dedupe_key: str
    kind: TargetKind
    target: str
    lane: str
    urgency: int
    content: Content | dict[str, Any]
    about: str
    task_id: str
    fallback_chat: str
    chat_sender: str
    created_at: datetime
    attempts: int
    token: int
    rendered: str | None
    first_called_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `calls` to one lane within `per` (30 a minute to a member, 20 to a webhook: wecom.md 3.8)."""

    calls: int
    per: timedelta = timedelta(minutes=1)


def content_to_json(content: Content | dict[str, Any]) -> dict[str, Any]:
    match content:
        case str():
            return {"text": content}
        case Card():
            return {"card": asdict(content)}
        case MediaContent():
            return {"media": asdict(content)}
        case QrContent():
            return {"qr": asdict(content)}
    return {"hook": content}


def content_from_json(stored: dict[str, Any]) -> Content | dict[str, Any]:
    match stored:
        case {"text": text}:
            return str(text)
        case {"card": card}:
            return card_from_json(card)
        case {"media": media}:
            return MediaContent(**media)
        case {"qr": qr}:
            return QrContent(**qr)
    return dict(stored["hook"])


def card_from_json(stored: dict[str, Any]) -> Card:
    return Card(
        title=stored["title"],
        subtitle=stored["subtitle"],
        text=stored["text"],
        lines=tuple(Line(**line) for line in stored["lines"]),
        buttons=tuple(Button(b["text"], TapData(**b["tap"]), ButtonStyle(b["style"])) for b in stored["buttons"]),
        url=stored["url"],
        emphasis=tuple(stored["emphasis"]) if stored["emphasis"] else None,
    )


_COLUMNS = (
    outbox.c.id, outbox.c.dedupe_key, outbox.c.kind, outbox.c.target, outbox.c.lane, outbox.c.urgency,
    outbox.c.content, outbox.c.about, outbox.c.task_id, outbox.c.fallback_chat, outbox.c.chat_sender,
    outbox.c.created_at, outbox.c.attempts, outbox.c.token, outbox.c.rendered, outbox.c.first_called_at,
)  # fmt: skip


def _row(values: Sequence[Any]) -> Row:
    fields = dict(zip(Row.__dataclass_fields__, values, strict=True))
    fields["kind"] = TargetKind(fields["kind"])
    fields["content"] = content_from_json(fields["content"])
    return Row(**fields)


async def recover(database: Database, now: datetime, *, all_of_them: bool = False) -> None:
    """What a dead sender held: leased goes back, calling becomes uncertain."""
    stale: list[sa.ColumnElement[bool]] = [outbox.c.state.in_(IN_FLIGHT)]
    if not all_of_them:
        stale.append(outbox.c.lease_until < now)
    async with database.writing() as connection:
        await connection.execute(
            sa.update(outbox)
            .where(*stale)
            .values(
                state=sa.case(
                    (sa.and_(outbox.c.state == "leased", outbox.c.rendered.is_(None)), "queued"), else_="uncertain"
                ),
                lease_until=None,
                due_at=now,
            )
        )


@cache
def _ready() -> sa.Select[Any]:
    """Made once: putting it together takes longer than SQLite needs to run it."""
    now = sa.bindparam("ready_now", type_=outbox.c.due_at.type)
    other = outbox.alias("other")
    before = sa.or_(
        other.c.urgency < outbox.c.urgency,
        sa.and_(other.c.urgency == outbox.c.urgency, other.c.id < outbox.c.id),
    )
    tried_before = sa.and_(other.c.attempts > 0, sa.or_(outbox.c.attempts == 0, before))
    in_the_way = sa.exists().where(
        other.c.lane == outbox.c.lane,
        sa.or_(
            other.c.state.in_(IN_FLIGHT),
            sa.and_(
                other.c.state.in_(WAITING),
                sa.or_(tried_before, sa.and_(before, other.c.attempts == 0, other.c.due_at <= now)),
            ),
        ),
    )
    return (
        sa.select(outbox.c.id, outbox.c.lane, outbox.c.kind)
        .where(outbox.c.state.in_(WAITING), outbox.c.due_at <= now, ~in_the_way)
        .order_by(outbox.c.urgency, outbox.c.id)
        .limit(sa.bindparam("ready_most", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )


@cache
def _lease() -> sa.Update:
    return (
        sa.update(outbox)
        .where(outbox.c.id.in_(sa.bindparam("lease_ids", expanding=True)))
        .values(state="leased", token=outbox.c.token + 1, lease_until=sa.bindparam("lease_end"))
        .returning(*_COLUMNS)
    )


async def claim(
    database: Database, now: datetime, limit: int, lease: timedelta, paces: Mapping[TargetKind, Pace]
) -> list[Row]:
    """The next due push of up to `limit` receivers, urgent ones first, then the oldest.

    A push that has been tried and waits for its next try holds back the later ones to the same receiver (order);
    one that has only been held back for quiet hours does not.
    """
    try:
        async with database.writing() as connection:
            found = (await connection.execute(_ready(), {"ready_now": now, "ready_most": limit})).all()
            if not found:
                return []
            full = await _full_lanes(connection, now, found, paces)
            ids = [row.id for row in found if row.lane not in full]
            if not ids:
                return []
            rows = await connection.execute(_lease(), {"lease_ids": ids, "lease_end": now + lease})
            return sorted((_row(row) for row in rows), key=lambda row: (row.urgency, row.outbox_id))
    except IntegrityError:
        # Another replica has just begun to send to one of these receivers.
        return []


async def _full_lanes(
    connection: AsyncConnection, now: datetime, found: Sequence[Any], paces: Mapping[TargetKind, Pace]
) -> set[str]:
    """Receivers that have had as many messages as WeCom lets through in the window."""
    full: set[str] = set()
    for kind, pace in paces.items():
        lanes = [row.lane for row in found if row.kind == kind]
        if not lanes:
            continue
        counts = await connection.execute(
            sa.select(outbox.c.lane)
            .where(outbox.c.lane.in_(lanes), outbox.c.kind == kind, outbox.c.called_at > now - pace.per)
            .group_by(outbox.c.lane)
            .having(sa.func.count() >= pace.calls)
        )
        full.update(counts.scalars())
    return full


async def start_calling(connection: AsyncConnection, row: Row, now: datetime, rendered: str) -> bool:
    """Committed before the call. False: the push was withdrawn or taken over in the meantime and must not go."""
    done = await connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == row.outbox_id, outbox.c.token == row.token, outbox.c.state == "leased")
        .values(
            state="calling",
            rendered=rendered,
            called_at=now,
            first_called_at=sa.func.coalesce(outbox.c.first_called_at, now),
            attempts=outbox.c.attempts + 1,
        )
    )
    return done.rowcount == 1


async def settle(
    connection: AsyncConnection,
    row: Row,
    state: str,
    now: datetime,
    *,
    error: str = "",
    due_at: datetime | None = None,
    msgid: str = "",
    attempts: int | None = None,
) -> bool:
    """`state`: sent, failed, dropped, or queued/uncertain with the `due_at` of the next try. `attempts` where a try
    ended before it was counted by `start_calling`.

    queued means that WeCom surely has not accepted it, so that the next try may say it anew.
    """
    values: dict[str, Any] = {"state": state, "error": error[:500], "lease_until": None, "msgid": msgid}
    if state == "queued":
        values["rendered"] = None
    if attempts is not None:
        values["attempts"] = attempts
    if due_at is None:
        values["settled_at"] = now
    else:
        values["due_at"] = due_at
    done = await connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == row.outbox_id, outbox.c.token == row.token, outbox.c.state.in_(IN_FLIGHT))
        .values(**values)
    )
    return done.rowcount == 1


async def keep_code(connection: AsyncConnection, task_id: str, code: str, now: datetime) -> None:
    """A card's response_code, from its sending or from a tap: each is good once."""
    known = await connection.execute(sa.select(card_codes.c.id).where(card_codes.c.code == code))
    if known.first() is None:
        await connection.execute(sa.insert(card_codes).values(task_id=task_id, code=code, got_at=now))


async def unused_codes(connection: AsyncConnection, task_id: str, now: datetime) -> int:
    codes = await connection.execute(
        sa.select(sa.func.count()).where(
            card_codes.c.task_id == task_id, card_codes.c.used_at.is_(None), card_codes.c.got_at > now - CODE_LIFE
        )
    )
    return int(codes.scalar_one())


async def use_code(connection: AsyncConnection, task_id: str, now: datetime) -> str | None:
    """Takes the newest unused code of the card; None when there is none left."""
    newest = (
        sa.select(card_codes.c.id)
        .where(card_codes.c.task_id == task_id, card_codes.c.used_at.is_(None), card_codes.c.got_at > now - CODE_LIFE)
        .order_by(card_codes.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    taken = await connection.execute(
        sa.update(card_codes)
        .where(card_codes.c.id == newest, card_codes.c.used_at.is_(None))
        .values(used_at=now)
        .returning(card_codes.c.code)
    )
    code: str | None = taken.scalar_one_or_none()
    return code


async def card_sent(connection: AsyncConnection, task_id: str, msgid: str, code: str, now: datetime) -> None:
    await connection.execute(sa.update(cards).where(cards.c.task_id == task_id).values(msgid=msgid))
    if code:
        await keep_code(connection, task_id, code, now)


async def card_msgid(connection: AsyncConnection, task_id: str) -> str:
    return str((await connection.execute(sa.select(cards.c.msgid).where(cards.c.task_id == task_id))).scalar() or "")


async def next_due(database: Database, after: datetime) -> datetime | None:
    """When the next push that is held back, or waits for its retry, is due."""
    waiting = sa.select(sa.func.min(outbox.c.due_at)).where(outbox.c.state.in_(WAITING), outbox.c.due_at > after)
    async with database.reading() as connection:
        due_at: datetime | None = (await connection.execute(waiting)).scalar_one_or_none()
        return due_at


async def depth(database: Database) -> dict[str, int]:
    """Pushes by state, those that are settled well left out."""
    async with database.reading() as connection:
        rows = await connection.execute(
            sa.select(outbox.c.state, sa.func.count())
            .where(outbox.c.state.not_in(("sent", "dropped")))
            .group_by(outbox.c.state)
        )
        return {row[0]: row[1] for row in rows}
