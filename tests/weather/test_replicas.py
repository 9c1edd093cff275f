"""Two replicas on one database: what one has, the other does not give away again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.app import House, build
from domain.leads import LeadState
from storage.database import Database
from tests.kit.desk import Desk, sitting

POSTERS = ("chenlu", "zhangwei", "lina", "wangqiang", "zhaomin", "zhouzong", "sunyue", "qianfang")
REPS = {"zhangwei", "lina", "wangqiang"}
HALF = len(POSTERS) // 2


@asynccontextmanager
async def second_replica(desk: Desk, url: str) -> AsyncIterator[House]:
    database = Database(url)
    try:
        async with build(desk.house.settings, desk.clock, database) as house:
            yield house
    finally:
        await database.close()


async def test_leads_that_arrive_at_once_never_share_the_last_free_place(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """R1: eight posts by eight people, half of them in the hands of each replica, three reps with one place each."""
    changes = {"assignment": {"cap": 1, "circuit_after": 100}, "limits": {"people_at_once": HALF}}
    async with sitting(database, tmp_path, changes=changes) as desk, second_replica(desk, database_url) as other:
        for number, poster in enumerate(POSTERS):
            post = f"【线索响应】恒达{number}号机械 1380000111{number} X200 展会"
            await desk.wecom.say_to_app(poster, post)
        taken = [await house.worker.take() for house in (desk.house, other)]
        assert taken == [HALF, HALF]
        await desk.house.worker.drain()
        await other.worker.drain()
        await desk.settle()
        async with desk.work() as work:
            leads = await work.leads.open()
        assert len(leads) == len(POSTERS)
        assigned = [lead for lead in leads if lead.state is LeadState.ASSIGNED]
        assert sorted(str(lead.owner) for lead in assigned) == sorted(REPS)
        assert sorted(desk.holders("新线索")) == sorted(REPS)


async def test_one_customer_posted_at_once_to_two_replicas_is_one_lead(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    """L3: eight posts of the same customer; the first becomes the lead, the others join it."""
    changes = {"limits": {"people_at_once": HALF}}
    async with sitting(database, tmp_path, changes=changes) as desk, second_replica(desk, database_url) as other:
        for poster in POSTERS:
            await desk.wecom.say_to_app(poster, "【线索响应】恒达机械 13800001111 X200 展会")
        assert [await house.worker.take() for house in (desk.house, other)] == [HALF, HALF]
        await desk.house.worker.drain()
        await other.worker.drain()
        await desk.settle()
        async with desk.work() as work:
            assert [lead.lead_id for lead in await work.leads.open()] == [1]
        assert len(desk.holders("新线索")) == 1
