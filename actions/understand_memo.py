"""From words to facts, the right customer, the card, and what follows (V2, N2-N4). Doors: voice, typed text, forwarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from actions.work_lead import note_contact
from domain.facts import Known, MemoFacts, NextStep, Owner, Said, Signal
from domain.ids import UserId, memo_name
from domain.memos import Memo, MemoKind, MemoState
from domain.people import Member
from domain.scorecard import ScoreCard, profile_of, score
from domain.scripts import answer_to
from domain.todos import (
    KnownTodo,
    Owed,
    TodoKind,
    day_of_undated,
    end_of_day,
    reconciled,
    working_day_after,
)
from domain.which_customer import Choice, Named, Why, customers_named, which_customer
from domain.worth_a_memo import fact_count
from nlp.appointments import visit_time
from nlp.companies import company_key, same_company
from nlp.corrections import Correction
from nlp.extract import extract
from nlp.normalize import fold
from nlp.perspective import told_from_our_side
from notify.memos import (
    MOST_CANDIDATES,
    customer_card,
    customers_of,
    new_customer_said,
    offer_script,
    show_card,
    show_contacted,
    tell_name_wanted,
    tell_nothing_found,
    tell_owner,
    understood_card,
)
from settings.house import HouseRules
from storage.customers import Customer
from storage.unit_of_work import Work

log = structlog.get_logger()

QUESTION = "memo"
"""Kind of the question that an open card asks: plain words put it right (chat.dialogue)."""
ASKS_NAME = "asks_name"
"""In the question's data: any plain words are a customer's name."""
LONGEST = 20_000
"""Characters that are read for facts, about an hour of a call; all of them are kept."""
PRESSING = (Signal.COMPETITOR_INVOLVED, Signal.PRICE_SENSITIVE)
RECENT = 50
"""So many memos of a customer make its profile."""


async def read(
    work: Work, rules: HouseRules, sender: str, kind: MemoKind, text: str, recorded_at: datetime
) -> MemoFacts:
    """Facts of the text as told from our side, with the names that the house knows."""
    spellings = await work.customers.names_of(sender)
    colleagues = [member.name for member in await work.members.everybody()]
    told = told_from_our_side(text) if kind is MemoKind.FORWARDED else text
    return extract(told[:LONGEST], rules.local(recorded_at), known=Known.of(customers=spellings, colleagues=colleagues))


async def understand(work: Work, rules: HouseRules, memo: Memo, text: str, *, seconds: float | None = None) -> Memo:
    """Once: words that come again change nothing."""
    if memo.state is not MemoState.WAITING_FOR_WORDS:
        return memo
    facts = await read(work, rules, memo.sender, memo.kind, text, memo.recorded_at)
    choice = await choose(work, memo, facts, text)
    memo = await work.memos.understood(memo, text, facts, choice.customer_id, seconds)
    log.info("memo_understood", memo_id=memo.memo_id, facts=fact_count(facts), customer=choice.why.value)
    await _owe(work, rules, memo)
    if memo.customer_id is not None:
        await _take_to_customer(work, rules, memo)
    await _ask_for_words(work, rules, memo)
    if memo.customer_id is None and not facts.is_empty:
        await ask_which(work, rules, memo, choice)
    else:
        await show(work, rules, memo)
    return memo


async def choose(work: Work, memo: Memo, facts: MemoFacts, text: str) -> Choice:
    if memo.customer_id is not None:
        return Choice(memo.customer_id, Why.NAMED)
    visit = await work.visits.find(memo.visit_id) if memo.visit_id is not None else None
    key = key_of(facts.customer.value) if facts.customer else ""
    spellings = await work.customers.spellings(memo.sender, key)
    own = [spelling for spelling in spellings if spelling.is_mine]
    # What else is named: looked for in what is left when the customer's own name is taken out.
    rest = fold(text.replace(facts.customer.value, " ") if facts.customer else text).casefold()
    mentioned = dict.fromkeys(one.customer_id for one in own if one.is_named_in(rest))
    return which_customer(
        visit=visit.customer_id if visit else None,
        named=customers_named(key, spellings) if key else None,
        mentioned=tuple(mentioned),
        mine=frozenset(one.customer_id for one in own),
        open_work=await work.customers.in_hand(memo.sender),
    )


def key_of(name: str) -> str:
    """A short name (恒达) has no legal form and no place to take away, and may be too short for a key of its own."""
    return company_key(name) or fold(name).casefold()


async def named(work: Work, userid: str, words: str) -> Named:
    """Customers that these words may mean when this member says them."""
    key = key_of(words)
    return customers_named(key, await work.customers.spellings(userid, key))


# the customer


async def give_customer(work: Work, rules: HouseRules, memo: Memo, customer: Customer, said: str) -> Memo:
    """The speaker has said whose memo it is; another one than we took it for is a correction (N3)."""
    if memo.customer_id == customer.customer_id:
        return memo
    before = await work.customers.find(memo.customer_id)
    heard = before.name if before else new_customer_said(memo) or None
    memo = await work.memos.give_customer(memo, customer.customer_id, heard, customer.name)
    if heard is not None:
        await work.memos.keep_correction(memo, "customer", heard, customer.name, said)
    await work.todos.give_customer(memo.memo_id, customer.customer_id)
    if before is not None:
        await refresh(work, rules, before.customer_id)
    await _take_to_customer(work, rules, memo)
    return memo


async def add_customer(work: Work, name: str, owner: UserId) -> Customer:
    """By its name alone; one that is spelt the same is taken instead."""
    key = company_key(name)
    for known, spelling in await work.customers.with_name_key(key) if key else ():
        if same_company(spelling, name):
            return known
    customer = await work.customers.add(name, key or fold(name).casefold())
    await work.customers.give_unowned(customer.customer_id, owner)
    return replace(customer, owner=owner)


async def ask_which(work: Work, rules: HouseRules, memo: Memo, choice: Choice, said: str = "") -> None:
    """With the candidates, then those whom the speaker has told of lately; in words where there is nobody to offer."""
    lately = await work.memos.customers_told_of(memo.sender, MOST_CANDIDATES)
    ids = [one for one in dict.fromkeys((*choice.candidates, *lately)) if one != memo.customer_id]
    candidates = await customers_of(work, ids[:MOST_CANDIDATES])
    said = said or new_customer_said(memo)
    if candidates or said:
        await show_card(work, memo, customer_card(memo, rules, choice.why, candidates, said, memo.text))
    else:
        await ask_for_name(work, rules, memo)


async def ask_for_name(work: Work, rules: HouseRules, memo: Memo) -> None:
    """In words; the next plain sentence is the customer's name."""
    until = work.now + rules.settings.memos.answer_within
    await work.questions.ask(memo.sender, QUESTION, memo_name(memo.memo_id), until, {ASKS_NAME: True})
    await tell_name_wanted(work, memo)


# what follows


async def _take_to_customer(work: Work, rules: HouseRules, memo: Memo) -> None:
    customer = await work.customers.find(memo.customer_id)
    speaker = await work.members.get(memo.sender)
    if customer is None or memo.facts is None or speaker is None:
        return
    await refresh(work, rules, customer.customer_id)
    owner = await owner_elsewhere(work, memo, customer)
    if owner is not None:
        await tell_owner(work, memo, owner, customer, speaker.name, rules.local(work.now).date())
    await _count_as_contact(work, rules, memo, speaker)
    await _offer_script(work, rules, memo, customer)


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


async def _owe(work: Work, rules: HouseRules, memo: Memo) -> None:
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
    at = visit_time(step.action, memo.text, said.words.start, said.words.end) if step.due is not None else None
    if at is not None:
        return Owed(TodoKind.VISIT, step.action, datetime.combine(day, at, rules.zone))
    return Owed(TodoKind.STEP, step.action, end_of_day(calendar, day, work.now))


# the card


async def show(work: Work, rules: HouseRules, memo: Memo) -> None:
    """The card of what was understood, on whatever card of this memo the speaker holds."""
    assert memo.facts is not None
    customer = await work.customers.find(memo.customer_id)
    if fact_count(memo.facts) == 0 and not await work.open_cards(f"memo:{memo.memo_id}"):
        await tell_nothing_found(work, memo, customer)
        return
    owner = await owner_elsewhere(work, memo, customer) if customer is not None else None
    found = await work.profiles.of(customer.customer_id) if customer is not None and owner is None else None
    card = understood_card(memo, rules, customer, found[1] if found else None, owner, rules.local(work.now).date())
    await show_card(work, memo, card, is_settled=memo.state is MemoState.CONFIRMED)


async def _ask_for_words(work: Work, rules: HouseRules, memo: Memo) -> None:
    """From now on a plain sentence puts this memo right, until a later card takes its place."""
    running = await work.questions.open_of(memo.sender)
    if running is None or running.kind == QUESTION:
        # What somebody else has asked goes on; the memo can still be put right by its number.
        until = work.now + rules.settings.memos.answer_within
        await work.questions.ask(memo.sender, QUESTION, memo_name(memo.memo_id), until)


async def confirm(work: Work, rules: HouseRules, memo: Memo) -> Memo:
    """A second tap finds nothing more to do."""
    if memo.state is MemoState.CONFIRMED:
        return memo
    memo = await work.memos.confirm(memo)
    question = await work.questions.open_of(memo.sender)
    if question is not None and question.kind == QUESTION and question.subject == memo_name(memo.memo_id):
        await work.questions.close(memo.sender)
    await show(work, rules, memo)
    return memo


# put right


async def correct(
    work: Work, rules: HouseRules, memo: Memo, corrections: Sequence[Correction], said: str
) -> tuple[Memo, frozenset[str]]:
    """Several things may be put right in one sentence. Returns the memo and the fields that are different now.

    Consequences follow: to-dos move, the score card is made anew. A customer that nobody is sure of is asked about.
    """
    assert memo.facts is not None
    facts = replace(memo.facts, **{one.field: one.value for one in corrections if one.field != "customer"})
    changed = {one.field for one in corrections if _values(memo.facts, one.field) != _values(facts, one.field)}
    if changed:
        memo = await work.memos.correct(memo, facts, said)
        await _owe(work, rules, memo)
    meant = next((one.value for one in corrections if one.field == "customer"), None)
    if meant is not None:
        before = memo.customer_id
        memo, is_sure = await call_customer(work, rules, memo, meant.value, said)
        if not is_sure:
            return memo, frozenset(changed)
        changed |= {"customer"} if memo.customer_id != before else set()
    if changed and memo.customer_id is not None:
        await refresh(work, rules, memo.customer_id)
    await show(work, rules, memo)
    return memo, frozenset(changed)


def _values(facts: MemoFacts, field: str) -> object:
    """Without their places: the same value said again is no change."""
    said = getattr(facts, field)
    return [one.value for one in said] if isinstance(said, tuple) else said and said.value


async def call_customer(work: Work, rules: HouseRules, memo: Memo, name: str, said: str) -> tuple[Memo, bool]:
    """The speaker names the customer; False where it is not clear which one, and the card asks."""
    found = await named(work, memo.sender, name)
    own = frozenset(one.customer_id for one in await work.customers.spellings(memo.sender))
    choice = which_customer(visit=None, named=found, mine=own)
    customer = await work.customers.find(choice.customer_id)
    if customer is None:
        await ask_which(work, rules, memo, choice, name)
        return memo, False
    return await give_customer(work, rules, memo, customer, said), True
