"""A visit from its start to its end, and what belongs to it (V1-V4, S3). Doors: chat, card, code, place, timer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from actions.work_lead import note_contact
from domain.ids import UserId, visit_name
from domain.leads import WAITING_STATES
from domain.memos import Memo, MemoKind, MemoState
from domain.people import Member
from domain.refusal import Refusal
from domain.todos import TodoKind
from domain.visits import (
    LATE_WITHIN,
    MAY_CANCEL_WITHIN,
    Evidence,
    EvidenceKind,
    EvidenceState,
    Missing,
    Place,
    Visit,
    VisitState,
    VisitTemplate,
    alarm_at,
    missing_for,
    template_for,
)
from notify.visits import show_contacted, taken_along, withdraw_late, withdraw_progress
from settings.house import HouseRules
from storage.customers import Customer
from storage.todos import Todo
from storage.unit_of_work import Work

log = structlog.get_logger()

ABOUT_NOW = timedelta(hours=12)
JUST_BEFORE = timedelta(minutes=30)
"""What was sent so short before the start belongs to the visit: whoever sends the place first starts that way (V1)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A visit as it stands."""

    visit: Visit
    evidence: tuple[Evidence, ...]
    missing: tuple[Missing, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def template_of(rules: HouseRules, visit: Visit) -> VisitTemplate:
    return template_for(visit.product_line, rules.visit_templates)


async def progress_of(work: Work, rules: HouseRules, visit: Visit) -> Progress:
    evidence = tuple(await work.evidence.of_visit(visit.visit_id))
    return Progress(visit, evidence, missing_for(visit, template_of(rules, visit), evidence))


async def start_visit(
    work: Work, rules: HouseRules, member: Member, customer: Customer, *, todo: Todo | None = None
) -> Progress:
    """The constraint decides between two starts at once; who comes second is told of the first."""
    todo = todo or await _planned(work, member, customer)
    product_line = await _product_line(work, customer, member)
    template = template_for(product_line, rules.visit_templates)
    visit = await work.visits.start(
        member.userid,
        customer.customer_id,
        product_line=product_line,
        due_at=work.now + template.within,
        source_key=work.cause,
        todo_id=todo.todo_id if todo else None,
    )
    if visit is None:
        running = await work.visits.open_of(member.userid)
        raise Refusal(
            "visit_open", visit=visit_name(running.visit_id) if running else "", customer=running and running.customer
        )
    if todo is not None:
        # It is ticked off when the visit ends, and nobody is reminded of where they are.
        await work.todos.reminded(todo, None)
    loose = await work.evidence.loose_of(member.userid, work.now - JUST_BEFORE)
    await work.evidence.attach(loose, visit)
    if loose:
        await taken_along(work, rules, visit, loose[0].evidence_id)
    memos = [
        memo
        for memo in await work.memos.loose_of(member.userid, work.now - JUST_BEFORE)
        if memo.customer_id == customer.customer_id or memo.state is MemoState.WAITING_FOR_WORDS
    ]
    for memo in memos:
        await add_memo(work, rules, memo, visit)
    if loose or memos:
        await _note_contact(work, rules, visit, member)
    log.info("visit_started", visit_id=visit.visit_id, loose=len(loose))
    return await refresh(work, rules, visit)


async def _planned(work: Work, member: Member, customer: Customer) -> Todo | None:
    """A visit of about now to this customer that its owner has planned, however it is started."""
    planned = [
        todo
        for todo in await work.todos.open_of_customer(customer.customer_id)
        if todo.kind == TodoKind.VISIT and todo.owner == member.userid and abs(todo.due_at - work.now) < ABOUT_NOW
    ]
    return min(planned, key=lambda todo: abs(todo.due_at - work.now), default=None)


async def _product_line(work: Work, customer: Customer, member: Member) -> str:
    """As the customer's newest lead says, else the one line that the member sells."""
    of_leads = await work.customers.product_line_of(customer.customer_id)
    return of_leads or (next(iter(member.product_lines)) if len(member.product_lines) == 1 else "")


async def visit_to_attach(work: Work, userid: UserId) -> Visit | None:
    """The open one; else the last one, closed so short ago that what comes now was still meant for it (V2)."""
    running = await work.visits.open_of(userid)
    return running or await work.visits.last_closed_of(userid, work.now - LATE_WITHIN)


async def take_evidence(
    work: Work,
    rules: HouseRules,
    member: Member,
    kind: EvidenceKind,
    message_key: str,
    at: datetime,
    *,
    place: Place | None = None,
    text: str = "",
    needs: Sequence[str] = (),
) -> tuple[Evidence | None, Progress | None]:
    """Evidence is kept in any case: (the piece, its visit as it now stands; None where it waits for one).

    The piece is None where the same message has been taken before.
    """
    visit = await visit_to_attach(work, member.userid)
    is_late = visit is not None and visit.state is not VisitState.OPEN
    piece = await work.evidence.add(
        message_key, member.userid, kind, at, visit=visit, is_late=is_late, place=place, text=text, needs=needs
    )
    if visit is None:
        return piece, None
    if piece is not None:
        await _note_contact(work, rules, visit, member)
    return piece, await refresh(work, rules, visit)


async def visit_of_memo(work: Work, memo: Memo) -> Visit | None:
    """The visit that a memo said without one is about: the speaker's at the same customer, about the same time (V2)."""
    if memo.visit_id is not None or memo.customer_id is None or memo.kind is MemoKind.FORWARDED:
        return None
    visit = await work.visits.open_of(memo.sender)
    if visit is None or memo.recorded_at < visit.started_at - JUST_BEFORE:
        visit = await work.visits.last_closed_of(memo.sender, memo.recorded_at - LATE_WITHIN)
    if visit is None or visit.customer_id != memo.customer_id:
        return None
    # What was said before the visit is nothing that came after it.
    return visit if memo.recorded_at > visit.started_at - JUST_BEFORE else None


async def add_memo(work: Work, rules: HouseRules, memo: Memo, visit: Visit) -> Progress:
    """Its original has been fetched on its own, and is looked at now."""
    await work.memos.give_visit(memo, visit.visit_id)
    is_late = visit.closed_at is not None and memo.recorded_at > visit.closed_at
    words = memo.text if memo.kind is MemoKind.TEXT else ""
    piece = await work.evidence.add(
        memo.message_key, memo.sender, EvidenceKind.MEMO, memo.recorded_at, visit=visit, is_late=is_late, text=words
    )
    if piece is None:
        # Taken out of a visit before, when it was given to another customer.
        known = await work.evidence.with_key(memo.message_key)
        await work.evidence.attach([known] if known else [], visit, is_late=is_late)
    elif (file := (await work.evidence.files_of([piece])).get(piece.message_key)) is not None:
        seen = await work.evidence.used_before(file.sha256, piece)
        await work.evidence.keep_hashes(piece, file.sha256, "", seen)
    return await refresh(work, rules, visit)


async def take_memo_out(work: Work, rules: HouseRules, memo: Memo, visit: Visit) -> Progress:
    """It is about another customer after all."""
    await work.memos.give_visit(memo, None)
    if (piece := await work.evidence.with_key(memo.message_key)) is not None:
        await work.evidence.detach(piece, visit)
    return await refresh(work, rules, visit)


async def attach_evidence(
    work: Work, rules: HouseRules, member: Member, pieces: Sequence[Evidence], visit: Visit
) -> Progress:
    """By hand: what came without a visit, or was attached to another one."""
    await work.evidence.attach(pieces, visit, is_late=visit.state is not VisitState.OPEN)
    await _note_contact(work, rules, visit, member)
    return await refresh(work, rules, visit)


async def refresh(work: Work, rules: HouseRules, visit: Visit) -> Progress:
    """After every change of what is there: the next alarm, and the manager's card once its cause has gone (S4)."""
    progress = await progress_of(work, rules, visit)
    if visit.state is VisitState.OPEN:
        settings = rules.settings.visits
        at = alarm_at(
            visit,
            is_complete=progress.is_complete,
            remind_before=settings.remind_before,
            close_after=settings.close_after,
        )
        await work.visits.set_alarm(visit, visit.steps, at)
    if progress.is_complete and visit.steps:
        await withdraw_late(work, rules, visit)
    return progress


async def close_visit(work: Work, rules: HouseRules, progress: Progress, by: str, *, override_reason: str = "") -> None:
    """Complete, or with a manager's reason. The first confirmed visit says where the customer is."""
    visit = progress.visit
    await work.visits.close(visit, by, override_reason=override_reason)
    await withdraw_late(work, rules, visit)
    await withdraw_progress(work, visit)
    place = next((one.place for one in progress.evidence if one.place and one.state is EvidenceState.KEPT), None)
    if place is not None and progress.is_complete:
        await work.visits.learn_place(visit, place)
    if visit.todo_id is not None:
        await work.todos.close(visit.todo_id)
    log.info("visit_closed", visit_id=visit.visit_id, complete=progress.is_complete)


async def cancel_visit(work: Work, rules: HouseRules, progress: Progress) -> None:
    """Only what was begun by mistake: soon, and with nothing in it, so that nobody walks out of an incomplete one."""
    visit = progress.visit
    if progress.evidence:
        raise Refusal("visit_has_evidence", visit=visit_name(visit.visit_id))
    if work.now - visit.started_at > MAY_CANCEL_WITHIN:
        minutes = int(MAY_CANCEL_WITHIN.total_seconds() / 60)
        raise Refusal("visit_too_old_to_cancel", visit=visit_name(visit.visit_id), minutes=minutes)
    await work.visits.cancel(visit)
    await withdraw_late(work, rules, visit)
    await withdraw_progress(work, visit)


async def _note_contact(work: Work, rules: HouseRules, visit: Visit, member: Member) -> None:
    """S3: a visit is a first contact from its first piece of evidence on; to say that one is there is not."""
    for lead in await work.leads.open_of_customer(visit.customer_id):
        if lead.owner == visit.owner and lead.state in WAITING_STATES:
            contacted, counts = await note_contact(work, rules, lead, member, "visit", visit_name(visit.visit_id))
            if counts:
                await show_contacted(work, rules, contacted, visit)
