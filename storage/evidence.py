"""What was sent for a visit, once for each message; what has been seen before (V2, V4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import UserId, VisitId
from domain.visits import Evidence, EvidenceKind, EvidenceState, Place, Visit
from storage.database import insert_once
from storage.tables import evidence, media

if TYPE_CHECKING:
    from storage.unit_of_work import Work

_COLUMNS = (
    evidence.c.id, evidence.c.visit_id, evidence.c.sender, evidence.c.kind, evidence.c.message_key, evidence.c.at,
    evidence.c.state, evidence.c.text, evidence.c.latitude, evidence.c.longitude, evidence.c.needs,
    evidence.c.is_late, evidence.c.problem, evidence.c.seen_evidence_id,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredFile:
    """The bytes of a piece of evidence, as they came."""

    message_key: str
    sha256: str
    size: int
    content_type: str
    file_name: str


class EvidenceLog:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(
        self,
        message_key: str,
        sender: UserId,
        kind: EvidenceKind,
        at: datetime,
        *,
        visit: Visit | None = None,
        is_late: bool = False,
        text: str = "",
        place: Place | None = None,
        needs: Iterable[str] = (),
    ) -> Evidence | None:
        """None where this message has been taken before."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, evidence)
            .values(
                visit_id=visit.visit_id if visit else None,
                sender=sender,
                kind=kind.value,
                message_key=message_key,
                at=at,
                text=place.label if place else text,
                latitude=place.latitude if place else None,
                longitude=place.longitude if place else None,
                needs=list(needs),
                is_late=is_late,
            )
            .returning(*_COLUMNS)
        )
        row = added.first()
        if row is None:
            return None
        if visit is not None:
            self._note(visit, "evidence", None, f"{kind} late" if is_late else kind)
        return _from_row(row)

    async def of_visit(self, visit_id: int) -> list[Evidence]:
        """In the order in which it was sent, void pieces too."""
        return await self._select(evidence.c.visit_id == visit_id)

    async def loose_of(self, sender: UserId, since: datetime) -> list[Evidence]:
        """Sent without an open visit and still attached to none; a memo goes its own way to its customer."""
        return await self._select(
            evidence.c.sender == sender, evidence.c.visit_id.is_(None), evidence.c.at > since,
            evidence.c.state == EvidenceState.KEPT.value, evidence.c.kind != EvidenceKind.MEMO.value,
        )  # fmt: skip

    async def find(self, evidence_id: int) -> Evidence | None:
        found = await self._select(evidence.c.id == evidence_id)
        return found[0] if found else None

    async def with_key(self, message_key: str) -> Evidence | None:
        found = await self._select(evidence.c.message_key == message_key)
        return found[0] if found else None

    async def attach(self, pieces: Collection[Evidence], visit: Visit, *, is_late: bool = False) -> None:
        """Also from another visit, where it had been attached by mistake."""
        await self._work.connection.execute(
            sa.update(evidence)
            .where(evidence.c.id.in_([piece.evidence_id for piece in pieces]))
            .values(visit_id=visit.visit_id, is_late=is_late)
        )
        for piece in pieces:
            self._note(visit, "evidence", piece.visit_id and f"V{piece.visit_id}", piece.kind)

    async def detach(self, piece: Evidence, visit: Visit) -> None:
        await self._work.connection.execute(
            sa.update(evidence).where(evidence.c.id == piece.evidence_id).values(visit_id=None, is_late=False)
        )
        self._note(visit, "evidence", piece.kind, None)

    async def set_kind(self, piece: Evidence, visit: Visit, kind: EvidenceKind) -> None:
        await self._work.connection.execute(
            sa.update(evidence).where(evidence.c.id == piece.evidence_id).values(kind=kind.value)
        )
        self._note(visit, "evidence_kind", piece.kind, kind)

    async def void(self, piece: Evidence, problem: str) -> None:
        await self._work.connection.execute(
            sa.update(evidence)
            .where(evidence.c.id == piece.evidence_id)
            .values(state=EvidenceState.VOID.value, problem=problem)
        )
        subject = f"visit:{piece.visit_id}" if piece.visit_id else f"evidence:{piece.evidence_id}"
        self._work.audit.note(subject, "evidence_void", piece.kind, problem)

    # seen before

    async def used_before(self, sha256: str, piece: Evidence) -> Evidence | None:
        """The first earlier piece of the company that is the same to the byte; what the sender has sent without a visit
        has not been used."""
        found = await self._select(
            evidence.c.sha256 == sha256, evidence.c.id < piece.evidence_id,
            sa.or_(evidence.c.visit_id.is_not(None), evidence.c.sender != piece.sender), limit=1,
        )  # fmt: skip
        return found[0] if found else None

    async def keep_hashes(self, piece: Evidence, sha256: str, fingerprint: str, seen: Evidence | None) -> None:
        await self._work.connection.execute(
            sa.update(evidence)
            .where(evidence.c.id == piece.evidence_id)
            .values(sha256=sha256, fingerprint=fingerprint, seen_evidence_id=seen.evidence_id if seen else None)
        )

    # the bytes

    async def files_of(self, pieces: Collection[Evidence]) -> dict[str, StoredFile]:
        """message_key → its bytes, as far as they have been fetched."""
        rows = await self._work.connection.execute(
            sa.select(media.c.message_key, media.c.sha256, media.c.size, media.c.content_type, media.c.file_name).where(
                media.c.message_key.in_([piece.message_key for piece in pieces]), media.c.state == "fetched"
            )
        )
        return {row[0]: StoredFile(*row) for row in rows}

    async def _select(self, *conditions: sa.ColumnElement[bool], limit: int | None = None) -> list[Evidence]:
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS).where(*conditions).order_by(evidence.c.id).limit(limit)
        )
        return [_from_row(row) for row in rows]

    def _note(self, visit: Visit, field: str, before: object, after: object) -> None:
        self._work.audit.note(f"visit:{visit.visit_id}", field, before, after, customer_id=visit.customer_id)


def _from_row(row: Any) -> Evidence:
    kind = EvidenceKind(row[3])
    return Evidence(
        evidence_id=row[0],
        visit_id=VisitId(row[1]) if row[1] is not None else None,
        sender=UserId(row[2]),
        kind=kind,
        message_key=row[4],
        at=row[5],
        state=EvidenceState(row[6]),
        text=row[7],
        place=Place(row[8], row[9], row[7]) if row[8] is not None else None,
        needs=tuple(row[10]),
        is_late=row[11],
        problem=row[12],
        seen_evidence_id=row[13],
    )


async def fingerprints_after(connection: AsyncConnection, evidence_id: int) -> list[tuple[int, str]]:
    rows = await connection.execute(
        sa.select(evidence.c.id, evidence.c.fingerprint)
        .where(evidence.c.id > evidence_id, evidence.c.fingerprint != "")
        .order_by(evidence.c.id)
    )
    return [(row[0], row[1]) for row in rows]
