"""A statement's bytes → transactions: encodings, signs, what stands around the rows, and rows that cannot be read (P1)."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest

from domain.payments import BankTransaction
from domain.statements import Problem
from statements.layouts import Column, ColumnMapping
from statements.problems import StatementError
from statements.reading import Statement, read_statement
from statements.sheets import MOST_ROWS

HEADER = "交易日期,交易时间,借方金额,贷方金额,余额,摘要,对方户名,流水号"
ROW = "2026-11-02,09:42:10,,64000.00,0,XS2610-0101,南京棠溪电子有限公司,G1"


def read(*lines: str, encoding: str = "utf-8") -> Statement:
    return read_statement("\n".join(lines).encode(encoding))


def one(*lines: str) -> BankTransaction:
    (found,) = read(*lines).transactions
    return found


def amounts(*lines: str) -> list[int]:
    return [found.amount for found in read(*lines).transactions]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_a_bank(encoding: str) -> None:
    (found,) = read(HEADER, ROW, encoding=encoding).transactions
    assert (found.payer, found.amount, found.remark) == ("南京棠溪电子有限公司", 6_400_000, "XS2610-0101")
    assert found.paid_at == datetime.fromisoformat("2026-11-02T09:42:10+08:00")


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("64000", 6_400_000), ('"64,000.00"', 6_400_000), ("￥64000.5", 6_400_050), ("６４０００．５０", 6_400_050),
        ('"+64,000.00元"', 6_400_000), ("0.30000000000000004", 30), ("`64000.00`", 6_400_000), ('"=""64000.00"""', 6_400_000),
        ("64000.00\t", 6_400_000), (" 64000 ", 6_400_000), ("-64000.00", -6_400_000), ("－64000.00", -6_400_000),
        ("(64000.00)", -6_400_000),
    ],
)  # fmt: skip
def test_amounts_as_banks_and_spreadsheets_write_them(cell: str, fen: int) -> None:
    """Thousands separators, full-width signs, 0.1 + 0.2; a negative in the column of what came in is a reversal."""
    found = one(HEADER, ROW.replace("64000.00", cell))
    assert (found.amount, found.is_reversal) == (fen, fen < 0)


@pytest.mark.parametrize(
    ("header", "row", "fen", "is_reversal"),
    [
        ("借/贷,发生额", "贷,64000", 6_400_000, False),
        ("借贷标志,交易金额", "借,64000", -6_400_000, False),
        ("收/支,金额", "收入,64000", 6_400_000, False),
        ("资金流向,金额", "转出,64000", -6_400_000, False),
        ("收支金额,", "-64000,", -6_400_000, False),
        ("借/贷,发生额", "贷,-64000", -6_400_000, True),
        ("借方,贷方", "0,64000", 6_400_000, False),
        ("借方发生额/元(支取),贷方发生额/元(收入)", "64000,0.00", -6_400_000, False),
        ("借方金额,贷方金额", "-64000,", 6_400_000, True),
        ("收入（+元）,支出（-元）", ",-64000", -6_400_000, False),
    ],
)  # fmt: skip
def test_in_and_out_in_every_way_of_saying_it(header: str, row: str, fen: int, is_reversal: bool) -> None:
    found = one(f"交易时间,{header},对方户名,摘要,流水号", f"2026-11-02 09:42:10,{row},恒达机械,货款,G1")
    assert (found.amount, found.is_reversal) == (fen, is_reversal)


@pytest.mark.parametrize("mark", ["Y", "是", "冲正", "红字"])
def test_a_column_may_say_that_a_row_is_a_reversal(mark: str) -> None:
    assert one(f"{HEADER},冲正标志", f"{ROW},{mark}").is_reversal
    assert not one(f"{HEADER},冲正标志", f"{ROW},否").is_reversal


def test_what_stands_around_the_rows_is_ordinary() -> None:
    """Preamble with our name and account, blank lines, totals, notes, the header again on the next page."""
    found = read(
        "账户明细查询", "户名：苏州砺澜智能装备有限公司  账号：6222 0001 2345 6789", "起止日期：20261101-20261130", "", HEADER,
        ROW, ",,,,,,,", "本页合计,,0.00,64000.00,,,,", HEADER, ROW.replace("G1", "G2"), "合计 2 笔,,,128000.00,,,,",
        "备注：本明细仅供参考",
    )  # fmt: skip
    assert [(one.serial, one.holder) for one in found.transactions] == [
        ("G1", "苏州砺澜智能装备有限公司"), ("G2", "苏州砺澜智能装备有限公司"),
    ]  # fmt: skip
    assert found.unreadable == ()


def test_the_newest_first_is_turned_round() -> None:
    rows = [ROW.replace("09:42:10", f"09:42:{second}").replace("G1", f"G{second}") for second in (30, 20, 10)]
    assert [one.serial for one in read(HEADER, *rows).transactions] == ["G10", "G20", "G30"]


@pytest.mark.parametrize(
    ("row", "problem", "text"),
    [
        (ROW.replace("64000.00", "六万"), Problem.BAD_AMOUNT, "六万"),
        (ROW.replace("64000.00", "0.005"), Problem.FRACTION_OF_FEN, "0.005"),
        (ROW.replace(",,64000", ",5,64000"), Problem.TWO_AMOUNTS, ""),
        (ROW.replace("64000.00", ""), Problem.NO_AMOUNT, ""),
        (ROW.replace("2026-11-02,09:42:10", ","), Problem.NO_TIME, ""),
        (ROW.replace("2026-11-02", "2026-13-02"), Problem.BAD_TIME, "2026-13-02"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_by_its_line_and_stops_nothing(row: str, problem: Problem, text: str) -> None:
    found = read("某某银行", HEADER, ROW, row, ROW.replace("G1", "G2"))
    assert [one.serial for one in found.transactions] == ["G1", "G2"]
    assert [(one.line, one.problem, one.text) for one in found.unreadable] == [(4, problem, text)]


@pytest.mark.parametrize(
    ("above", "header", "cell", "fen", "currency"),
    [
        ("", "贷方金额(万元)", "6.4", 6_400_000, "CNY"),
        ("金额单位：万元", "贷方金额", "6.4", 6_400_000, "CNY"),
        ("单位：万澜化工有限公司", "贷方金额", "64000", 6_400_000, "CNY"),
        ("单位：万元", "贷方金额(元)", "64000", 6_400_000, "CNY"),
        ("单位：元", "贷方金额（单位：元）", "64000", 6_400_000, "CNY"),
        ("", "贷方金额(美元)", "64000", 6_400_000, "USD"),
        ("账号：6222  币种：美元", "贷方金额", "64000", 6_400_000, "USD"),
        ("币种,USD", "贷方金额", "64000", 6_400_000, "USD"),
        ("币种：人民币", "贷方金额", "64000", 6_400_000, "CNY"),
    ],
)
def test_figures_in_another_unit_or_currency_are_not_taken_for_yuan(
    above: str, header: str, cell: str, fen: int, currency: str
) -> None:
    """Whatever stands in dollars must never be booked as yuan."""
    found = one(above, HEADER.replace("贷方金额", header), ROW.replace("64000.00", cell))
    assert (found.amount, found.currency) == (fen, currency)


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("2026.11.02", "9:42:10"), ("20261102", "094210"), ("2026年11月2日", "9时42分10秒"), ("2026/11/2 9:42:10", ""),
        ("46328", "0.404282"), ("20261102094210", ""), ("2026-11-02T09:42:10+08:00", ""), ("2026-11-02 09:42:10.0", ""),
    ],
)  # fmt: skip
def test_moments_as_banks_and_spreadsheets_write_them(day: str, clock: str) -> None:
    found = one(HEADER, ROW.replace("2026-11-02,09:42:10", f"{day},{clock}"))
    assert found.paid_at == datetime.fromisoformat("2026-11-02T09:42:10+08:00")


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("交易日期,交易时间,发生额,,余额,摘要,对方信息,流水号", ",,借方,贷方,,,户名,"),
        ("交易日期,,交易金额,,余额,摘要,对方,流水号", "日期,时间,借方,贷方,,,名称,"),
        ("交易,,金额,,账户,附言,对方,", "日期,时间,支出,收入,余额,,户名,流水号"),
    ],
)
def test_a_header_of_two_lines(upper: str, lower: str) -> None:
    found = one("账户明细", upper, lower, ROW)
    assert (found.amount, found.payer, found.remark, found.serial) == (
        6_400_000, "南京棠溪电子有限公司", "XS2610-0101", "G1",
    )  # fmt: skip


def test_two_hundred_thousand_rows_are_read_to_the_last_one() -> None:
    """Bad weather."""
    found = read(HEADER, *(ROW.replace("G1", f"G{number}") for number in range(200_000)))
    assert (len(found.transactions), found.unreadable) == (200_000, ())
    assert found.transactions[-1].serial == "G199999"


def test_the_settings_describe_any_other_layout() -> None:
    mapping = ColumnMapping(
        "浦江农商",
        {Column.TIME: ("When",), Column.AMOUNT: ("How much",), Column.PAYER: ("Who",), Column.SERIAL: ("No",)},
    )
    lines = "When,Who,How much,No\n2026-11-02,恒达机械,64000,G1".encode()
    with pytest.raises(StatementError):
        read_statement(lines)
    found = read_statement(lines, mapping=[mapping])
    assert found.layout == "浦江农商"
    assert [(one.serial, one.amount, one.payer) for one in found.transactions] == [("G1", 6_400_000, "恒达机械")]


def test_a_web_page_that_calls_itself_xls_is_read() -> None:
    rows = "".join(f"<tr><td>{line.replace(',', '</td><td>')}</td></tr>" for line in (HEADER, ROW))
    page = f"<html><table>{rows}</table></html>"
    (found,) = read_statement(page.encode("gbk"), "流水.xls").transactions
    assert found.amount == 6_400_000


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_a_workbook_is_read_whatever_it_calls_itself_and_a_formula_is_not_guessed() -> None:
    row: list[object] = ["2026-11-02", "09:42:10", None, 0.1 + 0.2, 0, "货款", "恒达机械", "G1"]
    formula = [*row[:3], "=30000+34000", *row[4:]]
    found = read_statement(workbook(HEADER.split(","), row, formula), "流水.csv")
    assert [one.amount for one in found.transactions] == [30]
    assert [(one.line, one.problem) for one in found.unreadable] == [(3, Problem.FORMULA)]


def test_a_file_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    """A zip bomb, two cells in far corners, and more rows than anybody exports."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        with bomb.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(64):
                sheet.write(b" " * (1 << 20))
    far = openpyxl.Workbook()
    far.active["A1"], far.active["XFD1048576"] = 1, 2
    corners = BytesIO()
    far.save(corners)
    rows = (ROW + "\n").encode() * (MOST_ROWS + 1)
    for data in (packed.getvalue(), corners.getvalue(), rows):
        with pytest.raises(StatementError) as told:
            read_statement(data)
        assert told.value.problem is Problem.TOO_BIG


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY), (b"%PDF" + bytes(range(128, 256)) * 40, Problem.NOT_TEXT), ("姓名,电话\n张伟,138".encode(), Problem.NO_HEADER),
        (b"PK\x03\x04 cut off", Problem.BROKEN_WORKBOOK), (b"\xd0\xcf\x11\xe0 cut off", Problem.BROKEN_WORKBOOK),
    ],
)  # fmt: skip
def test_what_is_no_statement_is_told(data: bytes, problem: Problem) -> None:
    with pytest.raises(StatementError) as told:
        read_statement(data)
    assert told.value.problem is problem
