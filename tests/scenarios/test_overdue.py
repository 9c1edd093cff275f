"""What is due is asked for in a growing circle, and stops the moment the money is in (P4, A1 for money)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.ids import fold
from domain.payments import Instalment
from nlp.companies import company_key
from scheduler.overdue import remind_if_due
from simulator.company import Person, demo_company
from storage.database import Database
from tests.kit.desk import Desk, sitting
from tests.kit.money import FINANCE, HENGDA, MANAGER, REP, SECOND, XINGYU, arrive, fen, open_of, owe, paid

LEADER = "zhouzong"


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """Monday, 23 November 2026, ten in the morning; no digest in the leader's window."""
    company = demo_company()
    second = Person(SECOND, "李梅", 3, "财务", ("finance",))
    company = replace(company, people=(*company.people, second))
    async with sitting(database, tmp_path, company=company) as ready:
        yield ready


async def remind(desk: Desk, day: int, hour: int = 10) -> None:
    """What the job says on that day of November (December from 31 on)."""
    desk.clock.move_to(desk.at(day, hour) if day <= 30 else desk.at(day - 30, hour).replace(month=12))
    await remind_if_due(desk.house.database, desk.clock, desk.house.rules)
    await desk.settle()


def heard(desk: Desk, userid: str) -> list[str]:
    return [text for text in desk.texts(userid) if "应收" in text]


async def test_the_circle_grows_from_rep_to_leader(desk: Desk) -> None:
    """P4: three days before, on the day, 1, 7, 15 and 30 days after; each step once."""
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 26))
    counts = {}
    for day in (23, 24, 26, 27, 28, 30, 33, 34, 41, 42, 58):
        await remind(desk, day)
        counts[day] = [len(heard(desk, userid)) for userid in (REP, MANAGER, FINANCE, LEADER)]
    assert counts == {
        23: [1, 0, 0, 0],
        24: [1, 0, 0, 0],
        26: [2, 0, 0, 0],
        27: [3, 1, 0, 0],
        28: [3, 1, 0, 0],
        30: [3, 1, 0, 0],
        33: [4, 2, 1, 0],
        34: [4, 2, 1, 0],
        41: [5, 3, 2, 1],
        42: [5, 3, 2, 1],
        58: [6, 4, 3, 2],
    }


async def test_one_message_a_person_and_day_says_what_and_how_late(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 16))
    await owe(desk, "XS2610-0102", XINGYU, "29600", date(2026, 11, 25))
    await owe(desk, "XS2610-0103", XINGYU, "100", date(2026, 12, 25))
    await remind(desk, 23)
    await remind(desk, 23, 15)
    assert heard(desk, REP) == [
        "2 笔应收要催，共 93,600 元，其中 1 笔已逾期：\n"
        f"{HENGDA} XS2610-0101 64,000 元，逾期 7 天\n"
        f"{XINGYU} XS2610-0102 29,600 元，2 天后到期\n"
        "客户说了哪天付，发：苏州恒达机械有限公司答应15号付"
    ]
    assert heard(desk, FINANCE)[0].startswith("1 笔应收要催，共 64,000 元：")


async def test_nothing_is_said_on_a_weekend_and_it_is_made_up_for_on_monday(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 28))
    for day in (27, 28, 29):
        await remind(desk, day)
    assert len(heard(desk, REP)) == 1
    await remind(desk, 30)
    assert "逾期 2 天" in heard(desk, REP)[-1]
    await remind(desk, 30, 8)
    assert len(heard(desk, REP)) == 2


async def test_it_stops_the_moment_the_money_is_in(desk: Desk) -> None:
    """Also for a message that has been put into words and has not left yet."""
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23))
    await owe(desk, "XS2610-0102", XINGYU, "29600", date(2026, 11, 23))
    await remind_if_due(desk.house.database, desk.clock, desk.house.rules)
    await arrive(desk, paid(desk, HENGDA, "64000"))
    assert [text.split("\n")[:2] for text in heard(desk, REP)] == [
        ["1 笔应收快到期，共 29,600 元：", f"{XINGYU} XS2610-0102 29,600 元，今天到期"]
    ]
    for day in (24, 30):
        await remind(desk, day)
    assert all(HENGDA not in text for text in heard(desk, REP))


async def test_instalments_are_asked_for_each_on_its_day(desk: Desk) -> None:
    """Money fills the earliest first."""
    parts = (Instalment(fen("30000"), date(2026, 11, 23)), Instalment(fen("34000"), date(2026, 11, 30)))
    await owe(desk, "XS2610-0101", HENGDA, "64000", instalments=parts)
    await arrive(desk, paid(desk, HENGDA, "10000", "XS2610-0101"))
    await remind(desk, 23)
    assert f"{HENGDA} XS2610-0101 20,000 元，今天到期" in heard(desk, REP)[-1]
    await arrive(desk, paid(desk, HENGDA, "20000", "XS2610-0101"))
    await remind(desk, 24)
    assert len(heard(desk, REP)) == 1
    await remind(desk, 30)
    assert f"{HENGDA} XS2610-0101 34,000 元，今天到期" in heard(desk, REP)[-1]


async def test_a_promise_holds_the_ladder_is_followed_up_and_counted_when_broken(desk: Desk) -> None:
    """P4: 恒达答应26号付."""
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23))
    assert await desk.asks(REP, "恒达答应26号付") == f"记下了：{HENGDA} 11月26日 付。那天之前不催，当天提醒你。"
    for day in (23, 24, 25):
        await remind(desk, day)
    assert heard(desk, REP) == []
    await remind(desk, 26)
    assert desk.texts(REP)[-1].startswith(f"{HENGDA} 答应今天付 64,000 元，到账我会告诉你")
    await remind(desk, 27)
    broken = f"{HENGDA} 答应 11月26日 付，没有到账，第 1 次没兑现，恢复催款。"
    assert broken in desk.texts(REP)
    assert broken in desk.texts(MANAGER)
    assert "逾期 4 天，答应过 1 次没付" in heard(desk, REP)[-1]


async def test_a_promise_that_is_kept_ends_quietly(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23))
    await desk.say(REP, "恒达答应26号付")
    await arrive(desk, paid(desk, HENGDA, "64000"))
    for day in (24, 26, 27):
        await remind(desk, day)
    assert desk.texts(REP)[-1].startswith("已回款")
    async with desk.work() as work:
        assert await work.promises.broken_of(HENGDA) == 0


async def test_a_promised_part_is_kept_by_the_part_and_the_rest_is_asked_for(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23))
    assert "付 20,000 元" in await desk.asks(REP, "恒达答应26号付2万")
    await arrive(desk, paid(desk, HENGDA, "20000", "XS2610-0101"))
    await remind(desk, 24)
    assert "XS2610-0101 44,000 元，逾期 1 天" in heard(desk, REP)[-1]


async def test_a_new_day_takes_the_place_of_the_old_one(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23))
    await desk.say(REP, "恒达答应25号付")
    assert "（原来说 11月25日）" in await desk.asks(REP, "恒达答应27号付")
    await remind(desk, 25)
    await remind(desk, 26)
    assert not any("答应今天付" in text or "没兑现" in text for text in desk.texts(REP))
    await remind(desk, 27)
    assert "答应今天付" in desk.texts(REP)[-1]


async def test_a_promise_for_a_weekend_is_asked_about_on_monday(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23))
    await desk.say(REP, "恒达答应28号付")
    await remind(desk, 30)
    assert "答应今天付" in desk.texts(REP)[-1]
    await remind(desk, 31)
    assert any("没兑现" in text for text in desk.texts(REP))


async def test_a_dispute_parks_an_order_with_its_reason_and_money_for_it_still_counts(desk: Desk) -> None:
    """P4."""
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23))
    assert (await desk.asks(REP, "争议 XS2610-0101")).startswith("争议的原因没写")
    assert "先不催了，原因：少发两台" in await desk.asks(REP, "争议 XS2610-0101 少发两台")
    await remind(desk, 23)
    assert heard(desk, REP) == []
    assert "XS2610-0101 64,000 元，争议：少发两台" in await desk.asks(FINANCE, "应收 恒达")
    await arrive(desk, paid(desk, HENGDA, "30000", "XS2610-0101"))
    assert await desk.asks(FINANCE, "解除争议 XS2610-0101") == "XS2610-0101 恢复催款，未收 34,000 元。"
    await remind(desk, 24)
    assert "XS2610-0101 34,000 元，逾期 1 天" in heard(desk, REP)[-1]
    await arrive(desk, paid(desk, HENGDA, "34000", "XS2610-0101"))
    assert await open_of(desk, "XS2610-0101") == 0


async def test_a_rep_sees_own_customers_only(desk: Desk) -> None:
    """A1: for what is owed, paid, promised and disputed alike."""
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 30))
    await owe(desk, "XS2610-0102", XINGYU, "29600", date(2026, 11, 30), owner="lina")
    assert (
        await desk.asks(REP, "应收") == f"应收：1 笔未收，共 64,000 元：\n{HENGDA} XS2610-0101 64,000 元，11月30日到期"
    )
    for words in ("应收 星屿", "回款 星屿", "星屿答应25号付"):
        assert "没有找到“星屿”的应收，或者不归你看" in await desk.asks(REP, words)
    assert "没有订单 XS2610-0102 的应收" in await desk.asks(REP, "争议 XS2610-0102 数量不对")
    for userid in (MANAGER, FINANCE, LEADER):
        assert "2 笔未收，共 93,600 元" in await desk.asks(userid, "应收")


async def test_what_is_owed_without_an_owner_goes_to_finance(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000", date(2026, 11, 23), owner=None)
    await remind(desk, 23)
    assert (heard(desk, REP), len(heard(desk, FINANCE))) == ([], 1)


async def test_the_payment_record_shows_red_flags_first(desk: Desk) -> None:
    """Q2: two overdue payments in three months."""
    for number, due in ((1, date(2026, 10, 12)), (2, date(2026, 11, 12))):
        await owe(desk, f"XS2610-010{number}", HENGDA, f"{number}000", due)
    await owe(desk, "XS2610-0103", HENGDA, "3000", date(2026, 12, 12))
    await arrive(desk, paid(desk, HENGDA, "1000", "XS2610-0101"))
    lines = (await desk.asks(FINANCE, "回款 恒达")).split("\n")
    assert lines[0] == f"{HENGDA}：红旗：近 3 个月逾期 2 次（XS2610-0102 已逾期 11 天、XS2610-0101 晚 42 天）"
    assert lines[1:] == ["未收 5,000 元，其中逾期 2,000 元", "11月23日 到账 1,000 元（XS2610-0101）"]


async def test_the_brief_of_a_customer_tells_the_money_with_red_flags_first(desk: Desk) -> None:
    """B1, Q2: what the reader may see of it; a customer who owes nothing has no such line."""
    for phone, name in (("13800001111", HENGDA), ("13900001111", XINGYU)):
        async with desk.work() as work:
            customer = await work.customers.add(name, company_key(name), phone)
            await work.customers.give_to(customer.customer_id, fold(REP))
    for number, due in ((1, date(2026, 10, 12)), (2, date(2026, 11, 12))):
        await owe(desk, f"XS2610-010{number}", HENGDA, f"{number}000", due)
    await arrive(desk, paid(desk, HENGDA, "1000", "XS2610-0101"))
    await desk.say(REP, "恒达答应30号付")
    for userid in (REP, MANAGER, FINANCE):
        (line,) = [line for line in (await desk.asks(userid, "查 恒达")).split("\n") if line.startswith("回款：")]
        assert line == (
            "回款：红旗：近 3 个月逾期 2 次（XS2610-0102 已逾期 11 天、XS2610-0101 晚 42 天）；"
            "未收 2,000 元，其中逾期 2,000 元；11月23日 到账 1,000 元（XS2610-0101）；答应 11月30日 付"
        )
    assert "回款" not in await desk.asks(REP, "查 星屿")


async def test_a_new_order_of_a_customer_who_pays_late_is_told_with_red_flags(desk: Desk) -> None:
    """Q2: rep, manager and finance hear it when the order is registered; orders of the same list are no history."""
    late = "订单号,客户,金额,到期日\n" + "".join(f"XS2610-010{at},{HENGDA},{at}000,2026-10-{at}2\n" for at in (1, 2))
    new = f"订单号,客户,金额\nXS2611-0001,{HENGDA},64000\nXS2611-0002,{XINGYU},5\n"
    async with desk.work() as work:
        customer = await work.customers.add(HENGDA, company_key(HENGDA), "13800001111")
        await work.customers.give_to(customer.customer_id, fold(REP))
    await desk.send_file(FINANCE, late.encode(), "旧.csv")
    assert not any(text.startswith("红旗") for text in desk.texts(FINANCE))
    await desk.send_file(FINANCE, new.encode(), "新.csv")
    for userid in (REP, MANAGER, FINANCE, SECOND):
        (said,) = [text for text in desk.texts(userid) if text.startswith("红旗")]
        assert said == (
            "红旗：新登记 1 单，客户近 3 个月逾期两次以上，签约和付款条件请再核对：\n"
            f"{HENGDA} XS2611-0001 64,000 元：XS2610-0102 已逾期 32 天、XS2610-0101 已逾期 42 天"
        )


async def test_the_cycle_from_bank_to_rep_is_measured(desk: Desk) -> None:
    """P5: the money arrives → the rep knows."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000", paid_at=desk.at(23, 8, 30)))
    assert (await desk.asks(FINANCE, "回款")).split("\n") == [
        "本月回款 1 笔，共 64,000 元。",
        "到账 → 通知销售，中位 1 小时 30 分钟；收到流水 → 通知，中位 0 秒。",
        "待确认 0 笔，未匹配 0 笔。发“待确认”“未匹配”看。",
    ]
