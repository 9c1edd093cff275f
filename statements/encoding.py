"""Bytes → text: UTF-8 and UTF-16 with and without a mark, GBK, GB18030 (P1)."""

from __future__ import annotations

import codecs

from domain.statements import Problem
from statements.problems import StatementError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_SAMPLE = 4000
_ZEROS_OF_UTF16 = 0.1
_MOST_BROKEN = 0.01
"""A postscript that the bank cut through the middle of a character breaks a byte or two, not every hundredth one."""


def decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _tolerant(data[len(mark) :], encoding)
    if (unmarked := _unmarked_utf16(data[:_SAMPLE])) is not None:
        return _tolerant(data, unmarked)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    # A few broken bytes must not turn a UTF-8 file into GB18030 gibberish, nor the other way round.
    read = {encoding: data.decode(encoding, errors="replace") for encoding in ("utf-8", "gb18030")}
    encoding = min(read, key=lambda name: read[name].count("\ufffd"))
    return _checked(read[encoding])


def _unmarked_utf16(sample: bytes) -> str | None:
    """Digits and commas are half zero bytes in UTF-16: the second half of each pair in little endian."""
    pairs = len(sample) // 2
    if not pairs:
        return None
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if sample[offset::2].count(0) > pairs * _ZEROS_OF_UTF16 and not sample[1 - offset :: 2].count(0):
            return encoding
    return None


def _tolerant(data: bytes, encoding: str) -> str:
    return _checked(data.decode(encoding, errors="replace"))


def _checked(text: str) -> str:
    if text.count("\ufffd") > max(3, len(text) * _MOST_BROKEN) or "\x00" in text[:_SAMPLE]:
        raise StatementError(Problem.NOT_TEXT)
    return text
