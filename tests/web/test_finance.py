"""Finance's page: who gets in, what matched and why, many confirmed at once, undo, search (P2, A1, A4)."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest
from yarl import URL

from tests.kit.desk import Desk
from tests.kit.money import FINANCE, HENGDA, MANAGER, REP, SECOND, XINGYU, arrive, fen, open_of, owe, paid
from tests.web.conftest import SignIn

BLINDS = "周铎"
"""Pays for others: a person whom nobody knows."""


async def two_doubtful(desk: Desk) -> None:
    """T1 for XS2610-0101, T2 for XS2610-0102; one candidate each."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", XINGYU, "29600", owner="lina")
    await arrive(desk, paid(desk, BLINDS, "64000", "XS2610-0101"), paid(desk, "沈曼", "29600", "XS2610-0102"))


def picked(*transactions: int, **more: str) -> list[tuple[str, str]]:
    """As the form of two_doubtful sends it; version 1, since the rules have decided once."""
    fields = []
    for number in transactions:
        fields += [("pick", str(number)), (f"version-{number}", "1"), (f"choice-{number}", f"XS2610-010{number}")]
    return [*fields, *more.items()]


# Who gets in


async def test_finance_sees_what_waits_for_whom_and_why(desk: Desk, sign_in: SignIn) -> None:
    await two_doubtful(desk)
    page = await (await sign_in(FINANCE)).see("/finance")
    assert "写了订单号，但付款方不是客户，也没有确认过代付" in page
    for shown in ("T1", BLINDS, "64,000 元", "XS2610-0101", HENGDA, "正好付清", "待确认 <b>2</b>"):
        assert shown in page


@pytest.mark.parametrize("userid", [REP, MANAGER, "zhouzong"])
async def test_everybody_else_gets_a_sentence_and_no_figures(desk: Desk, sign_in: SignIn, userid: str) -> None:
    """A1: a leader reads the digest; this page is finance's and the admins'."""
    await two_doubtful(desk)
    reader = await sign_in(userid)
    for path in (
        "/finance",
        "/finance/t/1",
        "/finance/uploads",
        "/finance/export.csv",
        "/finance/order?no=XS2610-0101",
    ):
        status, page = await reader.get(path)
        assert (status, "只给财务和管理员用" in page, "64,000" in page) == (403, True, False)


async def test_an_admin_looks_and_changes_nothing(desk: Desk, sign_in: SignIn) -> None:
    """A1: booking is finance's alone, here as in the chat."""
    await two_doubtful(desk)
    reader = await sign_in("sunyue")
    page = await reader.see("/finance")
    assert BLINDS in page
    assert "确认入账" not in page
    reader.proof = (await sign_in("sunyue")).proof
    status, said = await reader.send("/finance/decide", picked(1, do="confirm"))
    assert (status, "要财务来做" in said) == (403, True)
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_a_form_without_our_proof_changes_nothing(desk: Desk, sign_in: SignIn) -> None:
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    for path in ("/finance/decide", "/finance/undo", "/finance/undo-upload", "/finance/take", "/finance/reversal"):
        reader.proof = "made up"
        assert (await reader.send(path, picked(1, do="confirm")))[0] == 403
    assert (await reader.upload(("a.csv", b"x")))[0] == 403
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_pages_run_no_foreign_code_and_are_not_kept(desk: Desk, sign_in: SignIn) -> None:
    """A4: whatever somebody writes into a remark is text."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, "<script>alert(1)</script>", "64000", '"><img src=x onerror=alert(1)>XS2610-0101'))
    answer, body = await (await sign_in(FINANCE)).download("/finance")
    assert b"<script>alert" not in body
    assert b"<img src=x" not in body
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


# Many at once


async def test_many_are_confirmed_at_once_and_told_in_one_message(desk: Desk, sign_in: SignIn) -> None:
    """P2, P3: each in a transaction of its own, the cards in the chat settle, people hear once."""
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    status, page = await reader.send("/finance/decide", picked(1, 2, do="confirm"))
    assert status == 200
    assert "2 笔入账" in page
    assert f"T1 已入账：{HENGDA} XS2610-0101 64,000 元，已付清。" in page
    await desk.settle()
    assert (await open_of(desk, "XS2610-0101"), await open_of(desk, "XS2610-0102")) == (0, 0)
    assert desk.texts(SECOND)[-1].startswith("已回款 2 笔，共 93,600 元：")
    assert [text for text in desk.texts(REP) if "已回款" in text] == [f"已回款：{HENGDA} XS2610-0101 64,000 元，已付清"]
    assert all(card.title.startswith("已入账") for card in desk.cards(SECOND))
    await desk.settle()
    assert len([text for text in desk.texts(SECOND) if "已回款" in text]) == 1


async def test_what_another_took_meanwhile_is_told_by_name_and_not_booked_twice(desk: Desk, sign_in: SignIn) -> None:
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    await desk.tap(SECOND, "0101 64000")
    _, page = await reader.send("/finance/decide", picked(1, 2, do="confirm"))
    assert "1 笔入账，1 笔没有改动" in page
    assert "T1 这笔李梅处理过了：已入账 64,000 元。你这次没有改动。" in page
    assert (await open_of(desk, "XS2610-0101"), await open_of(desk, "XS2610-0102")) == (0, 0)


async def test_two_people_sending_the_same_form_at_once_book_once(desk: Desk, sign_in: SignIn) -> None:
    await two_doubtful(desk)
    readers = [await sign_in(FINANCE), await sign_in(SECOND)]
    for reader in readers:
        await reader.see("/finance")
    pages = [page for _, page in await asyncio.gather(*(one.send("/finance/decide", picked(1, 2)) for one in readers))]
    assert sum(page.count("已入账：") for page in pages) == 2
    assert sum(page.count("你这次没有改动") for page in pages) == 2
    async with desk.work() as work:
        assert len(await work.payments.bookings_of(transaction_ids=[1, 2])) == 2


async def test_one_candidate_is_chosen_already_a_tie_has_no_favourite(desk: Desk, sign_in: SignIn) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", XINGYU, "5000")
    await owe(desk, "XS2610-0103", XINGYU, "5000")
    await arrive(desk, paid(desk, BLINDS, "64000", "XS2610-0101"), paid(desk, XINGYU, "5000"))
    reader = await sign_in(FINANCE)
    page = await reader.see("/finance")
    chosen = re.findall(r'name="choice-(\d+)" value="(\S+)" checked', page)
    assert chosen == [("1", "XS2610-0101")]
    _, said = await reader.send("/finance/decide", [("pick", "2"), ("version-2", "1"), ("do", "confirm")])
    assert "T2 没有选订单，没有入账。" in said


async def test_an_order_that_was_cancelled_or_paid_meanwhile_stops_only_its_own_row(
    desk: Desk, sign_in: SignIn
) -> None:
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    await arrive(desk, paid(desk, HENGDA, "64000", "XS2610-0101"))
    _, page = await reader.send("/finance/decide", picked(1, 2, do="confirm"))
    assert "T1 没有改动：XS2610-0101 已经付清，这笔没有入账。" in page
    assert "T2 已入账" in page


async def test_none_of_these_leaves_the_orders_as_they_are(desk: Desk, sign_in: SignIn) -> None:
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    _, page = await reader.send("/finance/decide", picked(1, do="reject"))
    assert "T1 标为未匹配，订单没有变。" in page
    assert "钱芳" in await reader.see("/finance?state=unmatched")
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_nothing_picked_is_said_and_leads_back_only_to_our_own_pages(desk: Desk, sign_in: SignIn) -> None:
    reader = await sign_in(FINANCE)
    await two_doubtful(desk)
    await reader.see("/finance")
    for back, where in (("/finance?state=all", "/finance?state=all"), ("https://example.com/finance", "/finance")):
        _, page = await reader.send("/finance/decide", {"do": "confirm", "back": back})
        assert "没有选流水" in page
        assert f'class="button main" href="{where}"' in page


async def test_an_order_is_looked_for_and_gets_the_money(desk: Desk, sign_in: SignIn) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, "沈曼", "500", "货款"))
    reader = await sign_in(FINANCE)
    assert "没有找到“无此单”" in await reader.see("/finance/t/1?find=无此单")
    page = await reader.see("/finance/t/1?find=恒达")
    assert "付后还欠 63,500 元" in page
    _, said = await reader.send(
        "/finance/decide", {"pick": "1", "version-1": "1", "choice-1": "XS2610-0101", "do": "confirm"}
    )
    assert f"T1 已入账：{HENGDA} XS2610-0101 500 元，还欠 63,500 元。" in said


async def test_a_rest_that_stands_for_nothing_is_shown_where_something_is_to_be_done(
    desk: Desk, sign_in: SignIn
) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "65000", "XS2610-0101"))
    await desk.tap(FINANCE, "0101 64000")
    page = await (await sign_in(FINANCE)).see("/finance?state=unmatched")
    assert "还有余款没分配" in page
    assert "余 1,000 元没分配" in page


async def test_a_card_in_the_chat_leads_to_its_transaction(desk: Desk, sign_in: SignIn) -> None:
    await two_doubtful(desk)
    urls = {card.body["card_action"]["url"].removeprefix(desk.house.rules.url) for card in desk.cards(FINANCE)}
    assert urls == {"/finance/t/1", "/finance/t/2"}
    reader = await sign_in(FINANCE)
    for url in urls:
        assert "是哪一单的" in await reader.see(url)


# Undo


async def booked(desk: Desk) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"))


async def test_a_booking_is_taken_back_and_told(desk: Desk, sign_in: SignIn) -> None:
    await booked(desk)
    reader = await sign_in(FINANCE)
    assert "撤销这笔入账" in await reader.see("/finance/t/1")
    _, page = await reader.send("/finance/undo", {"booking": "1"})
    assert f"撤销了 {HENGDA} XS2610-0101 的 64,000 元，还欠 64,000 元。相关的人会收到更正。" in page
    assert "已经撤销过了" in (await reader.send("/finance/undo", {"booking": "1"}))[1]
    await desk.settle()
    assert desk.texts(REP)[-1].startswith("更正：")
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_an_old_booking_waits_for_a_second_person_and_it_is_said_who(desk: Desk, sign_in: SignIn) -> None:
    await booked(desk)
    await desk.pass_time(hours=25)
    reader = await sign_in(FINANCE)
    await reader.see("/finance/t/1")
    _, page = await reader.send("/finance/undo", {"booking": "1"})
    assert "入账超过一天，已请李梅同意，同意了才撤销。" in page
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == 0
    await desk.tap(SECOND, "同意撤销")
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_what_the_bank_took_back_is_settled_on_the_page(desk: Desk, sign_in: SignIn) -> None:
    """P2: nothing changes by itself; the card in the chat settles too, and a second answer changes nothing."""
    await booked(desk)
    await arrive(desk, paid(desk, HENGDA, "-64000", "冲正", is_reversal=True))
    reader = await sign_in(FINANCE)
    assert "银行把这笔冲正了" in await reader.see("/finance/t/1")
    assert await open_of(desk, "XS2610-0101") == 0
    _, page = await reader.send("/finance/reversal", {"transaction": "1", "do": "accept"})
    assert "T1 的 1 笔入账撤销了" in page
    _, page = await reader.send("/finance/reversal", {"transaction": "1", "do": "stands"})
    assert "已经处理过了" in page
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    assert not any("不是这笔" in card.buttons for card in desk.cards(SECOND))
    assert "银行把这笔冲正了" not in await reader.see("/finance/t/1")


# Bad weather


async def test_while_the_database_is_away_there_is_a_sentence(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")

    async def away(*_: object, **__: object) -> None:
        raise OSError("gone")

    with monkeypatch.context() as patched:
        patched.setattr("storage.payments.Payments.search", away)
        status, page = await reader.get("/finance")
        assert (status, "过一会儿刷新再看" in page) == (503, True)
        patched.setattr("storage.payments.Payments.turn", away)
        _, page = await reader.send("/finance/decide", picked(1, 2, do="confirm"))
        assert "T1 数据库没有应答，过一会儿打开看有没有办成。" in page
    assert await open_of(desk, "XS2610-0101") == fen("64000")


async def test_a_mistake_of_ours_is_a_sentence_and_a_line_in_the_log(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await sign_in(FINANCE)

    async def stumble(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("storage.payments.Payments.search", stumble)
    status, page = await reader.get("/finance")
    assert (status, "这个页面出错了" in page) == (500, True)


async def test_who_signs_in_while_wecom_is_away_is_told_so(desk: Desk) -> None:
    desk.wecom.weather.answer_with(-1, path="/cgi-bin/auth/getuserinfo", times=9)
    async with aiohttp.ClientSession(desk.wecom.product_url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get("/finance", allow_redirects=False) as to_login:
            state = URL(to_login.headers["Location"]).query["state"]
        async with session.get(f"/login/done?code=x&state={state}") as answer:
            assert answer.status == 503
            assert "企业微信没有应答" in await answer.text()


# Finding


async def test_transactions_are_found_by_customer_order_and_amount(desk: Desk, sign_in: SignIn) -> None:
    await booked(desk)
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    for words, there, not_there in (
        ("恒达", "T1<", "T3<"),
        ("XS2610-0102", "T3<", "T1<"),
        ("29600", "T3<", "T1<"),
        ("沈曼", "T3<", "T2<"),
    ):
        page = await reader.see(f"/finance?q={words}")
        assert there in page
        assert not_there not in page


async def test_many_transactions_come_page_by_page(desk: Desk, sign_in: SignIn) -> None:
    await arrive(desk, *(paid(desk, f"甲{at}", "3", "利息") for at in range(65)))
    reader = await sign_in(FINANCE)
    seen: list[str] = []
    path = "/finance?state=all"
    while path:
        page = await reader.see(path)
        seen += re.findall(r'<a href="/finance/t/(\d+)">T', page)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert seen == [str(number) for number in range(65, 0, -1)]


async def test_each_figure_leads_to_its_records(desk: Desk, sign_in: SignIn) -> None:
    await booked(desk)
    reader = await sign_in(FINANCE)
    page = await reader.see("/finance?state=booked")
    assert "/finance/order?no=XS2610-0101" in page
    order = await reader.see("/finance/order?no=XS2610-0101")
    assert "/finance/t/1" in order
    assert "64,000 元" in order


@pytest.mark.parametrize(
    "path",
    ["/finance/t/999", "/finance/t/x", "/finance/t/99999999999999999999", "/finance/uploads/F9", "/finance/order?no=x"],
)
async def test_what_is_not_there_is_said(desk: Desk, sign_in: SignIn, path: str) -> None:
    status, page = await (await sign_in(FINANCE)).get(path)
    assert (status, "没有这" in page) == (404, True)


@pytest.mark.parametrize("query", ["state=made+up", "after=x", "upload=x", "after=-1", "q=%00", "q=" + "长" * 500])
async def test_an_address_that_somebody_typed_breaks_nothing(desk: Desk, sign_in: SignIn, query: str) -> None:
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    assert (await reader.get(f"/finance?{query}"))[0] == 200
    assert (await reader.get(f"/finance/t/1?find={query[2:]}"))[0] == 200


async def test_a_form_that_somebody_made_up_breaks_nothing(desk: Desk, sign_in: SignIn) -> None:
    await two_doubtful(desk)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    for fields in (
        {"pick": "1", "version-1": "x", "choice-1": "XS2610-0101"},
        {"pick": "1", "version-1": "1", "choice-1": "\0"},
        {"pick": "1", "version-1": "1", "choice-1": "made up"},
        {"pick": "999", "version-999": "1", "choice-999": "XS2610-0101"},
        {"pick": "x"},
    ):
        status, _ = await reader.send("/finance/decide", fields)
        assert status == 200
    for path, field in (("undo", "booking"), ("undo-upload", "upload"), ("reversal", "transaction"), ("take", "f")):
        assert (await reader.send(f"/finance/{path}", {field: "F9.x\0"}))[0] == 200
    assert await open_of(desk, "XS2610-0101") == fen("64000")
