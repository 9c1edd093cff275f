"""Days on which customers said they would pay, and which steps of the overdue ladder have been told (P4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.overdue import DueStep
from domain.payer_names import even
from storage.database import insert_once
from storage.tables import bookings, due_notices, promises, receivables

if TYPE_CHECKING:
    from storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class Promise:
    """open → kept, broken, or replaced by a later one."""

    promise_id: int
    customer: str
    customer_key: str
    promised_on: date
    amount: int | None
    by: str
    said_at: datetime
    state: str


class Promises:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, customer: str, promised_on: date, amount: int | None) -> Promise | None:
        """The message it was said in gives it once. Returns the open one that it takes the place of."""
        key = even(customer)
        earlier = (await self.open_of([key])).get(key)
        if earlier is not None:
            await self.settle(earlier, "replaced")
        await self._work.connection.execute(
            insert_once(self._work.connection, promises).values(
                message_key=self._work.cause, customer=customer, customer_key=key, promised_on=promised_on,
                amount=amount, by=self._work.actor, said_at=self._work.now,
            )
        )  # fmt: skip
        self._work.audit.note(f"promise:{customer}", "promised_on", earlier and earlier.promised_on, promised_on)
        return earlier

    async def settle(self, promise: Promise, state: str) -> bool:
        done = await self._work.connection.execute(
            sa.update(promises)
            .where(promises.c.id == promise.promise_id, promises.c.state == "open")
            .values(state=state, settled_at=self._work.now)
        )
        if done.rowcount == 1:
            self._work.audit.note(f"promise:{promise.customer}", "state", promise.state, state)
        return done.rowcount == 1

    async def open(self) -> list[Promise]:
        return await self._select(promises.c.state == "open")

    async def open_of(self, customer_keys: Iterable[str]) -> Mapping[str, Promise]:
        found = await self._select(promises.c.state == "open", promises.c.customer_key.in_(sorted(set(customer_keys))))
        return {one.customer_key: one for one in found}

    async def broken_of(self, customer: str) -> int:
        """How many were not kept, ever."""
        rows = await self._work.connection.execute(
            sa.select(sa.func.count()).where(promises.c.customer_key == even(customer), promises.c.state == "broken")
        )
        return int(rows.scalar_one())

    async def came_since(self, promise: Promise) -> int:
        """Fen that were booked for this customer since it was said, less what was undone."""
        rows = await self._work.connection.execute(
            sa.select(sa.func.coalesce(sa.func.sum(bookings.c.amount), 0))
            .join(receivables, receivables.c.id == bookings.c.receivable_id)
            .where(receivables.c.customer_key == promise.customer_key, bookings.c.at >= promise.said_at)
        )
        return int(rows.scalar_one())

    async def _select(self, *conditions: sa.ColumnElement[bool]) -> list[Promise]:
        rows = await self._work.connection.execute(
            sa.select(
                promises.c.id, promises.c.customer, promises.c.customer_key, promises.c.promised_on,
                promises.c.amount, promises.c.by, promises.c.said_at, promises.c.state,
            )
            .where(*conditions)
            .order_by(promises.c.promised_on, promises.c.id)
        )  # fmt: skip
        return [_from_row(row) for row in rows]

    # the ladder

    async def note_step(self, step: DueStep, day: date) -> bool:
        """True for the one caller who may tell this step of this instalment."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, due_notices).values(
                receivable_id=step.receivable_id, due_on=step.due_on, step=step.step, day=day
            )
        )
        return added.rowcount == 1

    async def steps_told(self, receivable_ids: Iterable[int]) -> Mapping[tuple[int, date], set[int]]:
        """Of each instalment, by receivable and due day."""
        ids = sorted(set(receivable_ids))
        found: dict[tuple[int, date], set[int]] = {}
        for at in range(0, len(ids), 500):
            rows = await self._work.connection.execute(
                sa.select(due_notices.c.receivable_id, due_notices.c.due_on, due_notices.c.step).where(
                    due_notices.c.receivable_id.in_(ids[at : at + 500])
                )
            )
            for receivable_id, due_on, step in rows:
                found.setdefault((receivable_id, due_on), set()).add(step)
        return found

    async def steps_of_day(self, day: date) -> list[DueStep]:
        rows = await self._work.connection.execute(
            sa.select(due_notices.c.receivable_id, due_notices.c.due_on, due_notices.c.step)
            .where(due_notices.c.day == day)
            .order_by(due_notices.c.receivable_id, due_notices.c.due_on)
        )
        return [DueStep(*row) for row in rows]


def _from_row(row: Any) -> Promise:
    return Promise(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7])
