"""A rep talks or types, the record writes itself, and the rep has the last word (V2, V6, N1-N5)."""

from __future__ import annotations

import json
from datetime import timedelta

from bot.commands.export import lines_of
from domain.facts import Concern, Signal
from domain.ids import fold
from domain.memos import MemoState
from domain.scorecard import Level, Point
from domain.speech import Problem
from nlp.companies import company_key
from simulator.pretend import Delivered
from simulator.world import CardState
from tests.kit.desk import Desk

AMR = b"#!AMR\n" + bytes(range(64))
REP, OTHER, BOSS = "zhangwei", "lina", "zhaomin"
TALK = "刚从恒达机械出来，李总拍板，预算五十万，他嫌贵，我明天寄样品，他们周五前付定金"


async def give(desk: Desk, name: str, to: str = REP) -> int:
    """A customer of this rep."""
    async with desk.work() as work:
        customer = await work.customers.add(name, company_key(name))
        await work.customers.give_to(customer.customer_id, fold(to))
        return customer.customer_id


async def heard(desk: Desk, text: str = "", problem: Problem | None = None, *, again: bool = False) -> list[Delivered]:
    """The loop of speech to text has come to an end with the oldest voice memo; returns what its sender got."""
    before = len(desk.wecom.inbox_of(REP))
    async with desk.work() as work:
        waiting = await work.transcriptions.claim(timedelta(minutes=1))
        assert waiting is not None
        if problem is None:
            await work.transcriptions.heard(waiting, text, "test", 31.0)
        else:
            await work.transcriptions.unheard(waiting, problem, 31.0, desk.clock.now() if again else None, tell=again)
    await desk.settle()
    return desk.wecom.inbox_of(REP)[before:]


def shown(desk: Desk, by: str = REP) -> dict[str, str]:
    """The rows of the newest card."""
    return dict(desk.cards(by)[-1].lines)


# what is understood


async def test_a_typed_memo_is_a_card_with_one_button_and_nothing_else_is_said(desk: Desk) -> None:
    """N2, N3, N5: six rows, money as people write it, and how to put it right in plain words."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    (card,) = desk.cards(REP)
    assert card.title == "M1 听到这些，对吗"
    assert len(card.lines) <= 6
    assert shown(desk) == {
        "客户": "恒达机械", "拍板人": "李总（见到了）", "预算": "50万", "下一步1": "明天 寄样品",
        "下一步2": "客户 11月27日周五 付定金", "顾虑": "压价",
    }  # fmt: skip
    assert card.text.startswith("不对就直接回一句，比如：")
    assert card.buttons == ("确认", "客户不对")


async def test_a_voice_memo_is_acknowledged_at_once_and_its_card_follows(desk: Desk) -> None:
    """N1, N5: the words are understood like typed ones, whenever they come."""
    await give(desk, "恒达机械")
    (answer,) = await desk.send_voice(REP, AMR)
    assert answer.text == "语音收到。"
    await desk.pass_time(minutes=2)
    card, script = await heard(desk, TALK)
    assert card.card is not None
    assert shown(desk)["预算"] == "50万"
    assert "可以这样说" in script.text
    async with desk.work() as work:
        (memo,) = await work.memos.of_sender(REP, 5)
        assert (memo.seconds, memo.recorded_at) == (31.0, desk.at(23, 10))


async def test_words_that_could_not_be_heard_leave_the_audio_and_may_come_later(desk: Desk) -> None:
    """N1: a failure is told with what to do; when it works after all, the card comes."""
    await give(desk, "恒达机械")
    await desk.send_voice(REP, AMR)
    (told,) = await heard(desk, problem=Problem.SERVER_AWAY, again=True)
    assert told.text == "语音已存好，文字要晚一点才出来。急的话可以先打字。"
    async with desk.work() as work:
        (memo,) = await work.memos.of_sender(REP, 5)
        assert (memo.state, memo.problem) == (MemoState.WAITING_FOR_WORDS, "server_away")
    await heard(desk, TALK)
    assert shown(desk)["客户"] == "恒达机械"


async def test_a_voice_that_is_given_up_says_what_to_do(desk: Desk) -> None:
    """N1: in the words of what was wrong with it."""
    await desk.send_voice(REP, AMR)
    (told,) = await heard(desk, problem=Problem.SILENT)
    assert told.text == "这段语音里没有声音，原件已存好。请检查麦克风权限后重录，或直接打字。"


async def test_the_smart_bots_voice_comes_with_its_words(desk: Desk) -> None:
    """N1, N5: understood at once; the card is in the app, and the bot says so."""
    await give(desk, "恒达机械")
    await desk.wecom.send_media(REP, "voice", AMR, to="bot", transcript=TALK)
    await desk.settle()
    assert desk.wecom.bot_chat_of(REP)[-1].text == "M1 记下了，卡片在跟单铃应用里。"
    assert shown(desk)["预算"] == "50万"


async def test_a_memo_in_which_nothing_was_found_is_kept_and_kindly_answered(desk: Desk) -> None:
    await give(desk, "恒达机械")
    await desk.send_voice(REP, AMR)
    (told,) = await heard(desk, "今天雾太大了我在高速口等了一个小时")
    assert told.text == "M1 原话存好了，没听出拍板人、预算和下一步。补一句就行，比如：客户是恒达，预算是50万"
    assert desk.cards(REP) == []
    async with desk.work() as work:
        (memo,) = await work.memos.of_sender(REP, 5)
        assert memo.text.startswith("今天雾太大了")


async def test_small_talk_is_no_memo(desk: Desk) -> None:
    """N5: help is the answer, as before."""
    for words in ("你好", "今天下雨路上堵车真厉害", "预算多少算高？"):
        (answer,) = await desk.say(REP, words)
        assert "没看懂" in answer.text
    async with desk.work() as work:
        assert await work.memos.of_sender(REP, 5) == []


async def test_a_memo_that_begins_with_a_command_word_is_still_a_memo(desk: Desk) -> None:
    """N5: 跟进 asks for a lead's number only where nothing else is said."""
    await give(desk, "恒达机械")
    await desk.say(REP, "跟进了恒达机械，李总拍板，预算50万")
    assert shown(desk)["预算"] == "50万"
    assert "没看到线索编号" in await desk.asks(REP, "跟进")


async def test_words_typed_during_a_visit_are_its_memo(desk: Desk) -> None:
    """V2, V3, N5: typed like spoken; no name is needed there, and the visit lacks one thing less."""
    await give(desk, "恒达机械")
    await give(desk, "宏远包装")
    await desk.say(REP, "开始拜访 宏远包装")
    await desk.say(REP, "李总拍板，预算五十万")
    await desk.after_a_burst()
    assert shown(desk)["客户"] == "宏远包装"
    assert any("备忘 1 条" in text for text in desk.texts(REP))


async def test_a_memo_in_a_visit_that_speaks_of_another_customer_is_asked_about(desk: Desk) -> None:
    """V2: at one customer and speaking of another."""
    await give(desk, "恒达机械")
    await give(desk, "宏远包装")
    await desk.say(REP, "开始拜访 宏远包装")
    await desk.say(REP, "刚从恒达机械出来，李总拍板，预算五十万")
    assert desk.cards(REP)[-1].title == "M1 记到这次拜访的，还是说到的？"
    assert set(desk.cards(REP)[-1].buttons) >= {"宏远包装", "恒达机械", "都不是"}


# which customer


async def test_a_short_name_is_enough_for_an_own_customer(desk: Desk) -> None:
    """V2: 恒达 is 恒达机械, as long as the rep has only one such."""
    await give(desk, "苏州恒达机械有限公司")
    await desk.say(REP, "恒达那边李总拍板，预算50万")
    assert shown(desk)["客户"] == "苏州恒达机械有限公司"


async def test_without_a_name_the_only_work_in_hand_is_meant(desk: Desk) -> None:
    """V2: the rep's open work says it."""
    await desk.post("【线索响应】恒达机械 13800001111 X200 展会")
    (owner,) = desk.holders("新线索 L1")
    await desk.say(owner, "刚谈完，拍板的是李总，预算五十万")
    assert shown(desk, owner)["客户"] == "恒达机械"


async def test_without_a_name_and_with_several_in_hand_a_card_asks_and_becomes_the_answer(desk: Desk) -> None:
    """V2: one tap, and the same card shows what was understood."""
    for name in ("恒达机械", "宏远包装"):
        await give(desk, name)
        await plan(desk, name)
    await desk.say(REP, "刚谈完，拍板的是李总，预算五十万")
    (card,) = desk.cards(REP)
    assert card.title == "M1 是哪家客户的？"
    assert set(card.buttons) == {"恒达机械", "宏远包装", "都不是"}
    await desk.tap(REP, "宏远包装")
    (card,) = desk.cards(REP)
    assert card.title == "M1 听到这些，对吗"
    assert shown(desk)["客户"] == "宏远包装"


async def plan(desk: Desk, name: str) -> None:
    """A visit about now: work in hand."""
    await desk.asks(REP, f"计划拜访 {name} 今天上午10点半")


async def test_two_customers_in_one_memo_are_asked_about(desk: Desk) -> None:
    """Bad weather: neither gets what may be the other's."""
    await give(desk, "恒达机械")
    await give(desk, "宏远包装")
    await desk.say(REP, "去了恒达机械，李总拍板，预算五十万，回来路过宏远包装也聊了聊")
    (card,) = desk.cards(REP)
    assert card.title == "M1 说到不止一家，记到哪家？"
    async with desk.work() as work:
        (memo,) = await work.memos.of_sender(REP, 5)
        assert memo.customer_id is None
    await desk.asks(REP, "恒达机械")
    assert shown(desk)["客户"] == "恒达机械"


async def test_a_customer_that_nobody_knows_is_made_with_a_tap(desk: Desk) -> None:
    """V2: the way out of the card; it belongs to whoever told of it."""
    await give(desk, "恒达机械")
    await desk.say(REP, "刚从鼎新泵业出来，赵总拍板，预算三十万到四十万")
    (card,) = desk.cards(REP)
    assert "鼎新泵业" in card.title
    await desk.tap(REP, "新客户")
    assert shown(desk)["客户"] == "鼎新泵业"
    assert shown(desk)["预算"] == "30万–40万"
    async with desk.work() as work:
        (customer,) = await work.customers.named_like("鼎新泵业")
        assert customer.owner == REP
    assert (await desk.asks(REP, "查 鼎新")).startswith("鼎新泵业（张伟）")


async def test_none_of_them_asks_for_the_name_and_takes_it(desk: Desk) -> None:
    """V2: 都不是, then the name in words."""
    for name in ("恒达机械", "宏远包装"):
        await give(desk, name)
        await plan(desk, name)
    await give(desk, "永固五金")
    await desk.say(REP, "刚谈完，拍板的是李总，预算五十万")
    await desk.tap(REP, "都不是")
    assert desk.texts(REP)[-1] == "M1 是哪家客户？直接回公司名。"
    assert await desk.asks(REP, "永固五金") == "M1 记到 永固五金 了。"
    assert shown(desk)["客户"] == "永固五金"


async def test_a_command_is_no_customers_name(desk: Desk) -> None:
    """An open question never swallows a command."""
    for name in ("恒达机械", "宏远包装"):
        await give(desk, name)
        await plan(desk, name)
    await desk.say(REP, "刚谈完，拍板的是李总，预算五十万")
    await desk.tap(REP, "都不是")
    assert "件待办" in await desk.asks(REP, "待办")


async def test_a_memo_for_somebody_elses_customer_is_kept_and_both_hear_of_it(desk: Desk) -> None:
    """Bad weather: in the customer's file, the owner told, the speaker told, and no score shown to strangers."""
    await give(desk, "恒达机械", OTHER)
    await desk.say(REP, TALK)
    card = desk.cards(REP)[-1]
    assert "客户由李娜负责，已经告诉李娜" in card.text
    assert card.subtitle == ""
    assert any(text.startswith("张伟记了一条恒达机械的备忘：拍板人李总，预算50万") for text in desk.texts(OTHER))
    assert "张伟 备忘" in await desk.asks(OTHER, "查 恒达机械")
    assert await desk.asks(REP, "查 恒达机械") == "恒达机械 现在由李娜负责，详情请问李娜。"


async def test_a_new_memo_is_no_correction_of_the_open_card(desk: Desk) -> None:
    """N3, bad weather: of a colleague's customer, of one that nobody knows, or one that begins like a story."""
    await give(desk, "恒达机械")
    await give(desk, "三泰模具", OTHER)
    await desk.say(REP, "恒达机械李总拍板，预算50万")
    await desk.say(REP, "刚在三泰模具，钱总拍板，预算80万，竞品是华峰")
    assert shown(desk)["客户"] == "三泰模具"
    await desk.say(REP, "今天去了新客户鼎力重工，孙总说预算大概一百万，下周五前要方案")
    assert desk.titles(REP)[-1] == "M3 没找到客户“鼎力重工”"
    await desk.say(REP, "恒达机械李总拍板，预算50万")
    assert "改好了" in await desk.asks(REP, "预算是40万，李总见了，拍板的是孙总")
    await desk.say(REP, "刚谈完，王总拍板，预算二十万")
    assert "M5 是哪家客户的？" in desk.titles(REP)
    async with desk.work() as work:
        first = await work.memos.get(1)
        assert [one.memo.memo_id for one in await work.memos.corrected()] == [4]
    assert first is not None
    assert first.facts is not None
    assert first.facts.decision_maker is not None
    assert first.facts.decision_maker.value == "李总"


async def test_a_name_that_was_heard_well_and_only_asked_about_is_no_correction(desk: Desk) -> None:
    """N3: training data says what was wrong, nothing else."""
    await give(desk, "恒达机械")
    await give(desk, "宏远包装")
    await desk.say(REP, "去了恒达机械，李总拍板，预算五十万，回来路过宏远包装也聊了聊")
    await desk.tap(REP, "恒达机械")
    async with desk.work() as work:
        assert await work.memos.corrected() == []


# the last word


async def test_a_plain_sentence_puts_the_card_right_and_the_original_is_kept(desk: Desk) -> None:
    """N3: several things at once; the card changes for its holder; each change is kept with what stood before."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    assert await desk.asks(REP, "预算是四十万，拍板的是王总") == "M1 改好了：拍板人 李总 → 王总；预算 50万 → 40万"
    assert (shown(desk)["预算"], shown(desk)["拍板人"]) == ("40万", "王总（见到了）")
    assert len(desk.cards(REP)) == 1
    async with desk.work() as work:
        (corrected,) = await work.memos.corrected()
        assert [(one.field, one.original, one.corrected) for one in corrected.corrections] == [
            ("decision_maker", "李总", "王总"),
            ("budget", {"min_fen": 50_000_000, "max_fen": 50_000_000}, {"min_fen": 40_000_000, "max_fen": 40_000_000}),
        ]


async def test_a_correction_may_be_spoken(desk: Desk) -> None:
    """N3, N5: one that says so; another memo right behind the first is a memo of its own."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.send_voice(REP, AMR)
    await heard(desk, "不对，预算是四十万")
    assert desk.texts(REP)[-1] == "M1 改好了：预算 50万 → 40万"
    assert shown(desk)["预算"] == "40万"
    await desk.send_voice(REP, AMR + b"x")
    await heard(desk, "恒达机械的拍板人是孙总，预算六十万")
    assert desk.titles(REP)[-1] == "M3 听到这些，对吗"
    async with desk.work() as work:
        (corrected,) = await work.memos.corrected()
        assert corrected.corrections[0].said == "不对，预算是四十万"


async def test_a_correction_may_be_spoken_to_the_smart_bot(desk: Desk) -> None:
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.wecom.send_media(REP, "voice", AMR, to="bot", transcript="不是李总，是王总")
    await desk.settle()
    assert desk.wecom.bot_chat_of(REP)[-1].text == "M1 改好了：拍板人 李总 → 王总"


async def test_a_corrected_day_moves_the_to_do_and_a_step_taken_back_is_owed_no_more(desk: Desk) -> None:
    """N3, N4: consequences follow the correction; nothing is owed twice."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    assert "恒达机械：寄样品，明天 18:00 前" in await desk.asks(REP, "待办")
    await desk.asks(REP, "下周五前寄样品")
    listed = await desk.asks(REP, "待办")
    assert "恒达机械：寄样品，12月4日 18:00 前" in listed
    assert listed.startswith("2 件待办")
    await desk.say(REP, "不用寄样品了")
    listed = await desk.asks(REP, "待办")
    assert listed.startswith("1 件待办")
    assert "寄样品" not in listed


async def test_confirming_twice_does_nothing_more(desk: Desk) -> None:
    """Bad weather: the second tap, from a phone that still shows the button."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    (card,) = desk.cards(REP)
    await desk.tap(REP, "确认")
    assert desk.titles(REP) == ["M1 已确认"]
    said = len(desk.wecom.inbox_of(REP))
    message = next(m for m in desk.wecom.world.messages if m.task_id == card.task_id)
    message.card = CardState(card.body)
    await desk.tap(REP, "确认", card)
    assert len(desk.wecom.inbox_of(REP)) == said
    async with desk.work() as work:
        assert [entry.after for entry in await work.audit.of("memo:1", 20) if entry.field == "state"] == [
            "confirmed", "understood",
        ]  # fmt: skip


async def test_a_card_that_can_be_changed_no_more_is_sent_anew_with_its_buttons(desk: Desk) -> None:
    """N3: WeCom lets an untouched card be changed once; the second correction needs a card of its own."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.asks(REP, "预算是40万")
    assert len(desk.cards(REP)) == 1
    await desk.say(REP, "预算是45万")
    assert [dict(card.lines)["预算"] for card in desk.cards(REP)] == ["40万", "45万"]
    assert desk.cards(REP)[1].buttons == ("确认", "客户不对")
    await desk.tap(REP, "确认")
    assert desk.titles(REP)[1] == "M1 已确认"


async def test_a_word_confirms_as_well(desk: Desk) -> None:
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    assert await desk.asks(REP, "对") == "M1 已确认。"
    assert desk.titles(REP) == ["M1 已确认"]


async def test_after_the_confirmation_it_is_put_right_by_its_number_and_logged(desk: Desk) -> None:
    """N3, A2: a plain sentence no longer reaches it and says how; 改 M1 does, for its speaker and those above."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.tap(REP, "确认")
    assert await desk.asks(REP, "预算是40万") == "M1 已经确认过了。要改就发：改 M1 预算是40万"
    assert await desk.asks(REP, "确认") == "M1 已经确认过了。要改就发：改 M1 预算是50万"
    assert await desk.asks(REP, "改 M1 预算是40万") == "M1 改好了：预算 50万 → 40万"
    assert await desk.asks(BOSS, "改 m1 拍板的是王总") == "M1 改好了：拍板人 李总 → 王总"
    assert "没有找到备忘 M1" in await desk.asks(OTHER, "改 M1 预算是1万")
    async with desk.work() as work:
        log = {(entry.who, entry.field) for entry in await work.audit.of("memo:1", 20)}
    assert {(REP, "budget"), (BOSS, "decision_maker")} <= log


async def test_an_older_card_is_put_right_by_its_number_while_the_newest_hears_plain_words(desk: Desk) -> None:
    """N3: one open question for each person, and it is about the newest card."""
    await give(desk, "恒达机械")
    await give(desk, "宏远包装")
    await desk.say(REP, "恒达机械李总拍板，预算50万")
    await desk.say(REP, "宏远包装赵总拍板，预算20万")
    assert await desk.asks(REP, "预算是30万") == "M2 改好了：预算 20万 → 30万"
    assert await desk.asks(REP, "改M1 预算是60万") == "M1 改好了：预算 50万 → 60万"
    assert [dict(card.lines)["预算"] for card in desk.cards(REP)] == ["60万", "30万"]


async def test_a_card_that_is_only_called_wrong_says_what_to_type(desk: Desk) -> None:
    """N3: the help for newcomers is no answer to somebody who has a card in front of them."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    for words in ("不对", "错了", "第五条删掉", "日期改到后天"):
        assert (await desk.asks(REP, words)).startswith("M1 要改哪里？像这样发：预算是50万、")
    assert "没看懂" in await desk.asks(REP, "你好")
    assert await desk.asks(REP, "删掉第二条") == "M1 改好了：下一步 明天 寄样品；客户 11月27日周五 付定金 → 明天 寄样品"


async def test_words_say_that_the_customer_is_wrong_like_the_button(desk: Desk) -> None:
    for name in ("恒达机械", "宏远包装"):
        await give(desk, name)
        await plan(desk, name)
    await desk.say(REP, TALK)
    await desk.say(REP, "客户不对")
    assert "宏远包装" in desk.cards(REP)[-1].buttons
    await desk.say(REP, "宏远包装")
    assert desk.texts(REP)[-1] == "M1 记到 宏远包装 了。"
    await desk.say(REP, "客户错了")
    await desk.say(REP, "都不是")
    assert desk.texts(REP)[-1] == "M1 是哪家客户？直接回公司名。"


async def test_what_cannot_be_understood_as_a_correction_changes_nothing(desk: Desk) -> None:
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    assert "没看懂 M1 要改哪里" in await desk.asks(REP, "改 M1 嗯嗯")
    assert await desk.asks(REP, "改 M1 预算是50万") == "M1 本来就是这样记的，没有改动。"
    async with desk.work() as work:
        assert await work.memos.corrected() == []


async def test_the_wrong_customer_is_put_right_and_its_file_forgets_it(desk: Desk) -> None:
    """N3: profile and to-dos go with the memo."""
    first, second = await give(desk, "恒达机械"), await give(desk, "宏远包装")
    await desk.say(REP, TALK)
    assert await desk.asks(REP, "客户是宏远包装") == "M1 改好了：客户 宏远包装"
    assert shown(desk)["客户"] == "宏远包装"
    assert "宏远包装：寄样品" in await desk.asks(REP, "待办")
    async with desk.work() as work:
        before, after = await work.profiles.of(first), await work.profiles.of(second)
    assert before is not None
    assert before[0].decision_maker == ""
    assert after is not None
    assert after[0].decision_maker == "李总"


async def test_the_button_offers_the_other_customers_in_hand(desk: Desk) -> None:
    """N3: 客户不对 asks with the candidates, the wrong one left out."""
    for name in ("恒达机械", "宏远包装"):
        await give(desk, name)
        await plan(desk, name)
    await desk.say(REP, TALK)
    await desk.tap(REP, "客户不对")
    card = desk.cards(REP)[-1]
    assert "宏远包装" in card.buttons
    assert "恒达机械" not in card.buttons
    await desk.tap(REP, "宏远包装")
    assert shown(desk)["客户"] == "宏远包装"


async def test_corrections_are_exported_as_training_data(desk: Desk) -> None:
    """N3: transcript, moment, what was understood and what is true, in the shape of the labels."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.asks(REP, "预算是四十万")
    lines = [json.loads(line) async for line in lines_of(desk.house.database, desk.house.rules, desk.clock.now())]
    (line,) = lines
    assert line["transcript"] == TALK
    assert line["recorded_at"] == "2026-11-23T10:00:00+08:00"
    assert line["fields"] == ["budget"]
    assert line["understood"]["budget"] == {"min": 500_000, "max": 500_000}
    assert line["corrected"]["budget"] == {"min": 400_000, "max": 400_000}
    assert line["corrected"]["customer"] == "恒达机械"
    assert line["corrections"][0]["said"] == "预算是四十万"


# what follows


async def test_a_memo_makes_score_card_tags_and_one_script(desk: Desk) -> None:
    """N4: level with reasons, concerns as tags, and what to say about the price; all logged."""
    customer = await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    async with desk.work() as work:
        found = await work.profiles.of(customer)
        log = {entry.field: entry.after for entry in await work.audit.of(f"customer:{customer}", 20)}
    assert found is not None
    profile, card = found
    assert profile.concerns == (Concern.PRICE,)
    assert Signal.PRICE_SENSITIVE in profile.signals
    assert card.level is Level.HIGH
    assert (log["level"], log["concerns"]) == ("high", "price")
    (script,) = [text for text in desk.texts(REP) if "可以这样说" in text]
    assert script.startswith("恒达机械在压价，可以这样说：\n")


async def test_a_memo_is_the_first_contact_of_the_lead(desk: Desk) -> None:
    """S3: who tells what came of it has been in contact; the manager is not pinged."""
    await desk.post("【线索响应】恒达机械 13800001111 X200 展会")
    (owner,) = desk.holders("新线索 L1")
    await desk.tap(owner, "接单")
    await desk.say(owner, "恒达机械李总拍板，预算50万")
    assert "已首次联系 L1" in desk.titles(owner)
    await desk.pass_time(hours=6)
    assert desk.cards(BOSS) == []


async def test_the_log_of_the_customer_reads_like_a_story(desk: Desk) -> None:
    """A2: who put what right, in words, none of it as stored."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.asks(REP, "预算是40万，下周五前寄样品")
    said = await desk.asks(REP, "记录 恒达机械")
    assert "张伟 M1 预算：50万 → 40万" in said
    assert (
        "张伟 M1 下一步：明天 寄样品；客户 11月27日周五 付定金 → 12月4日周五 寄样品；客户 11月27日周五 付定金" in said
    )
    assert "张伟 待办期限：明天 18:00 → 12月4日 18:00" in said
    assert "张伟 意向：高" in said
    assert "张伟 顾虑：价格" in said
    assert "{" not in said


async def test_a_next_step_that_is_done_no_longer_raises_the_level(desk: Desk) -> None:
    """N4: the score card follows what is open."""
    customer = await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.asks(REP, "完成 1")
    await desk.asks(REP, "完成 1")
    async with desk.work() as work:
        found = await work.profiles.of(customer)
    assert found is not None
    assert Point.NEXT_STEP_AGREED in found[1].missing


async def test_a_memo_leaves_the_question_of_a_visit_alone(desk: Desk) -> None:
    """One open question: what the visit has asked is not lost to a transcript that comes in between."""
    await give(desk, "恒达机械")
    async with desk.work() as work:
        await work.questions.ask(REP, "visit_needs", "V1", desk.at(23, 18))
    await desk.send_voice(REP, AMR)
    await heard(desk, TALK)
    async with desk.work() as work:
        question = await work.questions.open_of(REP)
    assert question is not None
    assert question.kind == "visit_needs"


async def test_without_anybody_to_offer_the_name_is_asked_in_words(desk: Desk) -> None:
    """V2: a card with nothing to choose is no help."""
    await give(desk, "恒达机械")
    await desk.say(REP, "刚谈完，拍板的是李总，预算五十万")
    assert desk.texts(REP) == ["M1 是哪家客户？直接回公司名。"]
    await desk.say(REP, "恒达机械")
    assert shown(desk)["拍板人"].startswith("李总")


async def test_what_was_ticked_off_is_not_owed_again_by_a_correction(desk: Desk) -> None:
    """N4: the same step is one to-do for ever."""
    await give(desk, "恒达机械")
    await desk.say(REP, TALK)
    await desk.asks(REP, "完成 1")
    await desk.asks(REP, "预算是40万")
    assert "寄样品" not in await desk.asks(REP, "待办")


# other doors


async def test_a_call_recording_is_a_memo_with_its_length(desk: Desk) -> None:
    """N5, S3: sent as a file; a call shorter than a minute is no first contact, and this one had 31 seconds."""
    await desk.post("【线索响应】恒达机械 13800001111 X200 展会")
    (owner,) = desk.holders("新线索 L1")
    (answer,) = await desk.send_file(owner, AMR, "通话录音_1123.m4a")
    assert answer.text == "语音收到。"
    async with desk.work() as work:
        waiting = await work.transcriptions.claim(timedelta(minutes=1))
        assert waiting is not None
        assert waiting.hints[0] == "恒达机械"
        await work.transcriptions.heard(waiting, "恒达机械的李总拍板，预算五十万", "test", 31.0)
    await desk.settle()
    assert shown(desk, owner)["预算"] == "50万"
    async with desk.work() as work:
        (memo,) = await work.memos.of_sender(owner, 5)
        assert (memo.kind, memo.seconds) == ("call", 31.0)
        (lead,) = await work.leads.open()
        assert lead.contacted_at is None


async def test_a_step_that_a_correction_adds_takes_no_time_of_day_from_the_memo(desk: Desk) -> None:
    """N4: its words stand elsewhere."""
    await give(desk, "恒达机械")
    await desk.say(REP, "恒达机械李总拍板，周四下午三点上门演示")
    assert "上门演示，周四 15:00" in await desk.asks(REP, "待办")
    await desk.asks(REP, "周五前上门签合同")
    listed = await desk.asks(REP, "待办")
    assert "上门演示，周四 15:00" in listed
    assert "恒达机械：上门签合同，周五 18:00 前" in listed


async def test_a_customers_own_words_are_understood_from_our_side(desk: Desk) -> None:
    """V6: 我们 is the customer there, 你们 is us; kept with time and source."""
    customer = await give(desk, "恒达机械")
    await desk.say(REP, "转录 恒达 我们预算50万，你们周五前把方案发来")
    assert (shown(desk)["客户"], shown(desk)["预算"]) == ("恒达机械", "50万")
    assert "恒达机械：把方案发来，周五 18:00 前" in await desk.asks(REP, "待办")
    assert "客户说：M1 我们预算50万" in await desk.asks(REP, "查 恒达")
    async with desk.work() as work:
        (memo,) = await work.memos.of_customer(customer)
        assert (memo.kind, memo.recorded_at) == ("forwarded", desk.clock.now())


async def test_own_words_without_a_known_customer_ask_for_one(desk: Desk) -> None:
    """V6: nothing is lost of what was pasted."""
    await give(desk, "恒达机械")
    await plan(desk, "恒达机械")
    await give(desk, "宏远包装")
    await plan(desk, "宏远包装")
    await desk.say(REP, "转录 我们预算50万，你们周五前把方案发来")
    assert desk.titles(REP)[-1] == "M1 是哪家客户的？"
    assert "没写客户说了什么" in await desk.asks(REP, "转录")


async def test_the_same_message_again_is_one_memo(desk: Desk) -> None:
    """Traps: WeCom sends it three times."""
    await give(desk, "恒达机械")
    desk.wecom.weather.duplicates = 2
    await desk.say(REP, TALK)
    assert len(desk.cards(REP)) == 1
    assert (await desk.asks(REP, "待办")).startswith("2 件待办")
