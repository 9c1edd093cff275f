"""One open question for each person: a primary key, so a later question takes the place of an earlier one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from chat.dialogue import Question
from storage.tables import questions

if TYPE_CHECKING:
    from storage.unit_of_work import Work


class Questions:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def ask(
        self, userid: str, kind: str, subject: str, until: datetime, data: dict[str, Any] | None = None
    ) -> None:
        """The words that ask it are the caller's reply or push."""
        await self.close(userid)
        await self._work.connection.execute(
            sa.insert(questions).values(
                userid=userid, kind=kind, subject=subject, data=data or {}, asked_at=self._work.now, until=until
            )
        )

    async def open_of(self, userid: str) -> Question | None:
        rows = await self._work.connection.execute(
            sa.select(questions.c.userid, questions.c.kind, questions.c.subject, questions.c.until, questions.c.data)
            .where(questions.c.userid == userid, questions.c.until > self._work.now)
        )  # fmt: skip
        row = rows.first()
        return Question(*row) if row else None

    async def close(self, userid: str) -> None:
        await self._work.connection.execute(sa.delete(questions).where(questions.c.userid == userid))
