"""What customers owe: a list in Excel or CSV known by its header words, or JSON (P4) → Receivables.

JSON has order_no, customer, amount, due_date, received (yuan as text), payments, known_payers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.payments import CNY, BookedPayment, Instalment, Receivable
from domain.receivables import in_order
from domain.statements import Problem, UnreadableRow
from statements.cells import clean, currency, even, fen, is_nothing, moment, word
from statements.encoding import decode
from statements.problems import RowError, StatementError
from statements.receivable_columns import Column, read_receivable_header
from statements.sheets import FORMULA, Row, sheets_of
from statements.units import Unit, unit_above, unit_of_words

_HEADER_WITHIN = 200
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_TOTALS = re.compile("(?:本页|应收)?(?:合计|总计|小计|共计)|制表|打印|(?:备注|说明|注)[:：]")
_CANCELLED = frozenset({"cancelled", "canceled", "已取消", "取消", "作废", "已作废", "已关闭"})
_PAID = frozenset({"paid", "已付清", "付清", "已结清", "结清", "已收清", "已收款", "已回款", "已核销", "全部到账"})


@dataclass(frozen=True, slots=True)
class Listed:
    line: int
    """Of a table as a spreadsheet counts it; of JSON the place in the list, from 1."""
    receivable: Receivable
    sheet: str = ""

    def refused(self, problems: Mapping[str, Problem]) -> UnreadableRow:
        """It was read and could not be kept."""
        one = self.receivable
        text = f"{one.order_no} {one.currency}" if one.currency != CNY else one.order_no
        return UnreadableRow(self.line, problems[one.order_no], text, self.sheet)


@dataclass(frozen=True, slots=True)
class ReceivableList:
    listed: tuple[Listed, ...]
    unreadable: tuple[UnreadableRow, ...]
    is_table: bool

    @property
    def receivables(self) -> list[Receivable]:
        return [one.receivable for one in self.listed]


def read_receivables(data: bytes) -> ReceivableList:
    """StatementError where the file as a whole is no such list. What is wrong with one row stops none of the others."""
    text = "" if data.startswith(_WORKBOOKS) else decode(data).lstrip()
    is_table = not text.startswith(("[", "{"))
    listed: dict[str, Listed] = {}
    unreadable = []
    for one in _of_tables(data) if is_table else _of_json(text):
        if isinstance(one, UnreadableRow):
            unreadable.append(one)
            continue
        order_no = one.receivable.order_no
        both = one if order_no not in listed else _with_instalment(listed[order_no], one)
        if both is None:
            unreadable.append(UnreadableRow(one.line, Problem.REPEATED_ORDER, order_no, one.sheet))
        else:
            listed[order_no] = both
    return ReceivableList(tuple(listed.values()), tuple(unreadable), is_table)


def _with_instalment(known: Listed, one: Listed) -> Listed | None:
    """Two rows of one order with days of their own are two instalments of it; None where they contradict."""
    before, more = known.receivable, one.receivable
    same = (before.customer, before.currency, before.is_cancelled) == (more.customer, more.currency, more.is_cancelled)
    parts = before.instalments or (Instalment(before.amount, before.due_date),)
    days = [part.due_on for part in parts]
    if not same or None in days or more.due_date is None or more.due_date in days or more.amount <= 0:
        return None
    parts = tuple(in_order((*parts, Instalment(more.amount, more.due_date))))
    whole = replace(
        before, amount=before.amount + more.amount, received=before.received + more.received,
        due_date=parts[-1].due_on, instalments=parts,
    )  # fmt: skip
    return replace(known, receivable=whole)


# Excel and CSV


def _of_tables(data: bytes) -> Iterator[Listed | UnreadableRow]:
    is_list = False
    for sheet in sheets_of(data):
        table = None
        above: list[tuple[str, ...]] = []
        for row in sheet.rows:
            if table is not None:
                if (one := _row(table, row, sheet.name)) is not None:
                    yield one
            elif (places := read_receivable_header(row.cells)) is not None:
                is_list, table = True, _Table(places, row.cells, unit_above(above))
            elif len(above) < _HEADER_WITHIN:
                above.append(row.cells)
            else:
                break
    if not is_list:
        raise StatementError(Problem.NO_RECEIVABLES)


class _Table:
    """Where the columns stand, and what each counts in."""

    def __init__(self, places: Mapping[Column, int], header: Sequence[str], above: Unit) -> None:
        self._places = places
        self._units = {column: unit_of_words([word(header[at])]).or_else(above) for column, at in places.items()}

    @property
    def currency(self) -> str:
        return self._units[Column.AMOUNT].currency

    def cells(self, row: Row) -> Mapping[Column, str]:
        return {column: clean(row.cells[at]) for column, at in self._places.items() if at < len(row.cells)}

    def fen(self, cells: Mapping[Column, str], column: Column) -> int | None:
        amount = fen(cells.get(column, ""))
        return None if amount is None else amount * self._units[column].scale


def _row(table: _Table, row: Row, sheet: str) -> Listed | UnreadableRow | None:
    filled = [text for text in (clean(cell) for cell in row.cells) if not is_nothing(text)]
    if not filled or _TOTALS.match(even(filled[0])) or read_receivable_header(row.cells) is not None:
        return None
    try:
        return Listed(row.line, _of_cells(table, table.cells(row)), sheet)
    except RowError as error:
        return UnreadableRow(row.line, error.problem, error.text, sheet)


def _of_cells(table: _Table, cells: Mapping[Column, str]) -> Receivable:
    order_no, customer = even(_named(cells.get(Column.ORDER, ""))), _named(cells.get(Column.CUSTOMER, ""))
    if not order_no:
        raise RowError(Problem.NO_ORDER, customer)
    if not customer:
        raise RowError(Problem.NO_CUSTOMER, order_no)
    amount, received, still_open = (
        table.fen(cells, column) for column in (Column.AMOUNT, Column.RECEIVED, Column.OPEN)
    )
    if amount is None:
        raise RowError(Problem.NO_AMOUNT, order_no)
    status = even(cells.get(Column.STATUS, "")).lower()
    if received is None and still_open is not None:
        received = amount - still_open
    if received is None and status in _PAID:
        received = amount
    return Receivable(
        order_no=order_no,
        customer=customer,
        amount=amount,
        received=received or 0,
        due_date=_day(cells.get(Column.DUE, "")),
        currency=currency(cells.get(Column.CURRENCY) or table.currency),
        is_cancelled=status in _CANCELLED,
    )


def _named(text: str) -> str:
    if text == FORMULA:
        raise RowError(Problem.FORMULA)
    return "" if is_nothing(text) else text


def _day(text: str) -> date | None:
    try:
        day, _ = moment(text)
    except RowError as error:
        raise RowError(Problem.BAD_DUE if error.problem is Problem.BAD_TIME else error.problem, error.text) from None
    if day is None and not is_nothing(text):
        raise RowError(Problem.BAD_DUE, text)
    return day


# JSON


def _of_json(text: str) -> Iterable[Listed | UnreadableRow]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise StatementError(Problem.NO_LIST) from None
    if not isinstance(entries, list):
        raise StatementError(Problem.NO_LIST)
    for place, entry in enumerate(entries, 1):
        try:
            yield Listed(place, _of_entry(entry))
        except RowError as error:
            yield UnreadableRow(place, error.problem, error.text)


def _of_entry(entry: Any) -> Receivable:
    if not isinstance(entry, dict):
        raise RowError(Problem.BAD_RECEIVABLE, str(entry)[:40])
    order_no, customer = (_text(entry, key) for key in ("order_no", "customer"))
    amount = _money(entry, "amount")
    if amount is None:
        raise RowError(Problem.NO_AMOUNT, order_no)
    try:
        payments = tuple(
            BookedPayment(_text(one, "serial"), _money(one, "amount") or 0, str(one.get("bank") or ""))
            for one in entry.get("payments") or ()
        )
        return Receivable(
            order_no=order_no,
            customer=customer,
            amount=amount,
            received=_money(entry, "received") or 0,
            due_date=date.fromisoformat(entry["due_date"]) if entry.get("due_date") else None,
            payments=payments,
            known_payers=tuple(str(name) for name in entry.get("known_payers") or ()),
            currency=currency(str(entry["currency"])) if entry.get("currency") else CNY,
            is_cancelled=str(entry.get("status") or entry.get("state") or "").lower() in _CANCELLED,
        )
    except (AttributeError, TypeError, ValueError):
        raise RowError(Problem.BAD_RECEIVABLE, order_no) from None


def _text(entry: dict[str, Any], key: str) -> str:
    text = clean(str(entry.get(key) or ""))
    if not text:
        raise RowError(Problem.BAD_RECEIVABLE, key)
    return text


def _money(entry: dict[str, Any], key: str) -> int | None:
    value = entry.get(key)
    return None if value is None else fen(str(value))
