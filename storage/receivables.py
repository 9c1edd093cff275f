"""What customers owe us. Money is booked by conditional updates, so that two people at once book once (P2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.ids import CustomerId, UserId
from domain.order_numbers import key_of
from domain.payer_names import even
from domain.payments import CNY, BookedPayment, Instalment, Receivable
from domain.receivables import TAKES_MONEY, KeptReceivable, ReceivableState, Received
from domain.refusal import Refusal
from storage.database import insert_once
from storage.tables import bank_transactions, bookings, customers, payer_aliases, receivables

if TYPE_CHECKING:
    from domain.people import Member
    from storage.unit_of_work import Work


class Kept(StrEnum):
    """What became of a receivable that was handed in."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class NewReceivable:
    order_no: str
    customer: str
    amount: int
    due_on: date | None = None
    received: int = 0
    """Before this house knew of it; of a receivable that is known, the bookings say what came in."""
    instalments: tuple[Instalment, ...] = ()
    customer_id: CustomerId | None = None
    owner: UserId | None = None
    """Where it is somebody else than the customer's owner."""
    currency: str = CNY
    earlier: tuple[BookedPayment, ...] = ()
    is_cancelled: bool = False


class Receivables:
    def __init__(self, work: Work) -> None:
        self._work = work

    # keeping

    async def put(self, new: NewReceivable) -> Kept:
        """By order number. Refused: another currency, instalments that do not add up, less than has come in."""
        _check(new)
        known = await self.numbered(new.order_no)
        if known is None:
            return await self._add(new)
        return await self._change(known, new)

    async def _add(self, new: NewReceivable) -> Kept:
        state = _state(new.amount, new.received, is_cancelled=new.is_cancelled)
        added = await self._work.connection.execute(
            insert_once(self._work.connection, receivables).values(
                order_no=new.order_no,
                order_key=key_of(new.order_no),
                customer=new.customer,
                customer_key=even(new.customer),
                customer_id=new.customer_id,
                owner=new.owner,
                amount=new.amount,
                received=new.received,
                currency=new.currency,
                due_on=new.due_on,
                instalments=_instalments_json(new.instalments),
                state=state.value,
                earlier=[{"serial": one.serial, "amount": one.amount, "bank": one.bank} for one in new.earlier],
                created_at=self._work.now,
                changed_at=self._work.now,
            )
        )
        if added.rowcount == 0:
            return Kept.SAME
        self._note(new.order_no, "added", None, f"{new.customer} {new.amount}", new.customer_id)
        return Kept.ADDED

    async def _change(self, known: KeptReceivable, new: NewReceivable) -> Kept:
        if new.amount < known.received:
            raise Refusal("receivable_below_received", order=new.order_no, received_fen=known.received)
        own = await self._own_owner(known.receivable_id)
        before: dict[str, Any] = {
            "customer": known.customer, "customer_id": known.customer_id, "owner": own, "amount": known.amount,
            "due_on": known.due_date, "instalments": _instalments_json(known.instalments), "state": known.state.value,
        }  # fmt: skip
        state = _state(new.amount, known.received, is_cancelled=new.is_cancelled)
        if state is ReceivableState.OPEN and known.state is ReceivableState.DISPUTED:
            state = known.state
        after: dict[str, Any] = {
            "customer": new.customer, "customer_id": new.customer_id or known.customer_id, "owner": new.owner or own,
            "amount": new.amount, "due_on": new.due_on or known.due_date,
            "instalments": _instalments_json(_instalments(known, new)), "state": state.value,
        }  # fmt: skip
        changed = {name: value for name, value in after.items() if before[name] != value}
        if not changed:
            return Kept.SAME
        if "customer" in changed:
            changed["customer_key"] = even(new.customer)
        done = await self._work.connection.execute(
            sa.update(receivables)
            .where(receivables.c.id == known.receivable_id, receivables.c.received == known.received)
            .values(**changed, changed_at=self._work.now)
        )
        if done.rowcount == 0:
            raise Refusal("receivable_just_changed", order=new.order_no)
        for name in changed.keys() & before.keys():
            self._note(new.order_no, name, before[name], after[name], known.customer_id)
        return Kept.CHANGED

    async def set_state(self, receivable: KeptReceivable, state: ReceivableState, why: str = "") -> None:
        """A dispute or a cancellation, and back again."""
        await self._work.connection.execute(
            sa.update(receivables)
            .where(receivables.c.id == receivable.receivable_id)
            .values(state=state.value, why=why, changed_at=self._work.now)
        )
        after = f"{state.value} {why}".strip()
        self._note(receivable.order_no, "state", receivable.state.value, after, receivable.customer_id)

    async def give_to(self, receivable: KeptReceivable, owner: UserId | None) -> None:
        await self._work.connection.execute(
            sa.update(receivables)
            .where(receivables.c.id == receivable.receivable_id)
            .values(owner=owner, changed_at=self._work.now)
        )
        self._note(receivable.order_no, "owner", receivable.owner, owner, receivable.customer_id)

    # money

    async def receive(self, receivable_id: int, amount: int, *, seen: int | None = None) -> bool:
        """False: it takes no such amount (any more). `seen`: what had been received when this was decided."""
        conditions = [
            receivables.c.id == receivable_id,
            receivables.c.received + amount <= receivables.c.amount,
            receivables.c.state.in_([state.value for state in TAKES_MONEY]),
            receivables.c.currency == CNY,
        ]
        if seen is not None:
            conditions.append(receivables.c.received == seen)
        done = await self._work.connection.execute(
            sa.update(receivables)
            .where(*conditions)
            .values(_received(sa.literal(amount, sa.BigInteger), self._work.now))
        )
        return done.rowcount == 1

    async def hold(self, receivable_ids: Iterable[int]) -> Mapping[int, int]:
        """What has come in for each that takes money; they stay so until the end of the transaction."""
        ids = sorted(set(receivable_ids))
        found: dict[int, int] = {}
        for at in range(0, len(ids), _IN):
            rows = await self._work.connection.execute(
                sa.select(receivables.c.id, receivables.c.received)
                .where(receivables.c.id.in_(ids[at : at + _IN]), _TAKES_MONEY, receivables.c.currency == CNY)
                .order_by(receivables.c.id)
                .with_for_update()
            )
            found |= {row.id: row.received for row in rows}
        return found

    async def receive_many(self, amounts: Mapping[int, int]) -> None:
        """For receivables that are held."""
        if amounts:
            its_amount = sa.bindparam("its_amount", type_=sa.BigInteger)
            await self._work.connection.execute(
                sa.update(receivables)
                .where(receivables.c.id == sa.bindparam("its_id"))
                .values(_received(its_amount, self._work.now)),
                [{"its_id": receivable_id, "its_amount": amount} for receivable_id, amount in amounts.items()],
            )

    async def give_back(self, amounts: Mapping[int, int]) -> None:
        """Fen by receivable."""
        if amounts:
            paid, reopened = ReceivableState.PAID.value, ReceivableState.OPEN.value
            await self._work.connection.execute(
                sa.update(receivables)
                .where(receivables.c.id == sa.bindparam("its_id"))
                .values(
                    received=receivables.c.received - sa.bindparam("its_amount", type_=sa.BigInteger),
                    state=sa.case((receivables.c.state == paid, reopened), else_=receivables.c.state),
                    changed_at=self._work.now,
                ),
                [{"its_id": receivable_id, "its_amount": amount} for receivable_id, amount in sorted(amounts.items())],
            )

    # looking

    async def find(self, receivable_id: int) -> KeptReceivable | None:
        found = await self._select(receivables.c.id == receivable_id)
        return found[0] if found else None

    async def with_ids(self, receivable_ids: Iterable[int]) -> dict[int, KeptReceivable]:
        ids = sorted(set(receivable_ids))
        found = [
            one
            for at in range(0, len(ids), _IN)
            for one in await self._select(receivables.c.id.in_(ids[at : at + _IN]))
        ]
        return {one.receivable_id: one for one in found}

    async def numbered(self, order_no: str) -> KeptReceivable | None:
        """Exactly this number; the house's own look-up."""
        found = await self._select(receivables.c.order_no == order_no)
        return found[0] if found else None

    async def with_numbers(self, order_nos: Iterable[str]) -> dict[str, KeptReceivable]:
        numbers = sorted(set(order_nos))
        return {
            one.order_no: one
            for at in range(0, len(numbers), _IN)
            for one in await self._select(receivables.c.order_no.in_(numbers[at : at + _IN]))
        }

    async def search(
        self, words: str, *, seen_by: Member, amount: int | None = None, only_open: bool = True, limit: int = 20
    ) -> list[KeptReceivable]:
        """By order number, customer's name or a payer known for the customer, or by `amount`: open, or the whole."""
        conditions = await self._visible(seen_by)
        if only_open:
            conditions.append(_TAKES_MONEY)
        ways = named_by(words)
        if name := even(words):
            known_for = sa.select(payer_aliases.c.customer_key).where(payer_aliases.c.payer_key == name)
            ways.append(receivables.c.customer_key.in_(known_for))
        if amount is not None:
            ways += [receivables.c.amount - receivables.c.received == amount, receivables.c.amount == amount]
        return await self._select(*conditions, sa.or_(*ways), limit=limit) if ways else []

    async def of_customer(self, customer_key: str, *, seen_by: Member | None = None) -> list[KeptReceivable]:
        """Open and closed ones, by due date. `seen_by` None: the house itself looks."""
        visible = await self._visible(seen_by) if seen_by is not None else []
        return await self._select(receivables.c.customer_key == customer_key, *visible)

    async def known_before(self, moment: datetime, customer_keys: Iterable[str]) -> list[KeptReceivable]:
        """What these customers owed before, open and closed; the house's own look-up."""
        keys = sorted(customer_keys)
        return [
            one
            for at in range(0, len(keys), _IN)
            for one in await self._select(
                receivables.c.customer_key.in_(keys[at : at + _IN]), receivables.c.created_at < moment
            )
        ]

    async def owed_by(self, customer_id: CustomerId, *, seen_by: Member | None = None) -> list[KeptReceivable]:
        """As `of_customer`, under all names of the customer."""
        visible = await self._visible(seen_by) if seen_by is not None else []
        return await self._select(receivables.c.customer_id == customer_id, *visible)

    async def open(self, *, seen_by: Member | None = None) -> list[KeptReceivable]:
        visible = await self._visible(seen_by) if seen_by is not None else []
        return await self._select(_TAKES_MONEY, *visible)

    async def money_of(self, receivable_ids: Iterable[int]) -> Mapping[int, list[Received]]:
        """What came in for each, by the day on which it reached the bank in UTC+8; undone bookings left out."""
        ids = sorted(set(receivable_ids))
        undone = sa.select(bookings.c.undoes).where(bookings.c.undoes.is_not(None))
        found: dict[int, list[Received]] = {}
        for at in range(0, len(ids), _IN):
            rows = await self._work.connection.execute(
                sa.select(bookings.c.receivable_id, bank_transactions.c.day, bookings.c.amount)
                .join(bank_transactions, bank_transactions.c.id == bookings.c.transaction_id)
                .where(
                    bookings.c.receivable_id.in_(ids[at : at + _IN]),
                    bookings.c.undoes.is_(None),
                    bookings.c.id.not_in(undone),
                )
                .order_by(bookings.c.id)
            )
            for receivable_id, day, amount in rows:
                found.setdefault(receivable_id, []).append(Received(date.fromisoformat(day), amount))
        return found

    async def for_matching(self, since: datetime) -> tuple[list[Receivable], Mapping[str, int]]:
        """What takes money, and what was closed since: the numbers of both are known (P2). With the id of each order."""
        wanted = sa.or_(_TAKES_MONEY, receivables.c.changed_at >= since)
        payers = await self._known_payers()
        paid = await self._paid_amounts(since)
        found: list[Receivable] = []
        ids: dict[str, int] = {}
        last = 0
        # Tens of thousands: in pages, so that the event loop has its turn between them.
        while True:
            rows = await self._work.connection.execute(
                sa.select(
                    receivables.c.id, receivables.c.order_no, receivables.c.customer, receivables.c.customer_key,
                    receivables.c.amount, receivables.c.received, receivables.c.due_on, receivables.c.currency,
                    receivables.c.state, receivables.c.earlier,
                )
                .where(wanted, receivables.c.id > last)
                .order_by(receivables.c.id)
                .limit(_PAGE)
            )  # fmt: skip
            page = rows.all()
            for row in page:
                ids[row.order_no] = row.id
                found.append(
                    Receivable(
                        order_no=row.order_no,
                        customer=row.customer,
                        amount=row.amount,
                        received=row.received,
                        due_date=row.due_on,
                        payments=(*(BookedPayment(**one) for one in row.earlier), *paid.get(row.id, ())),
                        known_payers=payers.get(row.customer_key, ()),
                        currency=row.currency,
                        is_cancelled=row.state == ReceivableState.CANCELLED.value,
                    )
                )
            if len(page) < _PAGE:
                return found, ids
            last = page[-1].id

    async def _known_payers(self) -> Mapping[str, tuple[str, ...]]:
        rows = await self._work.connection.execute(
            sa.select(payer_aliases.c.customer_key, payer_aliases.c.payer).order_by(payer_aliases.c.id)
        )
        found: dict[str, tuple[str, ...]] = {}
        for customer_key, payer in rows:
            found[customer_key] = (*found.get(customer_key, ()), payer)
        return found

    async def _paid_amounts(self, since: datetime) -> Mapping[int, list[BookedPayment]]:
        """Of orders that are closed: the same amount again is that order paid twice. Their serials are settled by the
        uniqueness of transactions, so a serial of our own stands for each."""
        rows = await self._work.connection.execute(
            sa.select(bookings.c.receivable_id, bookings.c.id, bookings.c.amount)
            .join(receivables, receivables.c.id == bookings.c.receivable_id)
            .where(
                bookings.c.amount > 0,
                receivables.c.state == ReceivableState.PAID.value,
                receivables.c.changed_at >= since,
            )
        )
        found: dict[int, list[BookedPayment]] = {}
        for receivable_id, booking_id, amount in rows:
            found.setdefault(receivable_id, []).append(BookedPayment(f"booking:{booking_id}", amount))
        return found

    async def _own_owner(self, receivable_id: int) -> str | None:
        rows = await self._work.connection.execute(
            sa.select(receivables.c.owner).where(receivables.c.id == receivable_id)
        )
        owner: str | None = rows.scalar_one()
        return owner

    async def _visible(self, member: Member) -> list[sa.ColumnElement[bool]]:
        owners = await self._work.visible_owners(member)
        return [] if owners is None else [_OWNER.in_(sorted(owners))]

    async def _select(self, *conditions: sa.ColumnElement[bool], limit: int | None = None) -> list[KeptReceivable]:
        rows = await self._work.connection.execute(
            sa.select(*_COLUMNS)
            .select_from(receivables.outerjoin(customers, customers.c.id == receivables.c.customer_id))
            .where(*conditions)
            .order_by(receivables.c.due_on.is_(None), receivables.c.due_on, receivables.c.order_no)
            .limit(limit)
        )
        return [_from_row(row) for row in rows]

    def _note(self, order_no: str, field: str, before: object, after: object, customer_id: int | None) -> None:
        self._work.audit.note(f"receivable:{order_no}", field, before, after, customer_id=customer_id)


_IN = 500
"""Values in one IN list: SQLite and PostgreSQL both have a limit."""
_PAGE = 2000
_SHORTEST_NUMBER = 3
_TAKES_MONEY = receivables.c.state.in_([state.value for state in TAKES_MONEY])
_OWNER = sa.func.coalesce(receivables.c.owner, customers.c.owner)
_COLUMNS = (
    receivables.c.id, receivables.c.order_no, receivables.c.customer, receivables.c.amount, receivables.c.received,
    receivables.c.due_on, receivables.c.currency, receivables.c.state, receivables.c.why, receivables.c.customer_id,
    receivables.c.instalments, _OWNER.label("owner"),
)  # fmt: skip


def _from_row(row: Any) -> KeptReceivable:
    return KeptReceivable(
        order_no=row.order_no,
        customer=row.customer,
        amount=row.amount,
        received=row.received,
        due_date=row.due_on,
        currency=row.currency,
        is_cancelled=row.state == ReceivableState.CANCELLED.value,
        receivable_id=row.id,
        state=ReceivableState(row.state),
        why=row.why,
        customer_id=CustomerId(row.customer_id) if row.customer_id is not None else None,
        owner=UserId(row.owner) if row.owner else None,
        instalments=tuple(
            Instalment(one["amount"], date.fromisoformat(one["due_on"]) if one["due_on"] else None)
            for one in row.instalments
        ),
    )


def _instalments(known: KeptReceivable, new: NewReceivable) -> tuple[Instalment, ...]:
    """A list that says no day takes none away."""
    says_nothing = not new.instalments and new.due_on is None and new.amount == known.amount
    return known.instalments if says_nothing else new.instalments


def _instalments_json(instalments: Sequence[Instalment]) -> list[dict[str, object]]:
    return [{"amount": one.amount, "due_on": one.due_on.isoformat() if one.due_on else None} for one in instalments]


def _received(amount: sa.ColumnElement[int], now: datetime) -> dict[str, Any]:
    is_paid = receivables.c.received + amount == receivables.c.amount
    return {
        "received": receivables.c.received + amount,
        "state": sa.case((is_paid, ReceivableState.PAID.value), else_=receivables.c.state),
        "changed_at": now,
    }


def _state(amount: int, received: int, *, is_cancelled: bool) -> ReceivableState:
    if is_cancelled:
        return ReceivableState.CANCELLED
    return ReceivableState.PAID if received >= amount else ReceivableState.OPEN


def _check(new: NewReceivable) -> None:
    if new.currency != CNY:
        raise Refusal("receivable_currency", order=new.order_no, currency=new.currency)
    if new.amount <= 0 or not 0 <= new.received <= new.amount:
        raise Refusal("receivable_amount", order=new.order_no)
    if new.instalments and sum(one.amount for one in new.instalments) != new.amount:
        raise Refusal("receivable_instalments", order=new.order_no)


def named_by(words: str) -> list[sa.ColumnElement[bool]]:
    """Receivables whose order number or customer has the words in it."""
    ways = []
    if len(key := key_of(words)) >= _SHORTEST_NUMBER:
        ways.append(contains(receivables.c.order_key, key))
    if name := even(words):
        ways.append(contains(receivables.c.customer_key, name))
    return ways


def contains(column: sa.Column[str], words: str) -> sa.ColumnElement[bool]:
    return column.contains(words, autoescape=True)
