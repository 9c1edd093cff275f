"""What somebody owes, with a due time (S5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import UserId
from domain.todos import DAY_KINDS
from storage.database import Wake, insert_once
from storage.tables import todos

if TYPE_CHECKING:
    from storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class Todo:
    todo_id: int
    owner: UserId
    kind: str
    lead_id: int | None
    title: str
    created_at: datetime
    due_at: datetime
    state: str
    reminders_sent: int
    customer_id: int | None = None
    memo_id: int | None = None

    @property
    def is_for_a_day(self) -> bool:
        return self.kind in DAY_KINDS


_COLUMNS = (
    todos.c.id, todos.c.owner, todos.c.kind, todos.c.lead_id, todos.c.title, todos.c.created_at, todos.c.due_at,
    todos.c.state, todos.c.reminders_sent, todos.c.customer_id, todos.c.memo_id,
)  # fmt: skip


class Todos:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(
        self,
        key: str,
        owner: UserId,
        kind: str,
        due_at: datetime,
        *,
        title: str = "",
        lead_id: int | None = None,
        customer_id: int | None = None,
        memo_id: int | None = None,
        next_reminder_at: datetime | None = None,
    ) -> None:
        """`key` names the thing owed: the same is owed once."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, todos)
            .values(
                key=key,
                owner=owner,
                kind=kind,
                title=title,
                lead_id=lead_id,
                customer_id=customer_id,
                memo_id=memo_id,
                created_at=self._work.now,
                due_at=due_at,
                next_reminder_at=next_reminder_at,
            )
            .returning(todos.c.id)
        )
        todo_id = added.scalar_one_or_none()
        if todo_id is not None and title:
            self._work.audit.note(f"todo:{todo_id}", "todo", None, title, customer_id=customer_id)
        self._work.touch(Wake.TIMERS)

    async def open_of(self, owner: UserId) -> list[Todo]:
        return await self._select(todos.c.owner == owner, todos.c.state == "open")

    async def of_memo(self, memo_id: int) -> list[Todo]:
        """Open or not, in the order in which they came to be owed."""
        return sorted(await self._select(todos.c.memo_id == memo_id), key=lambda todo: todo.todo_id)

    async def open_of_customer(self, customer_id: int) -> list[Todo]:
        return await self._select(todos.c.customer_id == customer_id, todos.c.state == "open")

    async def find(self, todo_id: int) -> Todo | None:
        found = await self._select(todos.c.id == todo_id)
        return found[0] if found else None

    async def close(self, todo_id: int, state: str = "done") -> None:
        """`state`: done, or dropped where it is no longer owed."""
        await self._close(todos.c.id == todo_id, state)

    async def close_of_lead(self, lead_id: int, state: str) -> None:
        await self._close(todos.c.lead_id == lead_id, state)

    async def to_remind(self, limit: int) -> list[Todo]:
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS)
            .where(todos.c.state == "open", todos.c.next_reminder_at <= self._work.now)
            .order_by(todos.c.next_reminder_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_from_row(row) for row in rows]

    async def reminded(self, todo: Todo, next_reminder_at: datetime | None) -> None:
        await self._work.connection.execute(
            sa.update(todos)
            .where(todos.c.id == todo.todo_id)
            .values(next_reminder_at=next_reminder_at, reminders_sent=todo.reminders_sent + 1)
        )

    async def move(
        self, todo: Todo, kind: str, title: str, due_at: datetime, next_reminder_at: datetime | None
    ) -> None:
        """Owed by another day, or in other words, than before."""
        await self._work.connection.execute(
            sa.update(todos)
            .where(todos.c.id == todo.todo_id)
            .values(kind=kind, title=title, due_at=due_at, next_reminder_at=next_reminder_at)
        )
        for field, before, after in (("todo", todo.title, title), ("todo_due", todo.due_at, due_at)):
            if before != after:
                self._work.audit.note(f"todo:{todo.todo_id}", field, before, after, customer_id=todo.customer_id)
        await self._work.withdraw(about_todo(todo.todo_id))
        self._work.touch(Wake.TIMERS)

    async def give_customer(self, memo_id: int, customer_id: int | None) -> None:
        """The memo turned out to be about this customer."""
        await self._work.connection.execute(
            sa.update(todos).where(todos.c.memo_id == memo_id).values(customer_id=customer_id)
        )

    async def hand_on(self, owner: UserId, to: UserId) -> int:
        """All that `owner` owes but what belongs to a lead, which goes the lead's own way. Returns how many."""
        given = await self._work.connection.execute(
            sa.update(todos)
            .where(todos.c.owner == owner, todos.c.state == "open", todos.c.lead_id.is_(None))
            .values(owner=to)
            .returning(todos.c.id, todos.c.customer_id)
        )
        rows = given.all()
        for todo_id, customer_id in rows:
            self._work.audit.note(f"todo:{todo_id}", "owner", owner, to, customer_id=customer_id)
        return len(rows)

    async def _close(self, condition: sa.ColumnElement[bool], state: str) -> None:
        closed = await self._work.connection.execute(
            sa.update(todos)
            .where(condition, todos.c.state == "open")
            .values(state=state, done_at=self._work.now)
            .returning(todos.c.id, todos.c.title, todos.c.customer_id)
        )
        rows = closed.all()
        for todo_id, title, customer_id in rows:
            if title:
                self._work.audit.note(f"todo:{todo_id}", f"todo_{state}", None, title, customer_id=customer_id)
        if rows:
            await self._work.withdraw(*(about_todo(todo_id) for todo_id, _, _ in rows))

    async def _select(self, *conditions: sa.ColumnElement[bool]) -> list[Todo]:
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS).where(*conditions).order_by(todos.c.due_at, todos.c.id)
        )
        return [_from_row(row) for row in rows]


def about_todo(todo_id: int) -> str:
    """Names what is said about it: withdrawn when it is no longer owed (S4)."""
    return f"todo:{todo_id}"


def _from_row(row: Any) -> Todo:
    return Todo(row[0], UserId(row[1]), row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10])


async def next_reminder(connection: AsyncConnection) -> datetime | None:
    first = await connection.execute(sa.select(sa.func.min(todos.c.next_reminder_at)).where(todos.c.state == "open"))
    due_at: datetime | None = first.scalar_one_or_none()
    return due_at
