"""Every figure of the digest, defined once (D1, H2); each names the leads behind it, so that it can be looked into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from statistics import median

from domain.ids import LeadId
from domain.leads import Grade, Lead, LeadState

UNTOUCHED = timedelta(hours=48)
"""D3: a lead without first contact for so long is a red light."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None where there is nothing to count; `leads` are those that make it worse, or that it counts."""

    value: float | None
    leads: tuple[LeadId, ...] = ()
    out_of: int = 0


@dataclass(frozen=True, slots=True)
class LeadFigures:
    health_index: Figure
    pool_growth: Figure
    closure_rate: Figure
    new: Figure
    accepted: Figure
    minutes_to_contact: Figure
    late: Figure
    untouched: Figure
    pooled: Figure
    """Now in the manual pool: no timer runs for these, so the digest is where they are heard of again (R5)."""


def lead_figures(
    leads: Sequence[Lead],
    first_contact_due: Mapping[LeadId, datetime],
    *,
    yesterday: tuple[datetime, datetime],
    now: datetime,
) -> LeadFigures:
    """`leads`: all of the last 30 days, all that are open, all closed since yesterday began.

    `yesterday`: [from, to) in the company's zone. The due times are those of a lead's last round.
    """
    started, ended = yesterday
    new = [lead for lead in leads if started <= lead.posted_at < ended]
    return LeadFigures(
        health_index=health_index(leads, first_contact_due, since=now - timedelta(days=7), now=now),
        pool_growth=pool_growth(leads, before=now - timedelta(days=1), now=now),
        closure_rate=closure_rate(leads, since=now - timedelta(days=30)),
        new=Figure(len(new), _ids(new)),
        accepted=accepted(new),
        minutes_to_contact=minutes_to_contact([lead for lead in leads if _within(lead.contacted_at, started, ended)]),
        late=late(leads, first_contact_due, now),
        untouched=untouched(leads, now),
        pooled=pooled(leads),
    )


def health_index(
    leads: Iterable[Lead], first_contact_due: Mapping[LeadId, datetime], *, since: datetime, now: datetime
) -> Figure:
    """Of the leads whose first contact was due in the period, per cent that had it in time. Invalid ones do not count."""
    due = [
        lead
        for lead in leads
        if lead.state is not LeadState.INVALID and _within(first_contact_due.get(lead.lead_id), since, now)
    ]
    missed = [lead for lead in due if lead.contacted_at is None or lead.contacted_at > first_contact_due[lead.lead_id]]
    return Figure(_per_cent(len(due) - len(missed), len(due)), _ids(missed), len(due))


def accepted(new: Sequence[Lead]) -> Figure:
    """`leads`: those that nobody has accepted."""
    missed = [lead for lead in new if lead.accepted_at is None]
    return Figure(len(new) - len(missed), _ids(missed), len(new))


def pool_growth(leads: Iterable[Lead], *, before: datetime, now: datetime) -> Figure:
    """Open leads of grade A now, less those that were open then."""
    high = [lead for lead in leads if lead.grade is Grade.A]
    then = [lead for lead in high if _was_open(lead, before)]
    open_now = [lead for lead in high if _was_open(lead, now)]
    return Figure(len(open_now) - len(then), _ids(open_now), len(open_now))


def closure_rate(leads: Iterable[Lead], *, since: datetime) -> Figure:
    """Of the leads posted since then, per cent that came to an end: contacted, or closed with a reason.

    Orders, payment and service become part of it as those records come to exist.
    """
    posted = [lead for lead in leads if lead.posted_at >= since]
    open_ends = [lead for lead in posted if lead.contacted_at is None and lead.closed_at is None]
    return Figure(_per_cent(len(posted) - len(open_ends), len(posted)), _ids(open_ends), len(posted))


def minutes_to_contact(contacted: Sequence[Lead]) -> Figure:
    """Median from post to first contact, by the wall clock."""
    minutes = [
        (lead.contacted_at - lead.posted_at).total_seconds() / 60 for lead in contacted if lead.contacted_at is not None
    ]
    return Figure(floor(median(minutes) + 0.5) if minutes else None, _ids(contacted), len(minutes))


def late(leads: Iterable[Lead], first_contact_due: Mapping[LeadId, datetime], now: datetime) -> Figure:
    """Open, with an owner, not contacted, and past the time for it."""
    found = [
        lead
        for lead in leads
        if lead.state in (LeadState.ASSIGNED, LeadState.ACCEPTED) and first_contact_due.get(lead.lead_id, now) < now
    ]
    return Figure(len(found), _ids(found))


def untouched(leads: Iterable[Lead], now: datetime) -> Figure:
    found = [
        lead for lead in leads if lead.state.is_open and lead.contacted_at is None and now - lead.posted_at >= UNTOUCHED
    ]
    return Figure(len(found), _ids(found))


def pooled(leads: Iterable[Lead]) -> Figure:
    found = [lead for lead in leads if lead.state is LeadState.POOLED]
    return Figure(len(found), _ids(found))


def _was_open(lead: Lead, moment: datetime) -> bool:
    return lead.posted_at <= moment and (lead.closed_at is None or lead.closed_at > moment)


def _within(moment: datetime | None, since: datetime, until: datetime) -> bool:
    return moment is not None and since <= moment < until


def _per_cent(part: int, whole: int) -> int | None:
    """Whole per cent, a half upwards as one does by hand (`round` would make 12 of 12.5)."""
    return floor(100 * part / whole + 0.5) if whole else None


def _ids(leads: Iterable[Lead]) -> tuple[LeadId, ...]:
    return tuple(lead.lead_id for lead in leads)
