"""What must be known of an XLSX before it is opened: how large it becomes, and which formulas have no value.

calamine lays a sheet out as one block from the first cell to the last, so two cells in far corners are a bomb just as
a megabyte that inflates to gigabytes is. The sizes in the directory of a zip may lie; the stream is inflated and counted.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from domain.statements import Problem
from statements.problems import StatementError

UncachedFormulas = dict[str, frozenset[tuple[int, int]]]
"""Sheet → (row, column) of formulas without a value, counted from 1."""

_MOST_INFLATED = 400 * 1024 * 1024
_MOST_OF_ONE_RATIO = 250
_RATIO_FROM = 20 * 1024 * 1024
"""Bytes below which a high ratio does no harm; sheets of one repeated row reach ratios above a hundred."""
_MOST_PARTS = 2000
_MOST_CELLS = 12_000_000
_CHUNK = 1 << 20
_OVERLAP = 2048
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr\s*=\s*[\"'](\d{1,10})[\"']")
_FAR_CELL = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{2,})(\d+)[\"']")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Z]+)(\d+)[\"'][^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def check_workbook(data: bytes, *, most_rows: int) -> UncachedFormulas:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _check(archive, data, most_rows)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError):
        raise StatementError(Problem.BROKEN_WORKBOOK) from None


def _check(archive: zipfile.ZipFile, data: bytes, most_rows: int) -> UncachedFormulas:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        raise StatementError(Problem.TOO_BIG)
    if any(part.flag_bits & 1 for part in parts):
        raise StatementError(Problem.ENCRYPTED)
    names = _sheet_names(archive)
    inflated = 0
    formulas: UncachedFormulas = {}
    for part in parts:
        scan = _SheetScan(most_rows) if _SHEET.search(part.filename) else None
        size = 0
        for chunk in _inflated(data, part):
            size += len(chunk)
            too_dense = size > _RATIO_FROM and size > _MOST_OF_ONE_RATIO * max(1, part.compress_size)
            if inflated + size > _MOST_INFLATED or too_dense:
                raise StatementError(Problem.TOO_BIG)
            if scan is not None:
                scan.feed(chunk)
        inflated += size
        if scan is not None and scan.formulas:
            formulas[names.get(part.filename.lower(), "")] = frozenset(scan.formulas)
    return formulas


def _inflated(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part's bytes as any reader of the stream would get them, not as its directory entry promises."""
    head = data[part.header_offset : part.header_offset + 30]
    if head[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    start = part.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = memoryview(data)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    pending = bytes(packed)
    while pending and not stream.eof:
        chunk = stream.decompress(pending, _CHUNK)
        pending = stream.unconsumed_tail
        yield chunk
        if not chunk and not pending:
            break


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part → name, through the relations of the workbook; without them formulas are looked for by no name."""
    try:
        if any(archive.getinfo(name).file_size > _CHUNK for name in (_BOOK, _RELATIONS)):
            return {}
        book, relations = (archive.read(name).decode("utf-8", "replace") for name in (_BOOK, _RELATIONS))
    except KeyError:
        return {}
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
        given = dict(_ATTRIBUTE.findall(tag))
        target = given.get("Target", "")
        targets[given.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    names = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^>]*>", book):
        given = dict(_ATTRIBUTE.findall(tag))
        relation = next((value for key, value in given.items() if key.endswith(":id")), "")
        names[targets.get(relation, "").lower()] = _plain(given.get("name", ""))
    return names


_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*\"([^\"]*)\"")


def _plain(text: str) -> str:
    import html

    return html.unescape(text)


class _SheetScan:
    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._tail = b""
        self._rows = 0
        self._last_row = 0
        self._last_column = 26
        self.formulas: set[tuple[int, int]] = set()

    def feed(self, chunk: bytes) -> None:
        """What lies in the overlap may be seen twice: numbers and sets do not mind, the count of rows does."""
        window = self._tail + chunk
        self._rows += len(_ROW.findall(chunk))
        for number in _ROW_NUMBER.findall(window):
            self._last_row = max(self._last_row, int(number))
        for letters, number in set(_FAR_CELL.findall(window)):
            self._last_column = max(self._last_column, _column(letters))
            self._last_row = max(self._last_row, int(number))
        if b"<f" in window or b":f" in window:
            self.formulas |= {(int(row), _column(letters)) for letters, row in _FORMULA.findall(window)}
        self._tail = window[-_OVERLAP:]
        rows = max(self._rows, self._last_row)
        if rows > self._most_rows or rows * self._last_column > _MOST_CELLS:
            raise StatementError(Problem.TOO_BIG)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number
