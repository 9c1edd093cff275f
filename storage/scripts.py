"""How often a script was offered (B2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from storage.database import insert_once
from storage.tables import script_uses

if TYPE_CHECKING:
    from storage.unit_of_work import Work


class ScriptUses:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def counts(self) -> dict[str, int]:
        rows = await self._work.connection.execute(
            sa.select(script_uses.c.script, sa.func.count()).group_by(script_uses.c.script)
        )
        return {row[0]: row[1] for row in rows}

    async def note(self, script: str, userid: str, customer_id: int | None, why: str) -> None:
        """`why`: asked, or the worry that brought it up. Once for each message."""
        await self._work.connection.execute(
            insert_once(self._work.connection, script_uses).values(
                script=script,
                userid=userid,
                customer_id=customer_id,
                why=why,
                at=self._work.now,
                message_key=self._work.cause,
            )
        )
