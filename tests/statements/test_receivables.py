"""Receivables from Excel, CSV and JSON: columns by their words, each wrong row by its line and reason (P4)."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from domain.payments import Instalment, Receivable
from domain.statements import Problem
from statements.files import read_file
from statements.problems import StatementError
from statements.reading import Statement
from statements.receivables import ReceivableList, read_receivables

HEADER = "订单号,客户,金额,到期日,已收,币种"
ROW = 'XS1,恒达机械,"64,000.50",2026-11-30,4000,人民币'
WHOLE = Receivable("XS1", "恒达机械", 6_400_050, 400_000, date(2026, 11, 30))


def read(*lines: str, encoding: str = "utf-8") -> ReceivableList:
    return read_receivables("\n".join(lines).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le"])
def test_every_encoding_that_statements_have(encoding: str) -> None:
    assert read(HEADER, ROW, encoding=encoding).receivables == [WHOLE]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("订单编号,客户名称,应收金额,到期日期,已收金额,币别", ROW),
        ("销售订单号\t购货单位\t价税合计\t约定付款日\t已回款\t币种", 'XS1\t恒达机械\t¥64000.50\t2026/11/30\t4000\tCNY'),
        ("合同号,订单号,客户简称,客户全称,合同金额(元),账期到期日,未收金额", "HT9,XS1,恒达,恒达机械,64000.50,20261130,60000.50"),
        ("序号,客户,业务员,订单号,下单日期,金额,到期日,累计回款", "1,恒达机械,张伟,XS1,2026-10-01,64000.50,2026年11月30日,4000"),
        ("order_no,customer,amount,due_date,received,currency", "XS1,恒达机械,64000.50,2026-11-30,4000,CNY"),
        ("订单号,客户,金额,到期日,已收", "ＸＳ１,恒达机械,６４，０００．５０,2026-11-30,4000"),
    ],
)  # fmt: skip
def test_columns_are_known_by_their_words(header: str, row: str) -> None:
    (found,) = read(header, row).receivables
    assert found == WHOLE


@pytest.mark.parametrize(
    ("above", "header", "received"),
    [
        ("", "订单号,客户,金额(万元),到期日,已收", "4000"), ("单位：万元", "订单号,客户,金额,到期日,已收", "0.4"),
        ("", "订单号,客户,金额(万元),到期日,未收（万元）", "6.0"),
    ],
)  # fmt: skip
def test_figures_in_ten_thousands(above: str, header: str, received: str) -> None:
    assert read(above, header, f"XS1,恒达机械,6.4,2026-11-30,{received}").receivables[0].open == 6_000_000


def test_figures_in_another_currency_are_of_that_currency() -> None:
    (found,) = read("订单号,客户,金额(美元)", "XS1,恒达机械,100").receivables
    assert found.currency == "USD"


def test_rows_of_one_order_with_days_of_their_own_are_its_instalments() -> None:
    lines = ("XS1,恒达机械,34000,2026-12-31,", "XS1,恒达机械,30000,2026-11-30,4000", "XS1,恒达机械,500,2026-12-31,")
    found = read(HEADER, *lines)
    (whole,) = found.receivables
    assert (whole.amount, whole.received, whole.due_date) == (6_400_000, 400_000, date(2026, 12, 31))
    assert whole.instalments == (Instalment(3_000_000, date(2026, 11, 30)), Instalment(3_400_000, date(2026, 12, 31)))
    assert [(one.line, one.problem) for one in found.unreadable] == [(4, Problem.REPEATED_ORDER)]


@pytest.mark.parametrize("other", ["XS1,星屿塑业,1,2026-12-31,", "XS1,恒达机械,1,,", "XS1,恒达机械,1,2026-12-31,,USD"])
def test_rows_of_one_order_that_contradict_are_told(other: str) -> None:
    assert [one.problem for one in read(HEADER, ROW, other).unreadable] == [Problem.REPEATED_ORDER]


def test_an_order_that_the_list_calls_paid_is_not_open() -> None:
    (found,) = read("订单号,客户,金额,状态", "XS1,恒达机械,100,已结清").receivables
    assert found.open == 0


def test_a_title_above_totals_below_and_blank_lines_are_ordinary() -> None:
    found = read("应收账款明细表", "制表日期：2026-11-24", HEADER, ROW, ",,,,,", "合计,,64000.50,,4000,", "制表：钱芳")
    assert (found.receivables, found.unreadable) == ([WHOLE], ())


@pytest.mark.parametrize(
    ("row", "problem", "text"),
    [
        (",恒达机械,100,,,", Problem.NO_ORDER, "恒达机械"),
        ("XS2,,100,,,", Problem.NO_CUSTOMER, "XS2"),
        ("XS2,恒达机械,,,,", Problem.NO_AMOUNT, "XS2"),
        ("XS2,恒达机械,6.4万,,,", Problem.BAD_AMOUNT, "6.4万"),
        ("XS2,恒达机械,0.005,,,", Problem.FRACTION_OF_FEN, "0.005"),
        ("XS2,恒达机械,100,月底,,", Problem.BAD_DUE, "月底"),
        ("XS2,恒达机械,100,2026-13-01,,", Problem.BAD_DUE, "2026-13-01"),
        ("XS2,恒达机械,100,12:30,,", Problem.BAD_DUE, "12:30"),
        ("XS1,恒达机械,100,,,", Problem.REPEATED_ORDER, "XS1"),
    ],
)
def test_a_wrong_row_is_told_by_its_line_and_stops_nothing(row: str, problem: Problem, text: str) -> None:
    found = read(HEADER, ROW, row, ROW.replace("XS1", "XS9"))
    assert [one.order_no for one in found.receivables] == ["XS1", "XS9"]
    assert [(one.line, one.problem, one.text) for one in found.unreadable] == [(3, problem, text)]


def test_a_formula_without_a_value_is_told_and_one_with_a_value_counts() -> None:
    """Bad weather: as with statements."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER.split(","))
    sheet.append(["XS1", "恒达机械", "=1+1", None, None, None])
    sheet.append(["XS2", "恒达机械", 0.1 + 0.2, date(2026, 11, 30), 0, None])
    packed = BytesIO()
    book.save(packed)
    found = read_receivables(packed.getvalue())
    assert [(one.line, one.problem) for one in found.unreadable] == [(2, Problem.FORMULA)]
    assert [(one.order_no, one.amount) for one in found.receivables] == [("XS2", 30)]


def test_json_has_places_instead_of_lines() -> None:
    found = read(json.dumps([{"order_no": "XS1", "customer": "恒达机械", "amount": "1"}, {"order_no": "XS2"}, 5]))
    assert (len(found.listed), found.is_table) == (1, False)
    assert [(one.line, one.problem) for one in found.unreadable] == [
        (2, Problem.BAD_RECEIVABLE),
        (3, Problem.BAD_RECEIVABLE),
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        ("姓名,电话\n张伟,138".encode(), Problem.NO_RECEIVABLES),
        ("订单号,客户\nXS1,恒达".encode(), Problem.NO_RECEIVABLES),
        (b'{"a": 1}', Problem.NO_LIST),
        (b"PK\x03\x04 and nothing behind it", Problem.BROKEN_WORKBOOK),
    ],
)
def test_what_is_no_list_of_receivables_is_told(data: bytes, problem: Problem) -> None:
    with pytest.raises(StatementError) as told:
        read_receivables(data)
    assert told.value.problem is problem


STATEMENT = "日期,流水号,收入,支出,对方户名,摘要\n2026-11-24,S1,100,,恒达机械,XS1"


def test_a_statement_and_a_list_of_receivables_are_told_apart_by_their_headers() -> None:
    """A list with days, remarks and a currency has all that a statement's header needs, and is none."""
    listed = "日期,订单号,客户,金额,到期日,备注,币种\n2026-11-01,XS1,恒达机械,64000.50,2026-11-30,加急,CNY"
    assert isinstance(read_file(listed.encode()), ReceivableList)
    assert isinstance(read_file(STATEMENT.encode()), Statement)
    with pytest.raises(StatementError) as told:
        read_file("姓名,电话\n张伟,138".encode())
    assert told.value.problem is Problem.NO_HEADER


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[1] / "data/bank").glob("*.[cx][sl]*")), ids=str)
def test_a_banks_statement_is_never_taken_for_a_list_of_receivables(path: Path) -> None:
    with pytest.raises(StatementError):
        read_receivables(path.read_bytes())
