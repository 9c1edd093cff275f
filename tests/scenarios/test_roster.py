"""People come, go and are away (chapter 1, R4)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.contacts import WeComContacts
from domain.people import Status
from scheduler.contacts import reconcile_if_due
from simulator.company import demo_company
from simulator.world import MemberStatus
from storage.database import Database
from tests.kit.desk import Desk, sitting

POST = "【线索响应】恒达{n}号机械 1380000111{n} X200 展会"


async def owners(desk: Desk) -> set[str]:
    async with desk.work() as work:
        return {str(lead.owner) for lead in await work.leads.open()}


async def test_nobody_on_leave_gets_a_lead_and_is_back_when_they_say_so(desk: Desk) -> None:
    assert (await desk.asks("lina", "请假 11-23 到 11-25 代理 王强")).startswith(
        "记下了，11-23 到 11-25 不派新线索给你，由王强代理"
    )
    for n in range(4):
        await desk.post(POST.format(n=n))
    assert "lina" not in await owners(desk)
    assert (await desk.asks("lina", "销假")).startswith("欢迎回来")
    await desk.post(POST.format(n=5))
    assert "lina" in await owners(desk)


async def test_a_leave_that_has_not_begun_can_be_cancelled(desk: Desk) -> None:
    """R4: who does not go after all gets leads on those days."""
    await desk.asks("lina", "请假 11-25 到 11-27")
    assert (await desk.asks("lina", "销假")).startswith("取消了 11-25 到 11-27 的休假")
    assert (await desk.asks("lina", "销假")).startswith("你没有在休假")
    async with desk.work() as work:
        member = await work.members.get("lina")
    assert member is not None
    assert member.leave == ()


async def test_the_stand_in_gets_the_leads_of_the_absent_owner(desk: Desk) -> None:
    """R3"""
    await desk.post(POST.format(n=1))
    (owner,) = desk.holders("新线索 L1")
    other = next(userid for userid in ("zhangwei", "lina", "wangqiang") if userid != owner)
    name = desk.wecom.company.person(other).name
    await desk.asks(owner, f"请假 今天 代理 {name}")
    (answer,) = await desk.post("【线索响应】恒达1号机械 13800001111 Z900 展会")
    assert f"→ {name}" in answer
    assert "原负责人休假，代理人接" in answer


async def test_a_date_nobody_understands_changes_nothing(desk: Desk) -> None:
    assert (await desk.asks("lina", "请假 13-45")).startswith("没看懂休假日期")
    async with desk.work() as work:
        member = await work.members.get("lina")
    assert member is not None
    assert member.leave == ()


async def test_the_nightly_check_freezes_who_is_gone_from_wecom(desk: Desk) -> None:
    """wecom.md 4.2: the event never came; those missing are asked for one by one, and the check is made once a night."""
    desk.wecom.world.members["wangqiang"].status = MemberStatus.LEFT
    contacts = WeComContacts(desk.house.client)
    desk.clock.move_to(desk.at(24, 2, 31))
    assert await reconcile_if_due(desk.house.database, desk.clock, desk.house.rules, contacts)
    assert not await reconcile_if_due(desk.house.database, desk.clock, desk.house.rules, contacts)
    async with desk.work() as work:
        frozen = {member.userid for member in await work.members.everybody() if member.status is Status.FROZEN}
    assert frozen == {"wangqiang"}
    await desk.settle()
    assert any("王强" in text and "冻结" in text for text in desk.texts("sunyue"))


async def test_an_answer_that_misses_half_the_company_freezes_nobody(desk: Desk) -> None:
    class Forgetful:
        async def visible_userids(self) -> set[str]:
            return {"chenlu"}

        async def has_left(self, userid: str) -> bool:
            raise AssertionError("nobody is to be asked about")

    desk.clock.move_to(desk.at(24, 2, 31))
    await reconcile_if_due(desk.house.database, desk.clock, desk.house.rules, Forgetful())
    await desk.settle()
    assert any("少得不合常理" in text for text in desk.texts("sunyue"))
    async with desk.work() as work:
        assert {member.status.value for member in await work.members.everybody()} == {"active"}


async def test_userids_are_compared_without_case(database: Database, tmp_path: Path) -> None:
    """wecom.md 4.1: WeCom's own spelling is kept for sending."""
    company = demo_company()
    people = tuple(replace(p, userid="ZhangWei") if p.userid == "zhangwei" else p for p in company.people)
    async with sitting(database, tmp_path, company=replace(company, people=people)) as desk:
        assert "没有待办" in await desk.asks("ZhangWei", "待办")
