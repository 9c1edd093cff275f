"""What a statement or a list of receivables says, before anything of it is taken (P1, P4): small, whatever the size of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.payments import BankTransaction, Receivable
from domain.statements import UnreadableRow
from statements.files import read_file
from statements.layouts import ColumnMapping
from statements.reading import Statement
from statements.receivables import ReceivableList

FIRST_ROWS = 5
MOST_ROWS_LOOKED_UP = 5_000
UNREADABLE_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Sum:
    count: int
    fen: int


@dataclass(frozen=True, slots=True)
class Preview:
    layout: str
    rows: int
    first_at: datetime | None
    last_at: datetime | None
    came: Sum
    went: Sum
    """Below zero."""
    transactions: tuple[BankTransaction, ...]
    """All, to be looked up among those that are known; the first ones only of a large statement."""
    unreadable: tuple[UnreadableRow, ...]
    """The first of them; the count is of all."""
    unreadable_count: int

    @property
    def may_be_looked_up(self) -> bool:
        return len(self.transactions) == self.rows


@dataclass(frozen=True, slots=True)
class ListPreview:
    """Of a list of receivables."""

    owed: Sum
    open_fen: int
    first_rows: tuple[Receivable, ...]
    unreadable: tuple[UnreadableRow, ...]
    unreadable_count: int
    is_table: bool


def preview_of(data: bytes, file_name: str = "", mapping: Sequence[ColumnMapping] = ()) -> Preview | ListPreview:
    """StatementError where the file as a whole is neither."""
    read = read_file(data, file_name, mapping)
    return _of_list(read) if isinstance(read, ReceivableList) else _of_statement(read)


def _of_statement(statement: Statement) -> Preview:
    rows = statement.transactions
    return Preview(
        layout=statement.layout,
        rows=len(rows),
        first_at=rows[0].paid_at if rows else None,
        last_at=rows[-1].paid_at if rows else None,
        came=_sum([one.amount for one in rows if one.amount > 0]),
        went=_sum([one.amount for one in rows if one.amount < 0]),
        transactions=rows if len(rows) <= MOST_ROWS_LOOKED_UP else rows[:FIRST_ROWS],
        unreadable=statement.unreadable[:UNREADABLE_SHOWN],
        unreadable_count=len(statement.unreadable),
    )


def _of_list(read: ReceivableList) -> ListPreview:
    orders = read.receivables
    return ListPreview(
        owed=_sum([one.amount for one in orders]),
        open_fen=sum(one.open for one in orders),
        first_rows=tuple(orders[:FIRST_ROWS]),
        unreadable=read.unreadable[:UNREADABLE_SHOWN],
        unreadable_count=len(read.unreadable),
        is_table=read.is_table,
    )


def _sum(amounts: Sequence[int]) -> Sum:
    return Sum(len(amounts), sum(amounts))
