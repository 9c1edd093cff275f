"""Visits: one open for each person by a constraint; their alarms; where customers are; what managers found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import CustomerId, UserId, VisitId
from domain.refusal import Refusal
from domain.visits import Place, Visit, VisitState
from storage.database import Wake, insert_once
from storage.tables import customer_places, customers, leads, visit_checks, visits

if TYPE_CHECKING:
    from domain.people import Member
    from storage.unit_of_work import Work

_COLUMNS = (
    visits.c.id, visits.c.owner, visits.c.customer_id, customers.c.name, visits.c.product_line, visits.c.state,
    visits.c.started_at, visits.c.due_at, visits.c.steps, visits.c.snoozed_until, visits.c.closed_at, visits.c.closed_by,
    visits.c.override_reason, visits.c.todo_id,
)  # fmt: skip
_SELECT = sa.select(*_COLUMNS).join(customers, customers.c.id == visits.c.customer_id)


@dataclass(frozen=True, slots=True)
class Check:
    """A manager was asked to look at a visit at random; `verdict` is good, bad, or empty as long as it is open."""

    visit_id: VisitId
    by: UserId
    verdict: str
    reason: str


class Visits:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def start(
        self,
        owner: UserId,
        customer_id: CustomerId,
        *,
        product_line: str,
        due_at: datetime,
        source_key: str,
        todo_id: int | None = None,
    ) -> Visit | None:
        """None where the owner has an open visit, or this message has started one before."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, visits)
            .values(
                owner=owner,
                customer_id=customer_id,
                product_line=product_line,
                started_at=self._work.now,
                due_at=due_at,
                source_key=source_key,
                todo_id=todo_id,
            )
            .returning(visits.c.id)
        )
        visit_id = added.scalar_one_or_none()
        if visit_id is None:
            return None
        self._note(visit_id, customer_id, "added", None, owner)
        return await self.find(visit_id)

    async def find(self, visit_id: int) -> Visit | None:
        """For the house itself; chat reads with `get`."""
        return await self._one(visits.c.id == visit_id)

    async def get(self, visit_id: int, *, seen_by: Member) -> Visit:
        """Refusal no_such_visit where there is none, or none that this member may see (A1)."""
        visit = await self.find(visit_id)
        owners = await self._work.visible_owners(seen_by)
        if visit is None or (owners is not None and visit.owner not in owners):
            raise Refusal("no_such_visit", visit=f"V{visit_id}")
        return visit

    async def open_of(self, userid: str) -> Visit | None:
        return await self._one(visits.c.owner == userid, visits.c.state == VisitState.OPEN.value)

    async def last_closed_of(self, userid: str, since: datetime) -> Visit | None:
        found = await self._select(
            visits.c.owner == userid, visits.c.state == VisitState.CLOSED.value, visits.c.closed_at > since,
            order=visits.c.closed_at.desc(), limit=1,
        )  # fmt: skip
        return found[0] if found else None

    async def of_owner(self, userid: str, since: datetime, limit: int = 20) -> list[Visit]:
        """Newest first; cancelled ones left out."""
        return await self._select(
            visits.c.owner == userid, visits.c.started_at > since, visits.c.state != VisitState.CANCELLED.value,
            order=visits.c.id.desc(), limit=limit,
        )  # fmt: skip

    async def of_customer(self, customer_id: int, limit: int) -> list[Visit]:
        """Newest first; cancelled ones left out."""
        return await self._select(
            visits.c.customer_id == customer_id, visits.c.state != VisitState.CANCELLED.value,
            order=visits.c.id.desc(), limit=limit,
        )  # fmt: skip

    async def of_todo(self, todo_id: int) -> list[Visit]:
        return await self._select(
            visits.c.todo_id == todo_id, visits.c.state != VisitState.CANCELLED.value, order=visits.c.id, limit=5
        )

    async def close(self, visit: Visit, by: str, *, override_reason: str = "") -> None:
        """`override_reason`: why it may close incomplete."""
        await self._end(visit, VisitState.CLOSED, closed_by=by, override_reason=override_reason)
        if override_reason:
            self._note(visit.visit_id, visit.customer_id, "override", None, override_reason)

    async def cancel(self, visit: Visit) -> None:
        await self._end(visit, VisitState.CANCELLED, closed_by=visit.owner)

    async def _end(self, visit: Visit, state: VisitState, **values: Any) -> None:
        ended = await self._work.connection.execute(
            sa.update(visits)
            .where(visits.c.id == visit.visit_id, visits.c.state == VisitState.OPEN.value)
            .values(state=state.value, closed_at=self._work.now, alarm_at=None, **values)
        )
        if ended.rowcount:
            self._note(visit.visit_id, visit.customer_id, "state", visit.state, state)

    # alarms

    async def set_alarm(self, visit: Visit, steps: int, at: datetime | None) -> None:
        await self._work.connection.execute(
            sa.update(visits).where(visits.c.id == visit.visit_id).values(steps=steps, alarm_at=at)
        )
        self._work.touch(Wake.TIMERS)

    async def snooze(self, visit: Visit, steps: int, until: datetime) -> None:
        await self._work.connection.execute(
            sa.update(visits).where(visits.c.id == visit.visit_id).values(snoozed_until=until)
        )
        await self.set_alarm(visit, steps, until)

    async def due(self, limit: int) -> list[Visit]:
        return await self._select(
            visits.c.state == VisitState.OPEN.value, visits.c.alarm_at <= self._work.now,
            order=visits.c.alarm_at, limit=limit, lock=True,
        )  # fmt: skip

    # where customers are

    async def place_of(self, customer_id: int) -> Place | None:
        """Of the first visit that was confirmed there; else what a lead said of it."""
        return (await self.places_of([CustomerId(customer_id)])).get(CustomerId(customer_id))

    async def places_of(self, customer_ids: Collection[CustomerId]) -> dict[CustomerId, Place]:
        told = await self._work.connection.execute(
            sa.select(leads.c.customer_id, leads.c.latitude, leads.c.longitude)
            .where(leads.c.customer_id.in_(customer_ids), leads.c.latitude.is_not(None))
            .order_by(leads.c.id)
        )
        found = {CustomerId(row[0]): Place(row[1], row[2]) for row in told}
        learnt = await self._work.connection.execute(
            sa.select(
                customer_places.c.customer_id, customer_places.c.latitude, customer_places.c.longitude,
                customer_places.c.label,
            ).where(customer_places.c.customer_id.in_(customer_ids))
        )  # fmt: skip
        return found | {CustomerId(row[0]): Place(row[1], row[2], row[3]) for row in learnt}

    async def learn_place(self, visit: Visit, place: Place) -> None:
        """The first confirmed visit says where the customer is; later ones are measured against it."""
        learnt = await self._work.connection.execute(
            insert_once(self._work.connection, customer_places).values(
                customer_id=visit.customer_id,
                latitude=place.latitude,
                longitude=place.longitude,
                label=place.label,
                visit_id=visit.visit_id,
                learnt_at=self._work.now,
            )
        )
        if learnt.rowcount == 1:
            subject = f"customer:{visit.customer_id}"
            self._work.audit.note(subject, "place", None, place.label or "", customer_id=visit.customer_id)

    # looking at random

    async def pick_to_check(
        self, by: UserId, owners: Collection[UserId] | None, since: datetime, limit: int
    ) -> list[Visit]:
        """Closed visits of others since then that `by` has not been shown, drawn at random. `owners` None = all."""
        seen = sa.select(visit_checks.c.visit_id).where(visit_checks.c.by == by)
        conditions = [
            visits.c.state == VisitState.CLOSED.value,
            visits.c.closed_at > since,
            visits.c.owner != by,
            visits.c.id.not_in(seen),
        ]
        if owners is not None:
            conditions.append(visits.c.owner.in_(owners))
        picked = await self._select(*conditions, order=sa.func.random(), limit=limit)
        for visit in picked:
            await self._work.connection.execute(
                insert_once(self._work.connection, visit_checks).values(
                    visit_id=visit.visit_id, by=by, asked_at=self._work.now
                )
            )
        return picked

    async def checks_of(self, visit_id: int) -> list[Check]:
        """Those with a verdict."""
        rows = await self._work.connection.execute(
            sa.select(visit_checks.c.visit_id, visit_checks.c.by, visit_checks.c.verdict, visit_checks.c.reason)
            .where(visit_checks.c.visit_id == visit_id, visit_checks.c.verdict != "")
            .order_by(visit_checks.c.decided_at)
        )
        return [Check(VisitId(row[0]), UserId(row[1]), row[2], row[3]) for row in rows]

    async def judge(self, visit: Visit, by: UserId, verdict: str, reason: str = "") -> bool:
        """False where `by` has judged this visit before, or was not asked to."""
        judged = await self._work.connection.execute(
            sa.update(visit_checks)
            .where(visit_checks.c.visit_id == visit.visit_id, visit_checks.c.by == by, visit_checks.c.verdict == "")
            .values(verdict=verdict, reason=reason, decided_at=self._work.now)
        )
        if judged.rowcount:
            self._note(visit.visit_id, visit.customer_id, "check", None, f"{verdict} {reason}".strip())
        return bool(judged.rowcount)

    # reading

    async def _one(self, *conditions: sa.ColumnElement[bool]) -> Visit | None:
        found = await self._select(*conditions, order=visits.c.id, limit=1)
        return found[0] if found else None

    async def _select(
        self, *conditions: sa.ColumnElement[bool], order: sa.ColumnElement[Any], limit: int, lock: bool = False
    ) -> list[Visit]:
        statement = _SELECT.where(*conditions).order_by(order).limit(limit)
        if lock:
            statement = statement.with_for_update(skip_locked=True, of=visits)
        return [_from_row(row) for row in await self._work.connection.execute(statement)]

    def _note(self, visit_id: int, customer_id: int, field: str, before: object, after: object) -> None:
        self._work.audit.note(f"visit:{visit_id}", field, before, after, customer_id=customer_id)


def _from_row(row: Any) -> Visit:
    return Visit(
        VisitId(row[0]), UserId(row[1]), CustomerId(row[2]), row[3], row[4], VisitState(row[5]), row[6], row[7],
        row[8], row[9], row[10], row[11], row[12], row[13],
    )  # fmt: skip


async def next_alarm(connection: AsyncConnection) -> datetime | None:
    first = await connection.execute(sa.select(sa.func.min(visits.c.alarm_at)).where(visits.c.state == "open"))
    due_at: datetime | None = first.scalar_one_or_none()
    return due_at
