"""Bytes → rows of text cells, whatever the file calls itself: CSV, tab or bar separated text, HTML and XML that banks
name .xls, XLS, XLSX. Nothing here knows what a column means.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO

from domain.statements import Problem
from statements.encoding import decode
from statements.problems import StatementError
from statements.workbook_guard import UncachedFormulas, check_workbook

MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 300_000
_DELIMITERS = ",\t;|"
_LOOKED_AT = 100
_MOST_JOINED = 5
"""Lines that one quoted cell may span; beyond it the quote is a sign that somebody typed."""
FORMULA = "=?"
"""Stands for a formula that was saved without its value."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: Iterable[Row]
    """Read once: a large sheet is never whole in memory as text."""


def sheets_of(data: bytes) -> Iterator[Sheet]:
    if not data.strip():
        raise StatementError(Problem.EMPTY)
    if len(data) > MOST_BYTES:
        raise StatementError(Problem.TOO_BIG)
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, check_workbook(data, most_rows=MOST_ROWS))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _workbook(data, {})
    text = decode(data)
    if re.search(r"<\s*(?:table|(?:ss:)?workbook)\b", text[:5000], re.IGNORECASE):
        return iter(_tables(text))
    return iter([Sheet("", _separated(text))])


def _workbook(data: bytes, formulas: UncachedFormulas) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            left = sheet.start[1] if sheet.start else 0
            yield Sheet(name, _sheet_rows(sheet.iter_rows(), left, formulas.get(name, frozenset())))
    except PasswordError:
        raise StatementError(Problem.ENCRYPTED) from None
    except CalamineError as error:
        raise StatementError(Problem.BROKEN_WORKBOOK, str(error)) from None


def _sheet_rows(rows: Iterable[Sequence[object]], left: int, formulas: frozenset[tuple[int, int]]) -> Iterator[Row]:
    """calamine counts lines from the top of the sheet, but columns from the first one in use (`left`)."""
    marked = {line: {column for at, column in formulas if at == line} for line in {at for at, _ in formulas}}
    for line, row in enumerate(rows, 1):
        cells = [""] * left + [_cell_text(cell) for cell in row]
        for column in marked.get(line, ()):
            cells += [""] * (column - len(cells))
            cells[column - 1] = cells[column - 1] or FORMULA
        yield Row(line, tuple(cells))


def _cell_text(cell: object) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return str(cell)
        case float():
            return format(Decimal(int(cell)) if cell.is_integer() else Decimal(repr(cell)), "f")
        case datetime():
            return cell.replace(microsecond=0).isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case None:
            return ""
        case _:
            return str(cell)


def _separated(text: str) -> Iterator[Row]:
    lines = re.split("\r\n|\n|\r", text)
    if len(lines) > MOST_ROWS:
        raise StatementError(Problem.TOO_BIG)
    sample = "\n".join(lines[:_LOOKED_AT])
    delimiter = max(_DELIMITERS, key=sample.count)
    number = 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        if '"' not in line:
            yield Row(first + 1, tuple(line.split(delimiter)))
            continue
        joined, end = line, number
        while joined.count('"') % 2 and end < len(lines) and end - first < _MOST_JOINED:
            joined += "\n" + lines[end]
            end += 1
        if joined.count('"') % 2:
            joined, end, quoting = line, number, csv.QUOTE_NONE
        else:
            quoting = csv.QUOTE_MINIMAL
        number = end
        yield Row(first + 1, _split(joined, delimiter, quoting))


def _split(line: str, delimiter: str, quoting: int) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, quoting=quoting))  # type: ignore[arg-type]
    except (csv.Error, StopIteration):
        cells = line.split(delimiter)
    return tuple(cells)


def _tables(text: str) -> list[Sheet]:
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    return [Sheet(f"{number}" if len(reader.tables) > 1 else "", rows) for number, rows in enumerate(reader.tables, 1)]


class _TableReader(HTMLParser):
    """HTML tables and Excel's XML of 2003: both are tables of rows of cells, under other names."""

    _TABLE = frozenset({"table", "ss:table"})
    _ROW = frozenset({"tr", "row", "ss:row"})
    _CELL = frozenset({"td", "th", "cell", "ss:cell"})

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[Row]] = []
        self._cells: list[str] | None = None
        self._text: list[str] | None = None
        self._wide = 0
        self._rows_read = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._TABLE:
            self.tables.append([])
        elif tag in self._ROW:
            self._end_row()
            self._cells = []
        elif tag in self._CELL and self._cells is not None:
            self._end_cell()
            given = dict(attrs)
            if (index := given.get("ss:index")) and index.isdigit():
                self._cells += [""] * min(200, int(index) - 1 - len(self._cells))
            span = given.get("colspan") or ""
            self._wide = min(200, int(span)) - 1 if span.isdigit() else 0
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._CELL:
            self._end_cell()
        elif tag in self._ROW or tag in self._TABLE:
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def _end_cell(self) -> None:
        if self._text is not None and self._cells is not None:
            self._cells += [" ".join("".join(self._text).split()), *[""] * max(0, self._wide)]
        self._text = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells is not None:
            if not self.tables:
                self.tables.append([])
            self._rows_read += 1
            if self._rows_read > MOST_ROWS:
                raise StatementError(Problem.TOO_BIG)
            self.tables[-1].append(Row(len(self.tables[-1]) + 1, tuple(self._cells)))
        self._cells = None
