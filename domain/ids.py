"""Names for the numbers that people see: a lead is L1024, a customer K17, a visit V88, a memo M12, a payment T12, a statement F3."""

from __future__ import annotations

import re
from typing import NewType

LeadId = NewType("LeadId", int)
CustomerId = NewType("CustomerId", int)
VisitId = NewType("VisitId", int)
MemoId = NewType("MemoId", int)
UserId = NewType("UserId", str)
"""A WeCom userid, case-folded: WeCom itself compares them without case (wecom.md 4.1)."""

_TRANSACTION = re.compile(r"(?<![A-Za-z])[Tt]\s?(\d{1,9})(?!\d)")
_UPLOAD = re.compile(r"(?<![A-Za-z])[Ff]\s?(\d{1,9})(?![\d/-])")
_MEMO = re.compile(r"[Mm]\s?(\d{1,9})(?!\d)")
_LEAD = re.compile(r"[Ll]\s?(\d{1,9})(?!\d)")
_VISIT = re.compile(r"[Vv]\s?(\d{1,9})(?!\d)")
_CUSTOMER = re.compile(r"[Kk]\s?(\d{1,9})(?!\d)")


def lead_name(lead_id: int) -> str:
    return f"L{lead_id}"


def lead_id_in(text: str) -> LeadId | None:
    """The first lead number said in `text`, such as L1024, l 1024; the text is half-width already."""
    found = _LEAD.search(text)
    return LeadId(int(found[1])) if found else None


def transaction_name(transaction_id: int) -> str:
    return f"T{transaction_id}"


def transaction_id_in(text: str) -> int | None:
    found = _TRANSACTION.search(text)
    return int(found[1]) if found else None


def upload_name(upload_id: int) -> str:
    return f"F{upload_id}"


def upload_id_in(text: str) -> int | None:
    found = _UPLOAD.search(text)
    return int(found[1]) if found else None


def memo_name(memo_id: int) -> str:
    return f"M{memo_id}"


def memo_id_in(text: str) -> MemoId | None:
    """The first memo number said in `text`; the text is half-width already."""
    found = _MEMO.search(text)
    return MemoId(int(found[1])) if found else None


def visit_name(visit_id: int) -> str:
    return f"V{visit_id}"


def visit_id_in(text: str) -> VisitId | None:
    """The first visit number said in `text`; the text is half-width already."""
    found = _VISIT.search(text)
    return VisitId(int(found[1])) if found else None


def customer_name(customer_id: int) -> str:
    """Names a customer on buttons; people see the company's own name."""
    return f"K{customer_id}"


def customer_id_in(text: str) -> CustomerId | None:
    found = _CUSTOMER.search(text)
    return CustomerId(int(found[1])) if found else None


def fold(userid: str) -> UserId:
    return UserId(userid.strip().casefold())
