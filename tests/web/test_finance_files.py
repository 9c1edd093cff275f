"""Statements through finance's page: preview, 入账 or 放弃, the same file again, undo of the whole, export (P1, I2)."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from html import unescape
from urllib.parse import quote

import openpyxl
import pytest

from tests.kit.desk import Desk
from tests.kit.money import FINANCE, HENGDA, REP, SECOND, XINGYU, arrive, fen, open_of, owe, paid, statement
from tests.web.conftest import Reader, SignIn
from web.finance import files


async def november(desk: Desk) -> bytes:
    """Certain, doubtful, outgoing, and a line that cannot be read."""
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await owe(desk, "XS2610-0102", XINGYU, "29600", owner="lina")
    at = desk.clock.now()
    rows = statement(
        (at, "S1", "64000", HENGDA, "XS2610-0101"), (at, "S2", "29600", "周铎", "XS2610-0102"), (at, "S3", "三万", "沈曼", "")
    )  # fmt: skip
    return rows + "\n2026-11-23,10:00:00,1200.00,,,转账,房租,物业公司,,S4".encode()


def sealed(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'name="f" value="([^"]+)"', page)]


async def previewed(reader: Reader, *sent: tuple[str, bytes]) -> tuple[str, str]:
    """The preview and its address."""
    await reader.see("/finance")
    status, page, where = await reader.upload(*sent)
    assert status == 200
    return page, where


async def test_a_preview_shows_what_a_statement_says_and_books_nothing(desk: Desk, sign_in: SignIn) -> None:
    data = await november(desk)
    page, _ = await previewed(await sign_in(FINANCE), ("十一月.csv", data))
    for shown in (
        "十一月.csv",
        "招商银行",
        "3 笔",
        "93,600 元",
        "1,200 元",
        "第 4 行：金额看不懂（三万）",
        "2026-11-23",
    ):
        assert shown in page, shown
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == fen("64000")
    async with desk.work() as work:
        assert await work.uploads.latest(5) == []


async def test_a_statement_is_taken_and_its_page_tells_what_came_of_it(desk: Desk, sign_in: SignIn) -> None:
    data = await november(desk)
    reader = await sign_in(FINANCE)
    page, where = await previewed(reader, ("十一月.csv", data))
    status, page = await reader.send("/finance/take", [("f", one) for one in sealed(page)])
    assert status == 200
    assert "正在读和匹配" in page
    assert 'http-equiv="refresh"' in page
    await desk.settle()
    page = await reader.see("/finance/uploads/F1")
    assert "读完了，3 笔流水" in page
    assert "1 行没读出来" in page
    assert "refresh" not in page
    waiting = re.search(r'href="([^"]+state=waiting[^"]*)"><b>1</b>待确认', page)
    assert waiting is not None
    assert "周铎" in await reader.see(unescape(waiting[1]))
    assert await open_of(desk, "XS2610-0101") == 0
    assert desk.texts(REP) == [f"已回款：{HENGDA} XS2610-0101 64,000 元，已付清"]
    assert "同一份文件" in await reader.see(where)


async def test_a_preview_outlives_a_restart_since_it_names_what_is_kept(desk: Desk, sign_in: SignIn) -> None:
    """Nothing of it lies in the process: who has its address sees it, and may take it, later on."""
    _, where = await previewed(await sign_in(FINANCE), ("十一月.csv", await november(desk)))
    later = await sign_in(SECOND)
    page = await later.see(where)
    assert "招商银行" in page
    assert (await later.send("/finance/take", [("f", one) for one in sealed(page)]))[0] == 200
    await desk.settle()
    assert await open_of(desk, "XS2610-0101") == 0


async def test_an_address_that_was_changed_or_made_up_takes_nothing(desk: Desk, sign_in: SignIn) -> None:
    """Whatever else lies in the media store cannot be slipped to finance as a statement."""
    data = await november(desk)
    sha256 = await desk.house.store.keep(data)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    for made_up in (f"{'0' * 32}.{sha256}.a.csv", "", ".", "é"):
        status, page = await reader.get(f"/finance/preview?f={made_up}")
        assert (status, "什么都没有入账" in page) == (404, True)
        _, page = await reader.send("/finance/take", {"f": made_up})
        assert "没有选文件，什么都没有入账" in page
    async with desk.work() as work:
        assert await work.uploads.latest(5) == []


async def test_the_same_file_again_says_so_and_changes_nothing(desk: Desk, sign_in: SignIn) -> None:
    data = await november(desk)
    reader = await sign_in(FINANCE)
    page, _ = await previewed(reader, ("十一月.csv", data))
    await reader.send("/finance/take", [("f", one) for one in sealed(page)])
    await desk.settle()
    page, _ = await previewed(await sign_in(SECOND), ("换了名字.csv", data))
    assert "同一份文件 10:00 钱芳已经传过，没有再读。" in page
    assert sealed(page) == []


async def test_rows_that_have_come_in_before_are_counted_in_the_preview(desk: Desk, sign_in: SignIn) -> None:
    """Finance exports the whole month every day."""
    at = desk.clock.now()
    first, second = (at, "S1", "5", HENGDA, ""), (at, "S2", "6", HENGDA, "")
    reader = await sign_in(FINANCE)
    page, _ = await previewed(reader, ("昨天.csv", statement(first)))
    assert "早就有了" not in page
    await reader.send("/finance/take", [("f", one) for one in sealed(page)])
    await desk.settle()
    page, _ = await previewed(reader, ("今天.csv", statement(first, second)))
    assert "其中 1 笔早就有了，不会重复计。" in page


async def test_two_people_taking_the_same_file_at_once_is_one_statement(desk: Desk, sign_in: SignIn) -> None:
    data = await november(desk)
    readers = [await sign_in(FINANCE), await sign_in(SECOND)]
    pages = [(await previewed(reader, ("十一月.csv", data)))[0] for reader in readers]
    told = await asyncio.gather(
        *(
            reader.send("/finance/take", [("f", one) for one in sealed(page)])
            for reader, page in zip(readers, pages, strict=True)
        )
    )
    assert sum("已经传过，没有再读" in page for _, page in told) == 1
    await desk.settle()
    async with desk.work() as work:
        assert len(await work.uploads.latest(5)) == 1
    assert await open_of(desk, "XS2610-0101") == 0


async def test_several_files_at_once_and_one_that_is_none(desk: Desk, sign_in: SignIn) -> None:
    data = await november(desk)
    reader = await sign_in(FINANCE)
    other = statement((desk.clock.now(), "S9", "5", XINGYU, ""))
    page, _ = await previewed(reader, ("a.csv", data), ("b.csv", other), ("c.csv", b"\xff\xd8\xff\xe0 a photo"))
    assert len(sealed(page)) == 2
    assert "不是对账单" in page
    _, page = await reader.send("/finance/take", [("f", one) for one in sealed(page)])
    assert "2 份文件正在读" in page
    await desk.settle()
    assert "F2" in await reader.see("/finance/uploads")


async def test_a_list_of_receivables_goes_in_by_the_same_door(desk: Desk, sign_in: SignIn) -> None:
    """P4: the header's words tell which it is; what cannot be kept is told by its line."""
    data = "订单号,客户,金额,已收\nXS2611-0301,苏州恒达机械有限公司,64000,4000\nXS2611-0302,,500,\n".encode()
    reader = await sign_in(FINANCE)
    page, _ = await previewed(reader, ("应收.csv", data))
    for shown in ("应收清单", "1 单", "60,000 元", "第 3 行：没有客户", "登记</button>"):
        assert shown in page, shown
    await reader.send("/finance/take", [("f", one) for one in sealed(page)])
    await desk.settle()
    page = await reader.see("/finance/uploads/F1")
    assert "应收清单，登记了 1 单" in page
    assert "第 3 行：没有客户" in page
    assert await open_of(desk, "XS2611-0301") == fen("60000")


async def test_a_file_over_which_we_stumble_alarms_and_stops_no_other(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(files, "preview_of", stumble)
    page, _ = await previewed(await sign_in(FINANCE), ("a.csv", b"x,y"))
    assert "读的时候出错了，已经告诉管理员" in page
    await desk.settle()
    assert any("a.csv" in text for text in desk.texts("sunyue"))


async def test_dropping_a_preview_is_said(desk: Desk, sign_in: SignIn) -> None:
    reader = await sign_in(FINANCE)
    await previewed(reader, ("a.csv", await november(desk)))
    assert "放弃了，什么都没有入账" in await reader.see("/finance?dropped=1")


async def test_a_file_that_is_too_large_is_named_and_not_kept(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 2 << 20)
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    _, page, _ = await reader.upload(("大.csv", b"x" * (3 << 20)), ("空.csv", b""))
    assert "“大.csv”超过 2 MB，没有收；请按月分开导出。" in page
    assert "“空.csv”是空的，请重新导出。" in page
    assert not (desk.house.rules.settings.media.folder).exists() or not [
        one for one in desk.house.rules.settings.media.folder.rglob("*") if one.is_file()
    ]


async def test_no_file_chosen_is_said(desk: Desk, sign_in: SignIn) -> None:
    reader = await sign_in(FINANCE)
    await reader.see("/finance")
    assert "没有选文件" in (await reader.upload())[1]
    assert (await reader.send("/finance/upload", {"file": "x"}))[0] == 415


async def test_a_whole_statement_is_undone(desk: Desk, sign_in: SignIn) -> None:
    data = await november(desk)
    reader = await sign_in(FINANCE)
    page, _ = await previewed(reader, ("十一月.csv", data))
    await reader.send("/finance/take", [("f", one) for one in sealed(page)])
    await desk.settle()
    assert "撤销 1 笔入账" in await reader.see("/finance/uploads/F1")
    _, page = await reader.send("/finance/undo-upload", {"upload": "F1"})
    assert "撤销了“十一月.csv”的 1 笔入账，共 64,000 元。" in page
    assert "没有入账，不用撤销" in (await reader.send("/finance/undo-upload", {"upload": "F1"}))[1]
    assert await open_of(desk, "XS2610-0101") == fen("64000")


# Export


async def test_an_export_as_csv_opens_in_excel_and_holds_no_formula(desk: Desk, sign_in: SignIn) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(
        desk,
        paid(desk, HENGDA, "64000"),
        paid(desk, '=HYPERLINK("http://x")', "1234.5", "@cmd"),
        paid(desk, "沈曼", "-3"),
    )
    answer, body = await (await sign_in(FINANCE)).download("/finance/export.csv?state=all")
    assert quote("流水_全部_2026-11-23.csv") in answer.headers["Content-Disposition"]
    assert body.startswith(b"\xef\xbb\xbf")
    header, *rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert header[:4] == ["编号", "状态", "到账时间", "金额（元）"]
    by_name = {row[0]: row for row in rows}
    assert len(by_name) == 3
    formula = next(row for row in rows if "HYPERLINK" in row[4])
    assert (formula[3], formula[4][:2], formula[6]) == ("1234.50", "'=", "'@cmd")
    certain = next(row for row in rows if row[4] == HENGDA)
    assert certain[9:13] == ["XS2610-0101", HENGDA, "64000.00", "0.00"]


async def test_an_export_as_excel_holds_numbers_and_no_formula(desk: Desk, sign_in: SignIn) -> None:
    await owe(desk, "XS2610-0101", HENGDA, "64000")
    await arrive(desk, paid(desk, HENGDA, "64000"), paid(desk, "=1+1", "0.3", "a\x0bb"))
    _, body = await (await sign_in(FINANCE)).download("/finance/export.xlsx?state=all")
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    cells = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert (cells["T2"][3].value, cells["T2"][4].value, cells["T2"][4].data_type) == (0.3, "=1+1", "s")
    assert cells["T2"][6].value == "ab"
    assert (cells["T1"][9].value, cells["T1"][11].value) == ("XS2610-0101", 64000)


async def test_an_export_is_what_the_list_shows_and_longer_than_one_piece(desk: Desk, sign_in: SignIn) -> None:
    await arrive(desk, *(paid(desk, f"甲{at}", "3", "利息") for at in range(520)), paid(desk, "沈曼", "29600"))
    reader = await sign_in(FINANCE)
    _, body = await reader.download("/finance/export.csv?state=ignored")
    assert len(body.decode().splitlines()) == 521
    _, body = await reader.download("/finance/export.csv?state=all&q=沈曼")
    assert len(body.decode().splitlines()) == 2


async def test_what_is_too_much_for_one_workbook_is_said(
    desk: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.finance.export.MOST_XLSX_ROWS", 1)
    await arrive(desk, paid(desk, "沈曼", "1"), paid(desk, "沈曼", "2"))
    status, page = await (await sign_in(FINANCE)).get("/finance/export.xlsx?state=all")
    assert (status, "导出 CSV" in page) == (400, True)
