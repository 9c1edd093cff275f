"""Who gets a lead (R1-R6): rules, candidates, scores, a fixed tie-break; returns the choice and its basis."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.geography import Region
from domain.ids import UserId
from domain.leads import Grade, Tags
from domain.people import Member


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One ordered rule (R1). An empty condition matches everything; the groups are tried in order (overflow)."""

    name: str
    groups: tuple[str, ...]
    regions: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    product_lines: frozenset[str] = frozenset()
    hospital_levels: frozenset[str] = frozenset()
    budget_bands: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    grades: frozenset[Grade] = frozenset()
    only_in_working_hours: bool = False
    """R4: nobody of this rule's groups gets a lead outside working hours; it overflows to the next rule."""


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates: named ones, or everybody of the given teams, or (both empty) every active rep."""

    name: str
    members: frozenset[UserId] = frozenset()
    teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """R2. Each part of the score is 0…1; the score is the weighted mean."""

    load: float = 4.0
    skill: float = 3.0
    wins: float = 2.0
    fairness: float = 1.0


@dataclass(frozen=True, slots=True)
class AssignmentRules:
    rules: tuple[RoutingRule, ...] = ()
    groups: tuple[Group, ...] = ()
    regions: tuple[Region, ...] = ()
    cap: int = 5
    weights: Weights = field(default_factory=Weights)
    fairness_after: timedelta = timedelta(days=2)
    """Waiting this long without a lead gives the full fairness part."""
    version: str = ""
    """Hash of the rules, stored with each basis (R6)."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What a member carries now; from storage."""

    open_leads: int = 0
    last_lead_at: datetime | None = None
    won: int = 0
    """Leads of this kind (same product line) that came to first contact or further, in the past …"""
    given: int = 0
    """… out of so many given."""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What the rules look at."""

    customer: str
    model: str
    channel: str
    grade: Grade
    tags: Tags
    existing_owner: UserId | None = None
    location: tuple[float, float] | None = None
    """(longitude, latitude)"""
    barred: frozenset[UserId] = frozenset()
    """Not these: who has just let the lead lie, or gave it away."""


class Way(StrEnum):
    """How the choice was made."""

    WISH = "wish"
    EXISTING_OWNER = "existing_owner"
    STAND_IN = "stand_in"
    RULE = "rule"
    DEFAULT = "default"
    """There are no rules: every active rep is a candidate."""
    BY_HAND = "by_hand"
    NOBODY = "nobody"
    CIRCUIT_OPEN = "circuit_open"


class Why(StrEnum):
    """Why somebody was not chosen, or nobody was (R6). Sentences: chat/texts/reasons.py."""

    FROZEN = "frozen"
    ON_LEAVE = "on_leave"
    AT_CAP = "at_cap"
    NOT_WORKING_NOW = "not_working_now"
    OTHER_REGION = "other_region"
    NOT_A_REP = "not_a_rep"
    BARRED = "barred"
    LOWER_SCORE = "lower_score"
    TIE_BREAK = "tie_break"
    NO_RULE_MATCHES = "no_rule_matches"
    NO_CANDIDATE = "no_candidate"
    WISHED_UNKNOWN = "wished_unknown"


@dataclass(frozen=True, slots=True)
class ScoreParts:
    load: float
    skill: float
    wins: float
    fairness: float
    total: float


@dataclass(frozen=True, slots=True)
class Considered:
    """One person who was looked at."""

    userid: UserId
    name: str
    why_not: Why | None
    """None for the chosen one."""
    group: str = ""
    open_leads: int = 0
    parts: ScoreParts | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Why the choice was made (R6); stored with the assignment as JSON."""

    way: Way
    rule: str
    group: str
    rule_version: str
    decided_at: datetime
    considered: tuple[Considered, ...] = ()
    notes: tuple[Why, ...] = ()
    """What happened before the rules: the wished member is on leave …"""


@dataclass(frozen=True, slots=True)
class Decision:
    chosen: Member | None
    basis: Basis
