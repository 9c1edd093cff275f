"""What can be wrong with a statement or a list of receivables, or with one row of it (P1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    EMPTY = "empty"
    TOO_BIG = "too_big"
    """More bytes, rows or cells than a statement has; a zip bomb ends here."""
    NOT_TEXT = "not_text"
    BROKEN_WORKBOOK = "broken_workbook"
    ENCRYPTED = "encrypted"
    LOST = "lost"
    """The original is no longer where it was kept."""
    STUMBLED = "stumbled"
    """Something that we had not thought of; the log has it."""
    NO_HEADER = "no_header"
    """No row holds the words that a statement's header has."""

    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    NO_AMOUNT = "no_amount"
    BAD_AMOUNT = "bad_amount"
    FRACTION_OF_FEN = "fraction_of_fen"
    TWO_AMOUNTS = "two_amounts"
    """In and out in one row."""
    NO_DIRECTION = "no_direction"
    FORMULA = "formula"
    """A formula that was saved without its value."""

    NO_LIST = "no_list"
    """Receivables that are no JSON list."""
    NO_RECEIVABLES = "no_receivables"
    """No row holds the words that the header of a list of receivables has."""
    BAD_RECEIVABLE = "bad_receivable"
    NO_ORDER = "no_order"
    NO_CUSTOMER = "no_customer"
    BAD_DUE = "bad_due"
    REPEATED_ORDER = "repeated_order"
    OTHER_CURRENCY = "other_currency"
    BAD_RECEIVED = "bad_received"
    """Nothing owed, or more received than that."""
    BELOW_RECEIVED = "below_received"
    """Less than has been booked."""
    JUST_CHANGED = "just_changed"


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    line: int
    """As an editor or a spreadsheet counts it, from 1."""
    problem: Problem
    text: str = ""
    """The cell that is wrong."""
    sheet: str = ""
    """The sheet's name where the file has several."""
