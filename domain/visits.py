"""A visit, what it has to leave behind, and what is still missing (V1-V4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.ids import CustomerId, UserId, VisitId


class VisitState(StrEnum):
    OPEN = "open"
    """Under way: what its owner sends is attached to it. A person has one at a time."""
    CLOSED = "closed"
    CANCELLED = "cancelled"
    """Begun by mistake, before anything was attached."""


class EvidenceKind(StrEnum):
    PHOTO = "photo"
    DOOR_SIGN = "door_sign"
    """A photo of the department's door sign; it is a photo, too."""
    SIGNED = "signed"
    """A signed paper, such as the confirmation of a trial: photo or file."""
    MEMO = "memo"
    """Spoken or typed (N5); what was understood of it is the memo's own record."""
    PLACE = "place"
    NEEDS = "needs"
    """Core needs chosen from the list, with a few words."""
    FILE = "file"
    """Any other file or video."""


PICTURES = (EvidenceKind.PHOTO, EvidenceKind.DOOR_SIGN, EvidenceKind.SIGNED)


class EvidenceState(StrEnum):
    KEPT = "kept"
    """Stored, or being fetched: counts."""
    VOID = "void"
    """Turned out to be no evidence: not a photo, or WeCom no longer had it. Counts for nothing."""


@dataclass(frozen=True, slots=True)
class VisitTemplate:
    """What a finished visit needs (V3). One for each product line, the first is for all others."""

    name: str
    photos: int = 1
    """Door signs among them, signed papers not."""
    memos: int = 1
    place: bool = False
    door_sign: bool = False
    signed: bool = False
    needs: int = 0
    """Core needs to choose from `need_choices`."""
    need_choices: tuple[str, ...] = ()
    needs_words: int = 10
    """Characters that have to be written about them, at least."""
    within: timedelta = timedelta(hours=2)
    """From the start of the visit."""
    product_lines: frozenset[str] = frozenset()


def template_for(product_line: str, templates: Sequence[VisitTemplate]) -> VisitTemplate:
    """The first that names the product line, else the one without any."""
    named = (one for one in templates if product_line and product_line in one.product_lines)
    usual = (one for one in templates if not one.product_lines)
    return next(named, None) or next(usual, None) or VisitTemplate("")


@dataclass(frozen=True, slots=True)
class Place:
    latitude: float
    longitude: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    visit_id: VisitId
    owner: UserId
    customer_id: CustomerId
    customer: str
    product_line: str
    state: VisitState
    started_at: datetime
    due_at: datetime
    """When all evidence is to be there."""
    steps: int = 0
    """How far its alarms have gone: 0, REMINDED, ESCALATED."""
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    override_reason: str = ""
    """Why a manager let it close incomplete; empty = it was complete."""
    todo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    evidence_id: int
    visit_id: VisitId | None
    """None: sent without an open visit, and not attached to one yet."""
    sender: UserId
    kind: EvidenceKind
    message_key: str
    at: datetime
    state: EvidenceState
    text: str = ""
    place: Place | None = None
    needs: tuple[str, ...] = ()
    is_late: bool = False
    """Sent after the visit had been closed."""
    problem: str = ""
    seen_evidence_id: int | None = None
    """The earlier piece that shows or says the same (V4)."""

    @property
    def counts(self) -> bool:
        """What has been used before says nothing of this visit; it is kept and shown all the same."""
        is_used = self.seen_evidence_id is not None and self.kind in (EvidenceKind.MEMO, *PICTURES)
        return self.state is EvidenceState.KEPT and not is_used


class Need(StrEnum):
    PHOTO = "photo"
    MEMO = "memo"
    PLACE = "place"
    DOOR_SIGN = "door_sign"
    SIGNED = "signed"
    NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class Missing:
    need: Need
    count: int = 1
    """How many more."""
    choices: tuple[str, ...] = ()
    """NEEDS only: what there is to choose from."""
    words: int = 0
    """NEEDS only: how many characters to write."""


def missing_for(visit: Visit, template: VisitTemplate, evidence: Iterable[Evidence]) -> tuple[Missing, ...]:
    """What this visit still owes, in the order in which it is shown: place, pictures, papers, needs, memo."""
    kept = [one for one in evidence if one.visit_id == visit.visit_id and one.counts]
    kinds = [one.kind for one in kept]
    needs = max((len(set(one.needs)) for one in kept if one.kind is EvidenceKind.NEEDS), default=0)
    wanted = (
        Missing(Need.PLACE, template.place - kinds.count(EvidenceKind.PLACE)),
        Missing(Need.DOOR_SIGN, template.door_sign - kinds.count(EvidenceKind.DOOR_SIGN)),
        Missing(Need.PHOTO, template.photos - kinds.count(EvidenceKind.PHOTO) - kinds.count(EvidenceKind.DOOR_SIGN)),
        Missing(Need.SIGNED, template.signed - kinds.count(EvidenceKind.SIGNED)),
        Missing(Need.NEEDS, template.needs - needs, template.need_choices, template.needs_words),
        Missing(Need.MEMO, template.memos - kinds.count(EvidenceKind.MEMO)),
    )
    return tuple(one for one in wanted if one.count > 0)


class Alarm(StrEnum):
    REMIND = "remind"
    """The owner, some time before the evidence is due."""
    ESCALATE = "escalate"
    """The manager, once, when it is overdue (V3)."""
    CLOSE = "close"
    """A complete visit that its owner has forgotten to close; what is sent later would be attached to it."""


REMINDED, ESCALATED = 1, 2
"""Values of Visit.steps."""


def alarm_of(visit: Visit, *, is_complete: bool) -> Alarm | None:
    if visit.state is not VisitState.OPEN:
        return None
    if is_complete:
        return Alarm.CLOSE
    if visit.steps < REMINDED:
        return Alarm.REMIND
    return Alarm.ESCALATE if visit.steps < ESCALATED else None


def alarm_at(visit: Visit, *, is_complete: bool, remind_before: timedelta, close_after: timedelta) -> datetime | None:
    """When `alarm_of` is due. A reminder leaves at least half of the time to act."""
    match alarm_of(visit, is_complete=is_complete):
        case Alarm.REMIND:
            return visit.due_at - min(remind_before, (visit.due_at - visit.started_at) / 2)
        case Alarm.ESCALATE:
            return max(visit.due_at, visit.snoozed_until or visit.due_at)
        case Alarm.CLOSE:
            return max(visit.due_at, visit.started_at + close_after)
    return None


LATE_WITHIN = timedelta(hours=2)
"""So long after a visit has been closed, what its owner sends without another open visit still belongs to it."""
MAY_CANCEL_WITHIN = timedelta(minutes=10)
"""A3: a visit begun by mistake, with nothing attached."""
