"""From words to facts, the right customer and the card, and what the speaker puts right (V2, N2, N3).

Doors: voice, typed text, forwarded; card and plain sentences for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from actions.memo_consequences import owe, owner_elsewhere, refresh, take_to_customer, tell_standing, told_by
from actions.visits import take_memo_out
from domain.facts import Known, MemoFacts
from domain.ids import UserId, memo_name
from domain.memos import Memo, MemoKind, MemoState
from domain.which_customer import Choice, Named, Why, customers_named, which_customer
from domain.worth_a_memo import fact_count
from nlp.companies import company_key, same_company
from nlp.corrections import Correction
from nlp.extract import extract
from nlp.normalize import fold
from notify.memos import (
    MOST_CANDIDATES,
    customer_card,
    customers_of,
    new_customer_said,
    show_card,
    tell_name_wanted,
    tell_nothing_found,
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


async def read(
    work: Work, rules: HouseRules, sender: str, kind: MemoKind, text: str, recorded_at: datetime
) -> MemoFacts:
    """Facts of the text as told from our side, with the names that the house knows."""
    spellings = await work.customers.names_of(sender)
    colleagues = [member.name for member in await work.members.everybody()]
    told = told_by(kind, text)[:LONGEST]
    return extract(told, rules.local(recorded_at), known=Known.of(customers=spellings, colleagues=colleagues))


async def understand(work: Work, rules: HouseRules, memo: Memo, text: str, *, seconds: float | None = None) -> Memo:
    """Once: words that come again change nothing."""
    if memo.state is not MemoState.WAITING_FOR_WORDS:
        return memo
    facts = await read(work, rules, memo.sender, memo.kind, text, memo.recorded_at)
    choice = await choose(work, memo, facts, text)
    memo = await work.memos.understood(memo, text, facts, choice.customer_id, seconds)
    log.info("memo_understood", memo_id=memo.memo_id, facts=fact_count(facts), customer=choice.why.value)
    await owe(work, rules, memo)
    if memo.customer_id is not None:
        await take_to_customer(work, rules, memo)
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


def is_part(said: str, name: str) -> bool:
    """恒达 of 苏州恒达机械有限公司, and the other way round."""
    short, whole = sorted((key_of(said), key_of(name)), key=len)
    return bool(short) and short in whole


async def named(work: Work, userid: str, words: str) -> Named:
    """Customers that these words may mean when this member says them."""
    key = key_of(words)
    return customers_named(key, await work.customers.spellings(userid, key))


# the customer


async def give_customer(work: Work, rules: HouseRules, memo: Memo, customer: Customer, said: str) -> Memo:
    """The speaker has said whose memo it is; another one than we took it for is a correction (N3)."""
    if memo.customer_id == customer.customer_id:
        return memo
    visit = await work.visits.find(memo.visit_id) if memo.visit_id is not None else None
    if visit is not None and visit.customer_id != customer.customer_id:
        await tell_standing(work, await take_memo_out(work, rules, memo, visit), memo)
        memo = await work.memos.get(memo.memo_id) or memo
    before = await work.customers.find(memo.customer_id)
    heard = before.name if before else new_customer_said(memo) or None
    if before is None and heard is not None and is_part(heard, customer.name):
        # It was asked about, and heard well.
        heard = None
    memo = await work.memos.give_customer(memo, customer.customer_id, heard, customer.name)
    if heard is not None:
        await work.memos.keep_correction(memo, "customer", heard, customer.name, said)
    await work.todos.give_customer(memo.memo_id, customer.customer_id)
    if before is not None:
        await refresh(work, rules, before.customer_id)
    await take_to_customer(work, rules, memo)
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
        await owe(work, rules, memo)
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
