"""From a post in the group to a first contact (L1, L3, R2, S1, S3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.world import CardState
from storage.database import Database
from tests.kit.desk import Desk, sitting

POST = "【线索响应】恒达机械 13800001111 X200 展会"


async def test_a_post_is_answered_once_and_one_rep_gets_the_card(desk: Desk) -> None:
    """L1, S1: the answer names number, owner and reason; the card shows customer, full phone, model and channel."""
    (answer,) = await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    assert answer.startswith("L1 恒达机械 → ")
    assert desk.wecom.company.person(owner).name in answer
    (card,) = desk.cards(owner)
    shown = dict(card.lines)
    assert (shown["客户"], shown["电话"], shown["型号"], shown["来源"]) == ("恒达机械", "138 0000 1111", "X200", "展会")
    assert card.buttons == ("接单", "转派", "无效线索")


async def test_accepting_takes_the_button_away_and_leaves_the_clock_of_first_contact(desk: Desk) -> None:
    """S1, S3: 接单 is gone from the card; the to-do says until when to call."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    (card,) = desk.cards(owner)
    assert card.title.startswith("已接单 L1")
    assert "接单" not in card.buttons
    assert "首次联系 L1 恒达机械 138 0000 1111，13:30 前" in await desk.asks(owner, "待办") or "12:00" in card.subtitle


async def test_a_response_post_is_first_contact_and_stops_everything(desk: Desk) -> None:
    """S3, S4: after it no card to the manager, at whatever hour."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    assert await desk.asks(owner, "L1 电话聊了5分钟，周四去看厂") == "L1 首次联系已记下，提醒都停了。"
    await desk.pass_time(hours=30)
    assert desk.cards("zhaomin") == []
    assert desk.cards(owner)[0].title == "已首次联系 L1"
    assert await desk.asks(owner, "待办") == "没有待办。有新线索会马上发卡片给你。"


async def test_a_short_call_is_logged_and_does_not_count(desk: Desk) -> None:
    """S3: a call of less than 60 seconds is no first contact."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    assert "不满 60 秒" in await desk.asks(owner, "通话 L1 45秒")
    assert "首次联系已记下" in await desk.asks(owner, "通话 L1 95秒")


async def test_the_button_of_a_long_call_says_what_the_settings_ask_for(database: Database, tmp_path: Path) -> None:
    """S3: a call that counts is as long as leads.call_at_least says, also on the card."""
    async with sitting(database, tmp_path, changes={"leads": {"call_at_least": "90s"}}) as desk:
        await desk.post(POST)
        (owner,) = desk.holders("新线索 L1")
        await desk.tap(owner, "接单")
        await desk.tap(owner, "已联系")
        await desk.tap(owner, "电话90秒以上")
        assert "已首次联系 L1" in desk.titles(owner)


async def test_the_buttons_of_the_accepted_card_lead_to_first_contact(desk: Desk) -> None:
    """S3: a tap is enough; the answer shows on the cards and nothing else is said."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    await desk.tap(owner, "已联系")
    await desk.tap(owner, "电话1分钟以上")
    assert [card.title for card in desk.cards(owner)] == ["已首次联系 L1", "L1 首次联系已记下"]
    assert desk.texts(owner) == []


async def test_the_same_customer_again_joins_the_running_lead(desk: Desk) -> None:
    """L3: the owner is told, the poster is told, nobody else gets a card; another spelling is the same company."""
    await desk.post("【线索响应】苏州恒达机械有限公司 13800001111 X200 展会")
    (owner,) = desk.holders("新线索 L1")
    (answer,) = await desk.post("【线索响应】恒达机械（苏州）有限公司 13900002222 X200 官网")
    assert "L1" in answer
    assert "没有重复派单" in answer
    assert desk.holders("新线索 L2") == []
    (told,) = desk.texts(owner)
    assert "又从官网来问 X200" in told
    assert told.endswith("这次留的电话：139 0000 2222")


async def test_another_model_of_a_known_customer_goes_to_the_same_owner(desk: Desk) -> None:
    """R3: the existing owner goes before the rules."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    (answer,) = await desk.post("【线索响应】恒达机械 13800001111 Z900 展会")
    assert "老客户原负责人" in answer
    assert desk.holders("新线索 L2") == [owner]


async def test_a_wrong_line_is_named_with_a_template_to_copy_and_the_good_ones_go_out(desk: Desk) -> None:
    """L1: exactly which field of which line; nothing of the wrong line is stored."""
    (answer,) = await desk.post("【线索响应】\n恒达机械 13800001111 X200 展会\n宏远包装 1380000222 Y10 官网")
    assert "L1 恒达机械 → " in answer
    assert "第 3 行：电话不对" in answer
    assert "【线索响应】宏远包装 {电话} Y10 官网" in answer
    async with desk.work() as work:
        assert [lead.customer for lead in await work.leads.open()] == ["恒达机械"]


async def test_small_talk_in_the_group_gets_no_answer(desk: Desk) -> None:
    """L1: no scolding."""
    assert await desk.post("大家早，今天降温，路上注意安全") == []


async def test_a_post_in_a_single_chat_works_like_one_in_the_group(desk: Desk) -> None:
    """L2: the same post sent to the app."""
    assert (await desk.asks("chenlu", POST)).startswith("L1 恒达机械 → ")


async def test_the_same_callback_three_times_has_one_effect(desk: Desk) -> None:
    """Traps 1: one lead, one answer, one card."""
    desk.wecom.weather.duplicates = 2
    answers = await desk.post(POST)
    assert len(answers) == 1
    assert len(desk.holders("新线索")) == 1
    async with desk.work() as work:
        assert len(await work.leads.open()) == 1


async def test_an_invalid_lead_is_closed_with_its_reason_and_the_poster_hears_it(desk: Desk) -> None:
    """S1: 无效线索 asks why with a card."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "无效线索")
    await desk.tap(owner, "空号或停机")
    assert [card.title for card in desk.cards(owner)] == ["已关闭 L1", "L1 已关闭：空号或停机"]
    assert any("标为无效：空号或停机" in text for text in desk.texts("chenlu"))


async def test_a_lead_is_passed_on_with_a_tap(desk: Desk) -> None:
    """S1: the new owner gets the card, the old one shows who has it now."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "转派")
    other = desk.cards(owner)[-1].buttons[0]
    await desk.tap(owner, other)
    (new_owner,) = desk.holders("新线索 L1")
    assert new_owner != owner
    name = desk.wecom.company.person(new_owner).name
    assert desk.titles(owner) == ["已转派 L1", f"L1 已转给{name}"]


async def test_a_customer_known_by_one_lead_goes_where_the_lead_goes(desk: Desk) -> None:
    """L3: the next lead finds who works on the first one, not who passed it on; from the second one on it stays."""
    await desk.post(POST)
    (first,) = desk.holders("新线索 L1")
    await desk.tap(first, "转派")
    await desk.tap(first, desk.cards(first)[-1].buttons[0])
    (second,) = desk.holders("新线索 L1")
    await desk.post("【线索响应】恒达机械 13800001111 Z900 展会")
    assert desk.holders("新线索 L2") == [second]
    await desk.tap(second, "转派")
    await desk.tap(second, desk.cards(second)[-1].buttons[0])
    assert desk.holders("新线索 L2") != [second]
    async with desk.work() as work:
        (lead, *_) = await work.leads.open()
        assert (await work.customers.get(lead.customer_id)).owner == second


async def test_a_tap_on_an_old_card_does_nothing_but_say_so(desk: Desk) -> None:
    """Fencing by round: the card of an earlier owner cannot accept the lead any more."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    (card,) = desk.cards(owner)
    other = next(userid for userid in ("zhangwei", "lina", "wangqiang") if userid != owner)
    await desk.asks(owner, f"转派 L1 给 {desk.wecom.company.person(other).name}")
    # A phone that has not seen the change yet.
    message = next(m for m in desk.wecom.world.messages if m.task_id == card.task_id)
    message.card = CardState(card.body)
    await desk.wecom.tap(owner, card, "接单")
    await desk.settle()
    async with desk.work() as work:
        lead = await work.leads.find(1)
    assert lead is not None
    assert (lead.owner, lead.accepted_at) == (other, None)


async def test_two_leads_at_once_never_both_get_the_last_place(database: Database, tmp_path: Path) -> None:
    """R1: three reps with a cap of one each; the fourth lead goes to the pool and the admin decides."""
    async with sitting(database, tmp_path, changes={"assignment": {"cap": 1}}) as desk:
        lines = "\n".join(f"恒达{n}号机械 1380000111{n} X200 展会" for n in range(4))
        (answer,) = await desk.post(f"【线索响应】\n{lines}")
        assert answer.count("→ 待指派") == 1
        assert sorted(desk.holders("新线索")) == ["lina", "wangqiang", "zhangwei"]
        (card,) = desk.cards("chenlu")
        assert card.title == "L4 没派出去，请指派"
        await desk.tap("chenlu", card.buttons[0])
        assert desk.titles("chenlu")[0].startswith("已指派 L4")


async def test_a_stranger_gets_one_polite_line_and_no_data(desk: Desk) -> None:
    """Chapter 1: once a day."""
    await desk.wecom.post_in_group("wrEastLeads", "nobody", POST)
    await desk.settle()
    (answer,) = desk.wecom.group_answers("wrEastLeads")
    assert answer.text.startswith("没有在名册里找到你")
    assert desk.holders("新线索") == []


async def test_whoever_leaves_is_frozen_and_their_leads_go_on(desk: Desk) -> None:
    """Chapter 1: unsubscribe freezes the same minute; open work goes to the manager; later posts to others."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.wecom.leave(owner)
    await desk.settle()
    assert desk.holders("新线索 L1") == ["zhaomin", owner] or "zhaomin" in desk.holders("新线索 L1")
    assert "账号已冻结" in desk.texts("sunyue")[-1]
    for n in range(4):
        await desk.post(f"【线索响应】宏远{n}包装 1390000222{n} Y10 官网")
    async with desk.work() as work:
        assert owner not in {lead.owner for lead in await work.leads.open()}


async def test_why_shows_the_basis_and_the_dry_run_changes_nothing(desk: Desk) -> None:
    """R6."""
    dry = await desk.asks("chenlu", "试派 恒达机械 13800001111 X200 展会")
    assert dry.startswith("试派：恒达机械 会派给")
    async with desk.work() as work:
        assert await work.leads.open() == []
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    name = desk.wecom.company.person(owner).name
    assert f"会派给{name}" in dry
    why = await desk.asks("chenlu", "为什么 L1")
    assert why.splitlines()[0].startswith(f"L1 恒达机械 → {name}")
    assert why.count("得分") == 3


async def test_a_dry_run_of_several_leads_counts_each_for_the_next(desk: Desk) -> None:
    """R6: what it says of a post with several lines is what the post then does; a repeat is told as one."""
    lines = "恒达机械 13800001111 X200 展会\n宏远包装 13900002222 X200 展会\n大发电子 13700003333 X200 展会"
    dry = await desk.asks("chenlu", f"试派 {lines}")
    (answer,) = await desk.post(f"【线索响应】\n{lines}")
    said = [line.partition("会派给")[2][:2] for line in dry.splitlines() if "会派给" in line]
    assert said == [line.partition("→ ")[2][:2] for line in answer.splitlines()]
    again = await desk.asks("chenlu", "试派 恒达机械 13800001111 X200 官网")
    assert "恒达机械 已在跟进，会并到 L1" in again
    assert "不重复派单" in again


async def test_a_dry_run_of_a_wrong_line_names_the_field_and_how_to_say_it(desk: Desk) -> None:
    """R6, L1"""
    assert await desk.asks("chenlu", "试派 宏远包装 1380000111 X200 展会") == (
        "电话不对，手机要 11 位，座机要带区号，不能有星号或字母。\n改好再试：\n试派 宏远包装 {电话} X200 展会"
    )


async def test_passing_a_lead_on_to_nobody_says_what_is_missing(desk: Desk) -> None:
    await desk.post(POST)
    assert await desk.asks("chenlu", "转派 L1") == "没写转给谁。像这样发：转派 L1024 给 王五"


async def test_everything_changed_is_in_the_record(desk: Desk) -> None:
    """A2: who, when, what, before and after."""
    await desk.post(POST)
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    record = await desk.asks("zhaomin", "记录 恒达")
    name = desk.wecom.company.person(owner).name
    assert f"{name} L1 状态：待接单 → 已接单" in record
    assert "陈露 L1 负责人：无 → " in record or f"陈露 L1 负责人：{name}" in record


@pytest.mark.parametrize("typed", ["待办", "待 办", "“待办”", "请帮我看看待办", "待办：", "　待办　", "待办一下吧"])
async def test_a_word_is_understood_however_it_is_typed(desk: Desk, typed: str) -> None:
    """interfaces.md: forgiving about spaces, particles and full-width signs; quotes are copied from our own answers."""
    assert await desk.asks("lina", typed) == "没有待办。有新线索会马上发卡片给你。"


async def test_help_shows_only_what_the_asker_may_do(desk: Desk) -> None:
    """interfaces.md, words in chat."""
    assert "绑定本群" not in await desk.asks("zhangwei", "帮助")
    assert "绑定本群" in await desk.asks("sunyue", "请帮我 帮助 一下")
