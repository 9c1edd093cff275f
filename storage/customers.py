"""Customers: one record each, however spelt and by whatever phone (L3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.ids import CustomerId, UserId
from domain.leads import OPEN_STATES
from domain.todos import AROUND, TodoKind
from domain.which_customer import Spelling
from storage.database import insert_once
from storage.tables import customer_names, customer_phones, customers, leads, todos

if TYPE_CHECKING:
    from domain.leads import Lead
    from domain.people import Member
    from storage.unit_of_work import Work

MOST_SPELLINGS = 2000


@dataclass(frozen=True, slots=True)
class Customer:
    customer_id: CustomerId
    name: str
    owner: UserId | None


class Customers:
    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, customer_id: int) -> Customer:
        rows = await self._work.connection.execute(_SELECT.where(customers.c.id == customer_id))
        return _from_row(rows.one())

    async def find(self, customer_id: int | None) -> Customer | None:
        rows = await self._work.connection.execute(_SELECT.where(customers.c.id == customer_id))
        row = rows.first()
        return _from_row(row) if row else None

    async def is_seen_by(self, customer: Customer, member: Member) -> bool:
        """A1: the owner and whoever is above, and who has a lead of it in hand."""
        owners = await self._work.visible_owners(member)
        if owners is None or customer.owner in owners:
            return True
        leads = await self._work.leads.open_of_customer(customer.customer_id)
        return any(lead.owner in owners for lead in leads)

    async def names(self, customer_ids: Sequence[int]) -> dict[int, str]:
        rows = await self._work.connection.execute(
            sa.select(customers.c.id, customers.c.name).where(customers.c.id.in_(set(customer_ids)))
        )
        return {row.id: row.name for row in rows}

    async def with_phone(self, phone: str) -> Customer | None:
        rows = await self._work.connection.execute(
            _SELECT.join(customer_phones, customer_phones.c.customer_id == customers.c.id).where(
                customer_phones.c.phone == phone
            )
        )
        row = rows.first()
        return _from_row(row) if row else None

    async def with_name_key(self, key: str) -> list[tuple[Customer, str]]:
        """Every customer that was ever spelt with this key, and that spelling, oldest first."""
        rows = await self._work.connection.execute(
            sa.select(customers.c.id, customers.c.name, customers.c.owner, customer_names.c.name.label("spelling"))
            .join(customer_names, customer_names.c.customer_id == customers.c.id)
            .where(customer_names.c.key == key)
            .order_by(customers.c.id)
        )
        return [(_from_row(row), row.spelling) for row in rows]

    async def named_like(self, words: str) -> list[Customer]:
        """Customers with these words in any of their spellings, newest first; at most 20."""
        pattern = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        named = sa.select(customer_names.c.customer_id).where(customer_names.c.name.like(f"%{pattern}%", escape="\\"))
        rows = await self._work.connection.execute(
            _SELECT.where(customers.c.id.in_(named)).order_by(customers.c.id.desc()).limit(20)
        )
        return [_from_row(row) for row in rows]

    async def spellings(self, userid: str, key: str = "") -> list[Spelling]:
        """All spellings of the member's own customers (owned, or with an open lead in hand), and of whoever else is
        spelt with `key` in the name."""
        in_hand = sa.select(leads.c.customer_id).where(leads.c.owner == userid, leads.c.state.in_(OPEN_STATES))
        is_mine = sa.or_(customers.c.owner == userid, customers.c.id.in_(in_hand))
        wanted = sa.or_(is_mine, customer_names.c.key.contains(key, autoescape=True)) if key else is_mine
        rows = await self._work.connection.execute(
            sa.select(customer_names.c.customer_id, customer_names.c.key, is_mine)
            .join(customers, customers.c.id == customer_names.c.customer_id)
            .where(wanted, customer_names.c.key != "")
            .order_by(is_mine.desc(), customers.c.id.desc())
            .limit(MOST_SPELLINGS)
        )
        return [Spelling(row[0], row[1], bool(row[2])) for row in rows]

    async def names_of(self, userid: str) -> set[str]:
        """How the member's own customers are called, in full and without place and legal form."""
        in_hand = sa.select(leads.c.customer_id).where(leads.c.owner == userid, leads.c.state.in_(OPEN_STATES))
        rows = await self._work.connection.execute(
            sa.select(customer_names.c.name, customer_names.c.key)
            .join(customers, customers.c.id == customer_names.c.customer_id)
            .where(sa.or_(customers.c.owner == userid, customers.c.id.in_(in_hand)))
            .limit(MOST_SPELLINGS)
        )
        return {name for row in rows for name in row if name}

    async def in_hand(self, userid: str) -> list[int]:
        """Customers that the member is working on: a visit planned for about now, then open leads, the latest first."""
        planned = await self._work.connection.execute(
            sa.select(todos.c.customer_id)
            .where(
                todos.c.owner == userid,
                todos.c.kind == TodoKind.VISIT,
                todos.c.customer_id.is_not(None),
                todos.c.due_at.between(self._work.now - AROUND, self._work.now + AROUND),
            )
            .order_by(todos.c.due_at)
        )
        latest = sa.func.max(sa.func.coalesce(leads.c.contacted_at, leads.c.accepted_at, leads.c.assigned_at))
        led = await self._work.connection.execute(
            sa.select(leads.c.customer_id)
            .where(leads.c.owner == userid, leads.c.state.in_(OPEN_STATES))
            .group_by(leads.c.customer_id)
            .order_by(latest.desc(), leads.c.customer_id.desc())
        )
        return list(dict.fromkeys([*planned.scalars(), *led.scalars()]))

    async def industry_of(self, customer_id: int) -> str:
        """As the newest lead that knows one was tagged (L4)."""
        rows = await self._work.connection.execute(
            sa.select(leads.c.tags).where(leads.c.customer_id == customer_id).order_by(leads.c.id.desc())
        )
        return next((tags["industry"] for tags in rows.scalars() if tags.get("industry")), "")

    async def of_member(self, userid: str, limit: int = 200) -> list[int]:
        """Customers in hand, the likeliest first, then the others that the member owns, the newest first."""
        owned = await self._work.connection.execute(
            sa.select(customers.c.id).where(customers.c.owner == userid).order_by(customers.c.id.desc()).limit(limit)
        )
        return list(dict.fromkeys([*await self.in_hand(userid), *owned.scalars()]))

    async def product_line_of(self, customer_id: int) -> str:
        """As the newest lead that knows one was tagged (L4)."""
        rows = await self._work.connection.execute(
            sa.select(leads.c.tags).where(leads.c.customer_id == customer_id).order_by(leads.c.id.desc())
        )
        return next((tags["product_line"] for tags in rows.scalars() if tags.get("product_line")), "")

    async def phones(self, customer_id: int) -> list[str]:
        rows = await self._work.connection.execute(
            sa.select(customer_phones.c.phone).where(customer_phones.c.customer_id == customer_id)
        )
        return list(rows.scalars())

    async def add(self, name: str, key: str, phone: str = "") -> Customer:
        created = await self._work.connection.execute(
            sa.insert(customers).values(name=name, created_at=self._work.now).returning(customers.c.id)
        )
        customer = Customer(CustomerId(created.scalar_one()), name, None)
        self._work.audit.note(f"customer:{customer.customer_id}", "added", None, name, customer_id=customer.customer_id)
        await self._add_name(customer, name, key)
        if phone:
            await self._add_phone(customer, phone)
        return customer

    async def learn(self, customer: Customer, name: str, key: str, phone: str) -> None:
        """Another spelling or phone of the same customer; what was known stays as it is (L3)."""
        known = await self._work.connection.execute(
            sa.select(customer_names.c.id).where(
                customer_names.c.customer_id == customer.customer_id, customer_names.c.name == name
            )
        )
        if known.first() is None:
            await self._add_name(customer, name, key)
        await self._add_phone(customer, phone)

    async def _add_name(self, customer: Customer, name: str, key: str) -> None:
        await self._work.connection.execute(
            sa.insert(customer_names).values(customer_id=customer.customer_id, name=name, key=key)
        )
        if name != customer.name:
            self._note(customer, "alias", name)

    async def _add_phone(self, customer: Customer, phone: str) -> None:
        added = await self._work.connection.execute(
            insert_once(self._work.connection, customer_phones).values(phone=phone, customer_id=customer.customer_id)
        )
        if added.rowcount == 1:
            self._note(customer, "phone", phone)

    async def give_to(self, customer_id: int, owner: UserId | None) -> None:
        customer = await self.get(customer_id)
        if customer.owner == owner:
            return
        await self._work.connection.execute(
            sa.update(customers).where(customers.c.id == customer_id).values(owner=owner)
        )
        self._work.audit.note(f"customer:{customer_id}", "owner", customer.owner, owner, customer_id=customer_id)

    async def came_with(self, lead: Lead) -> bool:
        """The customer is known by this lead alone, and goes where the lead goes."""
        another = sa.exists().where(leads.c.customer_id == customers.c.id, leads.c.id != lead.lead_id)
        found = await self._work.connection.execute(
            sa.select(customers.c.id).where(
                customers.c.id == lead.customer_id, customers.c.created_at == lead.posted_at, ~another
            )
        )
        return found.first() is not None

    async def give_unowned(self, customer_id: int, owner: UserId) -> None:
        """Whoever gets the first lead of a customer owns the customer."""
        given = await self._work.connection.execute(
            sa.update(customers).where(customers.c.id == customer_id, customers.c.owner.is_(None)).values(owner=owner)
        )
        if given.rowcount == 1:
            self._work.audit.note(f"customer:{customer_id}", "owner", None, owner, customer_id=customer_id)

    def _note(self, customer: Customer, field: str, value: str) -> None:
        self._work.audit.note(f"customer:{customer.customer_id}", field, None, value, customer_id=customer.customer_id)


_SELECT = sa.select(customers.c.id, customers.c.name, customers.c.owner)


def _from_row(row: Any) -> Customer:
    return Customer(CustomerId(row.id), row.name, UserId(row.owner) if row.owner else None)
