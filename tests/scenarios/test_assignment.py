"""Rules of the settings, the customer's wish, the breaker, and the dry run beside the real one (R1-R6)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from storage.database import Database
from tests.kit.desk import Desk, sitting
from tests.kit.money import HENGDA, arrive, open_of, owe, paid

RULES = {
    "groups": [{"name": "专家", "members": ["lina"]}, {"name": "大家", "members": ["zhangwei", "wangqiang"]}],
    "rules": [
        {"name": "大预算", "budget_bands": ["50万到200万", "200万以上"], "groups": ["专家", "大家"]},
        {"name": "其余", "groups": ["大家"]},
    ],
    "cap": 1,
}


def post(number: int, remark: str = "") -> str:
    return f"恒达{number}号机械 1380000111{number} X200 展会 {remark}".strip()


async def test_rules_come_in_order_and_a_full_group_overflows(database: Database, tmp_path: Path) -> None:
    """R1: the large budgets to the expert until she is full; the basis names rule and group."""
    async with sitting(database, tmp_path, changes={"assignment": RULES}) as desk:
        for number in (1, 2):
            await desk.post(f"【线索响应】{post(number, '预算60万')}")
        assert desk.holders("新线索 L1") == ["lina"]
        assert desk.holders("新线索 L2") != ["lina"]
        why = await desk.asks("chenlu", "为什么 L2")
        assert "规则“大预算”，第“大家”组" in why
        assert "李娜：手上 1 条，手上线索已满" in why
        assert "规则版本 " in why


async def test_the_person_whom_the_customer_asked_for_gets_the_lead(desk: Desk) -> None:
    """R3"""
    (answer,) = await desk.post(f"【线索响应】{post(1, '客户指定王强跟进')}")
    assert "→ 王强" in answer
    assert "客户点名" in answer


@pytest.mark.parametrize("remark", ["", "客户指定王强跟进", "客户指定赵六跟进", "预算60万"])
async def test_the_dry_run_says_what_the_real_run_then_does(desk: Desk, remark: str) -> None:
    """R6: one code path, also for the reasons."""
    await desk.post(f"【线索响应】{post(1)}")
    dry = await desk.asks("chenlu", f"试派 {post(2, remark)}")
    await desk.post(f"【线索响应】{post(2, remark)}")
    why = await desk.asks("chenlu", "为什么 L2")
    reasons = [line for line in why.splitlines()[1:] if not line.startswith(("A级", "B级", "C级"))]
    assert dry.splitlines()[1:] == reasons


async def test_three_failures_open_the_circuit_and_a_word_closes_it(database: Database, tmp_path: Path) -> None:
    """R5: all goes to the manual pool, the operator is alarmed once; the dry run knows of it."""
    async with sitting(database, tmp_path, changes={"assignment": {"cap": 1}}) as desk:
        for number in range(1, 8):
            await desk.post(f"【线索响应】{post(number)}")
        alarms = [text for text in desk.texts("sunyue") if "自动派单连续 3 次没派出去，已暂停" in text]
        assert len(alarms) == 1
        assert "自动派单已暂停" in await desk.asks("chenlu", "为什么 L7")
        (owner,) = desk.holders("新线索 L1")
        await desk.asks(owner, "通话 L1 95秒")
        assert "会派给人工池" in await desk.asks("chenlu", f"试派 {post(8)}")
        assert (await desk.asks("sunyue", "恢复派单")).startswith("自动派单已恢复，补派了 1 条")
        assert desk.holders("新线索 L4") == [owner]


async def test_what_stays_in_the_pool_is_not_told_again_and_a_manager_can_give_it_away(
    database: Database, tmp_path: Path
) -> None:
    """R5: 恢复派单 gives what it can, whatever comes first; the rest keeps the card it has."""
    rules = {**RULES, "rules": [{"name": "急", "channels": ["官网"], "groups": ["大家"]}], "circuit_after": 2}
    async with sitting(database, tmp_path, changes={"assignment": rules}) as desk:
        for number in (1, 2):
            await desk.post(f"【线索响应】{post(number)}")
        await desk.post("【线索响应】宏远包装 13900002222 Y10 官网")
        assert len(desk.cards("chenlu")) == 3
        said = await desk.asks("sunyue", "恢复派单")
        assert said == "自动派单已恢复，补派了 1 条，还有 2 条没人能接，发“人工池”看。"
        assert [title for title in desk.titles("chenlu") if "请指派" in title] == [
            "L1 没派出去，请指派",
            "L2 没派出去，请指派",
        ]
        assert "L1 恒达1号机械" in await desk.asks("zhaomin", "人工池")
        assert (await desk.asks("chenlu", "为什么 L1")).count("没有适用的派单规则") == 1
        assert await desk.asks("zhaomin", "转派 L1 给 王强") == "L1 已转给王强，卡片已发出。"


async def test_a_grade_goes_first_in_the_pool_in_the_list_and_when_places_are_free_again(
    database: Database, tmp_path: Path
) -> None:
    """L6: A first everywhere."""
    rules = {**RULES, "rules": [{"name": "急", "channels": ["官网"], "groups": ["大家"]}], "cap": 5}
    async with sitting(database, tmp_path, changes={"assignment": rules}) as desk:
        await desk.post(f"【线索响应】{post(1)}")
        await desk.post(f"【线索响应】{post(2, '急用，预算60万')}")
        pool = await desk.asks("chenlu", "人工池")
        assert [line.split()[0] for line in pool.splitlines()[1:]] == ["L2", "L1"]
        for number in (1, 2):
            await desk.asks("chenlu", f"转派 L{number} 给 王强")
        todos = await desk.asks("wangqiang", "待办")
        assert [line.split()[2] for line in todos.splitlines()[1:]] == ["L2", "L1"]
        details = await desk.asks("zhouzong", "明细 闭环率")
        assert [line.split()[0] for line in details.splitlines()[1:3]] == ["L2", "L1"]


async def test_what_the_remark_says_of_behaviour_and_size_makes_an_a_and_is_shown(desk: Desk) -> None:
    """L6: source, behaviour and company size; the card and 为什么 say why."""
    (plain,) = await desk.post(f"【线索响应】{post(1)}")
    assert "，B级（" in plain
    (answer,) = await desk.post(f"【线索响应】{post(2, '下载3份 员工300人')}")
    assert "，A级（" in answer
    reason = "A级：主动找来的+15、下载过资料（下载3份）+10、员工200人以上（员工300人）+10"
    assert reason in (await desk.asks("chenlu", "为什么 L2")).splitlines()
    (owner,) = desk.holders("新线索 L2")
    assert desk.wecom.cards_of(owner)[-1].text.endswith(f"\n{reason}")


async def test_a_customer_who_owes_is_graded_lower_and_one_who_has_paid_higher(desk: Desk) -> None:
    """L6: health, by the books; a new customer has none. The dry run says the same."""
    known = "【线索响应】苏州恒达机械有限公司 13800001119"
    await desk.post(f"{known} X200 展会")
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 20))
    assert "，B级。" in await desk.asks("chenlu", f"试派 {known} Y10 展会")
    await desk.post(f"{known} Y10 展会")
    assert "B级：主动找来的+15、老客户欠着款（有逾期应收）-15" in await desk.asks("chenlu", "为什么 L2")
    await arrive(desk, paid(desk, HENGDA, "64000", "XS2610-0101"))
    assert await open_of(desk, "XS2610-0101") == 0
    await desk.post(f"{known} Z30 展会")
    assert "B级：主动找来的+15、老客户付款好（付清过，没有逾期）+10" in await desk.asks("chenlu", "为什么 L3")


async def test_an_admin_on_leave_is_not_the_only_one_who_hears_of_the_pool(database: Database, tmp_path: Path) -> None:
    """R5: no dead end."""
    async with sitting(database, tmp_path, changes={"assignment": {**RULES, "cap": 1}}) as desk:
        await desk.asks("chenlu", "请假 今天")
        for number in (1, 2, 3):
            await desk.post(f"【线索响应】{post(number)}")
        assert desk.holders("没派出去") == ["sunyue"]


async def test_after_a_while_one_lead_is_tried_and_its_success_closes_the_circuit(
    database: Database, tmp_path: Path
) -> None:
    """R5: probation."""
    async with sitting(database, tmp_path, changes={"assignment": {"cap": 1}}) as desk:
        for number in range(1, 7):
            await desk.post(f"【线索响应】{post(number)}")
        for number in (1, 2):
            (owner,) = desk.holders(f"新线索 L{number}")
            await desk.asks(owner, f"通话 L{number} 95秒")
        await desk.pass_time(minutes=31)
        for number in (7, 8):
            await desk.post(f"【线索响应】{post(number)}")
        assert len(desk.holders("新线索 L7")) == len(desk.holders("新线索 L8")) == 1
