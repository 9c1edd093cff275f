"""Timers of the ladder and the pings they raise (S2, S4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.escalation import Rung
from domain.ids import LeadId, UserId
from storage.database import Wake, insert_once
from storage.tables import pings, timers

if TYPE_CHECKING:
    from storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class Timer:
    timer_id: int
    lead_id: LeadId
    round: int
    rung: Rung
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StoredPing:
    ping_id: int
    lead_id: LeadId
    round: int
    rung: Rung
    receiver: UserId
    raised_at: datetime
    state: str
    told_at: datetime | None
    snoozed_until: datetime | None
    task_id: str


def _timer(row: Any) -> Timer:
    return Timer(row[0], LeadId(row[1]), row[2], Rung(row[3]), row[4])


_TIMER = (timers.c.id, timers.c.lead_id, timers.c.round, timers.c.rung, timers.c.due_at)
_PING = (
    pings.c.id, pings.c.lead_id, pings.c.round, pings.c.rung, pings.c.receiver, pings.c.raised_at, pings.c.state,
    pings.c.told_at, pings.c.snoozed_until, pings.c.task_id,
)  # fmt: skip


class Timers:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def arm(self, lead_id: int, round_: int, due: Mapping[Rung, datetime]) -> None:
        """Once for each round of a lead; timers of earlier rounds no longer count."""
        if round_ > 1:
            await self.disarm(lead_id)
        if due:
            await self._work.connection.execute(
                insert_once(self._work.connection, timers),
                [
                    {"lead_id": lead_id, "round": round_, "rung": rung.value, "due_at": due_at}
                    for rung, due_at in due.items()
                ],
            )
        self._work.touch(Wake.TIMERS)

    async def disarm(self, lead_id: int, rungs: Sequence[Rung] = tuple(Rung)) -> None:
        await self._work.connection.execute(
            sa.update(timers)
            .where(timers.c.lead_id == lead_id, timers.c.rung.in_(rungs), timers.c.state == "armed")
            .values(state="void")
        )

    async def take_due(self, limit: int) -> list[Timer]:
        """Fires what is due, in the transaction of its effects: a crash fires it again, a second sweep does not."""
        due = (
            sa.select(timers.c.id)
            .where(timers.c.state == "armed", timers.c.due_at <= self._work.now)
            .order_by(timers.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = await self._work.connection.execute(
            sa.update(timers)
            .where(timers.c.id.in_(due))
            .values(state="fired", fired_at=self._work.now)
            .returning(*_TIMER)
        )
        return sorted((_timer(row) for row in rows), key=lambda timer: timer.due_at)

    async def overdue(self, before: datetime) -> list[Timer]:
        """Armed and due before then: what a sound sweep would have fired."""
        rows = await self._work.connection.execute(
            sa.select(*_TIMER).where(timers.c.state == "armed", timers.c.due_at < before)
        )
        return [_timer(row) for row in rows]

    async def rounds(self) -> set[tuple[int, int]]:
        """(lead, round) that have timers, fired ones too."""
        rows = await self._work.connection.execute(sa.select(timers.c.lead_id, timers.c.round).distinct())
        return {(lead_id, round_) for lead_id, round_ in rows}

    async def of_lead(self, lead_id: int, round_: int) -> dict[Rung, datetime]:
        rows = await self._work.connection.execute(
            sa.select(timers.c.rung, timers.c.due_at).where(timers.c.lead_id == lead_id, timers.c.round == round_)
        )
        return {Rung(rung): due_at for rung, due_at in rows}

    async def first_contact_due(self) -> dict[LeadId, datetime]:
        """When first contact was due, by the last round of each lead."""
        latest = (
            sa.select(timers.c.lead_id, sa.func.max(timers.c.round).label("round"))
            .group_by(timers.c.lead_id)
            .subquery()
        )
        rows = await self._work.connection.execute(
            sa.select(timers.c.lead_id, timers.c.due_at)
            .join(latest, sa.and_(latest.c.lead_id == timers.c.lead_id, latest.c.round == timers.c.round))
            .where(timers.c.rung == Rung.FIRST_CONTACT.value)
        )
        return {LeadId(lead_id): due_at for lead_id, due_at in rows}


async def next_timer(connection: AsyncConnection) -> datetime | None:
    first = await connection.execute(sa.select(sa.func.min(timers.c.due_at)).where(timers.c.state == "armed"))
    due_at: datetime | None = first.scalar_one_or_none()
    return due_at


async def open_pings(connection: AsyncConnection) -> list[StoredPing]:
    """Pending or snoozed, oldest first."""
    return await _select_pings(connection, pings.c.state.in_(("pending", "snoozed")))


class Pings:
    """What a manager is to hear: raised once for each lead, round, rung and receiver."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def raise_(self, lead_id: int, round_: int, rung: Rung, receiver: UserId) -> None:
        await self._work.connection.execute(
            insert_once(self._work.connection, pings).values(
                lead_id=lead_id, round=round_, rung=rung.value, receiver=receiver, raised_at=self._work.now
            )
        )
        self._work.touch(Wake.TIMERS)

    async def open(self) -> list[StoredPing]:
        return await open_pings(self._work.connection)

    async def of_card(self, task_id: str) -> list[StoredPing]:
        return await self._select(pings.c.task_id == task_id)

    async def of_lead(self, lead_id: int) -> list[StoredPing]:
        return await self._select(pings.c.lead_id == lead_id, pings.c.state != "withdrawn")

    async def mark(self, ping_ids: Sequence[int], state: str, **values: object) -> None:
        """`state`: pending, told, acknowledged, snoozed, withdrawn."""
        await self._work.connection.execute(
            sa.update(pings).where(pings.c.id.in_(ping_ids)).values(state=state, **values)
        )
        self._work.touch(Wake.TIMERS)

    async def _select(self, *conditions: sa.ColumnElement[bool]) -> list[StoredPing]:
        return await _select_pings(self._work.connection, *conditions)


async def _select_pings(connection: AsyncConnection, *conditions: sa.ColumnElement[bool]) -> list[StoredPing]:
    rows = await connection.execute(sa.select(*_PING).where(*conditions).order_by(pings.c.id))
    return [StoredPing(r[0], LeadId(r[1]), r[2], Rung(r[3]), UserId(r[4]), r[5], r[6], r[7], r[8], r[9]) for r in rows]
