"""What the bytes of evidence say when they are there: no photo, seen before, sent twice, lost (V4)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from actions.visits import refresh
from domain.visits import PICTURES, Evidence, EvidenceKind, EvidenceState, Missing, Visit
from notify.visits import tell_seen_before
from settings.house import HouseRules
from storage.unit_of_work import Work

log = structlog.get_logger()

LOST = "lost"


async def keep_hashes(
    work: Work, rules: HouseRules, message_key: str, sha256: str, fingerprint: str, alike: list[int]
) -> None:
    """`alike`: earlier pieces that show the same, the oldest first. The first of another visit is named, and the piece
    counts no more; within one visit two pictures of one thing are no wonder, but the same bytes twice are one piece."""
    piece = await work.evidence.with_key(message_key)
    if piece is None:
        return
    seen = await work.evidence.used_before(sha256, piece) or await _elsewhere(work, piece, alike)
    await work.evidence.keep_hashes(piece, sha256, fingerprint, seen)
    if seen is None:
        return
    log.info("evidence_seen_before", evidence=piece.evidence_id, earlier=seen.evidence_id)
    visit, missing = await _visit_of(work, rules, piece)
    if piece.kind is EvidenceKind.MEMO or piece.kind in PICTURES:
        await tell_seen_before(work, rules, piece, seen, visit, missing)


async def _elsewhere(work: Work, piece: Evidence, alike: list[int]) -> Evidence | None:
    for evidence_id in alike:
        earlier = await work.evidence.find(evidence_id)
        if earlier is None or (earlier.visit_id is None and earlier.sender == piece.sender):
            continue
        if earlier.visit_id != piece.visit_id or earlier.sender != piece.sender:
            return earlier
    return None


@dataclass(frozen=True, slots=True)
class Voided:
    """A piece that counts no more, and what its visit lacks now."""

    piece: Evidence
    visit: Visit | None
    missing: tuple[Missing, ...]


async def void(work: Work, rules: HouseRules, message_key: str, problem: str) -> Voided | None:
    """None where it was no evidence."""
    piece = await work.evidence.with_key(message_key)
    if piece is None:
        return None
    await work.evidence.void(piece, problem)
    visit, missing = await _visit_of(work, rules, piece)
    return Voided(replace(piece, state=EvidenceState.VOID, problem=problem), visit, missing)


async def _visit_of(work: Work, rules: HouseRules, piece: Evidence) -> tuple[Visit | None, tuple[Missing, ...]]:
    if piece.visit_id is None:
        return None, ()
    visit = await work.visits.find(piece.visit_id)
    assert visit is not None
    return visit, (await refresh(work, rules, visit)).missing
