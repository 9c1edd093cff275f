"""What the page shows, as a file: CSV that Excel opens rightly, and XLSX (I2). No cell becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from urllib.parse import quote

from aiohttp import web

from chat.texts.payments import yuan
from scheduler.apart import apart
from web.finance.ledger import BookedPart, Entry

HEADER = (
    "编号", "状态", "到账时间", "金额（元）", "付款方", "付款账号", "附言", "流水号", "收款账号",
    "订单号", "客户", "入账金额（元）", "订单还欠（元）", "入账", "原因",
)  # fmt: skip
MOST_XLSX_ROWS = 50_000
"""A workbook is made whole before it is sent; more goes as CSV, piece by piece."""
_NO_PART = ("",) * 5
_BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Line = tuple[str | int, ...]
"""Amounts in fen."""


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """One for each booking; one for a transaction that has none."""
    lines: list[Line] = []
    for entry in entries:
        one = entry.stored.transaction
        head: Line = (
            entry.name, entry.state, entry.paid, one.amount, one.payer, one.payer_account, one.remark, one.serial,
            one.account,
        )  # fmt: skip
        lines += [(*head, *_part(part), entry.why) for part in entry.parts] or [(*head, *_NO_PART, entry.why)]
    return lines


def _part(part: BookedPart) -> Line:
    order = part.receivable
    return order.order_no, order.customer, part.booking.amount, order.open, part.booked


def csv_text(lines: Iterable[Sequence[str | int]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_csv_cell(cell) for cell in line] for line in lines)
    return text.getvalue()


def _csv_cell(cell: str | int) -> str:
    """A spreadsheet would count with a text that begins like a formula; an apostrophe keeps it a text."""
    if isinstance(cell, int):
        return yuan(cell)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def xlsx_bytes(lines: Sequence[Line]) -> bytes:
    # Loaded with the first export: most processes never make one.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    def written(cell: str | int) -> object:
        if isinstance(cell, int):
            made = WriteOnlyCell(sheet, Decimal(cell) / 100)
            made.number_format = "#,##0.00"
            return made
        # Characters that XML does not know would end the whole workbook.
        made = WriteOnlyCell(sheet, "".join(sign for sign in cell if sign.isprintable() or sign in "\n\t"))
        made.data_type = "s"
        return made

    book = Workbook(write_only=True)
    sheet = book.create_sheet("流水")
    sheet.freeze_panes = "A2"
    for column, width in zip(
        "ABCDEFGHIJKLMNO", (8, 9, 17, 14, 26, 20, 30, 24, 20, 16, 26, 14, 14, 24, 44), strict=True
    ):
        sheet.column_dimensions[column].width = width
    sheet.append(list(HEADER))
    for line in lines:
        sheet.append([written(cell) for cell in line])
    with SpooledTemporaryFile(1 << 22) as file:
        book.save(file)
        file.seek(0)
        return file.read()


async def send_csv(request: web.Request, name: str, pieces: AsyncIterator[Sequence[Line]]) -> web.StreamResponse:
    response = web.StreamResponse(headers=_headers(name, "text/csv; charset=utf-8"))
    await response.prepare(request)
    await response.write((_BOM + csv_text([HEADER])).encode())
    async for lines in pieces:
        await response.write(csv_text(lines).encode())
    await response.write_eof()
    return response


async def send_xlsx(name: str, pieces: AsyncIterator[Sequence[Line]]) -> web.Response | None:
    """None: too much for one workbook."""
    lines: list[Line] = []
    async for some in pieces:
        lines += some
        if len(lines) > MOST_XLSX_ROWS:
            return None
    body = await apart(xlsx_bytes, lines, heavy=len(lines) > 2000)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return web.Response(body=body, headers=_headers(name, kind))


def _headers(name: str, kind: str) -> dict[str, str]:
    return {
        "Content-Type": kind,
        # The second name is for those who read it; the first for those who do not.
        "Content-Disposition": f"attachment; filename=\"dealbell.{name.rpartition('.')[2]}\"; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
