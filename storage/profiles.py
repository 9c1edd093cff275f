"""What is known of a customer and how serious it is (N4); every change of it is in the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.facts import BudgetRange, Concern, Signal
from domain.scorecard import Level, Point, Profile, ScoreCard
from storage.database import insert_once
from storage.tables import customer_profiles

if TYPE_CHECKING:
    from storage.unit_of_work import Work


class Profiles:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, customer_id: int) -> tuple[Profile, ScoreCard] | None:
        rows = await self._work.connection.execute(
            sa.select(customer_profiles).where(customer_profiles.c.customer_id == customer_id)
        )
        row = rows.first()
        return _from_row(row) if row else None

    async def levels(self, customer_ids: list[int]) -> dict[int, Level]:
        rows = await self._work.connection.execute(
            sa.select(customer_profiles.c.customer_id, customer_profiles.c.level).where(
                customer_profiles.c.customer_id.in_(customer_ids)
            )
        )
        return {customer_id: Level(level) for customer_id, level in rows}

    async def save(self, customer_id: int, profile: Profile, card: ScoreCard) -> None:
        """Nothing where nothing has changed."""
        before = await self.of(customer_id)
        if before == (profile, card):
            return
        values = {
            "profile": _to_json(profile),
            "level": card.level.value,
            "points": card.points,
            "reasons": {"met": list(map(str, card.met)), "missing": list(map(str, card.missing))},
            "updated_at": self._work.now,
        }
        await self._work.connection.execute(
            insert_once(self._work.connection, customer_profiles).values(customer_id=customer_id, **values)
        )
        await self._work.connection.execute(
            sa.update(customer_profiles).where(customer_profiles.c.customer_id == customer_id).values(**values)
        )
        self._note(customer_id, "level", before[1].level if before else None, card.level)
        self._note(customer_id, "points", before[1].points if before else None, card.points)
        tags = [",".join(profile.concerns) if profile else None for profile in (before[0] if before else None, profile)]
        self._note(customer_id, "concerns", tags[0] or None, tags[1] or None)

    def _note(self, customer_id: int, field: str, before: object, after: object) -> None:
        if before != after:
            self._work.audit.note(f"customer:{customer_id}", field, before, after, customer_id=customer_id)


def _to_json(profile: Profile) -> dict[str, Any]:
    budget = profile.budget
    return {
        "decision_maker": profile.decision_maker,
        "budget": {"min_fen": budget.min_fen, "max_fen": budget.max_fen} if budget else None,
        "competitors": list(profile.competitors),
        "concerns": list(map(str, profile.concerns)),
        "signals": sorted(map(str, profile.signals)),
    }


def _from_row(row: Any) -> tuple[Profile, ScoreCard]:
    stored = row.profile
    budget = stored["budget"]
    profile = Profile(
        decision_maker=stored["decision_maker"],
        budget=BudgetRange(budget["min_fen"], budget["max_fen"]) if budget else None,
        competitors=tuple(stored["competitors"]),
        concerns=tuple(map(Concern, stored["concerns"])),
        signals=frozenset(map(Signal, stored["signals"])),
    )
    met, missing = (tuple(map(Point, row.reasons[name])) for name in ("met", "missing"))
    return profile, ScoreCard(Level(row.level), row.points, met, missing)
