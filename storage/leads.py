"""Leads, who had them, and what was done about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.access import HANDS_OUT
from domain.assignment import Workload
from domain.ids import CustomerId, LeadId, UserId
from domain.leads import OPEN_STATES, WAITING_STATES, Grade, GradeResult, Lead, LeadState, Tags
from domain.refusal import Refusal
from storage.tables import activities, assignments, leads

if TYPE_CHECKING:
    from domain.people import Member
    from storage.unit_of_work import Work


class OutOfDate(Exception):
    """Somebody else changed the lead since it was read; the message is worked on again."""


@dataclass(frozen=True, slots=True)
class NewLead:
    customer_id: CustomerId
    customer: str
    phone: str
    ext: str
    model: str
    channel: str
    remark: str
    grade: GradeResult
    tags: Tags
    posted_by: UserId | None
    posted_at: datetime
    source_key: str
    """Message and place in it; unique."""
    chat_id: str = ""
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PastAssignment:
    round: int
    owner: UserId | None
    basis: dict[str, Any]
    decided_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Activity:
    kind: str
    by: UserId
    at: datetime
    seconds: int | None
    text: str


class Leads:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, new: NewLead) -> Lead:
        values = asdict(new)
        values.pop("grade")
        values.pop("tags")
        longitude, latitude = values.pop("location") or (None, None)
        created = await self._work.connection.execute(
            sa.insert(leads)
            .values(
                **values,
                grade=new.grade.grade.value,
                grade_reasons=[list(reason) for reason in new.grade.reasons],
                tags=_tags_to_json(new.tags),
                longitude=longitude,
                latitude=latitude,
                state=LeadState.POOLED.value,
            )
            .returning(*leads.c)
        )
        lead = _from_row(created.one())
        self._note(lead, "added", None, f"{lead.customer} {lead.model} {lead.channel}")
        return lead

    async def find(self, lead_id: int) -> Lead | None:
        """For the house itself; chat reads with `get`."""
        rows = await self._work.connection.execute(sa.select(leads).where(leads.c.id == lead_id))
        row = rows.first()
        return _from_row(row) if row else None

    async def get(self, lead_id: int, *, seen_by: Member) -> Lead:
        """Refusal no_such_lead where there is none, or none that this member may see (A1)."""
        lead = await self.find(lead_id)
        owners = await self._work.visible_owners(seen_by)
        hidden = lead is not None and owners is not None and lead.owner not in owners
        if lead is not None and lead.state is LeadState.POOLED and seen_by.has(*HANDS_OUT):
            hidden = False
        if lead is None or (hidden and lead.posted_by != seen_by.userid):
            raise Refusal("no_such_lead", lead=f"L{lead_id}")
        return lead

    async def grade_reasons(self, lead_id: int) -> list[tuple[str, int]]:
        rows = await self._work.connection.execute(sa.select(leads.c.grade_reasons).where(leads.c.id == lead_id))
        return [(name, points) for name, points in rows.scalar_one()]

    async def open_of_customer(self, customer_id: int) -> list[Lead]:
        return await self._select(leads.c.customer_id == customer_id, leads.c.state.in_(OPEN_STATES))

    async def of_customer(self, customer_id: int, *, seen_by: Member) -> list[Lead]:
        return await self._select(leads.c.customer_id == customer_id, *await self._visible(seen_by))

    async def of_owner(self, owner: UserId, states: Sequence[LeadState]) -> list[Lead]:
        return await self._select(leads.c.owner == owner, leads.c.state.in_(states))

    async def group_of_customer(self, customer_id: int) -> str:
        """Chat id of the group in which the customer's latest lead was posted; empty where it came another way."""
        rows = await self._work.connection.execute(
            sa.select(leads.c.chat_id)
            .where(leads.c.customer_id == customer_id, leads.c.chat_id != "")
            .order_by(leads.c.id.desc())
            .limit(1)
        )
        return str(rows.scalar_one_or_none() or "")

    async def pooled(self) -> list[Lead]:
        return await self._select(leads.c.state == LeadState.POOLED)

    async def with_ids(self, lead_ids: Sequence[int]) -> list[Lead]:
        return await self._select(leads.c.id.in_(lead_ids))

    async def between(self, since: datetime, until: datetime) -> list[Lead]:
        """Posted in [since, until)."""
        return await self._select(leads.c.posted_at >= since, leads.c.posted_at < until)

    async def open(self) -> list[Lead]:
        return await self._select(leads.c.state.in_(OPEN_STATES))

    async def change(self, lead: Lead, **values: Any) -> Lead:
        """Changes fields of a lead that has not changed since it was read; each change is logged (A2)."""
        stored = {k: v.value if isinstance(v, LeadState | Grade) else v for k, v in values.items()}
        done = await self._work.connection.execute(
            sa.update(leads)
            .where(leads.c.id == lead.lead_id, leads.c.version == lead.version)
            .values(**stored, version=lead.version + 1)
            .returning(*leads.c)
        )
        row = done.first()
        if row is None:
            raise OutOfDate(f"lead {lead.lead_id}")
        for name, value in stored.items():
            before = getattr(lead, name, None)
            if before != value and not name.endswith("_at"):
                self._note(lead, name, before, value)
        return _from_row(row)

    # who had it

    async def note_assignment(self, lead: Lead, owner: UserId | None, basis: dict[str, Any]) -> None:
        if lead.round > 1:
            await self._work.connection.execute(
                sa.update(assignments)
                .where(assignments.c.lead_id == lead.lead_id, assignments.c.ended_at.is_(None))
                .values(ended_at=self._work.now)
            )
        await self._work.connection.execute(
            sa.insert(assignments).values(
                lead_id=lead.lead_id, round=lead.round, owner=owner, basis=basis, decided_at=self._work.now
            )
        )

    async def assignments_of(self, lead_id: int) -> list[PastAssignment]:
        """Oldest first."""
        rows = await self._work.connection.execute(
            sa.select(
                assignments.c.round, assignments.c.owner, assignments.c.basis, assignments.c.decided_at,
                assignments.c.ended_at,
            )
            .where(assignments.c.lead_id == lead_id)
            .order_by(assignments.c.round)
        )  # fmt: skip
        return [PastAssignment(*row) for row in rows]

    async def waiting_by_owner(self) -> Mapping[UserId, int]:
        """Leads that count against the cap (R1)."""
        rows = await self._work.connection.execute(
            sa.select(leads.c.owner, sa.func.count())
            .where(leads.c.state.in_(WAITING_STATES), leads.c.owner.is_not(None))
            .group_by(leads.c.owner)
        )
        return {UserId(owner): count for owner, count in rows}

    async def workloads(self, product_line: str, since: datetime) -> Mapping[UserId, Workload]:
        """Open work now; leads of this product line given since then, and how many came to first contact (R2)."""
        open_leads = await self.waiting_by_owner()
        same_kind = leads.c.tags["product_line"].as_string() == product_line
        past = await self._work.connection.execute(
            sa.select(
                assignments.c.owner,
                sa.func.max(assignments.c.decided_at),
                sa.func.count().filter(same_kind),
                sa.func.count().filter(
                    same_kind,
                    leads.c.contacted_at.is_not(None),
                    leads.c.owner == assignments.c.owner,
                ),
            )
            .join(leads, leads.c.id == assignments.c.lead_id)
            .where(assignments.c.owner.is_not(None), assignments.c.decided_at >= since)
            .group_by(assignments.c.owner)
        )
        found = {UserId(row[0]): Workload(open_leads.get(row[0], 0), row[1], row[3], row[2]) for row in past}
        for owner, count in open_leads.items():
            found.setdefault(UserId(owner), Workload(open_leads=count))
        return found

    # what was done

    async def note_activity(self, lead: Lead, kind: str, by: UserId, text: str, seconds: int | None = None) -> None:
        await self._work.connection.execute(
            sa.insert(activities).values(
                lead_id=lead.lead_id,
                customer_id=lead.customer_id,
                kind=kind,
                by=by,
                at=self._work.now,
                seconds=seconds,
                text=text,
                message_key=self._work.cause,
            )
        )

    async def activities_of(self, lead_id: int) -> list[Activity]:
        rows = await self._work.connection.execute(
            sa.select(
                activities.c.kind, activities.c.by, activities.c.at, activities.c.seconds, activities.c.text
            )
            .where(activities.c.lead_id == lead_id)
            .order_by(activities.c.id)
        )  # fmt: skip
        return [Activity(*row) for row in rows]

    async def activities_of_customer(
        self, customer_id: int, limit: int, *, but_not: Sequence[str] = ()
    ) -> list[Activity]:
        """Newest first; `but_not`: keys of messages that are told elsewhere."""
        rows = await self._work.connection.execute(
            sa.select(
                activities.c.kind, activities.c.by, activities.c.at, activities.c.seconds, activities.c.text
            )
            .where(activities.c.customer_id == customer_id, activities.c.message_key.not_in(but_not))
            .order_by(activities.c.id.desc())
            .limit(limit)
        )  # fmt: skip
        return [Activity(*row) for row in rows]

    async def _select(self, *conditions: sa.ColumnElement[bool]) -> list[Lead]:
        rows = await self._work.connection.execute(sa.select(leads).where(*conditions).order_by(leads.c.id))
        return [_from_row(row) for row in rows]

    async def _visible(self, member: Member) -> list[sa.ColumnElement[bool]]:
        owners = await self._work.visible_owners(member)
        return [] if owners is None else [sa.or_(leads.c.owner.in_(owners), leads.c.posted_by == member.userid)]

    def _note(self, lead: Lead, field: str, before: object, after: object) -> None:
        self._work.audit.note(f"lead:{lead.lead_id}", field, before, after, customer_id=lead.customer_id)


def _tags_to_json(tags: Tags) -> dict[str, Any]:
    return asdict(tags)


def _from_row(row: Any) -> Lead:
    tags = dict(row.tags)
    tags["reasons"] = tuple((name, words) for name, words in tags["reasons"])
    return Lead(
        lead_id=LeadId(row.id),
        customer_id=CustomerId(row.customer_id),
        customer=row.customer,
        phone=row.phone,
        ext=row.ext,
        model=row.model,
        channel=row.channel,
        remark=row.remark,
        grade=Grade(row.grade),
        tags=Tags(**tags),
        state=LeadState(row.state),
        owner=UserId(row.owner) if row.owner else None,
        posted_by=UserId(row.posted_by) if row.posted_by else None,
        posted_at=row.posted_at,
        version=row.version,
        round=row.round,
        chat_id=row.chat_id,
        assigned_at=row.assigned_at,
        accepted_at=row.accepted_at,
        contacted_at=row.contacted_at,
        closed_at=row.closed_at,
        location=None if row.longitude is None else (row.longitude, row.latitude),
    )
