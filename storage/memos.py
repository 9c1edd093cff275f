"""Memos, once for each message that brought one, and the corrections that the speaker made (N2, N3)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from domain.facts import BudgetRange, Concern, MemoFacts, NextStep, Owner, Said, Signal, Words
from domain.ids import CustomerId, MemoId, UserId
from domain.memos import Memo, MemoKind, MemoState
from storage.database import insert_once
from storage.leads import OutOfDate
from storage.tables import memo_corrections, memos

if TYPE_CHECKING:
    from storage.unit_of_work import Work

T = TypeVar("T")

_COLUMNS = (
    memos.c.id, memos.c.message_key, memos.c.sender, memos.c.kind, memos.c.recorded_at, memos.c.visit_id,
    memos.c.customer_id, memos.c.text, memos.c.state, memos.c.version, memos.c.problem, memos.c.seconds,
    memos.c.confirmed_at, memos.c.facts,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    field: str
    original: Any
    """As it stood before this correction; plain JSON, as in the export."""
    corrected: Any
    said: str
    who: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Corrected:
    """One memo that was put right, for improving the understanding by (N3)."""

    memo: Memo
    understood: MemoFacts
    facts: MemoFacts
    corrections: tuple[StoredCorrection, ...]


class Memos:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(
        self,
        message_key: str,
        sender: str,
        kind: MemoKind | str = MemoKind.VOICE,
        *,
        recorded_at: datetime,
        visit_id: int | None = None,
        customer_id: int | None = None,
        text: str = "",
    ) -> MemoId:
        """Once for each message; the same message again gives the memo that is there."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, memos)
            .values(
                message_key=message_key,
                sender=sender,
                kind=MemoKind(kind).value,
                recorded_at=recorded_at,
                visit_id=visit_id,
                customer_id=customer_id,
                text=text,
            )
            .returning(memos.c.id)
        )
        memo_id = added.scalar_one_or_none()
        if memo_id is None:
            known = await self._work.connection.execute(sa.select(memos.c.id).where(memos.c.message_key == message_key))
            return MemoId(known.scalar_one())
        self._work.audit.note(f"memo:{memo_id}", "added", None, kind, customer_id=customer_id)
        return MemoId(memo_id)

    async def get(self, memo_id: int) -> Memo | None:
        return await self._one(memos.c.id == memo_id)

    async def with_key(self, message_key: str) -> Memo | None:
        return await self._one(memos.c.message_key == message_key)

    async def of_visit(self, visit_id: int) -> list[Memo]:
        """Oldest first."""
        return await self._select(memos.c.visit_id == visit_id)

    async def of_customer(self, customer_id: int, limit: int = 200) -> list[Memo]:
        """Newest first."""
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS)
            .where(memos.c.customer_id == customer_id)
            .order_by(memos.c.recorded_at.desc(), memos.c.id.desc())
            .limit(limit)
        )
        return [_from_row(row) for row in rows]

    async def customers_told_of(self, sender: str, limit: int) -> list[int]:
        """Whom the member has spoken of before, the latest first."""
        rows = await self._work.connection.execute(
            sa.select(memos.c.customer_id)
            .where(memos.c.sender == sender, memos.c.customer_id.is_not(None))
            .group_by(memos.c.customer_id)
            .order_by(sa.func.max(memos.c.id).desc())
            .limit(limit)
        )
        return list(rows.scalars())

    async def of_sender(self, sender: str, limit: int) -> list[Memo]:
        """Newest first."""
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS).where(memos.c.sender == sender).order_by(memos.c.id.desc()).limit(limit)
        )
        return [_from_row(row) for row in rows]

    async def loose_of(self, sender: str, since: datetime) -> list[Memo]:
        """What the member has said since then outside of any visit, oldest first."""
        return await self._select(
            memos.c.sender == sender, memos.c.visit_id.is_(None), memos.c.recorded_at > since,
            memos.c.kind != MemoKind.FORWARDED.value,
        )  # fmt: skip

    # what becomes of it

    async def give_visit(self, memo: Memo, visit_id: int | None) -> Memo:
        after = await self._change(memo, visit_id=visit_id)
        self._note(after, "visit", memo.visit_id and f"V{memo.visit_id}", visit_id and f"V{visit_id}")
        return after

    async def not_yet_heard(self, memo: Memo, problem: str) -> Memo:
        return await self._change(memo, problem=problem)

    async def understood(
        self, memo: Memo, text: str, facts: MemoFacts, customer_id: int | None, seconds: float | None
    ) -> Memo:
        stored = facts_to_json(facts)
        after = await self._change(
            memo,
            text=text,
            seconds=seconds,
            facts=stored,
            understood=stored,
            customer_id=customer_id,
            problem="",
            state=MemoState.UNDERSTOOD.value,
            understood_at=self._work.now,
        )
        self._note(after, "state", memo.state, after.state)
        return after

    async def give_customer(self, memo: Memo, customer_id: int, before: str | None, now: str) -> Memo:
        """`before` and `now`: the names, for the log."""
        after = await self._change(memo, customer_id=customer_id)
        self._note(after, "customer", before, now)
        return after

    async def confirm(self, memo: Memo) -> Memo:
        after = await self._change(memo, state=MemoState.CONFIRMED.value, confirmed_at=self._work.now)
        self._note(after, "state", memo.state, after.state)
        return after

    async def correct(self, memo: Memo, facts: MemoFacts, said: str) -> Memo:
        """Each field that differs is kept with what stood there before (N3)."""
        assert memo.facts is not None
        before, now = facts_to_json(memo.facts), facts_to_json(facts)
        after = await self._change(memo, facts=now)
        for field in before:
            original, corrected = _plain(before[field]), _plain(now[field])
            if original != corrected:
                await self.keep_correction(after, field, original, corrected, said)
                self._note(after, field, _in_log(original), _in_log(corrected))
        return after

    async def keep_correction(self, memo: Memo, field: str, original: object, corrected: object, said: str) -> None:
        await self._work.connection.execute(
            sa.insert(memo_corrections).values(
                memo_id=memo.memo_id,
                field=field,
                original=original,
                corrected=corrected,
                said=said,
                who=self._work.actor,
                at=self._work.now,
                message_key=self._work.cause,
            )
        )

    async def corrected(self, after_id: int = 0, limit: int = 500) -> list[Corrected]:
        """Memos with corrections, oldest first, from the one behind `after_id` on."""
        ids = sa.select(memo_corrections.c.memo_id).distinct()
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS, memos.c.understood)
            .where(memos.c.id > after_id, memos.c.id.in_(ids))
            .order_by(memos.c.id)
            .limit(limit)
        )
        found = rows.all()
        corrections = await self._corrections([row.id for row in found])
        return [
            Corrected(
                _from_row(row),
                facts_from_json(row.understood),
                facts_from_json(row.facts),
                tuple(corrections.get(row.id, ())),
            )
            for row in found
        ]

    async def _corrections(self, memo_ids: Sequence[int]) -> dict[int, list[StoredCorrection]]:
        rows = await self._work.connection.execute(
            sa.select(memo_corrections).where(memo_corrections.c.memo_id.in_(memo_ids)).order_by(memo_corrections.c.id)
        )
        found: dict[int, list[StoredCorrection]] = {}
        for row in rows:
            one = StoredCorrection(row.field, row.original, row.corrected, row.said, UserId(row.who), row.at)
            found.setdefault(row.memo_id, []).append(one)
        return found

    async def _change(self, memo: Memo, **values: Any) -> Memo:
        done = await self._work.connection.execute(
            sa.update(memos)
            .where(memos.c.id == memo.memo_id, memos.c.version == memo.version)
            .values(**values, version=memo.version + 1)
            .returning(*_COLUMNS)
        )
        row = done.first()
        if row is None:
            raise OutOfDate(f"memo {memo.memo_id}")
        return _from_row(row)

    def _note(self, memo: Memo, field: str, before: object, after: object) -> None:
        self._work.audit.note(f"memo:{memo.memo_id}", field, before, after, customer_id=memo.customer_id)

    async def _one(self, condition: sa.ColumnElement[bool]) -> Memo | None:
        found = await self._select(condition)
        return found[0] if found else None

    async def _select(self, *conditions: sa.ColumnElement[bool]) -> list[Memo]:
        rows = await self._work.connection.execute(sa.select(*_COLUMNS).where(*conditions).order_by(memos.c.id))
        return [_from_row(row) for row in rows]


def _from_row(row: Any) -> Memo:
    return Memo(
        memo_id=MemoId(row.id),
        message_key=row.message_key,
        sender=UserId(row.sender),
        kind=MemoKind(row.kind),
        recorded_at=row.recorded_at,
        visit_id=row.visit_id,
        customer_id=CustomerId(row.customer_id) if row.customer_id is not None else None,
        text=row.text,
        state=MemoState(row.state),
        version=row.version,
        problem=row.problem,
        seconds=row.seconds,
        confirmed_at=row.confirmed_at,
        facts=facts_from_json(row.facts) if row.facts is not None else None,
    )


# Facts as they are kept: each value with its place in the text


def facts_to_json(facts: MemoFacts) -> dict[str, Any]:
    return {
        "customer": _said(facts.customer),
        "decision_maker": _said(facts.decision_maker),
        "budget": _said(facts.budget, _budget),
        "next_steps": [_said(step, _step) for step in facts.next_steps],
        "competitors": [_said(name) for name in facts.competitors],
        "concerns": [_said(concern, str) for concern in facts.concerns],
        "signals": [_said(signal, str) for signal in facts.signals],
    }


def facts_from_json(stored: dict[str, Any]) -> MemoFacts:
    return MemoFacts(
        customer=_heard(stored["customer"], str),
        decision_maker=_heard(stored["decision_maker"], str),
        budget=_heard(stored["budget"], lambda value: BudgetRange(value["min_fen"], value["max_fen"])),
        next_steps=_all(stored["next_steps"], _step_from_json),
        competitors=_all(stored["competitors"], str),
        concerns=_all(stored["concerns"], Concern),
        signals=_all(stored["signals"], Signal),
    )


def _said(said: Said[T] | None, plain: Callable[[T], Any] = lambda value: value) -> dict[str, Any] | None:
    if said is None:
        return None
    words = {"start": said.words.start, "end": said.words.end, "text": said.words.text}
    return {"value": plain(said.value), "words": words}


def _heard(stored: dict[str, Any] | None, made: Callable[[Any], T]) -> Said[T] | None:
    return None if stored is None else Said(made(stored["value"]), Words(**stored["words"]))


def _all(stored: list[dict[str, Any]], made: Callable[[Any], T]) -> tuple[Said[T], ...]:
    return tuple(Said(made(one["value"]), Words(**one["words"])) for one in stored)


def _budget(budget: BudgetRange) -> dict[str, int | None]:
    return {"min_fen": budget.min_fen, "max_fen": budget.max_fen}


def _step(step: NextStep) -> dict[str, str | None]:
    return {"action": step.action, "due": step.due.isoformat() if step.due else None, "owner": str(step.owner)}


def _step_from_json(value: dict[str, Any]) -> NextStep:
    due = date.fromisoformat(value["due"]) if value["due"] else None
    return NextStep(value["action"], due, Owner(value["owner"]))


def _plain(stored: Any) -> Any:
    """Values without their places, as a correction keeps them."""
    if isinstance(stored, list):
        return [one["value"] for one in stored]
    return None if stored is None else stored["value"]


def _in_log(value: object) -> str | None:
    return None if value in (None, []) else json.dumps(value, ensure_ascii=False)
