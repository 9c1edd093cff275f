"""A person asks for what the house holds of it, or for its deletion (A4, docs/adr/0014)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

import structlog

from actions.work_lead import close_invalid
from nlp.companies import is_company
from settings.house import HouseRules
from storage.audit import MASK
from storage.customers import Customer
from storage.personal_data import Person, Plan
from storage.unit_of_work import Work

log = structlog.get_logger()

ERASED = "erased"
"""Why a lead was closed."""


class UnderWay(Exception):
    """A visit is open, or a message is still being fetched or heard."""


async def find(work: Work, who: str) -> list[Customer]:
    """By phone, number (K17) or a spelling, whole and as stored."""
    return await work.personal_data.customers_called(who.strip())


async def person_of(work: Work, customer: Customer, companies: Collection[str] = ()) -> Person:
    """`companies`: what somebody says is a company's name, though it looks like a person's."""
    spellings = await work.personal_data.spellings(customer) - {MASK}
    stay = {name for name in spellings if name in companies or is_company(name)}
    phones = await work.customers.phones(customer.customer_id)
    return Person(customer, tuple(phones), tuple(sorted(spellings - stay)), tuple(sorted(stay)))


async def plan(work: Work, person: Person) -> Plan:
    return await work.personal_data.plan(person, lambda name: name in person.companies or is_company(name))


async def erase(work: Work, rules: HouseRules, person: Person, forget: Callable[[str], Awaitable[None]]) -> Plan:
    """Originals go before the commit: where the store cannot be reached, nothing is changed and it is tried again."""
    if (await plan(work, person)).is_empty:
        return Plan()
    if under_way := await work.personal_data.under_way(person):
        raise UnderWay(under_way)
    customer_id = person.customer.customer_id
    for lead in await work.leads.open_of_customer(customer_id):
        await close_invalid(work, rules, lead, ERASED)
    for todo in await work.todos.open_of_customer(customer_id):
        await work.todos.close(todo.todo_id, "dropped")
    await work.audit.write()
    made = await plan(work, person)
    await work.personal_data.apply(person, made)
    for sha256 in made.originals:
        await forget(sha256)
    log.info("person_erased", customer_id=customer_id, rows=len(made.changes), originals=len(made.originals))
    return made
