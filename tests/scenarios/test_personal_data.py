"""A customer's person asks for its data, or for their deletion (A4)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from actions.personal_data import UnderWay, erase, find, person_of
from domain.payments import BankTransaction
from storage.audit import MASK
from storage.database import Database
from storage.payments import Source
from storage.personal_data import Plan
from storage.receivables import NewReceivable
from storage.tables import audit, bookings, erasures, metadata, receivables
from tests.kit.desk import Desk, sitting
from tests.kit.photos import photo

REP, COLLEAGUE = "zhangwei", "lina"
PHONE, OTHER_PHONE = "13800001111", "13900002222"
NAME, BOSS = "欧阳静怡", "郑国强"
OF_THE_PERSON = (PHONE, "1380000 1111", NAME, BOSS, "住在滨河路")


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path) as ready:
        yield ready


async def story(desk: Desk) -> None:
    """A post about two customers, a visit with photo, place and memo, an order that was paid, another customer's too."""
    await desk.post(f"【线索响应】{NAME} {PHONE} X200 展会 住在滨河路\n宏远包装有限公司 {OTHER_PHONE} Y10 官网")
    async with desk.work() as work:
        leads = await work.leads.open()
    for lead, owner in zip(leads, (REP, COLLEAGUE), strict=True):
        if lead.owner != owner:
            await desk.say("chenlu", f"转派 L{lead.lead_id} 给 {desk.wecom.company.person(owner).name}")
    for (
        by,
        name,
        number,
    ) in ((REP, NAME, 1), (COLLEAGUE, "宏远包装", 2)):
        await desk.say(by, f"开始拜访 {name}")
        await desk.send_photo(by, photo(number))
        await desk.send_place(by, 31.2989, 120.5853, "滨河路")
        await desk.say(by, f"今天去了{name}，见到了{BOSS if by == REP else '王总'}，预算50万，下周三寄样品，他嫌贵")
        await desk.say(by, "结束拜访")
    await desk.say(REP, f"查 {NAME}")
    await desk.say(REP, "1380000 1111 打不通")
    async with desk.work() as work:
        for order, customer, payer in (("XS1", NAME, NAME), ("XS2", "宏远包装有限公司", "宏远包装有限公司")):
            await work.receivables.put(NewReceivable(order, customer, 640_000, date(2026, 11, 30)))
            paid = BankTransaction(f"S{order}", desk.clock.now(), 640_000, payer=payer, remark=f"{order} {payer}")
            await work.payments.store([paid], Source("api"))
    await desk.settle()


async def everything(database: Database) -> dict[str, str]:
    """Every table as text, JSON made readable."""
    async with database.reading() as connection:
        return {
            table.name: json.dumps(
                [list(row) for row in await connection.execute(sa.select(table))], ensure_ascii=False, default=str
            )
            for table in metadata.sorted_tables
        }


def places_of(held: dict[str, str], *words: str) -> list[str]:
    return [f"{table}: {word}" for table, text in held.items() for word in words if word in text]


async def erased(desk: Desk, who: str) -> Plan:
    async with desk.work() as work:
        (customer,) = await find(work, who)
        return await erase(work, desk.house.rules, await person_of(work, customer), desk.house.store.forget)


async def test_an_export_holds_everything_of_the_person_and_nothing_of_another(desk: Desk) -> None:
    await story(desk)
    async with desk.work() as work:
        (customer,) = await find(work, "138 0000-1111")
        held = await work.personal_data.handed_out(await person_of(work, customer))
    text = json.dumps(held, ensure_ascii=False, default=str)
    assert [word for word in (PHONE, NAME, BOSS, "1380000 1111", "滨河路", "XS1", "嫌贵") if word not in text] == []
    assert [word for word in (OTHER_PHONE, "宏远", "XS2", "王总") if word in text] == []
    assert len(held["visits"]) == 1
    assert {row["kind"] for row in held["evidence"]} >= {"photo", "place"}
    assert [row["amount"] for row in held["bookings"]] == [640_000]
    assert [row["sha256"] for row in held["media"]] != [""]


async def test_an_erasure_leaves_no_trace_and_the_books_add_up(desk: Desk, tmp_path: Path) -> None:
    await story(desk)
    before = await everything(desk.house.database)
    assert {place.split(":")[0] for place in places_of(before, *OF_THE_PERSON)} >= {
        "leads", "memos", "inbox", "outbox", "audit", "receivables", "bank_transactions", "customer_names",
    }  # fmt: skip
    originals = [path for path in tmp_path.rglob("*") if len(path.name) == 64]
    made = await erased(desk, PHONE)
    after = await everything(desk.house.database)
    assert places_of(after, *OF_THE_PERSON) == []
    assert len(made.originals) == 1
    assert [path for path in originals if not path.exists()] == [
        path for path in originals if path.name in made.originals
    ]
    assert len(originals) == 2
    for word in (OTHER_PHONE, "宏远包装有限公司", "王总"):
        assert places_of(after, word) == places_of(before, word), word
    async with desk.house.database.reading() as connection:
        booked = (await connection.execute(sa.select(bookings.c.amount))).scalars().all()
        received = (await connection.execute(sa.select(receivables.c.order_no, receivables.c.received))).all()
        line = (await connection.execute(sa.select(audit).where(audit.c.field == "erased"))).one()
        done = (await connection.execute(sa.select(erasures))).one()
    assert booked == [640_000, 640_000]
    assert sorted(map(tuple, received)) == [("XS1", 640_000), ("XS2", 640_000)]
    assert (line.who, line.before, line.after, done.by, done.is_open) == ("test", None, f"E{done.id}", "test", False)


async def test_an_original_that_another_visit_has_too_stays(desk: Desk, tmp_path: Path) -> None:
    await story(desk)
    await desk.say(COLLEAGUE, "开始拜访 宏远包装")
    await desk.send_photo(COLLEAGUE, photo(1))
    originals = {path for path in tmp_path.rglob("*") if len(path.name) == 64}
    assert (await erased(desk, PHONE)).originals == ()
    assert len(originals) == 2
    assert {path for path in tmp_path.rglob("*") if len(path.name) == 64} == originals


async def test_a_second_erasure_does_nothing(desk: Desk) -> None:
    await story(desk)
    async with desk.work() as work:
        number = f"K{(await find(work, PHONE))[0].customer_id}"
    await erased(desk, PHONE)
    before = await everything(desk.house.database)
    assert (await erased(desk, number)).is_empty
    assert await everything(desk.house.database) == before
    async with desk.work() as work:
        assert await find(work, PHONE) == []


async def test_work_goes_on_after_an_erasure(desk: Desk) -> None:
    """Lists, the customer's page and the next days' ladder find nothing broken; the phone may come back as new."""
    await story(desk)
    await erased(desk, PHONE)
    await desk.say(REP, "待办")
    await desk.say("zhaomin", "看 V1")
    await desk.pass_time(hours=30)
    (answer,) = await desk.post(f"【线索响应】{NAME} {PHONE} X200 展会")
    assert "L3" in answer


async def test_a_companys_name_stays_and_its_record_is_shown_masked(desk: Desk) -> None:
    await story(desk)
    await erased(desk, OTHER_PHONE)
    after = await everything(desk.house.database)
    assert places_of(after, OTHER_PHONE) == []
    assert "宏远包装有限公司" in after["customers"]
    assert "宏远包装有限公司" in after["receivables"]
    told = await desk.asks("zhaomin", "记录 宏远包装")
    assert "删除个人资料" in told
    assert "已删除" in told
    assert MASK not in told


async def test_an_open_visit_is_ended_first(desk: Desk) -> None:
    await story(desk)
    await desk.say(REP, f"开始拜访 {NAME}")
    before = await everything(desk.house.database)
    with pytest.raises(UnderWay, match="V3"):
        await erased(desk, PHONE)
    assert await everything(desk.house.database) == before


@pytest.mark.parametrize(
    "change", [{"before": MASK}, {"after": "something"}, {"who": "nobody", "after": MASK}, {"field": MASK}]
)
async def test_the_log_lets_only_values_be_masked_and_only_during_an_erasure(
    database: Database, change: dict[str, Any]
) -> None:
    async with database.writing() as connection:
        line = {"at": sa.func.now(), "who": "lisi", "subject": "lead:1", "field": "phone", "before": "1", "after": "2"}
        await connection.execute(sa.insert(audit).values(line))
        erasure = {"customer_id": 1, "by": "test", "at": sa.func.now(), "counts": {}}
        await connection.execute(sa.insert(erasures).values(is_open=change != {"before": MASK}, **erasure))
    async with database.writing() as connection:
        with pytest.raises(sa.exc.DBAPIError, match="audit log cannot be altered"):
            await connection.execute(sa.update(audit).values(change))
