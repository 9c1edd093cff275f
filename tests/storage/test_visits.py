"""One open visit a person, evidence once for each message: by constraints (V1, V2)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from domain.ids import CustomerId, UserId
from domain.visits import EvidenceKind, Place, Visit
from storage.database import Database
from storage.unit_of_work import Work, begin_work

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
REP = UserId("zhangwei")


async def customer(work: Work, name: str = "恒达机械") -> CustomerId:
    return (await work.customers.add(name, name, f"1380000{len(name):04}")).customer_id


async def start(work: Work, customer_id: CustomerId, key: str, owner: UserId = REP) -> Visit | None:
    due_at = work.now + timedelta(hours=2)
    return await work.visits.start(owner, customer_id, product_line="", due_at=due_at, source_key=key)


async def test_two_starts_of_one_person_at_once_give_one_open_visit(database: Database) -> None:
    async with begin_work(database, NOW, actor=REP) as work:
        customer_id = await customer(work)

    async def one(key: str) -> Visit | None:
        async with begin_work(database, NOW, actor=REP, cause=key) as work:
            return await start(work, customer_id, key)

    started = await asyncio.gather(*(one(f"app:{number}") for number in range(4)))
    (visit,) = [visit for visit in started if visit is not None]
    async with begin_work(database, NOW, actor=REP) as work:
        assert await work.visits.open_of(REP) == visit
        assert await start(work, customer_id, "app:9", UserId("lina")) is not None


async def test_the_same_message_again_starts_nothing(database: Database) -> None:
    async with begin_work(database, NOW, actor=REP) as work:
        customer_id = await customer(work)
        visit = await start(work, customer_id, "app:1")
        assert visit is not None
        await work.visits.close(visit, REP)
        assert await start(work, customer_id, "app:1") is None
        assert await work.visits.open_of(REP) is None


async def test_a_message_is_one_piece_of_evidence(database: Database) -> None:
    async with begin_work(database, NOW, actor=REP) as work:
        visit = await start(work, await customer(work), "app:1")
        assert visit is not None
        first = await work.evidence.add("app:2", REP, EvidenceKind.PHOTO, NOW, visit=visit)
        assert first is not None
        assert await work.evidence.add("app:2", REP, EvidenceKind.PHOTO, NOW, visit=visit) is None
        place = Place(31.3, 120.6, "园区")
        assert await work.evidence.add("app:3", REP, EvidenceKind.PLACE, NOW, visit=visit, place=place) is not None
        photo, where = await work.evidence.of_visit(visit.visit_id)
        assert (photo, where.place) == (first, place)


async def test_the_first_confirmed_visit_says_where_a_customer_is(database: Database) -> None:
    """V4: later visits are measured against it."""
    async with begin_work(database, NOW, actor=REP) as work:
        customer_id = await customer(work)
        visit = await start(work, customer_id, "app:1")
        assert visit is not None
        await work.visits.learn_place(visit, Place(31.3, 120.6, "园区"))
        await work.visits.learn_place(visit, Place(22.5, 114.0, "深圳"))
        assert await work.visits.place_of(customer_id) == Place(31.3, 120.6, "园区")
