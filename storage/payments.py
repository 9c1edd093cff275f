"""Bank transactions, what was decided about each, and the bookings (P1, P2).

new → booked, waiting (for finance), unmatched, ignored, duplicate. A transaction's version counts its decisions: a tap on
a card of an earlier version changes nothing. Bookings are only ever added; one that is undone gets a line that says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.texts.payments import written_fen
from domain.payer_names import even
from domain.payment_cycle import Journey
from domain.payments import BankTransaction, Decision, Match, MatchClass, Nature, Reason
from storage.database import Wake, insert_once
from storage.receivables import contains, named_by
from storage.tables import bank_transactions, bookings, customers, offered_orders, payer_aliases, receivables

if TYPE_CHECKING:
    from storage.unit_of_work import Work

CHINA = timezone(timedelta(hours=8))
"""Banks write the clock of Beijing."""


class TransactionState(StrEnum):
    NEW = "new"
    BOOKED = "booked"
    WAITING = "waiting"
    """For finance to say what it is for."""
    UNMATCHED = "unmatched"
    IGNORED = "ignored"
    DUPLICATE = "duplicate"


STATE_OF = {
    MatchClass.CERTAIN: TransactionState.BOOKED,
    MatchClass.NEEDS_CONFIRMATION: TransactionState.WAITING,
    MatchClass.UNMATCHED: TransactionState.UNMATCHED,
    MatchClass.IGNORED: TransactionState.IGNORED,
    MatchClass.DUPLICATE: TransactionState.DUPLICATE,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where transactions came from: api, chat, web or command, and by whom; the upload where it was a file."""

    door: str
    by: str = ""
    upload_id: int | None = None


@dataclass(frozen=True, slots=True)
class StoredTransaction:
    transaction_id: int
    transaction: BankTransaction
    state: TransactionState
    match_class: MatchClass | None
    reason: Reason | None
    facts: Mapping[str, object]
    proposal: tuple[Match, ...]
    candidates: tuple[str, ...]
    allocated: int
    upload_id: int | None
    taken_at: datetime
    decided_at: datetime | None
    decided_by: str
    asked_at: datetime | None
    told_at: datetime | None
    version: int

    @property
    def unallocated(self) -> int:
        return max(0, self.transaction.amount - self.allocated)

    @property
    def decision(self) -> Decision | None:
        """As the rules judged it; None where they have not yet, or a person has overruled them."""
        if self.match_class is None or self.reason is None:
            return None
        left = self.transaction.amount - sum(one.amount for one in self.proposal)
        return Decision(
            self.transaction, self.match_class, self.reason, self.proposal, self.candidates, left, self.facts
        )


@dataclass(frozen=True, slots=True)
class Booking:
    booking_id: int
    transaction_id: int
    receivable_id: int
    amount: int
    by: str
    at: datetime


class Payments:
    def __init__(self, work: Work) -> None:
        self._work = work

    # taking in

    async def store(self, transactions: Sequence[BankTransaction], source: Source) -> tuple[int, int]:
        """How many were new, and how many were known before; the same transaction twice counts once."""
        await self._work.house.lock("bank_transactions")
        known = await self._known([one.serial for one in transactions])
        fresh: list[dict[str, Any]] = []
        repeated = 0
        for one in transactions:
            row = _values(one) | {
                "upload_id": source.upload_id, "source": source.door, "taken_by": source.by,
                "taken_at": self._work.now, "facts": {}, "proposal": [], "candidates": [],
            }  # fmt: skip
            key = (row["serial"], row["amount"], row["day"])
            same = [other for other in known.get(key, ()) if _is_same(row, other)]
            if same:
                await self._was_marked(row, same)
                # A file that is read once more after a crash finds its own rows in the table, which are no repeats.
                is_own = source.upload_id is not None and any(
                    other["upload_id"] == source.upload_id and "taken_at" not in other for other in same
                )
                repeated += not is_own
                continue
            known.setdefault(key, []).append(row)
            fresh.append(row)
        if fresh:
            await self._work.connection.execute(insert_once(self._work.connection, bank_transactions), fresh)
            self._work.touch(Wake.PAYMENTS)
        return len(fresh), repeated

    async def _was_marked(self, row: Mapping[str, Any], same: Sequence[Mapping[str, Any]]) -> None:
        """A later export may mark a payment that we know as one that the bank has taken back (冲正)."""
        known = [other["id"] for other in same if row["is_reversal"] and not other["is_reversal"] and "id" in other]
        if known and await self._work.reversals.add(known[0], known[0]):
            self._work.touch(Wake.PAYMENTS)

    async def known_among(self, transactions: Sequence[BankTransaction]) -> int:
        """How many of them would count as repeats."""
        known = await self._known([one.serial for one in transactions])
        rows = [_values(one) for one in transactions]
        return sum(
            any(_is_same(row, other) for other in known.get((row["serial"], row["amount"], row["day"]), ()))
            for row in rows
        )

    async def _known(self, serials: Sequence[str]) -> dict[tuple[str, int, str], list[dict[str, Any]]]:
        found: dict[tuple[str, int, str], list[dict[str, Any]]] = {}
        for at in range(0, len(serials), _IN):
            rows = await self._work.connection.execute(
                sa.select(
                    bank_transactions.c.serial, bank_transactions.c.amount, bank_transactions.c.day,
                    bank_transactions.c.account_key, bank_transactions.c.bank, bank_transactions.c.upload_id,
                    bank_transactions.c.id, bank_transactions.c.is_reversal,
                ).where(bank_transactions.c.serial.in_(serials[at : at + _IN]))
            )  # fmt: skip
            for row in rows:
                found.setdefault((row.serial, row.amount, row.day), []).append(dict(row._mapping))
        return found

    # judging

    async def new(self, limit: int) -> list[StoredTransaction]:
        """In the order of time."""
        return await self._select(
            bank_transactions.c.state == TransactionState.NEW.value, order=(bank_transactions.c.paid_at,), limit=limit
        )

    async def hold_new(self, transaction_ids: Sequence[int]) -> int:
        """How many of them are still new; they stay so until the end of the transaction."""
        held = 0
        for at in range(0, len(transaction_ids), _IN):
            rows = await self._work.connection.execute(
                sa.select(bank_transactions.c.id)
                .where(
                    bank_transactions.c.id.in_(transaction_ids[at : at + _IN]),
                    bank_transactions.c.state == TransactionState.NEW.value,
                )
                .order_by(bank_transactions.c.id)
                .with_for_update()
            )
            held += len(rows.all())
        return held

    async def decide(self, decided: Sequence[tuple[StoredTransaction, Decision]]) -> None:
        """What the rules say of new ones that are held."""
        values = [
            {f"its_{name}": value for name, value in {"id": stored.transaction_id, **_judged(decision)}.items()}
            for stored, decision in decided
        ]
        await self._work.connection.execute(
            sa.update(bank_transactions)
            .where(bank_transactions.c.id == sa.bindparam("its_id"))
            .values(
                version=bank_transactions.c.version + 1, decided_at=self._work.now, decided_by="rules",
                **{name: sa.bindparam(f"its_{name}", type_=bank_transactions.c[name].type) for name in _JUDGED},
            ),
            values,
        )  # fmt: skip
        offered = [
            {"order_no": order_no, "transaction_id": stored.transaction_id}
            for stored, decision in decided
            if decision.match_class is MatchClass.NEEDS_CONFIRMATION
            for order_no in decision.candidates
        ]
        if offered:
            await self._work.connection.execute(insert_once(self._work.connection, offered_orders), offered)

    async def turn(self, stored: StoredTransaction, state: TransactionState, by: str) -> bool:
        """A person decides. False: somebody was quicker."""
        done = await self._work.connection.execute(
            sa.update(bank_transactions)
            .where(bank_transactions.c.id == stored.transaction_id, bank_transactions.c.version == stored.version)
            .values(state=state.value, version=stored.version + 1, decided_at=self._work.now, decided_by=by)
        )
        if done.rowcount == 1:
            self._work.audit.note(f"transaction:{stored.transaction_id}", "state", stored.state.value, state.value)
        return done.rowcount == 1

    async def allocate(self, transaction_id: int, amount: int) -> None:
        """Below zero: given back. The table refuses more than the transaction has."""
        await self._work.connection.execute(
            sa.update(bank_transactions)
            .where(bank_transactions.c.id == transaction_id)
            .values(allocated=bank_transactions.c.allocated + amount)
        )

    async def add_booking(self, transaction_id: int, receivable_id: int, amount: int, by: str) -> Booking:
        added = await self._work.connection.execute(
            sa.insert(bookings)
            .values(transaction_id=transaction_id, receivable_id=receivable_id, amount=amount, by=by, at=self._work.now)
            .returning(bookings.c.id)
        )
        return Booking(added.scalar_one(), transaction_id, receivable_id, amount, by, self._work.now)

    async def add_bookings(self, booked: Sequence[tuple[int, int, int]]) -> None:
        """Transaction, receivable and fen of each."""
        if booked:
            rows = [
                {"transaction_id": transaction_id, "receivable_id": receivable_id, "amount": amount}
                | {"by": self._work.actor, "at": self._work.now}
                for transaction_id, receivable_id, amount in booked
            ]
            await self._work.connection.execute(sa.insert(bookings), rows)

    async def take_back(self, wanted: Sequence[Booking], by: str) -> list[Booking]:
        """Gives each back to its transaction, which waits among the unmatched once nothing of it is booked any more.

        Those of them that nobody had undone before; the orders are given back by the caller.
        """
        gone = await self._add_undos(wanted, by)
        parts = Counter[int]()
        for booking in gone:
            parts[booking.transaction_id] += booking.amount
        if not parts:
            return []
        await self._work.connection.execute(
            sa.update(bank_transactions)
            .where(bank_transactions.c.id == sa.bindparam("its_id"))
            .values(allocated=bank_transactions.c.allocated - sa.bindparam("its_amount", type_=sa.BigInteger)),
            [{"its_id": transaction_id, "its_amount": amount} for transaction_id, amount in sorted(parts.items())],
        )
        await self._turn_unmatched(sorted(parts), by)
        await self._forget_payers(sorted(parts))
        return gone

    async def _add_undos(self, wanted: Sequence[Booking], by: str) -> list[Booking]:
        if not wanted:
            return []
        added = await self._work.connection.execute(
            insert_once(self._work.connection, bookings).returning(bookings.c.undoes),
            [
                {"transaction_id": one.transaction_id, "receivable_id": one.receivable_id, "amount": -one.amount}
                | {"undoes": one.booking_id, "by": by, "at": self._work.now}
                for one in sorted(wanted, key=lambda one: one.booking_id)
            ],
        )
        undone = set(added.scalars())
        return [one for one in wanted if one.booking_id in undone]

    async def _turn_unmatched(self, transaction_ids: Sequence[int], by: str) -> None:
        """Those of which nothing is booked any more."""
        for at in range(0, len(transaction_ids), _IN):
            turned = await self._work.connection.execute(
                sa.update(bank_transactions)
                .where(
                    bank_transactions.c.id.in_(transaction_ids[at : at + _IN]),
                    bank_transactions.c.state == TransactionState.BOOKED.value,
                    bank_transactions.c.allocated == 0,
                )
                .values(
                    state=TransactionState.UNMATCHED.value, version=bank_transactions.c.version + 1,
                    decided_at=self._work.now, decided_by=by,
                )
                .returning(bank_transactions.c.id)
            )  # fmt: skip
            for transaction_id in turned.scalars():
                self._work.audit.note(f"transaction:{transaction_id}", "state", "booked", "unmatched")

    async def mark_told(self, transaction_ids: Iterable[int]) -> None:
        await self._mark(transaction_ids, bank_transactions.c.told_at)

    async def mark_asked(self, transaction_ids: Iterable[int]) -> None:
        await self._mark(transaction_ids, bank_transactions.c.asked_at)

    async def _mark(self, transaction_ids: Iterable[int], column: sa.Column[Any]) -> None:
        ids = sorted(set(transaction_ids))
        for at in range(0, len(ids), _IN):
            await self._work.connection.execute(
                sa.update(bank_transactions)
                .where(bank_transactions.c.id.in_(ids[at : at + _IN]), column.is_(None))
                .values({column: self._work.now})
            )

    # aliases

    async def learn_payer(self, payer: str, customer: str, transaction_id: int | None = None) -> bool:
        """True where it was not known that this payer pays for this customer; None: somebody says so, no payment does."""
        added = await self._work.connection.execute(
            insert_once(self._work.connection, payer_aliases).values(
                payer=payer, payer_key=even(payer), customer_key=even(customer), transaction_id=transaction_id,
                by=self._work.actor, learnt_at=self._work.now,
            )
        )  # fmt: skip
        if added.rowcount == 1:
            self._work.audit.note(f"payer:{payer}", "pays_for", None, customer)
        return added.rowcount == 1

    async def _forget_payers(self, transaction_ids: Sequence[int]) -> None:
        """What was learnt from bookings that have been undone."""
        for at in range(0, len(transaction_ids), _IN):
            gone = await self._work.connection.execute(
                sa.delete(payer_aliases)
                .where(payer_aliases.c.transaction_id.in_(transaction_ids[at : at + _IN]))
                .returning(payer_aliases.c.payer, payer_aliases.c.customer_key)
            )
            for payer, customer in gone:
                self._work.audit.note(f"payer:{payer}", "pays_for", customer, None)

    # looking

    async def find(self, transaction_id: int) -> StoredTransaction | None:
        found = await self._select(bank_transactions.c.id == transaction_id)
        return found[0] if found else None

    async def with_ids(self, transaction_ids: Iterable[int]) -> dict[int, StoredTransaction]:
        ids = sorted(set(transaction_ids))
        found = [
            one
            for at in range(0, len(ids), _IN)
            for one in await self._select(bank_transactions.c.id.in_(ids[at : at + _IN]))
        ]
        return {one.transaction_id: one for one in found}

    async def in_state(
        self, *states: TransactionState, limit: int, offset: int = 0, upload_id: int | None = None
    ) -> list[StoredTransaction]:
        conditions: list[sa.ColumnElement[bool]] = [bank_transactions.c.state.in_([state.value for state in states])]
        if upload_id is not None:
            conditions.append(bank_transactions.c.upload_id == upload_id)
        return await self._select(*conditions, limit=limit, offset=offset)

    async def search(
        self,
        words: str = "",
        *,
        state: TransactionState | None = None,
        upload_id: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> list[StoredTransaction]:
        """By customer, payer, order number, yuan or serial, the newest first. `after`: the last one of the page before."""
        conditions: list[sa.ColumnElement[bool]] = []
        if state is not None:
            conditions.append(bank_transactions.c.state == state.value)
        if upload_id is not None:
            conditions.append(bank_transactions.c.upload_id == upload_id)
        if after is not None:
            conditions.append(bank_transactions.c.id < after)
        if words.strip():
            # Each way has an index of its own, which an OR of them would leave unused.
            conditions.append(bank_transactions.c.id.in_(sa.union(*_ways(words))))
        return await self._select(*conditions, order=(bank_transactions.c.id.desc(),), limit=limit)

    async def not_asked(self, limit: int, decided_since: datetime | None = None) -> list[StoredTransaction]:
        """Those that wait for finance and whose card has not been sent: the latest take first, the largest of it first."""
        conditions = [
            bank_transactions.c.state == TransactionState.WAITING.value,
            bank_transactions.c.asked_at.is_(None),
        ]
        if decided_since is not None:
            conditions.append(bank_transactions.c.decided_at >= decided_since)
        order = (bank_transactions.c.taken_at.desc(), bank_transactions.c.amount.desc())
        return await self._select(*conditions, order=order, limit=limit)

    async def surplus(self, limit: int) -> list[StoredTransaction]:
        """Booked, with a rest that stands for nothing yet."""
        return await self._select(
            bank_transactions.c.state == TransactionState.BOOKED.value,
            bank_transactions.c.allocated < bank_transactions.c.amount,
            limit=limit,
        )

    async def untold(self, limit: int) -> list[StoredTransaction]:
        return await self._select(
            bank_transactions.c.told_at.is_(None),
            bank_transactions.c.state == TransactionState.BOOKED.value,
            limit=limit,
        )

    async def told(self, transaction_ids: Iterable[int]) -> set[int]:
        """Those of them of which people have heard 已回款."""
        ids = sorted(set(transaction_ids))
        found: set[int] = set()
        for at in range(0, len(ids), _IN):
            rows = await self._work.connection.execute(
                sa.select(bank_transactions.c.id).where(
                    bank_transactions.c.id.in_(ids[at : at + _IN]), bank_transactions.c.told_at.is_not(None)
                )
            )
            found.update(rows.scalars())
        return found

    async def counts(self, upload_id: int | None = None) -> Mapping[TransactionState, int]:
        """Of one upload, or of all."""
        counted = sa.select(bank_transactions.c.state, sa.func.count()).group_by(bank_transactions.c.state)
        if upload_id is not None:
            counted = counted.where(bank_transactions.c.upload_id == upload_id)
        return {TransactionState(row[0]): row[1] for row in await self._work.connection.execute(counted)}

    async def is_judged(self, upload_id: int) -> bool:
        waiting = sa.select(bank_transactions.c.id).where(
            bank_transactions.c.upload_id == upload_id, bank_transactions.c.state == TransactionState.NEW.value
        )
        return (await self._work.connection.execute(waiting.limit(1))).first() is None

    async def bookings_of(
        self, *, transaction_ids: Iterable[int] = (), receivable_id: int | None = None, upload_id: int | None = None
    ) -> list[Booking]:
        """That still count, oldest first."""
        ids = sorted(set(transaction_ids))
        if receivable_id is not None:
            return await self._bookings(bookings.c.receivable_id == receivable_id)
        if upload_id is not None:
            of_upload = sa.select(bank_transactions.c.id).where(bank_transactions.c.upload_id == upload_id)
            return await self._bookings(bookings.c.transaction_id.in_(of_upload))
        found: list[Booking] = []
        for at in range(0, len(ids), _IN):
            found += await self._bookings(bookings.c.transaction_id.in_(ids[at : at + _IN]))
        return found

    async def booking(self, booking_id: int) -> Booking | None:
        """None where it does not exist or has been undone."""
        found = await self._bookings(bookings.c.id == booking_id)
        return found[0] if found else None

    async def booked_sum(
        self, since: datetime, owners: Iterable[str] | None, until: datetime | None = None
    ) -> tuple[int, int]:
        """How many bookings in that time, and their fen, less what was undone; of the receivables of `owners` only."""
        owner = sa.func.coalesce(receivables.c.owner, customers.c.owner)
        rows = await self._work.connection.execute(
            sa.select(
                sa.func.coalesce(sa.func.sum(sa.case((bookings.c.amount > 0, 1), else_=-1)), 0),
                sa.func.coalesce(sa.func.sum(bookings.c.amount), 0),
            )
            .select_from(
                bookings.join(receivables, receivables.c.id == bookings.c.receivable_id).outerjoin(
                    customers, customers.c.id == receivables.c.customer_id
                )
            )
            .where(
                bookings.c.at >= since,
                *([] if until is None else [bookings.c.at < until]),
                *([] if owners is None else [owner.in_(sorted(owners))]),
            )
        )
        number, amount = rows.one()
        return int(number), int(amount)

    async def journeys(self, since: datetime, until: datetime | None = None) -> list[Journey]:
        """Of what was told in that time."""
        rows = await self._work.connection.execute(
            sa.select(bank_transactions.c.paid_at, bank_transactions.c.taken_at, bank_transactions.c.told_at).where(
                bank_transactions.c.state == TransactionState.BOOKED.value,
                bank_transactions.c.told_at >= since,
                *([] if until is None else [bank_transactions.c.told_at < until]),
            )
        )
        return [Journey(*row) for row in rows]

    async def _bookings(self, *conditions: sa.ColumnElement[bool]) -> list[Booking]:
        undo = bookings.alias("undo")
        rows = await self._work.connection.execute(
            sa.select(
                bookings.c.id, bookings.c.transaction_id, bookings.c.receivable_id, bookings.c.amount, bookings.c.by,
                bookings.c.at,
            )
            .where(
                bookings.c.undoes.is_(None),
                ~sa.exists().where(undo.c.undoes == bookings.c.id),
                *conditions,
            )
            .order_by(bookings.c.id)
        )  # fmt: skip
        return [Booking(*row) for row in rows]

    async def _select(
        self,
        *conditions: sa.ColumnElement[bool],
        order: Sequence[sa.ColumnElement[Any]] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[StoredTransaction]:
        rows = await self._work.connection.execute(
            sa.select(bank_transactions)
            .where(*conditions)
            .order_by(*order, bank_transactions.c.id)
            .limit(limit)
            .offset(offset)
        )
        return [_from_row(row) for row in rows]


_IN = 500
_JUDGED = ("is_reversal", "state", "match_class", "reason", "facts", "proposal", "candidates", "allocated")
_DIGITS = re.compile(r"\d")


def _account_key(account: str) -> str:
    """The last four digits: all that some exports print of an account."""
    return "".join(_DIGITS.findall(account))[-4:]


def _values(one: BankTransaction) -> dict[str, Any]:
    return {
        "bank": one.bank, "account": one.account, "account_key": _account_key(one.account), "serial": one.serial,
        "day": one.paid_at.astimezone(CHINA).date().isoformat(), "amount": one.amount, "currency": one.currency,
        "paid_at": one.paid_at, "payer": one.payer, "payer_key": even(one.payer), "payer_account": one.payer_account, "remark": one.remark,
        "kind": one.kind, "checkout_no": one.checkout_no, "holder": one.holder, "is_reversal": one.is_reversal,
    }  # fmt: skip


def _ways(words: str) -> list[sa.Select[tuple[int]]]:
    """Ids of what the words may mean, one query for each meaning."""
    transactions, said = bank_transactions.c, words.strip()
    ways = [sa.select(transactions.id).where(transactions.serial == said)]
    if (amount := written_fen(said)) is not None:
        ways.append(sa.select(transactions.id).where(transactions.amount.in_((amount, -amount))))
    if payer := even(said):
        ways.append(sa.select(transactions.id).where(contains(transactions.payer_key, payer)))
    if owed := named_by(said):
        booked = sa.select(bookings.c.transaction_id).join(receivables).where(sa.or_(*owed))
        offered = sa.select(offered_orders.c.transaction_id).join(
            receivables, receivables.c.order_no == offered_orders.c.order_no
        )
        ways += [booked, offered.where(sa.or_(*owed))]
    return ways


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Serial, amount and day agree; account and bank must not contradict where both are known."""
    return all(one[name] == other[name] or not one[name] or not other[name] for name in ("account_key", "bank"))


def same_account(one: BankTransaction) -> list[sa.ColumnElement[bool]]:
    """Conditions for transactions of the account and bank of this one, as far as both are known."""
    return [
        column.in_((value, ""))
        for column, value in (
            (bank_transactions.c.account_key, _account_key(one.account)),
            (bank_transactions.c.bank, one.bank),
        )
        if value
    ]


def _judged(decision: Decision) -> dict[str, Any]:
    return {
        # Said by a column of its own, or by the bank's words.
        "is_reversal": decision.transaction.is_reversal or decision.facts.get("nature") is Nature.REVERSAL,
        "state": STATE_OF[decision.match_class].value,
        "match_class": decision.match_class.value,
        "reason": decision.reason.value,
        "facts": {name: value if isinstance(value, int) else str(value) for name, value in decision.facts.items()},
        "proposal": [{"order_no": one.order_no, "amount": one.amount} for one in decision.matches],
        "candidates": list(decision.candidates),
        "allocated": decision.transaction.amount if decision.match_class is MatchClass.CERTAIN else 0,
    }


def _from_row(row: Any) -> StoredTransaction:
    facts = {name: Nature(value) if name == "nature" else value for name, value in row.facts.items()}
    return StoredTransaction(
        transaction_id=row.id,
        transaction=BankTransaction(
            serial=row.serial,
            paid_at=row.paid_at,
            amount=row.amount,
            payer=row.payer,
            payer_account=row.payer_account,
            remark=row.remark,
            kind=row.kind,
            checkout_no=row.checkout_no,
            account=row.account,
            holder=row.holder,
            currency=row.currency,
            is_reversal=row.is_reversal,
            bank=row.bank,
        ),
        state=TransactionState(row.state),
        match_class=MatchClass(row.match_class) if row.match_class else None,
        reason=Reason(row.reason) if row.reason else None,
        facts=facts,
        proposal=tuple(Match(**one) for one in row.proposal),
        candidates=tuple(row.candidates),
        allocated=row.allocated,
        upload_id=row.upload_id,
        taken_at=row.taken_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        asked_at=row.asked_at,
        told_at=row.told_at,
        version=row.version,
    )


async def something_new(connection: AsyncConnection) -> bool:
    """Whether a transaction waits to be judged, or a booking to be told."""
    waiting = sa.or_(
        bank_transactions.c.state == TransactionState.NEW.value,
        sa.and_(bank_transactions.c.told_at.is_(None), bank_transactions.c.state == TransactionState.BOOKED.value),
    )
    return (await connection.execute(sa.select(bank_transactions.c.id).where(waiting).limit(1))).first() is not None
