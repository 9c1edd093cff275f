"""The log of every change (A2); triggers in the database refuse to alter or delete its rows.

One thing they let through: values about a person whose data were erased become MASK (docs/adr/0014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.tables import audit

if TYPE_CHECKING:
    from storage.unit_of_work import Work


MASK = "***"
"""Stands where something about a person was."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    at: datetime
    who: str
    subject: str
    field: str
    before: str | None
    after: str | None
    message_key: str


class AuditLog:
    """Lines are written together at the end of the unit of work."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lines: list[dict[str, object]] = []

    def note(
        self,
        subject: str,
        field: str,
        before: object | None,
        after: object | None,
        *,
        customer_id: int | None = None,
    ) -> None:
        """`subject` is lead:1024, customer:17, member:lisi …; the actor and the message come from the work itself."""
        self._lines.append(
            {
                "at": self._work.now,
                "who": self._work.actor,
                "subject": subject,
                "customer_id": customer_id,
                "field": field,
                "before": None if before is None else str(before),
                "after": None if after is None else str(after),
                "message_key": self._work.cause,
            }
        )

    async def write(self) -> None:
        if self._lines:
            lines, self._lines = self._lines, []
            await self._work.connection.execute(sa.insert(audit), lines)

    async def of_customer(self, customer_id: int, limit: int) -> Sequence[AuditEntry]:
        """Newest first."""
        return await self._read(audit.c.customer_id == customer_id, limit)

    async def of(self, subject: str, limit: int) -> Sequence[AuditEntry]:
        """Newest first."""
        return await self._read(audit.c.subject == subject, limit)

    async def _read(self, condition: sa.ColumnElement[bool], limit: int) -> Sequence[AuditEntry]:
        await self.write()
        rows = await self._work.connection.execute(
            sa.select(
                audit.c.at, audit.c.who, audit.c.subject, audit.c.field, audit.c.before, audit.c.after,
                audit.c.message_key,
            )
            .where(condition)
            .order_by(audit.c.id.desc())
            .limit(limit)
        )  # fmt: skip
        return [AuditEntry(*row) for row in rows]
