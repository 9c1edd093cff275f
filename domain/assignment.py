"""Who gets a lead (R1-R6): rules, candidates, scores, a fixed tie-break; returns the choice and its basis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from heapq import nsmallest
from typing import Any

from domain.geography import Region, regions_at
from domain.ids import UserId
from domain.leads import Grade, Tags
from domain.people import Member, Role, Status


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


_IDLE = Workload()


def as_if_given(
    workloads: Mapping[UserId, Workload], given: Iterable[tuple[UserId, str]], product_line: str, now: datetime
) -> dict[UserId, Workload]:
    """The workloads after leads (owner, product line) that a dry run has only imagined (R6)."""
    after = dict(workloads)
    for userid, line in given:
        before = after.get(userid, _IDLE)
        after[userid] = replace(
            before, open_leads=before.open_leads + 1, last_lead_at=now, given=before.given + (line == product_line)
        )
    return after


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
    city_centre: tuple[float, float] | None = None
    """Stands for the location in polygons where only the city is known (R3)."""
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
    BARRED = "barred"
    LOWER_SCORE = "lower_score"
    TIE_BREAK = "tie_break"
    NO_RULE_MATCHES = "no_rule_matches"
    NO_CANDIDATE = "no_candidate"
    WISHED_UNKNOWN = "wished_unknown"
    CITY_CENTRE = "city_centre"
    """Polygons were asked about the city's centre, for want of a location."""


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
    left_out: tuple[tuple[Why, int], ...] = ()
    """How many more were looked at and are not listed, by reason."""


@dataclass(frozen=True, slots=True)
class Decision:
    chosen: Member | None
    basis: Basis


LISTED = 50
"""So many of those considered are kept in a basis by name."""
NEVER = datetime.min.replace(tzinfo=UTC)
DIGITS = 4
"""Scores are compared and shown so exactly."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The state that a decision is made in: the same state gives the same answer."""

    members: Mapping[UserId, Member]
    workloads: Mapping[UserId, Workload]
    rules: AssignmentRules
    now: datetime
    today: date
    is_working_time: bool

    def load(self, member: Member) -> Workload:
        return self.workloads.get(member.userid, _IDLE)


def decide(
    facts: LeadFacts,
    members: Sequence[Member],
    workloads: Mapping[UserId, Workload],
    rules: AssignmentRules,
    *,
    now: datetime,
    today: date,
    is_working_time: bool,
) -> Decision:
    """Wish, then the existing owner or their stand-in, then the rules in order (R1-R4); pure and deterministic."""
    by_id = {member.userid: member for member in sorted(members, key=lambda member: member.userid)}
    state = Circumstances(by_id, workloads, rules, now, today, is_working_time)
    notes: list[Why] = []
    early = _by_wish(facts, state, notes) or _by_owner(facts, state, notes)
    if early is not None:
        chosen, way = early
        return _decision(state, way, chosen, (_considered(chosen, None, state),), notes)
    if facts.location is None and facts.city_centre is not None and any(region.geojson for region in rules.regions):
        notes.append(Why.CITY_CENTRE)
    if not rules.rules:
        everybody = _Search(facts, state, Group("", frozenset(), frozenset()), regions=facts_regions(facts, rules))
        return _result(state, [everybody], Way.DEFAULT, "", notes)
    return _by_rules(facts, state, notes)


def facts_regions(facts: LeadFacts, rules: AssignmentRules) -> frozenset[str]:
    """Regions that the lead may belong to: more than one inside a buffer (R3); none = not known."""
    place = facts.location or facts.city_centre
    found = regions_at(rules.regions, city=facts.tags.city, region=facts.tags.region, location=place)
    return found or (frozenset({facts.tags.region}) if facts.tags.region else frozenset())


def hindrance(member: Member, facts: LeadFacts, state: Circumstances) -> Why | None:
    """What keeps this member from any lead (R4); None = may take it."""
    return _hindrance(member, state.load(member), facts, state)


def _hindrance(member: Member, work: Workload, facts: LeadFacts, state: Circumstances) -> Why | None:
    if member.status is Status.FROZEN:
        return Why.FROZEN
    if member.is_absent_on(state.today):
        return Why.ON_LEAVE
    if member.userid in facts.barred:
        return Why.BARRED
    if work.open_leads >= state.rules.cap:
        return Why.AT_CAP
    return None


def score(member: Member, facts: LeadFacts, state: Circumstances) -> ScoreParts:
    """R2: each part 0…1, the total their weighted mean."""
    return ScoreParts(*(round(part, DIGITS) for part in _Scale(facts, state).parts(member, state.load(member))))


class _Scale:
    """The measure of one decision; what is the same for every member is worked out once."""

    __slots__ = ("_cap", "_fairness_after", "_line", "_now", "_weights")

    def __init__(self, facts: LeadFacts, state: Circumstances) -> None:
        weights = state.rules.weights
        whole = weights.load + weights.skill + weights.wins + weights.fairness
        self._weights = weights.load / whole, weights.skill / whole, weights.wins / whole, weights.fairness / whole
        self._cap = state.rules.cap
        self._line = facts.tags.product_line
        self._now = state.now
        self._fairness_after = state.rules.fairness_after

    def parts(self, member: Member, work: Workload) -> tuple[float, float, float, float, float]:
        line = self._line
        load = 1 - work.open_leads / self._cap if work.open_leads < self._cap else 0.0
        skill = 0.5 if not line or line in member.product_lines else 0.0
        if line and line in member.skills:
            skill = min(1.0, max(0.0, member.skills[line]))
        wins = (work.won + 1) / (work.given + 2)
        fairness = 1.0
        if work.last_lead_at is not None and self._fairness_after:
            waited = (self._now - work.last_lead_at) / self._fairness_after
            fairness = 1.0 if waited > 1 else waited if waited > 0 else 0.0
        of_load, of_skill, of_wins, of_fairness = self._weights
        total = of_load * load + of_skill * skill + of_wins * wins + of_fairness * fairness
        return load, skill, wins, fairness, total


def _by_wish(facts: LeadFacts, state: Circumstances, notes: list[Why]) -> tuple[Member, Way] | None:
    wish = facts.tags.wished_member
    if not wish:
        return None
    wished = [member for member in state.members.values() if wish in (member.name, member.userid)]
    if len(wished) != 1:
        notes.append(Why.WISHED_UNKNOWN)
        return None
    return _unless_hindered(wished[0], Way.WISH, facts, state, notes)


def _by_owner(facts: LeadFacts, state: Circumstances, notes: list[Why]) -> tuple[Member, Way] | None:
    owner = state.members.get(facts.existing_owner) if facts.existing_owner else None
    if owner is None:
        return None
    if (taken := _unless_hindered(owner, Way.EXISTING_OWNER, facts, state, notes)) is not None:
        return taken
    stand_in = state.members.get(owner.stand_in_on(state.today) or UserId(""))
    return _unless_hindered(stand_in, Way.STAND_IN, facts, state, notes) if stand_in is not None else None


def _unless_hindered(
    member: Member, way: Way, facts: LeadFacts, state: Circumstances, notes: list[Why]
) -> tuple[Member, Way] | None:
    if (why := hindrance(member, facts, state)) is not None:
        notes.append(why)
        return None
    return member, way


_Ranked = tuple[float, datetime, int, UserId, Member]
"""In order: the best total, then the longest without a lead, the fewest open leads, the userid, so that the same state
gives the same answer."""


class _Search:
    """One group looked through: who may, who is best, and why not the others."""

    def __init__(
        self, facts: LeadFacts, state: Circumstances, group: Group, regions: frozenset[str], *, is_closed: bool = False
    ) -> None:
        self._facts = facts
        self._state = state
        self.group = group
        self._rejected: list[tuple[Member, Why]] = []
        self._fitting: list[_Ranked] = []
        scale = _Scale(facts, state)
        for member in _members_of(group, state):
            work = state.load(member)
            why = Why.NOT_WORKING_NOW if is_closed else _hindrance(member, work, facts, state)
            if why is None and member.region and regions and member.region not in regions:
                why = Why.OTHER_REGION
            if why is not None:
                self._rejected.append((member, why))
                continue
            total = round(scale.parts(member, work)[4], DIGITS)
            self._fitting.append((-total, work.last_lead_at or NEVER, work.open_leads, member.userid, member))
        self._listed = nsmallest(LISTED, self._fitting)

    @property
    def best(self) -> Member | None:
        return self._listed[0][4] if self._listed else None

    @property
    def is_empty(self) -> bool:
        return not self._fitting and not self._rejected

    def considered(self, chosen: Member | None) -> Iterable[Considered]:
        """The best by name, then the rejected by name."""
        for negative_total, *_, member in self._listed:
            why = None if member is chosen else self._why_not(negative_total)
            yield _considered(member, why, self._state, self.group.name, score(member, self._facts, self._state))
        for member, reason in self._rejected[:LISTED]:
            yield _considered(member, reason, self._state, self.group.name)

    def not_named(self) -> Counter[Why]:
        """How many more there are, by reason."""
        more = Counter(why for _, why in self._rejected[LISTED:])
        if unnamed := len(self._fitting) - len(self._listed):
            best = self._listed[0][0]
            ties = [fit[0] for fit in self._fitting].count(best) - [fit[0] for fit in self._listed].count(best)
            more += Counter({Why.TIE_BREAK: ties, Why.LOWER_SCORE: unnamed - ties})
        return more

    def _why_not(self, negative_total: float) -> Why:
        return Why.TIE_BREAK if negative_total == self._listed[0][0] else Why.LOWER_SCORE


def _members_of(group: Group, state: Circumstances) -> list[Member]:
    """Named members whatever their role; otherwise the reps of the teams, or all reps."""
    if group.members or group.teams:
        return [
            member
            for member in state.members.values()
            if member.userid in group.members or (member.team in group.teams and member.has(Role.REP))
        ]
    return [member for member in state.members.values() if member.has(Role.REP)]


def _by_rules(facts: LeadFacts, state: Circumstances, notes: list[Why]) -> Decision:
    regions = facts_regions(facts, state.rules)
    groups = {group.name: group for group in state.rules.groups}
    searched: list[_Search] = []
    for rule in state.rules.rules:
        if not matches(rule, facts, regions):
            continue
        for name in rule.groups:
            # A rule that asks for a region has chosen its people itself; elsewhere a member's own region counts.
            search = _Search(
                facts,
                state,
                groups[name],
                frozenset() if rule.regions else regions,
                is_closed=rule.only_in_working_hours and not state.is_working_time,
            )
            searched.append(search)
            if search.best is not None:
                return _result(state, searched, Way.RULE, rule.name, notes)
    if not searched:
        notes.append(Why.NO_RULE_MATCHES)
    return _result(state, searched, Way.NOBODY, "", notes)


def matches(rule: RoutingRule, facts: LeadFacts, regions: frozenset[str]) -> bool:
    tags = facts.tags
    return (
        (not rule.regions or bool(rule.regions & regions))
        and (not rule.industries or tags.industry in rule.industries)
        and (not rule.product_lines or tags.product_line in rule.product_lines)
        and (not rule.hospital_levels or tags.hospital_level in rule.hospital_levels)
        and (not rule.budget_bands or tags.budget_band in rule.budget_bands)
        and (not rule.channels or facts.channel in rule.channels)
        and (not rule.grades or facts.grade in rule.grades)
    )


def _result(state: Circumstances, searched: Sequence[_Search], way: Way, rule: str, notes: list[Why]) -> Decision:
    last = searched[-1] if searched else None
    chosen = last.best if last is not None else None
    if chosen is None:
        if searched and all(search.is_empty for search in searched):
            notes.append(Why.NO_CANDIDATE)
        way, rule = Way.NOBODY, ""
    considered = [one for search in searched for one in search.considered(chosen)]
    more = sum((search.not_named() for search in searched), Counter[Why]())
    group = last.group.name if last is not None and chosen is not None else ""
    return _decision(state, way, chosen, considered, notes, rule=rule, group=group, more=more)


def _considered(
    member: Member, why: Why | None, state: Circumstances, group: str = "", parts: ScoreParts | None = None
) -> Considered:
    return Considered(member.userid, member.name, why, group, state.load(member).open_leads, parts)


def _decision(
    state: Circumstances,
    way: Way,
    chosen: Member | None,
    considered: Sequence[Considered],
    notes: Sequence[Why],
    *,
    rule: str = "",
    group: str = "",
    more: Counter[Why] | None = None,
) -> Decision:
    """`more`: how many are not among the considered at all, by reason."""
    ranked = sorted(considered, key=lambda one: (one.why_not is not None, -(one.parts.total if one.parts else -1.0)))
    more = Counter(one.why_not for one in ranked[LISTED:] if one.why_not is not None) + (more or Counter())
    basis = Basis(
        way=way,
        rule=rule,
        group=group,
        rule_version=state.rules.version,
        decided_at=state.now,
        considered=tuple(ranked[:LISTED]),
        notes=tuple(notes),
        left_out=tuple(sorted(more.items())),
    )
    return Decision(chosen, basis)


def basis_to_json(basis: Basis) -> dict[str, Any]:
    stored = asdict(basis)
    stored["decided_at"] = basis.decided_at.isoformat()
    return stored


def basis_from_json(stored: Mapping[str, Any]) -> Basis:
    return Basis(
        way=Way(stored["way"]),
        rule=stored["rule"],
        group=stored["group"],
        rule_version=stored["rule_version"],
        decided_at=datetime.fromisoformat(stored["decided_at"]),
        considered=tuple(_considered_from_json(one) for one in stored["considered"]),
        notes=tuple(Why(note) for note in stored["notes"]),
        left_out=tuple((Why(why), count) for why, count in stored["left_out"]),
    )


def _considered_from_json(stored: Mapping[str, Any]) -> Considered:
    return Considered(
        userid=UserId(stored["userid"]),
        name=stored["name"],
        why_not=Why(stored["why_not"]) if stored["why_not"] else None,
        group=stored["group"],
        open_leads=stored["open_leads"],
        parts=ScoreParts(**stored["parts"]) if stored["parts"] else None,
    )
