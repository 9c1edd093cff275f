"""Constraints say "once": no code above can book more than there is, or undo twice (P2)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from domain.payments import BankTransaction, Decision, MatchClass, Reason
from domain.refusal import Refusal
from storage.database import Database
from storage.payments import Source, TransactionState
from storage.receivables import Kept, NewReceivable
from storage.tables import bank_transactions, receivables
from storage.unit_of_work import begin_work, look

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
API = Source("api")
ORDER = NewReceivable("XS2610-0101", "恒达机械", 6_400_000)


async def keep(database: Database, new: NewReceivable = ORDER) -> Kept:
    async with begin_work(database, NOW, actor="qianfang", cause="m1") as work:
        return await work.receivables.put(new)


async def store(database: Database, *transactions: BankTransaction, source: Source = API) -> tuple[int, int]:
    async with begin_work(database, NOW, actor="qianfang", cause="m2") as work:
        return await work.payments.store(transactions, source)


def paid(serial: str, amount: int = 6_400_000, **more: object) -> BankTransaction:
    return BankTransaction(serial, NOW, amount, payer="恒达机械", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("received", [6_400_001, -1])
async def test_the_table_refuses_more_than_an_order_has(database: Database, received: int) -> None:
    await keep(database)
    with pytest.raises(sa.exc.IntegrityError):
        async with database.writing() as connection:
            await connection.execute(sa.update(receivables).values(received=received))


@pytest.mark.parametrize("allocated", [6_400_001, -1])
async def test_the_table_refuses_to_spend_more_than_came_in(database: Database, allocated: int) -> None:
    await store(database, paid("S1"))
    with pytest.raises(sa.exc.IntegrityError):
        async with database.writing() as connection:
            await connection.execute(sa.update(bank_transactions).values(allocated=allocated))


async def test_a_booking_is_undone_once(database: Database) -> None:
    await keep(database)
    await store(database, paid("S1"))
    async with begin_work(database, NOW, actor="qianfang") as work:
        booking = await work.payments.add_booking(1, 1, 100, "qianfang")
        await work.payments.allocate(1, 100)
        assert [await work.payments.take_back([booking], "limei") for _ in range(2)] == [[booking], []]
        assert await work.payments.bookings_of(transaction_ids=[1]) == []


@pytest.mark.parametrize(
    ("first", "other", "is_same"),
    [
        (paid("S1"), paid("S1"), True),
        (paid("S1"), paid("S1", account="6222 0000 0000 1234", bank="icbc"), True),
        (paid("S1", account="1234"), paid("S1", bank="icbc"), True),
        (paid("S1", account="6222 0000 0000 1234"), paid("S1", account="6222 **** 1234"), True),
        (paid("S1", account="1234"), paid("S1", account="9999"), False),
        (paid("S1", bank="icbc"), paid("S1", bank="ccb"), False),
        (paid("S1"), paid("S1", amount=1), False),
        (paid("S1"), paid("S2"), False),
    ],
    ids=[
        "equal", "one door knows the account", "each knows another half", "a masked account", "another account",
        "another bank", "another amount", "another serial",
    ],
)  # fmt: skip
async def test_which_transactions_are_the_same(
    database: Database, first: BankTransaction, other: BankTransaction, is_same: bool
) -> None:
    """What one door knows and the other does not, makes no two of one; what contradicts, does."""
    assert await store(database, first) == (1, 0)
    assert await store(database, other) == ((0, 1) if is_same else (1, 0))


async def test_a_file_read_once_more_after_a_crash_finds_no_repeats(database: Database) -> None:
    async with begin_work(database, NOW, actor="qianfang") as work:
        upload, _ = await work.uploads.want("a" * 64, by="qianfang", door="chat", file_name="a.csv")
    source = Source("chat", "qianfang", upload.upload_id)
    assert await store(database, paid("S1"), source=source) == (1, 0)
    assert await store(database, paid("S1"), paid("S2"), paid("S2"), source=source) == (1, 1)


async def test_receivables_are_kept_by_their_number(database: Database) -> None:
    assert [await keep(database), await keep(database)] == [Kept.ADDED, Kept.SAME]
    more = NewReceivable("XS2610-0101", "恒达机械", 7_000_000)
    assert await keep(database, more) is Kept.CHANGED
    async with begin_work(database, NOW, actor="test") as work:
        entries = await work.audit.of("receivable:XS2610-0101", 5)
    assert [(entry.field, entry.before, entry.after) for entry in entries] == [
        ("amount", "6400000", "7000000"),
        ("added", None, "恒达机械 6400000"),
    ]


async def test_a_receivable_below_what_came_in_is_refused(database: Database) -> None:
    await keep(database, NewReceivable("XS2610-0101", "恒达机械", 6_400_000, received=3_000_000))
    with pytest.raises(Refusal, match="receivable_below_received"):
        await keep(database, NewReceivable("XS2610-0101", "恒达机械", 2_000_000))


FOUND = {
    "by payer": ("沈曼", [4, 3]),
    "by payer and customer": ("恒达", [5, 3, 1]),
    "by payer, other widths": ("（恒达）", [5]),
    "by customer of the order it was booked for": ("星屿塑业", [4, 2]),
    "by order number": ("xs26100101", [3]),
    "by a part of the order number": ("0101", [3]),
    "by yuan": ("¥64,000.00 元", [3, 1]),
    "by yuan that went out": ("12.5", [5]),
    "by serial": ("S4", [4]),
    "by nothing": (" ", [5, 4, 3, 2, 1]),
    "by a sign that SQL knows": ("%", []),
}


@pytest.mark.parametrize(("words", "found"), FOUND.values(), ids=FOUND.keys())
async def test_transactions_are_found(database: Database, words: str, found: list[int]) -> None:
    """The page: by customer, payer, order number, yuan or serial, the newest first."""
    await five_transactions(database)
    async with look(database, NOW) as work:
        assert [one.transaction_id for one in await work.payments.search(words)] == found


async def five_transactions(database: Database) -> None:
    """1 from the customer itself; 2 booked and 4 offered for 星屿; 3 offered for 恒达; 5 outgoing."""
    await keep(database)
    await keep(database, NewReceivable("XS2610-0102", "星屿塑业", 2_960_000))
    await store(
        database,
        paid("S1"), BankTransaction("S2", NOW, 2_000_000, payer="周铎"),
        BankTransaction("S3", NOW, 6_400_000, payer="沈曼"), BankTransaction("S4", NOW, 700, payer="沈曼"),
        BankTransaction("S5", NOW, -1250, payer="物流(恒达)站"),
    )  # fmt: skip
    async with begin_work(database, NOW, actor="qianfang") as work:
        await work.payments.add_booking(2, 2, 2_000_000, "qianfang")
        stored = await work.payments.with_ids([3, 4])
        offers = {3: "XS2610-0101", 4: "XS2610-0102"}
        await work.payments.decide(
            [(one, doubtful(one.transaction, candidates=(offers[one.transaction_id],))) for one in stored.values()]
        )


def doubtful(transaction: BankTransaction, **more: object) -> Decision:
    return Decision(transaction, MatchClass.NEEDS_CONFIRMATION, Reason.OTHER_PAYER, **more)  # type: ignore[arg-type]


async def test_a_page_of_found_transactions_goes_on_behind_the_last_one(database: Database) -> None:
    await five_transactions(database)
    async with look(database, NOW) as work:
        pages, last = [], None
        while page := await work.payments.search("", after=last, limit=2):
            pages.append([one.transaction_id for one in page])
            last = page[-1].transaction_id
        waiting = await work.payments.search("沈曼", state=TransactionState.WAITING)
    assert pages == [[5, 4], [3, 2], [1]]
    assert [one.transaction_id for one in waiting] == [4, 3]


async def test_transactions_of_one_statement_are_found_among_all(database: Database) -> None:
    async with begin_work(database, NOW, actor="qianfang") as work:
        upload, _ = await work.uploads.want("a" * 64, by="qianfang", door="chat", file_name="a.csv")
    await store(database, paid("S1"))
    await store(database, paid("S2"), source=Source("chat", "qianfang", upload.upload_id))
    async with look(database, NOW) as work:
        found = await work.payments.search("恒达", upload_id=upload.upload_id)
    assert [one.transaction.serial for one in found] == ["S2"]
