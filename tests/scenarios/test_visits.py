"""A visit, as a rep makes it: started with one line, evidence by just sending it, closed when nothing is missing (V1-V5)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from chat.messages import Door
from domain.facts import BudgetRange, MemoFacts, Said, Words
from domain.ids import UserId
from domain.speech import Problem
from domain.todos import TodoKind
from notify.links import task_code
from simulator.pretend import Delivered
from simulator.samples import demo_samples
from storage.database import Database
from storage.intake import NewMessage, store
from tests.kit.desk import Desk, sitting
from tests.kit.photos import COPIES, photo, png, scene
from tests.kit.s3 import SECRET, pretend_bucket

AMR = b"#!AMR\n" + bytes(range(256)) * 20
HERE = (31.2989, 120.5853)
REP, COLLEAGUE, MANAGER = "zhangwei", "lina", "zhaomin"


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """恒达机械 belongs to 张伟, 宏远包装 to 李娜."""
    async with sitting(database, tmp_path) as ready:
        await give(ready, "恒达机械 13800001111 X200 展会", REP)
        await give(ready, "宏远包装 13900002222 Y10 官网", COLLEAGUE)
        yield ready


async def give(desk: Desk, lead: str, to: str) -> None:
    await desk.post(f"【线索响应】{lead}")
    async with desk.work() as work:
        newest = (await work.leads.open())[-1]
    if newest.owner != to:
        await desk.say("chenlu", f"转派 L{newest.lead_id} 给 {desk.wecom.company.person(to).name}")


async def start(desk: Desk, customer: str = "恒达", by: str = REP) -> str:
    return await desk.asks(by, f"开始拜访 {customer}")


def only_text(delivered: list[Delivered]) -> str:
    (one,) = delivered
    return one.text


# Start (V1)


async def test_one_line_starts_a_visit_and_says_its_number_and_what_is_needed(desk: Desk) -> None:
    assert await start(desk) == (
        "V1 开始拜访恒达机械。\n12:00 前发到这里，先后不限：\n"
        "· 现场照片 1 张：拍好直接发到这里\n"
        "· 备忘 1 条：按住说话，讲谁拍板、多少预算、下一步；打字也行\n"
        "走的时候发“结束拜访”。"
    )


async def test_a_customer_of_somebody_else_is_named_with_the_owner_and_nothing_starts(desk: Desk) -> None:
    """A1."""
    assert await start(desk, "宏远包装") == "宏远包装 由李娜负责。一起去的话请李娜发起，或者请主管把客户转给你。"
    async with desk.work() as work:
        assert await work.visits.open_of(REP) is None


async def test_a_manager_may_visit_the_customers_of_the_team(desk: Desk) -> None:
    assert (await start(desk, "宏远", MANAGER)).startswith("V1 开始拜访宏远包装")


async def test_an_unknown_name_is_answered_with_what_to_do(desk: Desk) -> None:
    assert await start(desk, "不存在的公司") == (
        "没有找到客户“不存在的公司”。换个简称再试；新客户先发：【线索响应】客户名 电话 型号 来源"
    )
    assert await desk.asks(REP, "开始拜访") == "没写拜访哪家。像这样发：开始拜访 恒达"


async def test_several_customers_are_asked_about_with_a_card_and_a_tap_starts(desk: Desk) -> None:
    await give(desk, "恒达包装 13700003333 Y10 官网", REP)
    (asked,) = await desk.say(REP, "开始拜访 恒达")
    assert asked.card is not None
    assert asked.card.title == "“恒达”是哪一家"
    assert {value for _, value in asked.card.lines} == {"恒达机械", "恒达包装"}
    button = next(button for button in asked.card.buttons if "恒达机械" in button)
    await desk.tap(REP, button)
    assert desk.texts(REP)[-1].startswith("V1 开始拜访恒达机械")
    assert desk.cards(REP)[-1].buttons == ()


async def test_a_name_one_character_off_is_asked_about_and_not_taken(desk: Desk) -> None:
    (asked,) = await desk.say(REP, "开始拜访 恒大机械")
    assert asked.card is not None
    assert asked.card.title == "没有“恒大机械”，是不是这家"
    await desk.tap(REP, "都不是")
    async with desk.work() as work:
        assert await work.visits.open_of(REP) is None


async def test_a_place_sent_first_offers_the_nearest_own_customers(desk: Desk) -> None:
    """V1: the one whose known place is near stands first, with the distance; the place becomes evidence."""
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await visit_with_place(desk, "恒达", HERE)
    await visit_with_place(desk, "远方", (31.5, 121.0))
    await desk.pass_time(hours=5)
    (asked,) = await desk.send_place(REP, HERE[0] + 0.001, HERE[1], "恒达机械东门")
    assert asked.card is not None
    assert asked.card.title == "在哪家客户"
    assert asked.card.lines[:2] == (("1", "恒达机械 约 110 米"), ("2", "远方精密 约 45 公里"))
    await desk.tap(REP, "1 恒达机械")
    assert desk.texts(REP)[-1].startswith("V3 开始拜访恒达机械。\n刚才发的位置也算进来了。\n17:00 前发到这里")


async def visit_with_place(desk: Desk, customer: str, place: tuple[float, float], by: str = REP) -> None:
    await start(desk, customer, by)
    await desk.send_place(by, *place, "现场")
    await desk.send_photo(by, photo(sum(map(ord, customer))))
    await desk.send_voice(by, AMR + customer.encode())
    await desk.say(by, "结束拜访")


async def owe_a_visit(desk: Desk, owner: str = REP, customer: str = "恒达机械") -> int:
    async with desk.work() as work:
        (found,) = await work.customers.named_like(customer)
        due_at = work.now + timedelta(hours=1)
        await work.todos.add(
            f"visit:{customer}", (await work.members.named("张伟"))[0].userid, TodoKind.VISIT, due_at,
            customer_id=found.customer_id, next_reminder_at=work.now + timedelta(minutes=30),
        )  # fmt: skip
        return (await work.todos.open_of(owner))[0].todo_id  # type: ignore[arg-type]


async def test_the_card_of_a_planned_visit_starts_it_and_its_end_ticks_it_off(desk: Desk) -> None:
    """V1, S5."""
    await owe_a_visit(desk)
    await desk.pass_time(minutes=31)
    assert desk.titles(REP)[-1] == "还有 30 分钟：拜访 恒达机械"
    await desk.tap(REP, "开始拜访")
    assert desk.texts(REP)[-1].startswith("V1 开始拜访恒达机械")
    assert desk.titles(REP)[-1] == "拜访开始了"
    await desk.send_photo(REP, photo(1))
    await desk.send_voice(REP, AMR)
    await desk.say(REP, "结束拜访")
    async with desk.work() as work:
        member = (await work.members.named("张伟"))[0]
        assert [todo.kind for todo in await work.todos.open_of(member.userid) if todo.kind == TodoKind.VISIT] == []


async def test_a_planned_visit_started_by_name_is_not_reminded_of_and_is_ticked_off(desk: Desk) -> None:
    """S5: whoever is there need not hear that it is time to go."""
    todo_id = await owe_a_visit(desk)
    await start(desk)
    await desk.pass_time(minutes=70)
    assert not any("拜访 恒达机械" in title for title in desk.titles(REP))
    await desk.send_photo(REP, photo(1))
    await desk.send_voice(REP, AMR)
    await desk.say(REP, "结束拜访")
    async with desk.work() as work:
        todo = await work.todos.find(todo_id)
    assert todo is not None
    assert todo.state == "done"


async def test_the_code_of_a_planned_visit_is_a_picture_and_scanning_it_starts_the_visit(desk: Desk) -> None:
    todo_id = await owe_a_visit(desk)
    said, picture = await desk.say(REP, "二维码 1")
    assert said.text == "恒达机械的拜访码，到了用菜单里的“扫一扫”扫它，拜访就开始。"
    assert picture.kind == "image"
    media = desk.wecom.world.media[picture.media_id]
    assert (media.name, media.data[:8]) == ("恒达机械 拜访码.png", b"\x89PNG\r\n\x1a\n")
    code = task_code(desk.house.rules.link_key, todo_id)
    assert only_text(await desk.scan(COLLEAGUE, code)) == "这是张伟的拜访任务，要张伟来开始。"
    assert only_text(await desk.scan(REP, code[:-1] + "0")).startswith("这不是跟单铃的拜访码")
    assert only_text(await desk.scan(REP, code)).startswith("V1 开始拜访恒达机械")


# Evidence (V2)


async def test_photos_voice_and_place_are_attached_in_any_order_and_the_visit_closes(desk: Desk) -> None:
    await start(desk)
    assert only_text(await desk.send_voice(REP, AMR)) == ("语音收到。V1 恒达机械：备忘 1 条。还差照片 1 张。")
    assert only_text(await desk.send_place(REP, *HERE, "恒达机械")) == (
        "客户的位置还没登记，这次结束后记下。V1 恒达机械：备忘 1 条、位置。还差照片 1 张。"
    )
    assert only_text(await desk.send_photo(REP, photo(1))) == (
        "V1 恒达机械：照片 1 张、备忘 1 条、位置，齐了。走的时候发“结束拜访”。"
    )
    assert await desk.asks(REP, "结束拜访") == (
        "V1 恒达机械结束了，留痕齐：照片 1 张、备忘 1 条、位置。漏了的两小时内还能补，直接发。"
    )


async def test_several_photos_at_once_get_one_answer_that_counts_them(desk: Desk) -> None:
    await start(desk)
    before = len(desk.texts(REP))
    for number in range(4):
        await desk.wecom.send_media(REP, "image", photo(number))
        await desk.settle()
    await desk.after_a_burst()
    assert desk.texts(REP)[before:] == ["V1 恒达机械：照片 4 张。还差备忘 1 条。"]


async def test_the_same_callback_twice_is_one_piece_of_evidence(desk: Desk) -> None:
    await start(desk)
    desk.wecom.weather.duplicates = 1
    assert "照片 1 张" in only_text(await desk.send_photo(REP, photo(1)))


async def test_a_photo_without_a_visit_is_kept_and_asked_about_and_counts_for_the_visit_it_starts(desk: Desk) -> None:
    for number in range(2):
        await desk.wecom.send_media(REP, "image", photo(number))
        await desk.settle()
    await desk.after_a_burst()
    (card,) = [card for card in desk.cards(REP) if "哪家" in card.title]
    assert card.title == "照片 2 张是哪家的"
    assert card.buttons == ("1 恒达机械", "都不是")
    await desk.tap(REP, "1 恒达机械")
    said = desk.texts(REP)[-1]
    assert said.startswith("V1 开始拜访恒达机械。\n刚才发的照片 2 张也算进来了。")
    assert "现场照片" not in said


async def test_a_photo_sent_a_minute_before_the_start_belongs_to_the_visit(desk: Desk) -> None:
    await desk.send_photo(REP, photo(1))
    await desk.pass_time(minutes=1)
    said = await start(desk)
    assert "刚才发的照片 1 张也算进来了。" in said
    assert "现场照片" not in said


async def test_a_card_that_asks_where_a_photo_belongs_is_settled_by_the_start(desk: Desk) -> None:
    await desk.send_photo(REP, photo(1))
    await start(desk)
    assert "算进 V1 了" in desk.titles(REP)
    assert not any("哪家" in title for title in desk.titles(REP))


async def test_a_memo_spoken_before_the_start_belongs_to_the_visit(desk: Desk) -> None:
    """V2: in any order; its words may come later."""
    await desk.send_voice(REP, AMR)
    await desk.pass_time(minutes=5)
    said = await start(desk)
    assert "刚才发的备忘 1 条也算进来了。" in said
    assert "· 备忘" not in said
    assert (await desk.say(MANAGER, "看 V1"))[-1].kind == "voice"


async def test_a_memo_of_another_customer_before_the_start_is_none_of_the_visit(desk: Desk) -> None:
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await desk.say(REP, "远方精密赵总拍板，预算二十万")
    assert "· 备忘 1 条" in await start(desk)


async def test_a_memo_after_closing_is_added_as_late(desk: Desk) -> None:
    """Bad weather: said in the car. Released without a memo, the visit gets it all the same."""
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.say(MANAGER, "放行 V1 客户催着出门")
    await desk.pass_time(minutes=20)
    await desk.say(REP, "恒达机械李总拍板，预算五十万")
    seen_through = await desk.asks_first(MANAGER, "看 V1")
    assert "留痕：照片 1 张、备忘 1 条" in seen_through
    assert "M1：恒达机械李总拍板，预算五十万" in seen_through
    assert "注意：备忘 1 条是结束后补的" in seen_through


async def test_a_memo_that_turns_out_to_be_of_another_customer_leaves_the_visit(desk: Desk) -> None:
    """V3: and comes back when that was a slip."""
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await start(desk)
    await desk.say(REP, "李总拍板，预算五十万")
    await desk.after_a_burst()
    assert desk.texts(REP)[-1] == "V1 恒达机械：备忘 1 条。还差照片 1 张。"
    await desk.say(REP, "客户是远方精密")
    await desk.after_a_burst()
    assert desk.texts(REP)[-1] == "V1 恒达机械：还没有留痕。还差照片 1 张、备忘 1 条。"
    await desk.say(REP, "客户是恒达机械")
    await desk.after_a_burst()
    assert desk.texts(REP)[-1] == "V1 恒达机械：备忘 1 条。还差照片 1 张。"


async def test_words_of_the_visit_do_not_put_an_older_memo_right(desk: Desk) -> None:
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await desk.say(REP, "远方精密赵总拍板，预算二十万")
    await desk.pass_time(minutes=40)
    await start(desk)
    await desk.say(REP, "李总拍板，预算五十万")
    assert [dict(card.lines)["客户"] for card in desk.cards(REP)[-2:]] == ["远方精密", "恒达机械"]
    async with desk.work() as work:
        assert [memo.visit_id for memo in await work.memos.of_sender(REP, 5)] == [1, None]


async def test_evidence_after_closing_is_added_as_late_and_may_be_taken_away(desk: Desk) -> None:
    await finished(desk)
    await desk.pass_time(minutes=30)
    (told,) = await desk.send_photo(REP, photo(7))
    assert told.card is not None
    assert (told.card.title, told.card.buttons) == ("照片补到了 V1", ("不是这次的",))
    assert "注意：照片 1 张是结束后补的" in await desk.asks_first(MANAGER, "看 V1")
    await desk.tap(REP, "不是这次的")
    await desk.after_a_burst()
    assert desk.titles(REP)[-1] == "照片 1 张是哪家的"
    async with desk.work() as work:
        assert len(await work.evidence.of_visit(1)) == 2


async def test_evidence_long_after_closing_is_asked_about(desk: Desk) -> None:
    await finished(desk)
    await desk.pass_time(hours=2.1)
    (asked,) = await desk.send_photo(REP, photo(7))
    assert asked.card is not None
    assert asked.card.title == "照片 1 张是哪家的"
    button = next(button for button in asked.card.buttons if button.startswith("1"))
    await desk.tap(REP, button)
    assert desk.texts(REP)[-1].startswith("V1 恒达机械：照片 2 张、备忘 1 条，已补到这次拜访。")


async def finished(desk: Desk, number: int = 1, customer: str = "恒达", by: str = REP) -> None:
    await start(desk, customer, by)
    await desk.send_photo(by, photo(number))
    await desk.send_voice(by, AMR + bytes([number]) * 20)
    assert "结束了" in await desk.asks(by, "结束拜访")


async def test_the_first_evidence_of_a_visit_is_the_first_contact_of_the_lead(desk: Desk) -> None:
    """S3: to say that one is there is not."""
    await start(desk)
    async with desk.work() as work:
        assert (await work.leads.with_ids([1]))[0].contacted_at is None
    await desk.send_photo(REP, photo(1))
    async with desk.work() as work:
        assert (await work.leads.with_ids([1]))[0].contacted_at is not None
    assert any(card.title.startswith("已首次联系 L1") for card in desk.cards(REP))


async def test_a_file_that_is_no_photo_is_no_first_contact(desk: Desk) -> None:
    """S3, V4: nobody stops the ladder with a picture of nothing."""
    await start(desk)
    await desk.send_photo(REP, b"no picture" * 50)
    async with desk.work() as work:
        assert (await work.leads.with_ids([1]))[0].contacted_at is None
    await desk.send_place(REP, *HERE, "恒达机械")
    async with desk.work() as work:
        assert (await work.leads.with_ids([1]))[0].contacted_at is not None


# What a visit needs (V3)


async def test_an_incomplete_visit_cannot_be_closed_nor_the_next_one_opened(desk: Desk) -> None:
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await start(desk)
    await desk.send_photo(REP, photo(1))
    assert await desk.asks(REP, "结束拜访") == (
        "V1 恒达机械还不能结束，还差：\n· 备忘 1 条：按住说话，讲谁拍板、多少预算、下一步；打字也行\n"
        "补不齐就请主管发：放行 V1 原因"
    )
    assert (await start(desk, "远方")).startswith("先把V1 恒达机械补齐，才能开始远方精密。还差：\n· 备忘 1 条")
    assert (await start(desk)).startswith("已经在拜访了。V1 恒达机械：照片 1 张。还差备忘 1 条。")


async def test_a_complete_visit_is_ended_and_the_next_started_with_one_tap(desk: Desk) -> None:
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.send_voice(REP, AMR)
    (asked,) = await desk.say(REP, "开始拜访 远方")
    assert asked.card is not None
    assert asked.card.title == "V1 还开着，留痕已经齐了"
    await desk.tap(REP, "结束并开始")
    assert desk.texts(REP)[-1].startswith("V2 开始拜访远方精密")


async def test_a_manager_lets_an_incomplete_visit_go_with_a_reason_that_stays(desk: Desk) -> None:
    await start(desk)
    assert (
        await desk.asks(COLLEAGUE, "放行 V1 不让拍照")
        == "“放行”只有主管、群管理员、总经理、机器人管理员可以用。发“帮助”看你能用的。"
    )
    assert "放行要写原因" in await desk.asks(MANAGER, "放行 V1 好")
    assert await desk.asks(MANAGER, "放行 V1 客户不让拍照") == "V1 已放行，记下了原因。张伟可以开始下一次拜访了。"
    assert desk.texts(REP)[-1] == "V1 恒达机械 赵敏放行了：客户不让拍照。可以开始下一次拜访。"
    assert "没留全，赵敏放行：客户不让拍照" in (await desk.asks(MANAGER, "看 V1"))
    async with desk.work() as work:
        changes = {(entry.field, entry.after) for entry in await work.audit.of("visit:1", 20)}
    assert ("override", "客户不让拍照") in changes


async def test_a_visit_begun_by_mistake_is_cancelled_while_it_is_empty(desk: Desk) -> None:
    await start(desk)
    assert await desk.asks(REP, "取消拜访") == "V1 取消了。"
    await start(desk)
    await desk.send_photo(REP, photo(1))
    assert "已经有留痕，不能取消" in await desk.asks(REP, "取消拜访")


async def test_the_owner_is_reminded_and_the_manager_hears_once_until_it_is_settled(desk: Desk) -> None:
    """V3, S4: half an hour before, then the manager; the card says when its cause has gone."""
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.pass_time(minutes=89)
    assert not any("到时限" in text for text in desk.texts(REP))
    await desk.pass_time(minutes=2)
    assert desk.texts(REP)[-1].startswith("V1 恒达机械 还有 30 分钟到时限，还差：\n· 备忘 1 条")
    await desk.pass_time(minutes=30)
    (card,) = [card for card in desk.cards(MANAGER) if "拜访没留全" in card.title]
    assert (card.title, card.subtitle) == ("V1 拜访没留全", "恒达机械 · 张伟")
    assert card.buttons == ("收到", "稍后", "看留痕", "放行")
    await desk.pass_time(hours=3)
    assert len([title for title in desk.titles(MANAGER) if "没留全" in title]) == 1
    await desk.send_voice(REP, AMR)
    assert "V1 处理好了" in desk.titles(MANAGER)


async def test_a_manager_who_taps_later_hears_again_after_half_an_hour(desk: Desk) -> None:
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.pass_time(minutes=121)
    card = next(card for card in desk.cards(MANAGER) if "没留全" in card.title)
    await desk.tap(MANAGER, "稍后", card)
    await desk.send_photo(REP, photo(2))
    await desk.pass_time(minutes=29)
    assert len([title for title in desk.titles(MANAGER) if "没留全" in title]) == 1
    await desk.pass_time(minutes=2)
    assert len([title for title in desk.titles(MANAGER) if "没留全" in title]) == 2


async def test_nobody_hears_of_a_visit_that_is_complete_in_time(desk: Desk) -> None:
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.send_voice(REP, AMR)
    await desk.pass_time(hours=4)
    assert not any("没留全" in title for title in desk.titles(MANAGER))
    assert not any("到时限" in text for text in desk.texts(REP))


async def test_a_complete_visit_that_is_forgotten_closes_by_itself(desk: Desk) -> None:
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.send_voice(REP, AMR)
    await desk.pass_time(hours=8.1)
    assert desk.texts(REP)[-1] == "V1 恒达机械 留痕已齐，忘了结束，已帮你结束。"


async def test_quiet_hours_hold_back_what_is_not_urgent(desk: Desk) -> None:
    await desk.pass_until(desk.at(23, 19, 30))
    await start(desk)
    await desk.pass_until(desk.at(23, 23))
    assert not any("没留全" in title for title in desk.titles(MANAGER))
    await desk.pass_until(desk.at(24, 8, 1))
    assert desk.titles(MANAGER)[-1] == "V1 拜访没留全"


@pytest.fixture
async def hospital(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    lines = {"tags": {"product_lines": {"医疗": ["彩超", "监护仪"]}}}
    async with sitting(database, tmp_path, changes=lines) as ready:
        await give(ready, "澄江人民医院 13800001111 彩超 展会", REP)
        yield ready


async def test_a_hospital_needs_its_door_sign_a_signed_paper_and_three_needs(hospital: Desk) -> None:
    """V3, medical."""
    desk = hospital
    said = await start(desk, "澄江人民医院")
    assert [line.split("：")[0] for line in said.splitlines() if line.startswith("·")] == [
        "· 科室门牌照片", "· 签字单据", "· 核心需求还差 3 项",
    ]  # fmt: skip
    (asked,) = await desk.send_photo(REP, photo(1))
    assert asked.card is not None
    assert (asked.card.title, asked.card.buttons) == ("V1 这个照片是什么", ("科室门牌", "签字单据", "现场照片"))
    await desk.tap(REP, "科室门牌")
    assert desk.texts(REP)[-1] == "V1 澄江人民医院：科室门牌。还差签字单据、核心需求 3 项。"
    await desk.send_file(REP, b"%PDF-1.7" + bytes(99), "试用确认单.pdf")
    await desk.tap(REP, "签字单据")
    await desk.say(REP, "核心需求")
    for need in ("诊断效率", "图像质量", "价格预算"):
        await desk.tap(REP, need)
    assert desk.texts(REP)[-1].startswith("再写一句具体的，10 个字以上")
    assert await desk.asks(REP, "要快") == "太短了，要 10 个字以上，现在是 2 个字。再写具体一点发来。"
    assert await desk.asks(REP, "门诊量大，单次检查要压到十分钟以内") == (
        "V1 澄江人民医院：科室门牌、签字单据 1 份、核心需求，齐了。走的时候发“结束拜访”。"
    )
    assert "结束了" in await desk.asks(REP, "结束拜访")
    assert "需求：诊断效率、图像质量、价格预算。门诊量大" in await desk.asks_first(MANAGER, "看 V1")


async def test_a_signed_paper_of_another_visit_says_so_when_it_is_called_one(hospital: Desk) -> None:
    """V4: as a mere file it may be the usual brochure."""
    desk = hospital
    paper = b"%PDF-1.7" + bytes(99)
    await start(desk, "澄江人民医院")
    await desk.send_file(REP, paper, "试用确认单.pdf")
    await desk.tap(REP, "签字单据")
    await desk.say(MANAGER, "放行 V1 科室临时开会")
    await start(desk, "澄江人民医院")
    await desk.send_file(REP, paper, "试用确认单.pdf")
    await desk.tap(REP, "签字单据")
    assert desk.texts(REP)[-1] == (
        "这份单据和 V1（张伟 10:00）的像是同一份，不算。"
        "V2 澄江人民医院：还没有留痕。还差科室门牌照片、签字单据、核心需求 3 项。"
    )


async def test_a_need_tapped_twice_is_taken_off_again(hospital: Desk) -> None:
    desk = hospital
    await start(desk, "澄江人民医院")
    await desk.say(REP, "核心需求")
    await desk.tap(REP, "诊断效率")
    assert "✓诊断效率" in desk.cards(REP)[-1].buttons
    await desk.tap(REP, "✓诊断效率")
    assert "诊断效率" in desk.cards(REP)[-1].buttons


# Honest evidence (V4)


@pytest.mark.parametrize("copy", ["as chats shrink it", "brighter", "cut at the edges", "as a PNG"])
async def test_a_photo_seen_before_is_flagged_to_the_rep_at_once_and_shown_to_the_manager(
    desk: Desk, copy: str
) -> None:
    await finished(desk, 3, "宏远", COLLEAGUE)
    await start(desk)
    before = len(desk.texts(REP))
    await desk.send_photo(REP, COPIES[copy](scene(3)))
    flagged = "V1（李娜 10:00）的像是同一张"
    assert desk.texts(REP)[before:] == [
        f"V2 这张照片和 {flagged}，不算，主管看得到。请在现场换个角度重拍一张。V2 还差照片 1 张、备忘 1 条。"
    ]
    seen_through = await desk.asks_first(MANAGER, "看 V2")
    assert "留痕：没有留痕，还差照片 1 张、备忘 1 条" in seen_through
    assert f"注意：这张照片和 {flagged}，不算留痕" in seen_through


async def test_a_used_photo_does_not_close_a_visit_and_a_fresh_one_does(desk: Desk) -> None:
    """V3, V4."""
    await finished(desk)
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.send_voice(REP, AMR)
    assert "还不能结束，还差：\n· 现场照片 1 张" in await desk.asks(REP, "结束拜访")
    await desk.send_photo(REP, photo(5))
    assert "V2 恒达机械结束了，留痕齐：照片 1 张、备忘 1 条。" in await desk.asks(REP, "结束拜访")


async def test_a_photo_first_sent_without_a_visit_has_not_been_used(desk: Desk) -> None:
    await desk.send_photo(REP, photo(1))
    await desk.tap(REP, "都不是")
    await desk.pass_time(hours=1)
    await start(desk)
    assert only_text(await desk.send_photo(REP, photo(1))) == "V1 恒达机械：照片 1 张。还差备忘 1 条。"


async def test_another_photo_is_not_flagged_nor_two_alike_within_one_visit(desk: Desk) -> None:
    await finished(desk, 3, "宏远", COLLEAGUE)
    await start(desk)
    await desk.send_photo(REP, photo(4))
    await desk.send_photo(REP, COPIES["brighter"](scene(4)))
    assert not any("同一张" in text for text in desk.texts(REP))


async def test_a_memo_sent_twice_is_flagged(desk: Desk) -> None:
    await finished(desk, 3, "宏远", COLLEAGUE)
    await start(desk)
    await desk.send_voice(REP, AMR + bytes([3]) * 20)
    assert (
        "V2 这条语音和 V1（李娜 10:00）的一模一样，不算，主管看得到。请重新说一段。V2 还差照片 1 张、备忘 1 条。"
        in desk.texts(REP)
    )


async def test_how_far_from_the_customer_is_said_and_far_is_pointed_out(desk: Desk) -> None:
    await visit_with_place(desk, "恒达", HERE)
    await desk.pass_time(hours=3)
    await start(desk)
    said = only_text(await desk.send_place(REP, HERE[0] + 0.03, HERE[1], "别处"))
    assert said.startswith("离客户登记的位置约 3.3 公里，比较远，主管看得到。点错了就重发一次位置。")
    assert "离客户登记的位置约 3.3 公里，偏远" in await desk.asks_first(MANAGER, "看 V2")


# Bad weather


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xd8\xff" + bytes(range(256)) * 20, "V1 这个文件打不开，不是照片，不算留痕。请用手机拍一张再发。"),
        (photo(1)[:9000], "V1 这张照片只传来一半，不算留痕。请再发一次。"),
    ],
)  # fmt: skip
async def test_a_photo_that_is_none_counts_for_nothing_and_says_why(desk: Desk, data: bytes, said: str) -> None:
    await start(desk)
    await desk.send_photo(REP, data)
    assert f"{said}V1 还差照片 1 张、备忘 1 条。" in desk.texts(REP)
    assert "现场照片" in await desk.asks(REP, "结束拜访")


async def test_a_photo_of_a_hundred_megapixels_is_refused_and_the_visit_goes_on(desk: Desk) -> None:
    await start(desk)
    await desk.send_photo(REP, png(scene(1).convert("1").resize((10_000, 10_000))))
    assert any(text.startswith("V1 这张照片像素太高，超过 6400 万，不算留痕。") for text in desk.texts(REP))
    await desk.send_photo(REP, photo(1))
    assert "照片 1 张" in await desk.asks(REP, "开始拜访")


async def test_a_photo_that_wecom_has_lost_counts_no_more(desk: Desk) -> None:
    """40007."""
    await start(desk)
    desk.wecom.weather.answer_with(40007, "/cgi-bin/media/get", times=5)
    await desk.send_photo(REP, photo(1))
    assert "你发的照片没有取到，请再发一次。V1 还差照片 1 张、备忘 1 条。" in desk.texts(REP)


async def test_a_full_disk_is_told_once_and_the_photo_is_stored_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await start(desk)

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        for number in range(3):
            await desk.send_photo(REP, photo(number))
        await desk.pass_time(minutes=2)
    waits = "你发的收到了，但存储暂时写不进去，正在等着存，不用重发。手机里的原件先别删。"
    assert desk.texts(REP).count(waits) == 1
    assert len([text for text in desk.texts("sunyue") if "磁盘满了" in text]) == 1
    await desk.pass_time(minutes=15)
    await desk.say(MANAGER, "看 V1")
    assert len([message for message in desk.wecom.inbox_of(MANAGER) if message.kind == "image"]) == 3


async def test_a_voice_without_a_sound_is_no_memo_of_the_visit(desk: Desk) -> None:
    await start(desk)
    await desk.send_photo(REP, photo(1))
    await desk.send_voice(REP, AMR)
    await hear_nothing(desk)
    assert desk.texts(REP)[-1] == (
        "这段语音里没有声音，原件已存好。请检查麦克风权限后重录，或直接打字。不算留痕。V1 还差备忘 1 条。"
    )
    assert "还不能结束" in await desk.asks(REP, "结束拜访")
    assert "注意：这段语音里没有声音，不算留痕" in await desk.asks_first(MANAGER, "看 V1")


async def test_a_visit_ended_before_its_voice_was_heard_opens_again_when_there_is_nothing_in_it(desk: Desk) -> None:
    """V3: the words come a minute later; who is at the next customer already is not called back."""
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await finished(desk)
    await hear_nothing(desk)
    assert desk.texts(REP)[-1].endswith("不算留痕。V1 还差备忘 1 条。")
    assert (await start(desk, "远方")).startswith("先把V1 恒达机械补齐")
    await desk.say(REP, "李总拍板，预算五十万")
    assert "结束了" in await desk.asks(REP, "结束拜访")
    await start(desk, "远方")
    await desk.send_photo(REP, photo(2))
    await desk.send_voice(REP, AMR + b"second")
    await desk.say(REP, "结束拜访")
    await start(desk, "恒达")
    await hear_nothing(desk)
    assert desk.texts(REP)[-1].endswith("不算留痕。V2 已经结束了，还差备忘 1 条。")


async def hear_nothing(desk: Desk) -> None:
    """The oldest voice that waits for its words has no sound."""
    async with desk.work() as work:
        waiting = await work.transcriptions.claim(timedelta(minutes=1))
        assert waiting is not None
        await work.transcriptions.unheard(waiting, Problem.SILENT, 31.0, None, tell=False)
    await desk.settle()


async def test_the_same_photo_twice_within_a_visit_is_said_without_a_reproach(desk: Desk) -> None:
    await start(desk)
    await desk.send_photo(REP, photo(1))
    assert only_text(await desk.send_photo(REP, photo(1))) == "V1 这张照片刚才发过了，只算一次。V1 还差备忘 1 条。"


# See-through (V5)


async def test_a_manager_sees_what_was_sent_to_the_byte(desk: Desk) -> None:
    await visit_with_place(desk, "恒达", HERE)
    said, picture, voice = await desk.say(MANAGER, "看 V1")
    assert said.text.splitlines() == [
        "V1 恒达机械 · 张伟",
        "10:00 开始，历时 6 秒",
        "留痕：照片 1 张、备忘 1 条、位置",
        "位置：现场（10:00），离客户登记的位置约 10 米",
        "M1：还没转成文字，听原声。",
    ]
    media = desk.wecom.world.media
    assert (picture.kind, media[picture.media_id].data) == ("image", photo(sum(map(ord, "恒达"))))
    assert (voice.kind, media[voice.media_id].data) == ("voice", AMR + "恒达".encode())


async def test_a_memo_in_speex_comes_back_as_a_file_that_players_know(desk: Desk) -> None:
    """WeCom plays AMR alone in the chat."""
    await start(desk)
    speex = next(sample for sample in demo_samples() if sample.file.endswith(".speex")).data()
    await desk.send_voice(REP, speex)
    file = (await desk.say(MANAGER, "看 V1"))[-1]
    media = desk.wecom.world.media[file.media_id]
    assert (file.kind, media.name, media.data) == ("file", "V1-备忘-1.spx", speex)


async def test_the_brief_names_the_visit_that_can_be_seen_through_and_the_log_reads_like_a_story(desk: Desk) -> None:
    """B1, A2: who looks for V1 finds its number; none of the log is as stored."""
    await start(desk)
    await desk.send_photo(REP, photo(1))
    assert "· 10:00 张伟 上门：V1" in await desk.asks(REP, "查 恒达")
    await desk.say(REP, "李总拍板，预算五十万")
    await desk.say(REP, "结束拜访")
    await desk.say(MANAGER, "看 V1")
    brief = await desk.asks(REP, "查 恒达")
    assert "张伟 备忘：V1 M1 李总拍板，预算五十万" in brief
    assert "上门：V1" not in brief
    log = await desk.asks(REP, "记录 恒达")
    for line in (
        "赵敏 V1 看了原件：1 个原件",
        "张伟 V1 状态：进行中 → 已结束",
        "张伟 V1 留痕：照片",
        "张伟 V1 留痕：备忘",
    ):
        assert line in log


async def test_a_late_piece_that_is_none_is_not_told_as_late(desk: Desk) -> None:
    await finished(desk)
    await desk.send_photo(REP, b"no picture" * 50)
    seen_through = await desk.asks_first(MANAGER, "看 V1")
    assert "不算留痕" in seen_through
    assert "结束后补的" not in seen_through


async def test_nobody_else_sees_it_and_who_looked_is_in_the_log(desk: Desk) -> None:
    await finished(desk)
    assert await desk.asks(COLLEAGUE, "看 V1") == "没有找到 V1，或者它不归你看。核对一下编号再发。"
    for userid in (REP, MANAGER, "zhouzong", "sunyue"):
        assert len(await desk.say(userid, "看V1")) == 3
    async with desk.work() as work:
        looked = [entry.who for entry in await work.audit.of("visit:1", 50) if entry.field == "looked"]
    assert sorted(looked) == ["sunyue", "zhangwei", "zhaomin", "zhouzong"]


async def test_files_are_uploaded_once_and_afresh_after_three_days(desk: Desk) -> None:
    await finished(desk)
    await desk.say(MANAGER, "看 V1")
    await desk.say(REP, "看 V1")
    assert len(desk.wecom.calls("/cgi-bin/media/upload")) == 2
    desk.clock.advance(timedelta(days=3, minutes=1))
    _, picture, _ = await desk.say(MANAGER, "看 V1")
    assert len(desk.wecom.calls("/cgi-bin/media/upload")) == 4
    assert desk.wecom.world.media[picture.media_id].data == photo(1)


async def test_what_wecom_forgets_too_early_is_uploaded_again(desk: Desk) -> None:
    """40007 for a media_id that should still be good."""
    await finished(desk)
    await desk.say(MANAGER, "看 V1")
    desk.wecom.world.media.clear()
    before = len(desk.wecom.inbox_of(MANAGER))
    await desk.say(MANAGER, "看 V1")
    await desk.pass_time(minutes=1)
    assert [message.kind for message in desk.wecom.inbox_of(MANAGER)[before:]] == ["text", "image", "voice"]


async def test_an_upload_that_fails_for_a_while_is_outlived_and_nothing_is_said_twice(desk: Desk) -> None:
    await finished(desk)
    desk.wecom.weather.answer_with(-1, "/cgi-bin/media/upload", times=2)
    before = len(desk.wecom.inbox_of(MANAGER))
    await desk.say(MANAGER, "看 V1")
    await desk.pass_time(minutes=1)
    assert [message.kind for message in desk.wecom.inbox_of(MANAGER)[before:]] == ["text", "image", "voice"]


async def test_a_random_check_is_looked_at_judged_and_kept(desk: Desk) -> None:
    await finished(desk)
    await finished(desk, 2, "宏远", COLLEAGUE)
    before = len(desk.cards(MANAGER))
    assert (await desk.asks_first(MANAGER, "抽查")) == "随机抽了 2 次拜访，看完点“合格”或“有问题”。"
    first, second = desk.cards(MANAGER)[before:]
    assert {first.title, second.title} == {"抽查 V1", "抽查 V2"}
    good, bad = (first, second) if first.title == "抽查 V1" else (second, first)
    await desk.tap(MANAGER, "合格", good)
    await desk.tap(MANAGER, "有问题", bad)
    assert await desk.asks(MANAGER, "照片拍的不是设备") == "记下了，已转给李娜。"
    assert "赵敏抽查了 V2 宏远包装：照片拍的不是设备。有补充的直接跟赵敏说。" in desk.texts(COLLEAGUE)
    assert "抽查：赵敏 有问题：照片拍的不是设备" in await desk.asks_first("zhouzong", "看 V2")
    assert (await desk.asks_first(MANAGER, "抽查")) == "最近 7 天没有你还没抽查过的拜访。"
    assert "只有主管" in await desk.asks(REP, "抽查")


async def test_originals_may_lie_in_a_bucket(database: Database, tmp_path: Path) -> None:
    """V4: [media] store = "s3"; what is seen through comes out of it, nothing lies on the disk."""
    async with pretend_bucket() as bucket:
        keys = {"endpoint": bucket.url, "bucket": "originals", "access_key": "key-of-nobody", "secret_key": SECRET}
        in_bucket = {"media": {"store": "s3", "s3": keys, "folder": str(tmp_path / "media")}}
        async with sitting(database, tmp_path, changes=in_bucket) as desk:
            await give(desk, "恒达机械 13800001111 X200 展会", REP)
            await finished(desk)
            assert sorted(bucket.objects.values(), key=len) == sorted([photo(1), AMR + bytes([1]) * 20], key=len)
            _, picture, voice = await desk.say(MANAGER, "看 V1")
            media = desk.wecom.world.media
            assert media[picture.media_id].data == photo(1)
            assert media[voice.media_id].data == AMR + bytes([1]) * 20
        assert bucket.refused == []
        assert not (tmp_path / "media").exists()


async def test_the_words_of_a_memo_and_what_was_understood_are_shown(desk: Desk) -> None:
    """V5: as it stands after corrections, and whether its speaker has confirmed it."""
    await start(desk)
    async with desk.work() as work:
        work.actor = REP
        await work.memos.add("app:heard", REP, "voice", recorded_at=work.now, visit_id=1, customer_id=1)
        memo_id = await work.memos.add("app:words", REP, "text", recorded_at=work.now, visit_id=1, customer_id=1)
        memo = await work.memos.get(memo_id)
        assert memo is not None
        facts = MemoFacts(
            decision_maker=Said("李总", Words(0, 2, "李总")),
            budget=Said(BudgetRange(50_000_000, 50_000_000), Words(7, 10, "五十万")),
        )
        await work.memos.understood(memo, "李总拍板，预算五十万", facts, 1, None)
    lines = (await desk.asks(MANAGER, "看 V1")).splitlines()
    assert lines[-3:] == [
        "M1：还没转成文字，听原声。",
        "M2：李总拍板，预算五十万",
        "提取（本人还没确认）：拍板人 李总；预算 50万",
    ]


async def test_what_is_said_later_replaces_what_has_not_left_yet(desk: Desk) -> None:
    """A photo and a memo within two seconds: one true sentence at the end, not an older one behind it."""
    await start(desk)
    await desk.wecom.send_media(REP, "image", photo(1))
    await desk.settle()
    await desk.wecom.send_media(REP, "voice", AMR)
    await desk.after_a_burst()
    assert desk.texts(REP)[-1] == "语音收到。V1 恒达机械：照片 1 张、备忘 1 条，齐了。走的时候发“结束拜访”。"


async def test_photos_of_the_morning_and_of_the_evening_are_asked_about_apart(desk: Desk) -> None:
    await give(desk, "远方精密 13700003333 X200 官网", REP)
    await desk.send_photo(REP, photo(1))
    await desk.pass_time(hours=5)
    await desk.send_photo(REP, photo(2))
    first, second = [card for card in desk.cards(REP) if card.title == "照片 1 张是哪家的"]
    await desk.tap(REP, next(button for button in second.buttons if "远方精密" in button), second)
    assert desk.texts(REP)[-1].startswith("V1 开始拜访远方精密。\n刚才发的照片 1 张也算进来了。")
    await desk.send_voice(REP, AMR)
    await desk.say(REP, "结束拜访")
    await desk.tap(REP, next(button for button in first.buttons if "恒达机械" in button), first)
    assert desk.texts(REP)[-1].startswith("V2 开始拜访恒达机械。\n刚才发的照片 1 张也算进来了。")


async def test_a_late_photo_taken_away_an_hour_later_is_asked_about(desk: Desk) -> None:
    await finished(desk)
    await desk.send_photo(REP, photo(7))
    await desk.pass_time(hours=1)
    await desk.tap(REP, "不是这次的")
    await desk.after_a_burst()
    assert desk.titles(REP)[-1] == "照片 1 张是哪家的"


async def test_pictures_between_the_words_to_the_smart_bot_are_kept_too(desk: Desk) -> None:
    """V2: 图文混排 is one message of words and pictures; the words get the answer, nothing is lost."""
    await start(desk)
    picture = {"msgtype": "image", "image": {"url": f"{desk.wecom.api_base}/aibot-media/none"}}
    words = {"msgtype": "text", "text": {"content": "待办"}}
    body = {
        "msgid": "mixed-1", "chattype": "single", "from": {"userid": REP}, "msgtype": "mixed",
        "mixed": {"msg_item": [words, picture, picture]},
    }  # fmt: skip
    message = NewMessage("bot:mixed-1", UserId(REP), Door.BOT.value, json.dumps(body), desk.clock.now())
    async with desk.house.database.writing() as connection:
        await store(connection, [message])
    await desk.house.worker.drain()
    async with desk.work() as work:
        assert [piece.message_key for piece in await work.evidence.of_visit(1)] == ["bot:mixed-1#1", "bot:mixed-1#2"]
