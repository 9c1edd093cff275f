"""A region drawn on the map decides who gets a post that names nothing but a city (R3)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.company import demo_company
from storage.database import Database
from tests.kit.desk import Desk, sitting


def _between(west: float, east: float) -> str:
    ring = [[west, 20], [east, 20], [east, 45], [west, 45], [west, 20]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


REGIONS = [
    {"name": "东区", "geojson": _between(119, 124), "buffer_km": 60},
    {"name": "西区", "geojson": _between(100, 119), "buffer_km": 60},
]
RULES = {
    "groups": [{"name": "东组", "members": ["lina"]}, {"name": "西组", "members": ["wangqiang"]}],
    "rules": [
        {"name": "东边的", "regions": ["东区"], "groups": ["东组"]},
        {"name": "西边的", "regions": ["西区"], "groups": ["西组"]},
    ],
    "cap": 1,
}


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """119 degrees east lies between 南京 (118.8), 苏州 (120.6) and 成都 (104.1)."""
    company = demo_company()
    people = tuple(replace(person, region="") for person in company.people)
    changes = {"regions": REGIONS, "assignment": RULES}
    async with sitting(database, tmp_path, company=replace(company, people=people), changes=changes) as made:
        yield made


@pytest.mark.parametrize(("customer", "owner"), [("苏州恒达机械", "lina"), ("成都恒达机械", "wangqiang")])
async def test_the_city_in_the_customers_name_says_on_which_side_of_the_border_it_lies(
    desk: Desk, customer: str, owner: str
) -> None:
    post = f"【线索响应】{customer} 13800001111 X200 展会"
    dry = await desk.asks("chenlu", f"试派 {customer} 13800001111 X200 展会")
    await desk.post(post)
    assert desk.holders("新线索 L1") == [owner]
    why = await desk.asks("chenlu", "为什么 L1")
    assert "没有具体位置，按城市中心点判断区域" in why
    assert desk.wecom.company.person(owner).name in dry
    assert "按城市中心点判断区域" in dry


async def test_inside_the_buffer_the_other_side_is_a_candidate_when_the_own_is_full(desk: Desk) -> None:
    """南京 lies 19 km west of the border, 合肥 170: the first may go east, the second may not."""
    for number, customer in enumerate(["南京恒达机械", "南京宏远包装", "合肥恒达机械"]):
        await desk.post(f"【线索响应】{customer} 1380000111{number} X200 展会")
    assert desk.holders("新线索 L1") == ["lina"]
    assert desk.holders("新线索 L2") == ["wangqiang"]
    assert desk.holders("新线索 L3") == []
    assert "L3" in desk.titles("chenlu")[0]
