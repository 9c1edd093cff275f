"""What the house holds of a customer's person, to hand out or to erase (A4, docs/adr/0014).

Rows are found by their links to the customer; what only mentions the person (messages, pushes, the log) by the words.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.facts import MemoFacts
from domain.ids import customer_id_in, visit_name
from domain.payer_names import even
from storage.audit import MASK
from storage.customers import Customer
from storage.memos import facts_to_json
from storage.outbox import IN_FLIGHT, WAITING
from storage.tables import (
    activities,
    api_answers,
    assignments,
    audit,
    bank_transactions,
    bookings,
    card_codes,
    cards,
    customer_names,
    customer_phones,
    customer_places,
    customer_profiles,
    customers,
    due_notices,
    erasures,
    evidence,
    inbox,
    leads,
    locations,
    media,
    memo_corrections,
    memos,
    metadata,
    outbox,
    payer_aliases,
    pings,
    promises,
    questions,
    receivables,
    script_uses,
    statement_uploads,
    timers,
    todos,
    transcriptions,
    visit_checks,
    visits,
    wecom_uploads,
)

if TYPE_CHECKING:
    from storage.unit_of_work import Work

Key = tuple[Any, ...]
Linked = dict[sa.Table, dict[Key, dict[str, Any]]]

_AT_ONCE = 500
_SAID = (inbox, outbox, cards, audit, api_answers, questions)
"""Where a name is enough: what was said, not what is known. Another person of the same name loses no record by it."""
_UNSENT = (*WAITING, *IN_FLIGHT)
_NO_PERSONS = {"members", "identities", "tokens", "locks", "job_slots", "circuits", "chat_groups", "erasures"}
_IDS = {
    "serial", "trade_no", "order_no", "order_key", "account", "account_key", "key", "dedupe_key", "source_key",
    "message_key", "about", "task_id", "sha256", "fingerprint", "target", "lane", "person", "state", "kind",
}  # fmt: skip
_DELETED = (
    customer_phones, customer_places, customer_profiles, locations, memo_corrections, cards, card_codes, wecom_uploads,
)  # fmt: skip
_OVERWRITTEN: Mapping[sa.Table, dict[str, Any]] = {
    leads: {"phone": "", "ext": "", "remark": "", "longitude": None, "latitude": None},
    activities: {"text": ""},
    memos: {"text": "", "problem": "", "understood": facts_to_json(MemoFacts()), "facts": facts_to_json(MemoFacts())},
    todos: {"title": MASK},
    evidence: {"text": "", "latitude": None, "longitude": None, "fingerprint": "", "sha256": ""},
    media: {"state": "lost", "source": {}, "sha256": "", "file_name": "", "size": None, "error": ""},
    transcriptions: {"words": "", "hints": []},
    script_uses: {"why": ""},
}
_OF_THE_HOUSE = (assignments, timers, pings)
_INTERNAL: Mapping[sa.Table, tuple[str, ...]] = {
    bank_transactions: ("facts", "proposal", "candidates", "reason"),
    media: ("source", "attempts", "due_at", "error"),
}
_KEPT_IN_LOG = {"state", "owner", "round", "grade", "level", "points", "visit", "erased", "exported"}
"""Fields of the log whose values say nothing about the person."""


@dataclass(frozen=True, slots=True)
class Person:
    customer: Customer
    phones: tuple[str, ...]
    names: tuple[str, ...]
    """Spellings that are a person's name and not a company's."""
    companies: tuple[str, ...] = ()
    """Spellings that stay."""


@dataclass(frozen=True, slots=True)
class Change:
    table: sa.Table
    key: Key
    values: dict[str, Any] | None
    """None: the row goes."""


@dataclass(frozen=True, slots=True)
class Plan:
    changes: tuple[Change, ...] = ()
    originals: tuple[str, ...] = ()
    """Checksums of photos and voices that nothing else refers to."""

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.originals

    @property
    def counts(self) -> dict[str, int]:
        return dict(Counter(change.table.name for change in self.changes))


@dataclass(slots=True)
class _Words:
    """Finds phones, however they are spaced, and names, also inside JSON."""

    phones: Collection[str]
    names: Collection[str] = ()
    _pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        ways = [rf"(?<!\d)(?:\+?86[\s-]*)?{_spaced(phone)}(?!\d)" for phone in self.phones]
        ways += [re.escape(form) for name in self.names for form in _forms(name)]
        self._pattern = re.compile("|".join(ways) or r"(?!)")

    def are_in(self, text: str) -> bool:
        return bool(self._pattern.search(text))

    def without(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pattern.sub(MASK, value)
        if isinstance(value, dict | list):
            return json.loads(self._pattern.sub(MASK, json.dumps(value, ensure_ascii=False)))
        return value

    def likely(self, column: sa.Column[Any]) -> Iterator[sa.ColumnElement[bool]]:
        """Finds too much rather than too little."""
        text = sa.cast(column, sa.Text)
        for phone in self.phones:
            yield text.like(f"%{'%'.join(phone)}%")
        for name in self.names:
            for form in _forms(name):
                yield text.contains(form, autoescape=True)


def _spaced(phone: str) -> str:
    return r"[\s-]*".join(f"[{digit}{chr(ord(digit) + 0xFEE0)}]" for digit in phone)


def _forms(name: str) -> set[str]:
    return {name, json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]}


class PersonalData:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def customers_called(self, who: str) -> list[Customer]:
        phone = re.sub(r"^\+?86(?=1\d{10}$)", "", re.sub(r"[\s-]", "", who))
        if (customer := await self._work.customers.with_phone(phone)) is not None:
            return [customer]
        if re.fullmatch(r"[Kk]\d{1,9}", who):
            numbered = await self._work.customers.find(customer_id_in(who))
            return [numbered] if numbered else []
        named = [
            await self._rows(customer_names, customer_names.c.name == who),
            await self._rows(leads, leads.c.customer == who),
        ]
        ids = {row["customer_id"] for rows in named for row in rows}
        return [await self._work.customers.get(customer_id) for customer_id in sorted(ids)]

    async def spellings(self, customer: Customer) -> set[str]:
        named = await self._rows(customer_names, customer_names.c.customer_id == customer.customer_id)
        posted = await self._rows(leads, leads.c.customer_id == customer.customer_id)
        return {customer.name, *(row["name"] for row in named), *(row["customer"] for row in posted)}

    async def under_way(self, person: Person) -> str:
        """An open visit, or what is still being fetched and heard: it would write again what was erased."""
        found = await self.linked(person)
        for row in found[visits].values():
            if row["state"] == "open":
                return visit_name(row["id"])
        for table in (media, transcriptions):
            for row in found[table].values():
                if row["state"] in ("wanted", "leased"):
                    return str(row["message_key"])
        return ""

    async def handed_out(self, person: Person) -> dict[str, Any]:
        """What the person may see: not how the house chose among its members or its orders."""
        found = await self.linked(person)
        held: dict[str, Any] = {
            table.name: [
                {name: value for name, value in row.items() if name not in _INTERNAL.get(table, ())}
                for row in rows.values()
            ]
            for table, rows in found.items()
            if table not in _OF_THE_HOUSE
        }
        held["messages"] = await self.messages(person)
        return held

    async def linked(self, person: Person) -> Linked:
        """Every row that belongs to the customer."""
        found: Linked = {}
        customer_id = person.customer.customer_id

        async def pick(table: sa.Table, condition: sa.ColumnElement[bool]) -> None:
            rows = await self._work.connection.execute(sa.select(table).where(condition))
            found.setdefault(table, {}).update({_key(table, row): dict(row) for row in rows.mappings()})

        def column(table: sa.Table, name: str) -> list[Any]:
            return [row[name] for row in found.get(table, {}).values() if row[name]]

        await pick(customers, customers.c.id == customer_id)
        for table in metadata.sorted_tables:
            if "customer_id" in table.c and table is not erasures:
                await pick(table, table.c.customer_id == customer_id)
        lead_ids, visit_ids = column(leads, "id"), column(visits, "id")
        for table in (assignments, timers, pings, activities, todos):
            await pick(table, table.c.lead_id.in_(lead_ids))
        for table in (evidence, visit_checks):
            await pick(table, table.c.visit_id.in_(visit_ids))
        await pick(memos, sa.and_(memos.c.visit_id.in_(visit_ids), memos.c.customer_id.is_(None)))
        await pick(memo_corrections, memo_corrections.c.memo_id.in_(column(memos, "id")))
        await pick(todos, todos.c.memo_id.in_(column(memos, "id")))
        message_keys = [key for table in (memos, evidence) for key in column(table, "message_key")]
        for table in (media, locations, transcriptions):
            await pick(table, table.c.message_key.in_(message_keys))
        names = [person.customer.name, *column(customer_names, "name"), *column(leads, "customer")]
        keys = {even(name) for name in names} - {even(MASK)}
        await pick(receivables, sa.and_(receivables.c.customer_id.is_(None), receivables.c.customer_key.in_(keys)))
        keys |= set(column(receivables, "customer_key"))
        for table in (promises, payer_aliases):
            await pick(table, table.c.customer_key.in_(keys))
        for table in (bookings, due_notices):
            await pick(table, table.c.receivable_id.in_(column(receivables, "id")))
        await pick(bank_transactions, bank_transactions.c.id.in_(column(bookings, "transaction_id")))
        return found

    async def messages(self, person: Person) -> list[dict[str, Any]]:
        """The lines of what members wrote that mention the person; the other lines may be about others."""
        words = _Words(person.phones, await self._telling(person))
        return [
            {
                "from": row["person"],
                "at": row["received_at"],
                "lines": [line for line in re.split(r'\n|\\n|[<>"]|\]\]', row["payload"]) if words.are_in(line)],
            }
            for row in await self._mentioning(inbox, words)
        ]

    async def plan(self, person: Person, is_company: Callable[[str], bool]) -> Plan:
        """What would go; nothing where everything has gone already."""
        found = await self.linked(person)
        changes: dict[tuple[str, Key], Change] = {}
        near = _Words(person.phones, {*person.names, *_persons_in(found)})

        def change(table: sa.Table, row: Mapping[str, Any], values: dict[str, Any] | None) -> None:
            key = _key(table, row)
            known = changes.get((table.name, key))
            if known and (known.values is None or values is None):
                values = None
            elif known and values is not None:
                values = {**values, **(known.values or {})}
            if values is not None:
                values = {name: value for name, value in values.items() if row[name] != value}
            if values is None or values:
                changes[table.name, key] = Change(table, key, values)

        for table, rows in found.items():
            for row in rows.values():
                change(table, row, _after(table, row, person, near, is_company))
        for table, row in await self._said_about(found):
            change(table, row, None if table in _DELETED else _unsaid(table, row))
        far = _Words(person.phones, await self._telling(person))
        for table in metadata.sorted_tables:
            if table.name in _NO_PERSONS:
                continue
            words = far if table in _SAID else _Words(person.phones)
            for row in await self._mentioning(table, words):
                # A push quotes what memos said; what speaks of the person is not worth keeping once it has been sent.
                gone = _unsaid(table, row) if table is outbox and row["state"] not in _UNSENT else {}
                change(table, row, {**_scrubbed(table, row, near if table in _SAID else words), **gone})
        originals = {row["sha256"] for table in (media, evidence) for row in found.get(table, {}).values()} - {""}
        lonely = await self._lonely(originals, found)
        for row in await self._rows(wecom_uploads, wecom_uploads.c.sha256.in_(lonely)):
            change(wecom_uploads, row, None)
        return Plan(tuple(changes.values()), tuple(sorted(lonely)))

    async def apply(self, person: Person, plan: Plan) -> None:
        """The triggers let values of the log be masked while an erasure is open, and only then."""
        connection = self._work.connection
        if connection.dialect.name == "sqlite":
            # Otherwise the words would stay readable in the file's free pages.
            await connection.exec_driver_sql("PRAGMA secure_delete=ON")
        opened = await connection.execute(
            sa.insert(erasures)
            .values(customer_id=person.customer.customer_id, by=self._work.actor, at=self._work.now, counts=plan.counts)
            .returning(erasures.c.id)
        )
        erasure_id = opened.scalar_one()
        for change in plan.changes:
            row = sa.and_(
                *(column == value for column, value in zip(change.table.primary_key, change.key, strict=True))
            )
            if change.values is None:
                await connection.execute(sa.delete(change.table).where(row))
            else:
                await connection.execute(sa.update(change.table).where(row).values(change.values))
        await connection.execute(sa.update(erasures).where(erasures.c.id == erasure_id).values(is_open=False))
        self._work.audit.note(
            f"customer:{person.customer.customer_id}",
            "erased",
            None,
            f"E{erasure_id}",
            customer_id=person.customer.customer_id,
        )

    async def _telling(self, person: Person) -> set[str]:
        """Names by which messages are searched: not one letter, and not a colleague's name."""
        colleagues = {member.name for member in await self._work.members.everybody()}
        return {name for name in person.names if len(name) > 1 and name not in colleagues}

    async def _rows(self, table: sa.Table, condition: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
        rows = await self._work.connection.execute(sa.select(table).where(condition))
        return [dict(row) for row in rows.mappings()]

    async def _mentioning(self, table: sa.Table, words: _Words) -> list[dict[str, Any]]:
        likely = [condition for column in _texts(table) for condition in words.likely(column)]
        rows = await self._rows(table, sa.or_(*likely)) if likely else []
        return [row for row in rows if _scrubbed(table, row, words)]

    async def _said_about(self, found: Linked) -> list[tuple[sa.Table, dict[str, Any]]]:
        """Messages from which the rows came, pushes and cards that told of them, and their lines in the log."""
        said: list[tuple[sa.Table, dict[str, Any]]] = []
        keys = {row["message_key"] for table in (memos, evidence, activities) for row in found.get(table, {}).values()}
        sources = {row["source_key"] for row in found.get(leads, {}).values()}
        keys |= {source.rpartition(":")[0] for source in sources} - await self._posts_of_others(sources)
        keys |= {f"transcribed:{key}" for key in keys}
        said += [(inbox, row) for row in await self._rows(inbox, _in(inbox.c.key, keys))]
        subjects = [
            f"{kind}:{row['id']}"
            for kind, table in (("lead", leads), ("memo", memos), ("visit", visits))
            for row in found.get(table, {}).values()
        ]
        told: list[sa.ColumnElement[bool]] = [outbox.c.dedupe_key.in_([f"reply:{key}" for key in keys])]
        for subject in subjects:
            told += [outbox.c.about == subject, outbox.c.about.like(f"{subject}:%")]
            told += [outbox.c.dedupe_key == subject, outbox.c.dedupe_key.like(f"{subject}:%")]
        for condition in _pieces(told):
            said += [(outbox, row) for row in await self._rows(outbox, condition)]
        shown: list[sa.ColumnElement[bool]] = [cards.c.about == subject for subject in subjects]
        shown += [cards.c.about.like(f"{subject}:%") for subject in subjects]
        for condition in _pieces(shown):
            for row in await self._rows(cards, condition):
                said.append((cards, row))
                said += [(card_codes, c) for c in await self._rows(card_codes, card_codes.c.task_id == row["task_id"])]
        said += [(audit, row) for row in found.get(audit, {}).values()]
        said += [(audit, row) for row in await self._rows(audit, _in(audit.c.subject, subjects))]
        return said

    async def _posts_of_others(self, sources: Collection[str]) -> set[str]:
        """A post may hold leads of several customers: it loses the words only."""
        posts = {source.rpartition(":")[0] for source in sources}
        shared = set()
        for post in posts:
            rows = await self._rows(leads, leads.c.source_key.startswith(f"{post}:", autoescape=True))
            if any(row["source_key"] not in sources for row in rows):
                shared.add(post)
        return shared

    async def _lonely(self, originals: Collection[str], found: Linked) -> set[str]:
        """Checksums to which no row refers but those that go."""
        used = {
            row["sha256"] for row in await self._rows(statement_uploads, _in(statement_uploads.c.sha256, originals))
        }
        for table in (media, evidence):
            rows = await self._rows(table, _in(table.c.sha256, originals))
            used |= {row["sha256"] for row in rows if _key(table, row) not in found.get(table, {})}
        return set(originals) - used


def _after(
    table: sa.Table, row: Mapping[str, Any], person: Person, words: _Words, is_company: Callable[[str], bool]
) -> dict[str, Any] | None:
    if table in _DELETED:
        return None
    if table is audit:
        return {}
    values = {**_scrubbed(table, row, words), **_OVERWRITTEN.get(table, {})}
    if table is customer_names and row["name"] in person.names:
        return None
    if table is payer_aliases and not is_company(row["payer"]) and row["payer"] != MASK:
        return None
    if table is customers and row["name"] in person.names:
        values["name"] = MASK
    if "customer" in row and row["customer"] in person.names:
        values["customer"] = MASK
    if "customer_key" in row and row["customer_key"] in (masks := _key_masks(person)):
        values["customer_key"] = masks[row["customer_key"]]
    if table is bank_transactions and not is_company(row["payer"]):
        values |= {"payer": MASK, "payer_key": MASK, "payer_account": "", "remark": ""}
    return values


def _unsaid(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """What is still on its way through the inbox keeps its form."""
    if table is inbox:
        return {"payload": MASK, "trace": ""} if row["state"] in ("done", "parked") else {}
    if table is outbox:
        waits = row["state"] in WAITING
        return {"content": {"text": MASK}, "rendered": None, **({"state": "dropped"} if waits else {})}
    return {} if row["field"] in _KEPT_IN_LOG else {name: row[name] and MASK for name in ("before", "after")}


def _scrubbed(table: sa.Table, row: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    """The columns in which the words are, without them; of the log the whole value goes."""
    after = {column.name: words.without(row[column.name]) for column in _texts(table)}
    return {name: MASK if table is audit else value for name, value in after.items() if value != row[name]}


def _persons_in(found: Linked) -> Iterator[str]:
    """Whom memos name, and what posts say beside the fields."""
    for row in found.get(memos, {}).values():
        for facts in (row["understood"], row["facts"]):
            if facts and facts["decision_maker"]:
                value = facts["decision_maker"]["value"]
                yield from (v for v in (value.values() if isinstance(value, dict) else [value]) if _is_telling(v))
    yield from (row["remark"] for row in found.get(leads, {}).values() if _is_telling(row["remark"]))


def _is_telling(value: object) -> bool:
    return isinstance(value, str) and len(value) > 1


def _texts(table: sa.Table) -> list[sa.Column[Any]]:
    if table is audit:
        return [audit.c.before, audit.c.after]
    return [
        column
        for column in table.c
        if isinstance(column.type, sa.Text | sa.JSON) and not column.primary_key and column.name not in _IDS
    ]


def _key(table: sa.Table, row: Mapping[str, Any] | sa.RowMapping) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def _key_masks(person: Person) -> dict[str, str]:
    """Orders and promises under one spelling stay together, and apart from those of others."""
    keys = sorted({even(name) for name in person.names})
    return {key: f"{MASK}{person.customer.customer_id}.{number}" for number, key in enumerate(keys, start=1)}


def _in(column: sa.Column[Any], values: Iterable[Any]) -> sa.ColumnElement[bool]:
    return column.in_(sorted(values))


def _pieces(conditions: list[sa.ColumnElement[bool]]) -> Iterator[sa.ColumnElement[bool]]:
    """SQLite takes so many in one statement."""
    for at in range(0, len(conditions), _AT_ONCE):
        yield sa.or_(*conditions[at : at + _AT_ONCE])
