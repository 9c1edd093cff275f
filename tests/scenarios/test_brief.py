"""What a rep has to know before a visit, in one screen, and by itself before it (B1, B2, A1)."""

from __future__ import annotations

from domain.ids import fold
from nlp.companies import company_key
from tests.kit.desk import Desk

REP, OTHER, BOSS, FINANCE = "zhangwei", "lina", "zhaomin", "qianfang"
TALK = "刚从恒达机械出来，李总拍板，预算五十万，他嫌贵，我明天寄样品"


async def give(desk: Desk, name: str, to: str = REP, phone: str = "13800001111") -> None:
    async with desk.work() as work:
        customer = await work.customers.add(name, company_key(name), phone)
        await work.customers.give_to(customer.customer_id, fold(to))


async def test_the_brief_is_one_screen_with_the_level_first(desk: Desk) -> None:
    """B1: who decides, budget, concerns, what was promised, last contacts."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    lines = (await desk.asks(REP, "查 恒达")).splitlines()
    assert lines[0] == "恒达机械（张伟）"
    assert lines[1].startswith("意向高：")
    assert "拍板人：李总｜预算：50万" in lines
    assert "顾虑：压价" in lines
    assert "电话：138 0000 1111" in lines
    assert "· 寄样品，明天 18:00" in lines
    assert lines[-1].startswith("· 10:00 张伟 备忘：M1 刚从恒达机械出来")
    assert len(lines) <= 14


async def test_an_unknown_customer_has_a_short_brief_that_says_what_to_do(desk: Desk) -> None:
    await give(desk, "恒达机械")
    assert "还没有备忘" in await desk.asks(REP, "查 恒达机械")
    assert "没有找到客户“不存在”" in await desk.asks(REP, "查 不存在")
    assert "没写客户名" in await desk.asks(REP, "查")


async def test_only_the_owner_and_those_above_see_it(desk: Desk) -> None:
    """A1: a colleague hears who to ask; the manager sees it; finance sees it with the phone masked."""
    await give(desk, "恒达机械")
    assert await desk.asks(OTHER, "查 恒达") == "恒达机械 现在由张伟负责，详情请问张伟。"
    assert "电话：138 0000 1111" in await desk.asks(BOSS, "查 恒达")
    assert "138****1111" in await desk.asks(FINANCE, "查 恒达")


async def test_several_that_fit_are_named(desk: Desk) -> None:
    """The word was too short; what to type instead."""
    await give(desk, "恒达机械")
    await give(desk, "恒达电子", phone="13900002222")
    said = await desk.asks(REP, "查 恒达")
    assert "“恒达”有几家" in said
    assert "恒达机械" in said
    assert "恒达电子" in said
    assert (await desk.asks(REP, "查 恒达电子")).startswith("恒达电子")


async def test_the_brief_comes_by_itself_half_an_hour_before_a_planned_visit_once(desk: Desk) -> None:
    """B1: 30 minutes before; then the to-do at its time."""
    await give(desk, "恒达机械")
    assert (
        await desk.asks(REP, "计划拜访 恒达 明天下午3点")
        == "记下了：明天 15:00 拜访 恒达机械，提前 30 分钟发简报给你。"
    )
    await desk.pass_until(desk.at(24, 14, 29))
    assert briefs(desk) == []
    await desk.pass_until(desk.at(24, 14, 59))
    assert len(briefs(desk)) == 1
    assert desk.titles(REP) == ["还有 30 分钟：拜访 恒达机械"]
    await desk.pass_until(desk.at(25, 20))
    assert len(briefs(desk)) == 1
    assert desk.titles(REP)[1] == "到时间了：拜访 恒达机械"


def briefs(desk: Desk) -> list[str]:
    return [text for text in desk.texts(REP) if text.startswith("恒达机械（张伟）")]


async def test_a_planned_visit_stands_in_the_brief_without_a_gap(desk: Desk) -> None:
    await give(desk, "恒达机械")
    await desk.say(REP, "计划拜访 恒达 今天下午3点")
    assert "· 拜访，15:00" in await desk.asks(REP, "查 恒达")


async def test_a_visit_promised_in_a_memo_with_a_time_is_planned(desk: Desk) -> None:
    """B1, N4: 周四下午三点去 … is at three; without a time of day it is due by the end of that day."""
    await give(desk, "恒达机械")
    await desk.say(REP, "恒达机械李总拍板，预算50万，周四下午三点上门演示")
    assert "拜访 恒达机械：上门演示，周四 15:00" in await desk.asks(REP, "待办")
    await desk.pass_until(desk.at(26, 14, 30))
    assert len(briefs(desk)) == 1


async def test_a_plan_without_a_time_or_in_the_past_says_how_to_write_it(desk: Desk) -> None:
    await give(desk, "恒达机械")
    assert "没写哪天几点" in await desk.asks(REP, "计划拜访 恒达 明天")
    assert "已经过了" in await desk.asks(REP, "计划拜访 恒达 今天上午9点")
    assert (await desk.asks(REP, "待办")).startswith("没有待办")


async def test_a_visit_called_off_brings_no_brief(desk: Desk) -> None:
    """S4: ticked off before its time."""
    await give(desk, "恒达机械")
    await desk.asks(REP, "计划拜访 恒达 明天下午3点")
    await desk.asks(REP, "完成 1")
    await desk.pass_until(desk.at(24, 18))
    assert briefs(desk) == []


async def test_scripts_answer_what_worries_the_customer_first(desk: Desk) -> None:
    """B2: three at most, counted once for each time they are asked for."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    said = await desk.asks(REP, "话术 恒达")
    assert said.splitlines()[0] == "恒达机械（压价）可以这样说："
    assert "1. 嫌贵先问跟谁比" in said
    assert "3. " in said
    assert "4. " not in said
    async with desk.work() as work:
        assert (await work.script_uses.counts())["嫌贵先问跟谁比"] == 2
    assert "由张伟负责" in await desk.asks(OTHER, "话术 恒达")


async def test_the_start_of_a_visit_shows_what_is_known(desk: Desk) -> None:
    """V1: the brief of half a minute, and then what the visit needs."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    lines = (await desk.asks(REP, "开始拜访 恒达")).splitlines()
    assert lines[0] == "V1 开始拜访恒达机械。"
    assert lines[1].startswith("意向高：")
    assert "拍板人：李总｜预算：50万" in lines


async def test_a_planned_visit_is_ticked_off_by_its_end_however_it_was_begun(desk: Desk) -> None:
    """S5: whoever says 开始拜访 does not have to remember the to-do as well."""
    await give(desk, "恒达机械")
    await desk.asks(REP, "计划拜访 恒达 今天上午11点")
    await desk.say(REP, "开始拜访 恒达")
    await desk.say(REP, "李总拍板，预算五十万")
    async with desk.work() as work:
        (visit,) = await work.visits.of_owner(REP, desk.at(23, 0))
        assert visit.todo_id is not None
