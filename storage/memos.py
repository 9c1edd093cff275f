"""Memos, once for each message that brought one, and the corrections that the speaker made (N2, N3)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.ids import CustomerId, UserId
from domain.memos import Memo, MemoId, MemoKind, MemoState
from storage.database import insert_once
from storage.tables import memos

if TYPE_CHECKING:
    from storage.unit_of_work import Work

_COLUMNS = (
    memos.c.id, memos.c.message_key, memos.c.sender, memos.c.kind, memos.c.recorded_at, memos.c.visit_id,
    memos.c.customer_id, memos.c.text, memos.c.state, memos.c.version, memos.c.problem, memos.c.seconds,
    memos.c.confirmed_at,
)  # fmt: skip


class Memos:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(
        self,
        message_key: str,
        sender: str,
        kind: MemoKind | str = MemoKind.VOICE,
        *,
        recorded_at: datetime,
        visit_id: int | None = None,
        customer_id: int | None = None,
        text: str = "",
    ) -> MemoId:
        """Once for each message; the same message again gives the memo that is there."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, memos)
            .values(
                message_key=message_key,
                sender=sender,
                kind=MemoKind(kind).value,
                recorded_at=recorded_at,
                visit_id=visit_id,
                customer_id=customer_id,
                text=text,
            )
            .returning(memos.c.id)
        )
        memo_id = added.scalar_one_or_none()
        if memo_id is None:
            known = await self._work.connection.execute(sa.select(memos.c.id).where(memos.c.message_key == message_key))
            return MemoId(known.scalar_one())
        self._work.audit.note(f"memo:{memo_id}", "added", None, kind, customer_id=customer_id)
        return MemoId(memo_id)

    async def get(self, memo_id: int) -> Memo | None:
        return await self._one(memos.c.id == memo_id)

    async def with_key(self, message_key: str) -> Memo | None:
        return await self._one(memos.c.message_key == message_key)

    async def of_visit(self, visit_id: int) -> list[Memo]:
        """Oldest first."""
        return await self._select(memos.c.visit_id == visit_id)

    async def of_customer(self, customer_id: int, limit: int = 200) -> list[Memo]:
        """Newest first."""
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS)
            .where(memos.c.customer_id == customer_id)
            .order_by(memos.c.recorded_at.desc(), memos.c.id.desc())
            .limit(limit)
        )
        return [_from_row(row) for row in rows]

    async def _one(self, condition: sa.ColumnElement[bool]) -> Memo | None:
        found = await self._select(condition)
        return found[0] if found else None

    async def _select(self, *conditions: sa.ColumnElement[bool]) -> list[Memo]:
        rows = await self._work.connection.execute(sa.select(*_COLUMNS).where(*conditions).order_by(memos.c.id))
        return [_from_row(row) for row in rows]


def _from_row(row: Any) -> Memo:
    return Memo(
        memo_id=MemoId(row.id),
        message_key=row.message_key,
        sender=UserId(row.sender),
        kind=MemoKind(row.kind),
        recorded_at=row.recorded_at,
        visit_id=row.visit_id,
        customer_id=CustomerId(row.customer_id) if row.customer_id is not None else None,
        text=row.text,
        state=MemoState(row.state),
        version=row.version,
        problem=row.problem,
        seconds=row.seconds,
        confirmed_at=row.confirmed_at,
    )
