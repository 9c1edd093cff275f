"""The money is in, and everybody who waits for it knows (P1-P3, P5)."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from actions import judge_payments
from actions.book_payment import confirm
from actions.take_transactions import take
from chat.texts.errors import sentence
from domain.payments import BankTransaction
from domain.refusal import Refusal
from simulator.company import Company, Person, demo_company
from storage.database import Database
from storage.payments import Source
from storage.tables import bank_transactions
from tests.kit.desk import GROUP, Desk, sitting
from tests.kit.money import FINANCE, HENGDA, MANAGER, REP, SECOND, XINGYU, arrive, fen, open_of, owe, paid, statement


def company_with_two_in_finance() -> Company:
    company = demo_company()
    second = Person(SECOND, "李梅", 3, "财务", ("finance",))
    return replace(company, people=(*company.people, second))


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(database, tmp_path, company=company_with_two_in_finance()) as ready:
        yield ready


async def send_file(desk: Desk, userid: str, data: bytes, name: str) -> list[str]:
    before = len(desk.texts(userid))
    await desk.wecom.send_media(userid, "file", data, name)
    await desk.settle()
    await desk.settle()
    return desk.texts(userid)[before:]


# Certain


async def test_certain_money_is_booked_and_rep_manager_and_finance_hear_it_at_once(desk: Desk) -> None:
    """P2, P3: amount, order, and what is still open."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "30000", "XS2610-0101定金"))
    said = f"已回款：{HENGDA} XS2610-0101 30,000 元，还欠 34,000 元"
    for userid in (REP, MANAGER, FINANCE, SECOND):
        assert desk.texts(userid)[-1] == said
    assert desk.texts("lina") == []
    assert await open_of(desk, "XS2610-0101") == fen("34000")


async def test_the_group_where_the_lead_came_from_hears_it_without_figures(desk: Desk) -> None:
    """P3: a setting, on by default. The order is joined to the customer, and so to who owns the customer (L3)."""
    await desk.post("【线索响应】苏州恒达机械有限公司 13800001111 X200 展会")
    (owner,) = desk.holders("新线索 L1")
    await owe(desk, "XS2610-0101", HENGDA, "64000", owner=None)
    before = len(desk.wecom.group_answers(GROUP))
    await arrive(desk, paid(desk, HENGDA, "64000"))
    (heard,) = desk.wecom.group_answers(GROUP)[before:]
    assert heard.text == f"好消息：{HENGDA} 的货款到了，{desk.wecom.company.person(owner).name}辛苦了。"
    assert desk.texts(owner) == [f"已回款：{HENGDA} XS2610-0101 64,000 元，已付清"]


async def test_the_group_hears_nothing_where_the_settings_say_so(database: Database, tmp_path: Path) -> None:
    """P3."""
    async with sitting(database, tmp_path, changes={"payments": {"tell_group": False}}) as desk:
        await desk.post("【线索响应】苏州恒达机械有限公司 13800001111 X200 展会")
        await owe(desk, "XS2610-0101", HENGDA, "64000", owner=None)
        before = len(desk.wecom.group_answers(GROUP))
        await arrive(desk, paid(desk, HENGDA, "64000"))
        assert desk.wecom.group_answers(GROUP)[before:] == []
        assert desk.texts(FINANCE)[-1].startswith("已回款：")


async def test_a_statement_of_many_payments_is_one_message_a_person(desk: Desk) -> None:
    """P3: one line each."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", XINGYU, "29600", owner="lina")
    await arrive(desk, paid(desk, HENGDA, "64000"), paid(desk, XINGYU, "29600"))
    assert desk.texts(FINANCE)[-1] == (
        f"已回款 2 笔，共 93,600 元：\n{HENGDA} XS2610-0101 64,000 元，已付清\n{XINGYU} XS2610-0102 29,600 元，已付清"
    )
    assert desk.texts(REP) == [f"已回款：{HENGDA} XS2610-0101 64,000 元，已付清"]
    assert desk.texts("lina") == [f"已回款：{XINGYU} XS2610-0102 29,600 元，已付清"]


async def test_the_same_transaction_twice_counts_once(desk: Desk) -> None:
    """P1: also by another door that knows the account and the first one did not."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    once = paid(desk, HENGDA, "30000", "XS2610-0101")
    await arrive(desk, once)
    await arrive(desk, once, replace(once, account="6222 0001 2345 6789", bank="icbc"))
    assert await open_of(desk, "XS2610-0101") == fen("34000")
    assert len(desk.texts(FINANCE)) == 1


async def test_a_point_one_and_a_point_two_are_thirty_fen(desk: Desk) -> None:
    """Bad weather: money is whole fen from the first cell to the last message."""
    await owe(desk, "XS2610-0101", HENGDA, "0.30")
    at = desk.clock.now()
    await send_file(desk, FINANCE, statement((at, "S1", "0.30000000000000004", HENGDA, "XS2610-0101")), "cmb.csv")
    assert await open_of(desk, "XS2610-0101") == 0
    assert desk.texts(REP) == [f"已回款：{HENGDA} XS2610-0101 0.30 元，已付清"]


# Doubtful


async def test_a_doubtful_payment_is_a_card_for_finance_and_books_nothing(desk: Desk) -> None:
    """P2: who, why, one button for each candidate that tells order and amount, and 都不是."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, "周铎", "64000", "XS2610-0101"))
    for userid in (FINANCE, SECOND):
        (card,) = desk.cards(userid)
        assert card.title == "待确认 64,000 元"
        assert card.subtitle.startswith("周铎 11月23日")
        assert card.text == "写了订单号，但付款方不是客户，也没有确认过代付。附言：XS2610-0101。"
        assert card.buttons == ("0101 64000", "都不是")
        assert all(len(button) <= 10 for button in card.buttons)
    assert desk.cards(REP) == []
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_a_tap_books_settles_the_other_card_and_teaches_the_payer(desk: Desk) -> None:
    """P2: a confirmed payer becomes an alias."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", HENGDA, "9000")
    await arrive(desk, paid(desk, "周铎", "64000", "XS2610-0101"))
    await desk.tap(FINANCE, "0101 64000")
    for userid in (FINANCE, SECOND):
        (card,) = desk.cards(userid)
        assert (card.title, card.subtitle, card.buttons) == ("已入账 64,000 元", "钱芳 10:00 确认", ())
    assert desk.texts(REP) == [f"已回款：{HENGDA} XS2610-0101 64,000 元，已付清"]
    await arrive(desk, paid(desk, "周铎", "9000", "尾款"))
    assert await open_of(desk, "XS2610-0102") == 0


async def test_a_payment_platform_never_becomes_an_alias(desk: Desk) -> None:
    """It pays for everybody: what it was confirmed for once says nothing about the next time."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", HENGDA, "9000")
    await arrive(desk, paid(desk, "网上支付平台待清算款项", "64000", "XS2610-0101"))
    await desk.tap(FINANCE, "0101 64000")
    await arrive(desk, paid(desk, "网上支付平台待清算款项", "9000", ""))
    assert await open_of(desk, "XS2610-0102") == fen("9000")


async def test_two_people_tapping_at_once_book_once(desk: Desk) -> None:
    """P2: the second sees who did it."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, "周铎", "30000", "XS2610-0101"))
    (mine,), (theirs,) = desk.cards(FINANCE), desk.cards(SECOND)
    await asyncio.gather(desk.wecom.tap(FINANCE, mine, "0101 30000"), desk.wecom.tap(SECOND, theirs, "0101 30000"))
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("34000")
    (settled,) = {(card.title, card.subtitle) for userid in (FINANCE, SECOND) for card in desk.cards(userid)}
    assert settled[0] == "已入账 30,000 元"
    late = [text for userid in (FINANCE, SECOND) for text in desk.texts(userid) if "处理过了" in text]
    assert len(late) == 1
    assert sum("已回款" in text for text in desk.texts(REP)) == 1


async def test_a_tie_is_never_decided(desk: Desk) -> None:
    await owe(desk, "XS2610-0109", HENGDA, "44000")
    await owe(desk, "XS2610-0110", HENGDA, "44000")
    await arrive(desk, paid(desk, HENGDA, "44000"))
    (card,) = desk.cards(FINANCE)
    assert card.buttons == ("0109 44000", "0110 44000", "都不是")
    assert {button["style"] for button in card.body["button_list"][:2]} == {4}
    await desk.tap(SECOND, "0110 44000")
    assert (await open_of(desk, "XS2610-0109"), await open_of(desk, "XS2610-0110")) == (fen("44000"), 0)


async def test_several_orders_are_confirmed_with_one_tap(desk: Desk) -> None:
    await owe(desk, "XS2610-0102", XINGYU, "35200")
    await owe(desk, "XS2610-0103", XINGYU, "29600")
    await arrive(desk, paid(desk, XINGYU, "60000", "XS2610-0102/0103"))
    (card,) = desk.cards(FINANCE)
    assert card.buttons == ("全部确认", "0102 35200", "0103 24800", "都不是")
    await desk.tap(FINANCE, "全部确认")
    assert (await open_of(desk, "XS2610-0102"), await open_of(desk, "XS2610-0103")) == (0, fen("4800"))


async def test_the_rest_of_an_overpayment_stays_in_sight(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "66000", "XS2610-0101"))
    await desk.tap(FINANCE, "0101 64000")
    assert desk.cards(FINANCE)[-1].subtitle == "钱芳 10:00 确认，还有 2,000 元没分配"
    assert f"T1 11月23日 {HENGDA} 66,000 元，余 2,000 元没分配" in await desk.asks(FINANCE, "未匹配")


async def test_none_of_these_opens_a_search_by_chat(desk: Desk) -> None:
    """P2: order number, customer or amount → candidates; the new card books as the first one would have."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", XINGYU, "29600")
    await arrive(desk, paid(desk, "周铎", "29600", "XS2610-0101"))
    await desk.tap(FINANCE, "都不是")
    assert desk.texts(FINANCE)[-1].endswith("是哪一单的？发订单号、客户名或金额，或者发“放着”。")
    assert desk.cards(SECOND)[0].title == "未匹配 29,600 元"
    assert "没有找到“蓝棹”的未收款" in await desk.asks(FINANCE, "蓝棹")
    for words in ("2610-0102", "星屿", "29600", "2.96万"):
        (answer,) = await desk.say(FINANCE, words)
        assert answer.card is not None
        assert answer.card.buttons == ("0102 29600", "都不是"), words
    await desk.tap(FINANCE, "0102 29600")
    assert await open_of(desk, "XS2610-0102") == 0
    assert [card.buttons for card in desk.cards(FINANCE)] == [()] * 5


async def test_left_alone_a_payment_stays_unmatched(desk: Desk) -> None:
    await arrive(desk, paid(desk, "义乌蓝棹进出口有限公司", "18000", "样机款"))
    assert desk.cards(FINANCE) == []
    assert "T1 11月23日 义乌蓝棹进出口有限公司 18,000 元，付款方和金额与任何未收款都对不上" in await desk.asks(
        FINANCE, "未匹配"
    )
    await desk.say(FINANCE, "匹配 T1")
    assert await desk.asks(FINANCE, "放着") == "放着了，还在“未匹配”里。"
    assert "帮助" in await desk.asks(FINANCE, "义乌")


async def test_words_that_are_a_command_are_no_answer(desk: Desk) -> None:
    await arrive(desk, paid(desk, "义乌蓝棹进出口有限公司", "18000", "样机款"))
    await desk.say(FINANCE, "匹配 T1")
    assert (await desk.asks(FINANCE, "待办")).startswith("没有待办")


async def test_money_for_an_order_cancelled_yesterday_is_asked_about_and_cannot_be_booked(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", is_cancelled=True)
    await arrive(desk, paid(desk, HENGDA, "64000", "XS2610-0101"))
    (card,) = desk.cards(FINANCE)
    assert card.text.startswith("XS2610-0101 已经取消，请确认退款还是转到别的订单")
    assert card.buttons == ("都不是",)


async def test_an_order_in_another_currency_is_refused(desk: Desk) -> None:
    with pytest.raises(Refusal) as refused:
        await owe(desk, "XS2610-0101", HENGDA, "64000", currency="USD")
    assert sentence(refused.value) == "XS2610-0101 以 USD 计价，现在只收人民币应收，没有登记。请折成人民币再登记。"


async def test_a_new_doubtful_payment_gets_its_card_however_many_old_ones_wait(desk: Desk) -> None:
    """P2: the backlog of a large statement hides nothing that comes later."""
    for at in range(30):
        await owe(desk, f"XS2610-{at + 1000}", f"甲{at}屿机械有限公司", f"{9000 + at}")
    await arrive(desk, *(paid(desk, f"周某{at}", f"{9000 + at}", f"XS2610-{at + 1000}") for at in range(30)))
    before = len(desk.cards(FINANCE))
    await desk.pass_time(minutes=1)
    await owe(desk, "XS2610-0101", HENGDA, "100")
    await arrive(desk, paid(desk, "沈曼", "100", "XS2610-0101"))
    assert "待确认 100 元" in [card.title for card in desk.cards(FINANCE)[before:]]


async def test_without_anybody_in_finance_the_operator_hears_of_it(database: Database, tmp_path: Path) -> None:
    """No dead end: a doubtful payment waits for somebody who can say what it is for."""
    company = demo_company()
    company = replace(company, people=tuple(one for one in company.people if "finance" not in one.roles))
    async with sitting(database, tmp_path, company=company) as desk:
        await owe(desk, "XS2610-0101", HENGDA, "64000")
        await arrive(desk, paid(desk, "周铎", "64000", "XS2610-0101"))
        assert desk.texts("sunyue")[-1].startswith("有 1 笔回款要财务确认，但名册里没有财务。")


# Undo


async def test_a_booking_is_undone_without_touching_the_others(desk: Desk) -> None:
    """P2: those who heard 已回款 hear that it does not hold."""
    await owe(desk, "XS2610-0102", XINGYU, "35200")
    await owe(desk, "XS2610-0103", XINGYU, "29600")
    await arrive(desk, paid(desk, XINGYU, "64800", "XS2610-0102/0103"))
    answer = await desk.asks(SECOND, "撤销 T1 XS2610-0103")
    assert answer == f"撤销了 {XINGYU} XS2610-0103 的 29,600 元，还欠 29,600 元。相关的人会收到更正。"
    assert (await open_of(desk, "XS2610-0102"), await open_of(desk, "XS2610-0103")) == (0, fen("29600"))
    for userid in (REP, MANAGER, FINANCE):
        assert desk.texts(userid)[-1] == f"更正：{XINGYU} XS2610-0103 的 29,600 元入账已由李梅撤销，还欠 29,600 元。"
    assert await desk.asks(SECOND, "撤销 XS2610-0103") == "XS2610-0103 没有入账，不用撤销。"


async def test_an_alias_goes_with_the_booking_that_taught_it(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, "周铎", "64000", "XS2610-0101"))
    await desk.tap(FINANCE, "0101 64000")
    await desk.say(FINANCE, "撤销 T1")
    await arrive(desk, paid(desk, "周铎", "64000", "再付一次"))
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_an_old_booking_is_undone_by_two_people_only(desk: Desk) -> None:
    """P2: older than a day."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    await desk.pass_time(hours=25)
    assert "已请李梅同意" in await desk.asks(FINANCE, "撤销 XS2610-0101")
    assert await open_of(desk, "XS2610-0101") == 0
    assert [card for card in desk.cards(FINANCE) if card.buttons] == []
    await desk.tap(SECOND, "同意撤销")
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert desk.texts(FINANCE)[-1] == f"更正：{HENGDA} XS2610-0101 的 64,000 元入账已由李梅撤销，还欠 64,000 元。"
    assert (desk.cards(SECOND)[-1].subtitle, desk.cards(SECOND)[-1].buttons) == ("李梅同意，已撤销", ())


async def test_the_second_person_may_say_no(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    await desk.pass_time(hours=25)
    await desk.say(FINANCE, "撤销 XS2610-0101")
    await desk.tap(SECOND, "不撤销")
    assert await open_of(desk, "XS2610-0101") == 0
    assert desk.texts(FINANCE)[-1].startswith("李梅没有同意")


# Undo of a whole statement


async def test_a_whole_statement_is_undone_and_told_in_one_message(desk: Desk) -> None:
    """P2: also what a person booked from it; what came in by another door stands. A second time changes nothing."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", XINGYU, "29600", owner="lina")
    await owe(desk, "XS2610-0103", HENGDA, "500")
    await arrive(desk, paid(desk, HENGDA, "500", "XS2610-0103"))
    at = desk.clock.now()
    data = statement((at, "S1", "64000", HENGDA, "XS2610-0101"), (at, "S2", "29600", "周铎", "XS2610-0102"))
    await send_file(desk, FINANCE, data, "十一月.csv")
    await desk.tap(FINANCE, "0102 29600")
    assert await open_of(desk, "XS2610-0102") == 0
    assert "F1 10:00 “十一月.csv”读完了：2 已入账。" in await desk.asks(FINANCE, "对账单")
    answer = await desk.asks(FINANCE, "撤销 十一月.csv")
    assert answer == "撤销了“十一月.csv”的 2 笔入账，共 93,600 元。相关的人会收到更正。"
    assert [await open_of(desk, f"XS2610-010{at}") for at in (1, 2, 3)] == [fen("64000"), fen("29600"), 0]
    assert desk.texts(SECOND)[-1] == (
        "更正：“十一月.csv”的 2 笔入账已由钱芳撤销，共 93,600 元：\n"
        f"{HENGDA} XS2610-0101 64,000 元，还欠 64,000 元\n{XINGYU} XS2610-0102 29,600 元，还欠 29,600 元"
    )
    assert desk.texts("lina")[-1].startswith("更正：“十一月.csv”的 1 笔入账已由钱芳撤销，共 29,600 元：")
    heard = {userid: len(desk.texts(userid)) for userid in (REP, SECOND, "lina")}
    assert await desk.asks(FINANCE, "撤销 F1") == "“十一月.csv”没有入账，不用撤销。"
    assert {userid: len(desk.texts(userid)) for userid in heard} == heard
    async with desk.work() as work:
        (undone,) = await work.audit.of("upload:1", 5)
        assert [one.field for one in await work.audit.of("booking:2", 5)] == ["undone"]
    assert (undone.who, undone.field, undone.before) == (FINANCE, "undone", "2")


async def test_two_people_undoing_a_statement_at_once_undo_and_tell_once(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await send_file(desk, FINANCE, statement((desk.clock.now(), "S1", "64000", HENGDA, "")), "a.csv")
    await asyncio.gather(desk.wecom.say_to_app(FINANCE, "撤销 F1"), desk.wecom.say_to_app(SECOND, "撤销 F1"))
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert sum(text.startswith("更正") for text in desk.texts(REP)) == 1
    answers = [
        text for userid in (FINANCE, SECOND) for text in desk.texts(userid) if "撤销" in text and "更正：" not in text
    ]
    assert sorted(answers) == [
        "“a.csv”没有入账，不用撤销。",
        "撤销了“a.csv”的 1 笔入账，共 64,000 元。相关的人会收到更正。",
    ]


async def test_the_aliases_that_a_statement_taught_go_with_it(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await send_file(desk, FINANCE, statement((desk.clock.now(), "S1", "64000", "周铎", "XS2610-0101")), "a.csv")
    await desk.tap(FINANCE, "0101 64000")
    await desk.say(FINANCE, "撤销 F1")
    await arrive(desk, paid(desk, "周铎", "64000", "再付一次"))
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_what_is_older_than_a_day_in_a_statement_waits_for_a_second_person(desk: Desk) -> None:
    """P2: what is younger goes at once; one card asks for all the old ones together."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", XINGYU, "29600")
    at = desk.clock.now()
    data = statement((at, "S1", "64000", HENGDA, "XS2610-0101"), (at, "S2", "29600", "周铎", "XS2610-0102"))
    await send_file(desk, FINANCE, data, "a.csv")
    await desk.pass_time(hours=25)
    await desk.tap(FINANCE, "0102 29600")
    assert await desk.asks(FINANCE, "撤销 F1") == (
        "撤销了“a.csv”的 1 笔入账，共 29,600 元。相关的人会收到更正。"
        "另有 1 笔入账超过一天，已请李梅同意，同意了才撤销。"
    )
    assert (await open_of(desk, "XS2610-0101"), await open_of(desk, "XS2610-0102")) == (0, fen("29600"))
    await desk.tap(SECOND, "同意撤销")
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert (desk.cards(SECOND)[-1].subtitle, desk.cards(SECOND)[-1].buttons) == ("李梅同意，已撤销", ())
    assert desk.texts(FINANCE)[-1].startswith("更正：“a.csv”的 1 笔入账已由李梅撤销，共 64,000 元：")


async def test_alone_in_finance_old_bookings_of_a_statement_stay_and_it_is_said_why(
    database: Database, tmp_path: Path
) -> None:
    company = demo_company()
    people = tuple(one for one in company.people if "leader" not in one.roles)
    async with sitting(database, tmp_path, company=replace(company, people=people)) as desk:
        await owe(desk, "XS2610-0101", HENGDA, "64000")
        await send_file(desk, FINANCE, statement((desk.clock.now(), "S1", "64000", HENGDA, "")), "a.csv")
        await desk.pass_time(hours=25)
        assert await desk.asks(FINANCE, "撤销 F1") == (
            "“a.csv”的 1 笔入账超过一天，撤销要第二个人同意，但名册里没有另一位财务。请让管理员加一位。"
        )
        assert await open_of(desk, "XS2610-0101") == 0


async def test_nobody_is_told_that_something_does_not_hold_which_they_have_not_heard(desk: Desk) -> None:
    """A process dies between booking and telling, and finance is quicker than the next one."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    async with desk.house.database.writing() as connection:
        await connection.execute(sa.update(bank_transactions).values(told_at=None))
    before = desk.texts(REP)
    await desk.say(FINANCE, "撤销 T1")
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert desk.texts(REP) == before


async def test_which_statement_is_meant_is_asked_where_it_is_not_clear(desk: Desk) -> None:
    assert await desk.asks(FINANCE, "撤销 F7") == "没有找到对账单 F7。发“对账单”看最近传的。"
    for serial in ("S1", "S2"):
        await send_file(desk, FINANCE, statement((desk.clock.now(), serial, "5", HENGDA, "")), "a.csv")
    assert await desk.asks(FINANCE, "撤销 a.csv") == "“a.csv”传过 2 次，写上编号，像这样发：撤销 F2"
    await owe(desk, "F203", HENGDA, "64000")
    assert await desk.asks(FINANCE, "撤销 F203") == "F203 没有入账，不用撤销。"


# 冲正: the bank takes a payment back


def taken_back(desk: Desk, payer: str, yuan: str, remark: str = "冲正", **more: object) -> BankTransaction:
    return paid(desk, payer, f"-{yuan}", remark, is_reversal=True, **more)


async def test_a_payment_that_the_bank_takes_back_is_proposed_to_be_undone_and_never_by_itself(desk: Desk) -> None:
    """P2: one card; the tap undoes the booking, tells who had heard 已回款, and the pair counts no more."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    await arrive(desk, taken_back(desk, HENGDA, "64000"))
    assert await open_of(desk, "XS2610-0101") == 0
    (card,) = desk.cards(FINANCE)
    assert (card.title, card.buttons) == ("银行冲正 64,000 元", ("撤销入账", "不是这笔"))
    assert card.subtitle == f"T1 {HENGDA} 11月23日 共 64,000 元"
    assert card.text == "这笔已入账：XS2610-0101 64,000 元。银行又冲回去了，撤销入账后应收恢复未收。"
    await desk.tap(FINANCE, "撤销入账")
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert desk.texts(REP)[-1] == f"更正：{HENGDA} XS2610-0101 的 64,000 元入账已由钱芳撤销，还欠 64,000 元。"
    for userid in (FINANCE, SECOND):
        (card,) = desk.cards(userid)
        assert (card.subtitle, card.buttons) == ("钱芳确认，已撤销入账", ())
    assert "没有未匹配" in await desk.asks(FINANCE, "未匹配")
    assert await desk.asks(FINANCE, "撤销 T1") == "T1 没有入账，不用撤销。"


async def test_a_payment_and_what_takes_it_back_may_come_in_one_file(desk: Desk) -> None:
    """A negative in the column of what came in; told first, then asked about."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    at = desk.clock.now()
    data = statement((at, "S1", "64000", HENGDA, "XS2610-0101"), (at, "S2", "-64000", HENGDA, "冲正"))
    await send_file(desk, FINANCE, data, "a.csv")
    assert [card.title for card in desk.cards(FINANCE)] == ["银行冲正 64,000 元"]
    await desk.tap(SECOND, "撤销入账")
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_a_payment_that_a_later_export_marks_as_taken_back_is_asked_about(desk: Desk) -> None:
    """The same row again, now with 冲正标志: it is no repeat that nobody hears of, and each export asks no more."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    once = paid(desk, HENGDA, "64000")
    await arrive(desk, once)
    for _ in range(2):
        await arrive(desk, replace(once, is_reversal=True))
    assert [card.title for card in desk.cards(FINANCE)] == ["银行冲正 64,000 元"]


async def test_money_that_was_taken_back_and_not_booked_cannot_be_booked_by_an_old_card(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, "周铎", "64000", "XS2610-0101"))
    await arrive(desk, taken_back(desk, "周铎", "64000"))
    await desk.tap(SECOND, "0101 64000")
    assert desk.texts(SECOND)[-1].startswith("这笔钱银行又冲回去了，没有入账。")
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    await desk.tap(FINANCE, "标为不计")
    assert [card.title for card in desk.cards(FINANCE)] == ["不计 64,000 元", "银行冲正 64,000 元"]
    assert [card.buttons for card in desk.cards(SECOND)] == [(), ()]


async def test_it_was_another_payment_that_the_bank_took_back(desk: Desk) -> None:
    """The booking stands and nobody is asked again."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    await arrive(desk, taken_back(desk, "", "64000"))
    await desk.tap(FINANCE, "不是这笔")
    await arrive(desk, paid(desk, XINGYU, "1"))
    assert await open_of(desk, "XS2610-0101") == 0
    assert [card.subtitle for card in desk.cards(FINANCE)] == ["钱芳说不是这笔，没有动"]


async def test_two_payments_that_may_have_been_taken_back_are_both_named(desk: Desk) -> None:
    """A tie is never decided; it is told once."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", HENGDA, "64000")
    for at in (1, 2):
        await arrive(desk, paid(desk, HENGDA, "64000", f"XS2610-010{at}"))
    await arrive(desk, taken_back(desk, HENGDA, "64000"))
    await arrive(desk, paid(desk, XINGYU, "1"))
    (said,) = [text for text in desk.texts(FINANCE) if text.startswith("银行冲正")]
    assert said == (
        f"银行冲正：T3 11月23日 {HENGDA} -64,000 元。有 2 笔都对得上，入账都没有动：\n"
        f"T1 11月23日 {HENGDA} 64,000 元\nT2 11月23日 {HENGDA} 64,000 元\n是哪一笔就发：撤销 T1"
    )
    assert desk.cards(FINANCE) == []


async def test_an_old_booking_of_a_payment_that_was_taken_back_needs_the_second_person(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    await desk.pass_time(hours=25)
    await arrive(desk, taken_back(desk, HENGDA, "64000"))
    await desk.tap(FINANCE, "撤销入账")
    assert desk.texts(FINANCE)[-1] == "入账超过一天，已请李梅同意，同意了才撤销。"
    assert await open_of(desk, "XS2610-0101") == 0
    await desk.tap(SECOND, "同意撤销")
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert [card.buttons for card in (*desk.cards(FINANCE), *desk.cards(SECOND))] == [(), (), ()]


async def test_two_people_accepting_a_reversal_at_once_undo_once(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    await arrive(desk, taken_back(desk, HENGDA, "64000"))
    (mine,), (theirs,) = desk.cards(FINANCE), desk.cards(SECOND)
    await asyncio.gather(desk.wecom.tap(FINANCE, mine, "撤销入账"), desk.wecom.tap(SECOND, theirs, "撤销入账"))
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert sum(text.startswith("更正") for text in desk.texts(REP)) == 1


# Statements as files


async def test_a_statement_sent_as_a_file_is_read_and_answered_with_the_conclusion_first(desk: Desk) -> None:
    """P1: the row that cannot be read is named with its line and stops nothing."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", HENGDA, "9000")
    at = desk.clock.now()
    data = statement(
        (at, "S1", "64000.00", HENGDA, "XS2610-0101"),
        (at, "S2", "9000.00", "周铎", "XS2610-0102"),
        (at, "S3", "18000.00", "义乌蓝棹进出口有限公司", "样机款"),
        (at, "S4", "12.5元整", HENGDA, "货款"),
        (at, "S5", "8.11", "", "结息"),
    )
    said = await send_file(desk, FINANCE, data, "十一月.csv")
    assert said[0] == "“十一月.csv”收到，正在读，读完告诉你入账几笔、待确认几笔。"
    (summary,) = [text for text in said if "读完了" in text]
    assert summary.split("\n") == [
        "“十一月.csv”读完了：1 已入账，1 待确认，1 未匹配，1 不计。",
        "1 行没读进来：",
        "第 5 行：金额看不懂（12.5元整）",
        "未匹配的发“未匹配”看。",
    ]


async def test_the_same_file_by_two_people_at_once_is_read_once(desk: Desk) -> None:
    """P1: the second hears who was first and what came of it."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    data = statement((desk.clock.now(), "S1", "30000.00", HENGDA, "XS2610-0101"))
    await asyncio.gather(
        desk.wecom.send_media(FINANCE, "file", data, "a.csv"), desk.wecom.send_media(SECOND, "file", data, "b.csv")
    )
    await desk.settle()
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("34000")
    assert sum(text.startswith("同一份文件") for userid in (FINANCE, SECOND) for text in desk.texts(userid)) == 1
    said = await send_file(desk, SECOND, data, "c.csv")
    assert "已经传过，没有再读。" in said[-1]
    assert "1 已入账" in said[-1]


async def test_a_file_that_is_no_statement_gets_a_sentence(desk: Desk) -> None:
    said = await send_file(desk, FINANCE, "姓名,电话\n周铎,1380000".encode(), "名单.csv")
    assert said[-1].startswith("“名单.csv”没有读：找不到表头")
    said = await send_file(desk, FINANCE, b"%PDF-1.7 whatever", "合同.pdf")
    assert said[-1] == "“合同.pdf”存好了，但不是对账单。对账单要网银导出的 CSV、XLS 或 XLSX。"


async def test_a_zip_bomb_gets_a_sentence_and_the_next_statement_is_read(desk: Desk) -> None:
    """Bad weather."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    said = await send_file(desk, FINANCE, zip_bomb(), "流水.xlsx")
    assert said[-1].startswith("“流水.xlsx”没有读：文件太大")
    await send_file(desk, FINANCE, statement((desk.clock.now(), "S1", "64000", HENGDA, "XS2610-0101")), "cmb.csv")
    assert await open_of(desk, "XS2610-0101") == 0


def zip_bomb() -> bytes:
    """A sheet of half a gigabyte of blanks in half a megabyte."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(512):
                sheet.write(b" " * (1 << 20))
    return packed.getvalue()


async def test_a_formula_without_a_value_is_reported_and_one_with_a_value_counts(desk: Desk) -> None:
    """Bad weather: what Excel has worked out is read; what nobody has is not guessed."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["交易日期", "贷方金额", "借方金额", "对方户名", "摘要", "流水号"])
    sheet.append(["2026-11-23 09:00:00", "=30000+34000", None, HENGDA, "XS2610-0101", "S1"])
    sheet.append(["2026-11-23 09:00:00", 30000, None, HENGDA, "XS2610-0101", "S2"])
    packed = BytesIO()
    book.save(packed)
    said = await send_file(desk, FINANCE, packed.getvalue(), "流水.xlsx")
    (summary,) = [text for text in said if "读完了" in text]
    assert "1 已入账" in summary
    assert "1 行没读进来" in summary
    assert "第 2 行：单元格是没有结果的公式" in summary
    assert await open_of(desk, "XS2610-0101") == fen("34000")


async def test_a_list_of_receivables_sent_as_a_file_is_known_by_its_header(desk: Desk) -> None:
    """P4: it is no statement; each wrong row is told with what to write instead, and the others are kept."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["应收明细表"])
    sheet.append(["订单号", "客户", "金额", "到期日", "已收", "币种", "备注"])
    sheet.append(["XS2610-0101", HENGDA, 64000, date(2026, 11, 20), 4000, "人民币", ""])
    sheet.append(["XS2610-0102", XINGYU, "2.96万", "2026-11-30", "", "", ""])
    sheet.append(["XS2610-0103", XINGYU, 500, "月底", "", "", ""])
    sheet.append(["XS2610-0104", XINGYU, 500, "", "", "USD", ""])
    sheet.append(["合计", "", 65000, "", 4000, "", ""])
    packed = BytesIO()
    book.save(packed)
    said = await send_file(desk, FINANCE, packed.getvalue(), "应收.xlsx")
    assert said[-1].split("\n") == [
        "“应收.xlsx”是应收清单，登记了 1 单。",
        "3 行没读进来：",
        "工作表“Sheet”第 4 行：金额看不懂，请写成 64000 或 64,000.00（2.96万）",
        "工作表“Sheet”第 5 行：到期日看不懂，请写成 2026-11-30（月底）",
        "工作表“Sheet”第 6 行：不是人民币，现在只收人民币应收，请折成人民币再登记（XS2610-0104 USD）",
    ]
    assert await open_of(desk, "XS2610-0101") == fen("60000")
    await send_file(desk, FINANCE, statement((desk.clock.now(), "S1", "60000", HENGDA, "XS2610-0101")), "cmb.csv")
    assert await open_of(desk, "XS2610-0101") == 0
    changed = "订单编号,客户名称,应收金额\nXS2610-0101,苏州恒达机械有限公司,65000\n".encode("gbk")
    said = await send_file(desk, SECOND, changed, "应收2.csv")
    assert said[-1] == "“应收2.csv”是应收清单，登记了 1 单。"
    assert await open_of(desk, "XS2610-0101") == fen("1000")


async def test_the_digest_tells_yesterdays_money(desk: Desk) -> None:
    """D1, P5."""
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 20))
    await arrive(desk, paid(desk, HENGDA, "30000", "XS2610-0101"))
    await desk.pass_until(desk.at(24, 9, 1))
    (digest,) = [text for text in desk.texts("zhouzong") if text.startswith("日报 11月24日")]
    assert "昨天回款 1 笔，共 30,000 元，到账 → 通知中位 1 小时\n未收 34,000 元，其中逾期 34,000 元" in digest


async def test_a_file_of_somebody_who_is_not_in_finance_is_kept_and_not_read(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await send_file(desk, REP, statement((desk.clock.now(), "S1", "64000", HENGDA, "XS2610-0101")), "cmb.csv")
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_who_is_not_in_finance_may_not_look_at_unmatched_money(desk: Desk) -> None:
    """A1."""
    assert await desk.asks(REP, "未匹配") == "“未匹配”只有财务可以用。发“帮助”看你能用的。"


async def test_many_doubtful_payments_send_ten_cards_and_the_rest_on_demand(desk: Desk) -> None:
    """S4: pings are worth reading."""
    for at in range(14):
        await owe(desk, f"XS2610-{at + 1000}", f"甲{at}屿机械有限公司", f"{1000 + at}")
    await arrive(desk, *(paid(desk, f"周某{at}", f"{1000 + at}", f"XS2610-{at + 1000}") for at in range(14)))
    assert len(desk.cards(FINANCE)) == 10
    said = [message.text for message in await desk.say(SECOND, "待确认") if message.text]
    assert said == ["14 笔待确认，先发 4 张，处理完再发“待确认”。"]
    assert len(desk.cards(SECOND)) == 14


async def test_what_changed_while_the_rules_were_thinking_is_judged_anew(desk: Desk) -> None:
    """Two replicas at once: the slower one finds the row decided and books nothing."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    async with desk.work() as work:
        await take(work, [paid(desk, HENGDA, "64000")], Source("api"))
    async with desk.work() as work:
        batch = await judge_payments.next_batch(work)
    assert batch is not None
    decisions = judge_payments.judge([one.transaction for one in batch.transactions], batch.receivables, ())
    await desk.settle()
    with pytest.raises(judge_payments.Outdated):
        async with desk.work() as work:
            await judge_payments.write(work, batch, list(zip(batch.transactions, decisions, strict=True)))
    async with desk.work() as work:
        assert len(await work.payments.bookings_of(transaction_ids=[1])) == 1


async def test_a_tap_while_the_rules_were_thinking_sends_the_payment_back_to_them(desk: Desk) -> None:
    """What was certain for an open order is not booked once somebody else has paid a part of it meanwhile."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, "周铎", "10000", "XS2610-0101"))
    async with desk.work() as work:
        await take(work, [paid(desk, HENGDA, "64000")], Source("api"))
    async with desk.work() as work:
        batch = await judge_payments.next_batch(work)
    assert batch is not None
    decisions = judge_payments.judge([one.transaction for one in batch.transactions], batch.receivables, ())
    async with desk.work() as work:
        await confirm(work, desk.house.rules, 1, "XS2610-0101")
    with pytest.raises(judge_payments.Outdated):
        async with desk.work() as work:
            await judge_payments.write(work, batch, list(zip(batch.transactions, decisions, strict=True)))
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("54000")
    assert desk.cards(FINANCE)[-1].title == "待确认 64,000 元"
