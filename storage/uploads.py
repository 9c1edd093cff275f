"""Statement files that were sent in: the same file is read once, whoever sends it (P1)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.statements import Problem, UnreadableRow
from storage.database import Wake, insert_once
from storage.tables import statement_uploads

if TYPE_CHECKING:
    from storage.unit_of_work import Work

RECEIVABLES = "receivables"
"""The layout of a file that is no statement but a list of what customers owe."""
KEPT_UNREADABLE = 200
"""Rows that could not be read and are kept with their line; the count is of all."""


@dataclass(frozen=True, slots=True)
class Upload:
    """wanted (its bytes are in the media store under `sha256`) → judging (all rows are stored) → done, or failed."""

    upload_id: int
    sha256: str
    by: str
    door: str
    file_name: str
    received_at: datetime
    state: str
    layout: str
    problem: Problem | None
    """Why the file as a whole could not be read."""
    rows: int
    repeated: int
    """Rows that were known from before; of a list of receivables those that changed nothing."""
    unreadable_count: int
    unreadable: tuple[UnreadableRow, ...]
    done_at: datetime | None


class Uploads:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def want(self, sha256: str, *, by: str, door: str, file_name: str) -> tuple[Upload, bool]:
        """The upload of this very file, and whether it is a new one. One that failed may be tried again."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, statement_uploads).values(
                sha256=sha256, by=by, door=door, file_name=file_name, received_at=self._work.now, unreadable=[]
            )
        )
        is_new = added.rowcount == 1
        if not is_new:
            again = await self._work.connection.execute(
                sa.update(statement_uploads)
                .where(statement_uploads.c.sha256 == sha256, statement_uploads.c.state == "failed")
                .values(
                    state="wanted", problem="", by=by, door=door, file_name=file_name, received_at=self._work.now,
                    done_at=None,
                )
            )  # fmt: skip
            is_new = again.rowcount == 1
        if is_new:
            self._work.audit.note(f"statement:{sha256[:12]}", "received", None, file_name)
            self._work.touch(Wake.PAYMENTS)
        return (await self._select(statement_uploads.c.sha256 == sha256))[0], is_new

    async def find(self, upload_id: int) -> Upload | None:
        found = await self._select(statement_uploads.c.id == upload_id)
        return found[0] if found else None

    async def of_file(self, sha256: str) -> Upload | None:
        found = await self._select(statement_uploads.c.sha256 == sha256)
        return found[0] if found else None

    async def latest(self, limit: int, offset: int = 0) -> list[Upload]:
        """Newest first."""
        return await self._select(order=statement_uploads.c.id.desc(), limit=limit, offset=offset)

    async def called(self, file_name: str) -> list[Upload]:
        """Newest first."""
        return await self._select(statement_uploads.c.file_name == file_name, order=statement_uploads.c.id.desc())

    async def undone(self, state: str) -> list[Upload]:
        return await self._select(statement_uploads.c.state == state)

    async def was_read(
        self, upload: Upload, *, layout: str, rows: int, repeated: int, unreadable: tuple[UnreadableRow, ...]
    ) -> None:
        await self._change(
            upload,
            "wanted",
            state="judging",
            layout=layout,
            rows=rows,
            repeated=repeated,
            unreadable_count=len(unreadable),
            unreadable=[asdict(row) for row in unreadable[:KEPT_UNREADABLE]],
        )
        self._work.touch(Wake.PAYMENTS)

    async def failed(self, upload: Upload, problem: Problem) -> bool:
        return await self._change(upload, "wanted", state="failed", problem=problem.value, done_at=self._work.now)

    async def finished(self, upload: Upload) -> bool:
        """True for the one caller who finishes it."""
        return await self._change(upload, "judging", state="done", done_at=self._work.now)

    async def _change(self, upload: Upload, from_state: str, **values: Any) -> bool:
        done = await self._work.connection.execute(
            sa.update(statement_uploads)
            .where(statement_uploads.c.id == upload.upload_id, statement_uploads.c.state == from_state)
            .values(**values)
        )
        return done.rowcount == 1

    async def _select(
        self,
        *conditions: sa.ColumnElement[bool],
        order: sa.ColumnElement[Any] = statement_uploads.c.id,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Upload]:
        rows = await self._work.connection.execute(
            sa.select(statement_uploads).where(*conditions).order_by(order).limit(limit).offset(offset)
        )
        return [_from_row(row) for row in rows]


def _from_row(row: Any) -> Upload:
    return Upload(
        upload_id=row.id,
        sha256=row.sha256,
        by=row.by,
        door=row.door,
        file_name=row.file_name,
        received_at=row.received_at,
        state=row.state,
        layout=row.layout,
        problem=Problem(row.problem) if row.problem else None,
        rows=row.rows,
        repeated=row.repeated,
        unreadable_count=row.unreadable_count,
        unreadable=tuple(
            UnreadableRow(one["line"], Problem(one["problem"]), one["text"], one["sheet"]) for one in row.unreadable
        ),
        done_at=row.done_at,
    )


async def something_undone(connection: AsyncConnection) -> bool:
    undone = sa.select(statement_uploads.c.id).where(statement_uploads.c.state.in_(("wanted", "judging"))).limit(1)
    return (await connection.execute(undone)).first() is not None
