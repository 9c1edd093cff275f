"""What finance sends is a statement or a list of receivables: the words of the header tell which (P1, P4)."""

from __future__ import annotations

from collections.abc import Sequence

from domain.statements import Problem
from statements.layouts import ColumnMapping
from statements.problems import StatementError
from statements.reading import Statement, read_statement
from statements.receivables import ReceivableList, read_receivables


def read_file(data: bytes, file_name: str = "", mapping: Sequence[ColumnMapping] = ()) -> Statement | ReceivableList:
    try:
        return read_statement(data, file_name, mapping)
    except StatementError as error:
        if error.problem is not Problem.NO_HEADER:
            raise
    try:
        return read_receivables(data)
    except StatementError as unlisted:
        if unlisted.problem is Problem.NO_RECEIVABLES:
            raise StatementError(Problem.NO_HEADER) from None
        raise
