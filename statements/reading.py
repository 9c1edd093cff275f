"""A statement's bytes → its transactions and the rows that could not be read (P1)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import chain

from domain.payments import BankTransaction
from domain.statements import Problem, UnreadableRow
from statements.cells import at, clean, currency, direction, even, fen, is_nothing, moment, name_and_account
from statements.layouts import Column, ColumnMapping, Header, meaning, read_header, read_header_of_two
from statements.problems import RowError, StatementError
from statements.sheets import Row, sheets_of
from statements.units import Unit, unit_above


@dataclass(frozen=True, slots=True)
class Statement:
    transactions: tuple[BankTransaction, ...]
    """Oldest first; rows of one moment in the order in which the bank booked them."""
    unreadable: tuple[UnreadableRow, ...]
    layout: str
    """icbc, cmb, ccb, abc, boc, bocom, alipay, wechat, a name from the settings, or other."""


_HEADER_WITHIN = 200
_TOTALS = re.compile(
    "(?:本页|本期|当期|借方|贷方|收入|支出|转入|转出|当前)?(?:合计|总计|小计|累计|汇总|共计|总笔数|总金额|笔数)|期初|期末|上页|过次页|承前页|上日|上期|本期(?:余额|发生)|总交易单数|资金流水总笔数|第.{1,5}页|以下空白|制表|打印|导出时间|经办|复核|备注[:：]|说明[:：]|注[:：]"
)
_TAIL = ("总交易单数", "资金流水总笔数", "总笔数")
_DIGIT = re.compile(r"\d")
_FEWEST_CELLS = 3
_YES = frozenset({"y", "yes", "是", "1", "冲正", "冲账", "冲帐", "已冲正", "已冲账", "红字", "红", "r", "true"})
_NO_MONEY = re.compile("失败|关闭|取消|未支付|待付款|等待|处理中|撤单|notpay|closed|payerror")
_UNDONE = re.compile("revoked|已撤销|已冲正")
_REFUNDED = re.compile("refund|退款成功|已退款")
_LABELS = {
    Column.HOLDER: re.compile("(?:账|帐)(?:户|号)名(?:称)?|户名|单位名称|客户名称|公司名称|商户名称|开户名称"),
    Column.ACCOUNT: re.compile("(?:查询|本方|交易)?(?:账|帐)(?:户|号)(?:号码?)?|商户号|卡号"),
}
_CUT = re.compile(r"[\s,]{1,}(?=(?:\S{1,8}[::]))|[;\t]")


@dataclass(slots=True)
class _Reading:
    header: Header
    preamble: dict[Column, str]
    unit: Unit
    """As the lines above the header say it."""
    sheet: str = ""
    read: list[BankTransaction] = field(default_factory=list)
    unreadable: list[UnreadableRow] = field(default_factory=list)
    unnamed: Counter[str] = field(default_factory=Counter)


def read_statement(data: bytes, file_name: str = "", mapping: Sequence[ColumnMapping] = ()) -> Statement:
    """StatementError where the file as a whole is none. The name is for messages only and never looked at."""
    del file_name
    readings = [
        reading for sheet in sheets_of(data) if (reading := _read_sheet(sheet.name, sheet.rows, mapping)) is not None
    ]
    if not readings:
        raise StatementError(Problem.NO_HEADER)
    transactions = [one for reading in readings for one in _oldest_first(reading.read)]
    return Statement(
        tuple(sorted(transactions, key=lambda one: one.paid_at)),
        tuple(row for reading in readings for row in reading.unreadable),
        readings[0].header.layout,
    )


def _oldest_first(rows: list[BankTransaction]) -> list[BankTransaction]:
    """Banks that list the newest first list the rows of one moment backwards too."""
    return rows[::-1] if rows and rows[0].paid_at > rows[-1].paid_at else rows


def _read_sheet(name: str, rows: Iterable[Row], mappings: Sequence[ColumnMapping]) -> _Reading | None:
    above: list[Row] = []
    lines = iter(rows)
    for row in lines:
        if (header := _header(above, row, mappings)) is not None:
            reading = _Reading(header, _preamble(above), unit_above(row.cells for row in above), name)
            first = next(lines, None)
            whole = read_header_of_two(row.cells, first.cells, mappings) if first is not None else None
            if whole is not None:
                reading.header, first = whole, None
            _read_rows(reading, chain([first] if first is not None else [], lines))
            return reading
        above.append(row)
        if len(above) > _HEADER_WITHIN:
            break
    return None


def _header(above: Sequence[Row], row: Row, mappings: Sequence[ColumnMapping]) -> Header | None:
    """Of one line, or of two where they know more than one alone."""
    alone = read_header(row.cells, mappings)
    both = read_header_of_two(above[-1].cells, row.cells, mappings) if above else None
    return both if both is not None and (alone is None or both.known > alone.known) else alone


def _preamble(rows: Iterable[Row]) -> dict[Column, str]:
    """户名 and 账号 above the header: behind a colon in the same cell, or in the next cell that is not empty."""
    found: dict[Column, str] = {}
    for row in rows:
        cells = [text for cell in row.cells for text in _CUT.split(even(clean(cell).lstrip("#"))) if text.strip()]
        for place, cell in enumerate(cells):
            label, colon, value = re.sub(r"\[(.*)\]", r"\1", cell).partition(":")
            value = value if colon else (cells[place + 1] if place + 1 < len(cells) else "")
            for column, pattern in _LABELS.items():
                if column not in found and value.strip() and pattern.fullmatch(label.replace(" ", "")):
                    found[column] = value.strip(" []")
    return found


def _read_rows(reading: _Reading, rows: Iterator[Row]) -> None:
    for row in rows:
        texts = [clean(cell) for cell in row.cells]
        filled = [text for text in texts if not is_nothing(text)]
        if not filled or filled[0].startswith("#"):
            continue
        if even(filled[0]).startswith(_TAIL):
            return
        if _is_header_again(filled):
            if (again := read_header(row.cells)) is not None:
                reading.header = again
            continue
        try:
            transaction = _transaction(reading, texts, filled)
        except RowError as error:
            reading.unreadable.append(UnreadableRow(row.line, error.problem, error.text, reading.sheet))
            continue
        if transaction is not None:
            reading.read.append(transaction)


def _is_header_again(filled: Sequence[str]) -> bool:
    """Exports of several pages, or of several accounts, repeat the header. A transaction has digits all over."""
    if sum(1 for text in filled if _DIGIT.search(text)) * 2 > len(filled):
        return False
    known = sum(1 for text in filled if not text[:1].isdigit() and meaning(even(text).replace(" ", "")) is not None)
    return known >= 4 and known * 2 > len(filled)


class _Cells:
    """What a row says under each column; empty cells are left out."""

    def __init__(self, header: Header, texts: Sequence[str]) -> None:
        self._header, self._texts = header, texts

    def all(self, column: Column) -> list[str]:
        texts, wide = self._texts, len(self._texts)
        places = self._header.places.get(column, ())
        return [texts[place] for place in places if place < wide and not is_nothing(texts[place])]

    def first(self, column: Column) -> str:
        return next(iter(self.all(column)), "")


def _transaction(reading: _Reading, texts: Sequence[str], filled: Sequence[str]) -> BankTransaction | None:
    cells = _Cells(reading.header, texts)
    try:
        paid_at = _paid_at(cells)
    except RowError:
        if _is_remark_of_the_bank(filled, cells):
            return None
        raise
    if paid_at is None:
        if _is_remark_of_the_bank(filled, cells):
            return None
        raise RowError(Problem.NO_TIME)
    status = even(cells.first(Column.STATUS)).lower()
    if _NO_MONEY.search(status):
        return None
    amount, is_reversal = _amount(reading.header, cells, status)
    if amount is None:
        if any(_TOTALS.search(even(text)) for text in filled):
            return None
        raise RowError(Problem.NO_AMOUNT)
    return _built(reading, cells, paid_at, amount, is_reversal)


def _is_remark_of_the_bank(filled: Sequence[str], cells: _Cells) -> bool:
    """Totals, page feet and notes have no time; a transaction that lost its time has a serial or another side."""
    if any(_TOTALS.match(even(text).lstrip("*[(#")) for text in filled[:2]):
        return True
    named = cells.first(Column.PAYER) or cells.first(Column.PAYER_ACCOUNT)
    return len(filled) < _FEWEST_CELLS or (not named and not _has_amount(cells))


def _has_amount(cells: _Cells) -> bool:
    for column in (Column.MONEY_IN, Column.MONEY_OUT, Column.AMOUNT):
        for text in cells.all(column):
            try:
                if fen(text):
                    return True
            except RowError:
                pass
    return False


def _paid_at(cells: _Cells) -> datetime | None:
    """The first column that has the day and the first that has the clock, which may be the same."""
    day: date | None = None
    clock: time | None = None
    for text in cells.all(Column.TIME):
        its_day, its_clock = moment(text)
        if its_day is not None and its_clock is not None:
            return at(its_day, its_clock)
        day, clock = day or its_day, clock or its_clock
    return at(day, clock) if day is not None else None


def _amount(header: Header, cells: _Cells, status: str) -> tuple[int | None, bool]:
    """Signed fen, and whether the row takes back an earlier one. A negative in a column of its own is a reversal."""
    says = even(cells.first(Column.REVERSAL)).lower()
    marked = says in _YES or bool(_UNDONE.search(status))
    if Column.MONEY_IN in header.places or Column.MONEY_OUT in header.places:
        amount, turned = _of_two_columns(header, cells)
        if amount is not None or Column.AMOUNT not in header.places:
            return amount, marked or turned
    amount, turned = _of_one_column(header, cells, status)
    return amount, marked or turned


def _of_two_columns(header: Header, cells: _Cells) -> tuple[int | None, bool]:
    came, went = (fen(cells.first(column)) or 0 for column in (Column.MONEY_IN, Column.MONEY_OUT))
    if came and went:
        raise RowError(Problem.TWO_AMOUNTS)
    if came:
        return came, came < 0
    if went:
        return -abs(went) if header.out_is_negative else -went, went < 0 and not header.out_is_negative
    said = cells.first(Column.MONEY_IN) or cells.first(Column.MONEY_OUT)
    return None if not said else 0, False


def _of_one_column(header: Header, cells: _Cells, status: str) -> tuple[int | None, bool]:
    if _REFUNDED.search(status) and (back := fen(cells.first(Column.REFUNDED))):
        return -abs(back), False
    amount = fen(cells.first(Column.AMOUNT))
    if amount is None:
        return None, False
    said = [text for text in (*cells.all(Column.DIRECTION), *cells.all(Column.KIND)) if direction(text)]
    if Column.DIRECTION in header.places and not said and amount > 0:
        raise RowError(Problem.NO_DIRECTION, cells.first(Column.DIRECTION))
    if not said:
        return amount, False
    sign = direction(said[0])
    if amount < 0 and sign > 0:
        return amount, True
    return sign * abs(amount), False


def _built(
    reading: _Reading, cells: _Cells, paid_at: datetime, amount: int, is_reversal: bool
) -> BankTransaction | None:
    payer, payer_account = _other_side(cells, amount)
    holder, account = _own_side(reading, cells, amount)
    kind = " ".join(dict.fromkeys(even(text) for text in cells.all(Column.KIND)))
    remarks = dict.fromkeys(even(text) for text in cells.all(Column.REMARK))
    unit = reading.header.unit.or_else(reading.unit)
    built = BankTransaction(
        serial=cells.first(Column.SERIAL).replace(" ", ""),
        paid_at=paid_at,
        amount=amount * unit.scale,
        payer=payer,
        payer_account=payer_account,
        remark=" ".join(text for text in remarks if text != kind),
        kind=kind,
        checkout_no=cells.first(Column.CHECKOUT),
        account=account,
        holder=holder,
        currency=currency(cells.first(Column.CURRENCY) or unit.currency),
        is_reversal=is_reversal,
        bank=reading.header.layout,
    )
    return built if built.serial else _with_serial(reading, built, cells)


_FROM = (Column.FROM_NAME, Column.FROM_ACCOUNT)
_TO = (Column.TO_NAME, Column.TO_ACCOUNT)


def _other_side(cells: _Cells, amount: int) -> tuple[str, str]:
    """Alipay has the name in the account's column; BOC has payer and payee in columns of their own."""
    name, behind = name_and_account(cells.first(Column.PAYER))
    account = cells.first(Column.PAYER_ACCOUNT)
    if not name and account and re.search("[\u4e00-\u9fff*]", account):
        name, behind = name_and_account(account)
        account = behind
    if not name:
        theirs = _FROM if amount > 0 else _TO
        name = name_and_account(cells.first(theirs[0]))[0]
        account = account or cells.first(theirs[1])
    return even(name), account or behind


def _own_side(reading: _Reading, cells: _Cells, amount: int) -> tuple[str, str]:
    own = _TO if amount > 0 else _FROM
    holder = cells.first(Column.HOLDER) or cells.first(own[0]) or reading.preamble.get(Column.HOLDER, "")
    account = cells.first(Column.ACCOUNT) or cells.first(own[1]) or reading.preamble.get(Column.ACCOUNT, "")
    return even(holder), account


def _with_serial(reading: _Reading, built: BankTransaction, cells: _Cells) -> BankTransaction:
    """ABC and BOCOM print no serial: what the row says stands for it, so that the same export gives the same again."""
    from dataclasses import replace

    said = "\x1f".join(
        (built.account, built.paid_at.isoformat(), str(built.amount), built.payer, built.payer_account, built.remark)
    )
    balance = "\x1f".join(cells.all(Column.NONE))
    digest = hashlib.blake2b(f"{said}\x1f{balance}".encode(), digest_size=8).hexdigest()
    reading.unnamed[digest] += 1
    times = reading.unnamed[digest]
    return replace(built, serial=f"{digest}-{times}" if times > 1 else digest)
