"""A lead and what it is judged by (L1, L4, L6, S3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.ids import CustomerId, LeadId, UserId


class Grade(StrEnum):
    A = "A"
    B = "B"
    C = "C"


class LeadState(StrEnum):
    POOLED = "pooled"
    """In the manual pool: nobody fitted, or the circuit is open (R5)."""
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    """First contact made (S3). Still open work of its owner."""
    INVALID = "invalid"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self not in (LeadState.INVALID, LeadState.CLOSED)


OPEN_STATES = tuple(state for state in LeadState if state.is_open)
WAITING_STATES = (LeadState.ASSIGNED, LeadState.ACCEPTED)
"""Counted against the cap (R1): given to somebody and not yet contacted; a contacted lead no longer blocks new ones."""


@dataclass(frozen=True, slots=True)
class Tags:
    """What the lead says about itself (L4). Empty text = not known; `reasons` says where each came from."""

    region: str = ""
    city: str = ""
    industry: str = ""
    product_line: str = ""
    hospital_level: str = ""
    """三甲, 二甲, 民营 …"""
    budget_band: str = ""
    wished_member: str = ""
    """The name of the member whom the customer asked for; as typed where it is nobody's, or more than one's (R3)."""
    budget_fen: int | None = None
    """What the remark says about the budget; of a range the lower end."""
    reasons: tuple[tuple[str, str], ...] = ()
    """(field, the words or prefix it came from)."""


@dataclass(frozen=True, slots=True)
class GradeResult:
    grade: Grade
    points: int
    reasons: tuple[tuple[str, int], ...] = ()
    """(rule's name, points it gave), in the order of the settings."""


@dataclass(frozen=True, slots=True)
class Lead:
    lead_id: LeadId
    customer_id: CustomerId
    customer: str
    """As posted."""
    phone: str
    ext: str
    model: str
    channel: str
    remark: str
    grade: Grade
    tags: Tags
    state: LeadState
    owner: UserId | None
    posted_by: UserId | None
    posted_at: datetime
    version: int
    """Grows with every change of owner or state: a timer or a tap that carries another one is out of date (S2)."""
    chat_id: str = ""
    assigned_at: datetime | None = None
    accepted_at: datetime | None = None
    contacted_at: datetime | None = None
    closed_at: datetime | None = None
    location: tuple[float, float] | None = field(default=None)
    """(longitude, latitude), where somebody told us."""
    round: int = 0
    """Counts the assignments: timers and pings of an earlier round no longer count (S2)."""
