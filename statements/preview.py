"""What a statement says, before anything of it is taken (P1): small, whatever the size of the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.payments import BankTransaction
from domain.statements import UnreadableRow
from statements.layouts import ColumnMapping
from statements.reading import read_statement

FIRST_ROWS = 5
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
    first_rows: tuple[BankTransaction, ...]
    unreadable: tuple[UnreadableRow, ...]
    """The first of them; the count is of all."""
    unreadable_count: int


def preview_of(data: bytes, file_name: str = "", mapping: Sequence[ColumnMapping] = ()) -> Preview:
    """StatementError where the file as a whole is none."""
    statement = read_statement(data, file_name, mapping)
    rows = statement.transactions
    return Preview(
        layout=statement.layout,
        rows=len(rows),
        first_at=rows[0].paid_at if rows else None,
        last_at=rows[-1].paid_at if rows else None,
        came=_sum([one.amount for one in rows if one.amount > 0]),
        went=_sum([one.amount for one in rows if one.amount < 0]),
        first_rows=rows[:FIRST_ROWS],
        unreadable=statement.unreadable[:UNREADABLE_SHOWN],
        unreadable_count=len(statement.unreadable),
    )


def _sum(amounts: Sequence[int]) -> Sum:
    return Sum(len(amounts), sum(amounts))
