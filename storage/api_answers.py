"""Idempotency-Key: the first answer is kept and given again (interfaces.md, HTTP)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.database import insert_once
from storage.tables import api_answers

if TYPE_CHECKING:
    from storage.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    digest: str
    """Of path and body: the same key for something else is the caller's mistake."""
    status: int
    answer: Any


class ApiAnswers:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def take(self, key_id: str, repeat_key: str, digest: str) -> KeptAnswer | None:
        """None for the first one with this key. A second one at the same time waits for the first to commit."""
        taken = await self._work.connection.execute(
            insert_once(self._work.connection, api_answers).values(
                key_id=key_id, repeat_key=repeat_key, digest=digest, status=0, at=self._work.now
            )
        )
        if taken.rowcount == 1:
            return None
        rows = await self._work.connection.execute(
            sa.select(api_answers.c.digest, api_answers.c.status, api_answers.c.answer).where(
                api_answers.c.key_id == key_id, api_answers.c.repeat_key == repeat_key
            )
        )
        digest, status, answer = rows.one()
        return KeptAnswer(digest, status, json.loads(answer))

    async def keep(self, key_id: str, repeat_key: str, status: int, answer: Any) -> None:
        await self._work.connection.execute(
            sa.update(api_answers)
            .where(api_answers.c.key_id == key_id, api_answers.c.repeat_key == repeat_key)
            .values(status=status, answer=json.dumps(answer, ensure_ascii=False))
        )
