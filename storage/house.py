"""Small records of the house itself: slots of jobs, the circuit, groups, and named locks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.circuit import Circuit, CircuitState
from storage.database import Database, insert_once
from storage.tables import chat_groups, circuits, job_slots

if TYPE_CHECKING:
    from storage.unit_of_work import Work


class House:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def take_slot(self, job: str, slot: str, note: str = "") -> bool:
        """True for the one caller who gets this slot of the job, ever."""
        taken = await self._work.connection.execute(
            insert_once(self._work.connection, job_slots).values(job=job, slot=slot, done_at=self._work.now, note=note)
        )
        return taken.rowcount == 1

    async def lock(self, name: str) -> None:
        """Held until the end of the transaction. On SQLite the one writer is lock enough."""
        if self._work.connection.dialect.name == "sqlite":
            return
        # Those of this process wait here, not in the database, where a crowd that waits slows the one that works.
        await self._work.turns.take(name)
        await self._work.connection.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"dealbell:{name}", 0)))
        )

    async def circuit(self) -> Circuit:
        rows = await self._work.connection.execute(
            sa.select(circuits.c.state, circuits.c.failures, circuits.c.opened_at).where(
                circuits.c.name == "assignment"
            )
        )
        row = rows.first()
        return Circuit() if row is None else Circuit(CircuitState(row.state), row.failures, row.opened_at)

    async def save_circuit(self, circuit: Circuit, before: Circuit) -> None:
        if circuit == before:
            return
        values = {"state": circuit.state.value, "failures": circuit.failures, "opened_at": circuit.opened_at}
        await self._work.connection.execute(
            insert_once(self._work.connection, circuits).values(name="assignment", **values)
        )
        await self._work.connection.execute(sa.update(circuits).where(circuits.c.name == "assignment").values(**values))
        if circuit.state is not before.state:
            self._work.audit.note("circuit:assignment", "state", before.state, circuit.state)

    async def bind_group(self, chat_id: str, name: str) -> None:
        """One chat has one name and one name one chat; the later binding counts."""
        await self._work.connection.execute(
            sa.delete(chat_groups).where(sa.or_(chat_groups.c.chat_id == chat_id, chat_groups.c.name == name))
        )
        await self._work.connection.execute(
            sa.insert(chat_groups).values(
                chat_id=chat_id, name=name, bound_at=self._work.now, bound_by=self._work.actor
            )
        )
        self._work.audit.note(f"group:{name}", "chat_id", None, chat_id)


async def bound_name(connection: AsyncConnection, chat_id: str) -> str:
    """The name under which 绑定本群 has bound this chat; empty where it has not."""
    rows = await connection.execute(sa.select(chat_groups.c.name).where(chat_groups.c.chat_id == chat_id))
    return str(rows.scalar_one_or_none() or "")


async def slot_is_taken(database: Database, job: str, slot: str) -> bool:
    """For jobs that do slow work first; `take_slot` decides in the end."""
    async with database.reading() as connection:
        rows = await connection.execute(
            sa.select(job_slots.c.job).where(job_slots.c.job == job, job_slots.c.slot == slot)
        )
        return rows.first() is not None
