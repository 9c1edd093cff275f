"""What follows from a memo (N4): to-dos, profile and score card, first contact, script, and its owner hears of it."""

from __future__ import annotations

from datetime import datetime, time

from actions.visits import Progress, add_memo, visit_of_memo
from actions.work_lead import note_contact
from domain.facts import NextStep, Owner, Said, Signal
from domain.memos import Memo, MemoKind
from domain.people import Member
from domain.scorecard import ScoreCard, profile_of, score
from domain.scripts import answer_to
from domain.todos import KnownTodo, Owed, TodoKind, day_of_undated, end_of_day, reconciled, working_day_after
from domain.visits import VisitState
from domain.worth_a_memo import fact_count
from nlp.appointments import visit_time
from nlp.perspective import told_from_our_side
from notify.memos import offer_script, show_contacted, tell_owner
from notify.visits import standing, tell_progress
from settings.house import HouseRules
from storage.customers import Customer
from storage.unit_of_work import Work

PRESSING = (Signal.COMPETITOR_INVOLVED, Signal.PRICE_SENSITIVE)
RECENT = 50
"""So many memos of a customer make its profile."""


async def take_to_customer(work: Work, rules: HouseRules, memo: Memo) -> None:
    """The memo belongs to this customer from now on: its profile, its owner, its leads."""
    customer = await work.customers.find(memo.customer_id)
    speaker = await work.members.get(memo.sender)
    if customer is None or memo.facts is None or speaker is None:
        return
    await refresh(work, rules, customer.customer_id)
    await _count_for_visit(work, rules, memo)
    owner = await owner_elsewhere(work, memo, customer)
    if owner is not None:
        await tell_owner(work, memo, owner, customer, speaker.name, rules.local(work.now).date())
    await _count_as_contact(work, rules, memo, speaker)
    await _offer_script(work, rules, memo, customer)


async def _count_for_visit(work: Work, rules: HouseRules, memo: Memo) -> None:
    """V2: said in the car, before the visit was begun or after it was ended."""
    visit = await visit_of_memo(work, memo)
    if visit is not None:
        await tell_standing(work, await add_memo(work, rules, memo, visit), memo)


async def tell_standing(work: Work, progress: Progress, memo: Memo) -> None:
    """Of an open visit; what comes after the end changes nothing that its owner has to do."""
    visit = progress.visit
    if visit.state is VisitState.OPEN:
        there = standing(visit, progress.evidence, progress.missing)
        await tell_progress(work, visit.owner, visit, there, f"memo:{memo.memo_id}:{memo.version}")


async def owner_elsewhere(work: Work, memo: Memo, customer: Customer) -> Member | None:
    """Whose customer it is, where that is not the speaker."""
    return await work.members.get(customer.owner) if customer.owner not in (None, memo.sender) else None


async def refresh(work: Work, rules: HouseRules, customer_id: int) -> ScoreCard:
    """The profile and the score card follow from the memos, so that a correction needs no undoing."""
    memos = await work.memos.of_customer(customer_id, RECENT)
    profile = profile_of(memo.facts for memo in memos if memo.facts is not None)
    has_open_step = any(todo.memo_id is not None for todo in await work.todos.open_of_customer(customer_id))
    card = score(profile, has_open_step=has_open_step, rules=rules.score)
    await work.profiles.save(customer_id, profile, card)
    return card


async def _count_as_contact(work: Work, rules: HouseRules, memo: Memo, speaker: Member) -> None:
    """S3: who tells what came of it has been in contact. Words of the customer alone are no act of ours."""
    if memo.kind is MemoKind.FORWARDED or memo.facts is None or not fact_count(memo.facts):
        return
    kind = "visit" if memo.visit_id is not None else "call" if memo.kind is MemoKind.CALL else "response"
    seconds = int(memo.seconds) if memo.seconds is not None and memo.kind is MemoKind.CALL else None
    for lead in await work.leads.open_of_customer(memo.customer_id or 0):
        if lead.owner != speaker.userid or lead.contacted_at is not None:
            continue
        contacted, counts = await note_contact(work, rules, lead, speaker, kind, memo.text, seconds)
        if counts:
            await show_contacted(work, rules, contacted, memo)


async def _offer_script(work: Work, rules: HouseRules, memo: Memo, customer: Customer) -> None:
    """A rival or the price came up (N4): the one script that answers it, once for each memo."""
    assert memo.facts is not None
    industry = await work.customers.industry_of(customer.customer_id)
    for signal in PRESSING:
        script = answer_to(rules.scripts, signal, industry) if memo.facts.has(signal) else None
        if script is not None:
            await offer_script(work, memo, customer, script, signal)
            await work.script_uses.note(script.name, memo.sender, customer.customer_id, signal)
            return


async def owe(work: Work, rules: HouseRules, memo: Memo) -> None:
    """Next steps are to-dos of the speaker, each once however often the memo is understood anew (N4)."""
    assert memo.facts is not None
    known = await work.todos.of_memo(memo.memo_id)
    owed = [_owed(work, rules, memo, said) for said in memo.facts.next_steps]
    changes = reconciled(
        [KnownTodo(t.todo_id, TodoKind(t.kind), t.title, t.due_at, t.state == "open") for t in known], owed
    )
    by_id = {todo.todo_id: todo for todo in known}
    for todo_id in changes.drop:
        await work.todos.close(todo_id, "dropped")
    for todo_id, step in changes.move:
        again = rules.next_reminder(step.kind, work.now, step.due_at, work.now)
        await work.todos.move(by_id[todo_id], step.kind, step.title, step.due_at, again)
    for number, step in enumerate(changes.add, start=len(known) + 1):
        await work.todos.add(
            f"memo:{memo.memo_id}:{number}",
            memo.sender,
            step.kind,
            step.due_at,
            title=step.title,
            customer_id=memo.customer_id,
            memo_id=memo.memo_id,
            next_reminder_at=rules.next_reminder(step.kind, work.now, step.due_at, work.now),
        )


def _owed(work: Work, rules: HouseRules, memo: Memo, said: Said[NextStep]) -> Owed:
    step = said.value
    calendar, undated = rules.calendar, rules.settings.memos.undated_step_within
    day = step.due or day_of_undated(calendar, rules.local(memo.recorded_at).date(), undated)
    if step.owner is Owner.CUSTOMER:
        return Owed(TodoKind.FOLLOW_UP, step.action, end_of_day(calendar, working_day_after(calendar, day), work.now))
    at = _time_of_visit(memo, said) if step.due is not None else None
    if at is not None:
        return Owed(TodoKind.VISIT, step.action, datetime.combine(day, at, rules.zone))
    return Owed(TodoKind.STEP, step.action, end_of_day(calendar, day, work.now))


def _time_of_visit(memo: Memo, said: Said[NextStep]) -> time | None:
    """Looked up around the step's words in the memo; a step that a correction brought stands nowhere there."""
    told, words = told_by(memo.kind, memo.text), said.words
    if told[words.start : words.end] != words.text:
        return None
    return visit_time(said.value.action, told, words.start, words.end)


def told_by(kind: MemoKind, text: str) -> str:
    """From our side, whoever said it (V6)."""
    return told_from_our_side(text) if kind is MemoKind.FORWARDED else text
