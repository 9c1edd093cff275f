"""POST /api/bank-transactions (P1, interfaces.md HTTP): one transaction or a list, signed; the same one counts once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from actions.take_transactions import AT_ONCE, take
from domain.payments import CNY, BankTransaction
from storage.payments import Source
from storage.unit_of_work import Work
from web.signed import Act, FieldProblem, Problem

PATH = "/api/bank-transactions"
AMOUNT = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?")
MOST_YUAN = 10**13 - 1
LONGEST = 500
REQUIRED = ("serial", "account", "paid_at", "amount", "payer")
TEXTS = ("serial", "account", "payer", "payer_account", "remark")
KNOWN = frozenset((*REQUIRED, *TEXTS, "currency"))


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    problem: str


def take_bank_transactions(zone: ZoneInfo) -> Act:
    async def act(work: Work, body: Any) -> tuple[int, Any]:
        entries = body if isinstance(body, list) else [body]
        if not entries:
            raise Problem(422, "the list is empty")
        if len(entries) > AT_ONCE:
            raise Problem(413, f"at most {AT_ONCE} transactions to a call")
        transactions, wrong = [], []
        for place, entry in enumerate(entries):
            prefix = f"[{place}]." if isinstance(body, list) else ""
            read = _transaction(entry, zone)
            if isinstance(read, BankTransaction):
                transactions.append(read)
            else:
                wrong += [FieldProblem(f"{prefix}{field.name}".rstrip("."), field.problem) for field in read]
        if wrong:
            raise Problem(422, "some fields are wrong; nothing was taken", *wrong[:100])
        summary = await take(work, transactions, Source("api", work.actor))
        return 200, {"new": summary.new, "repeated": summary.repeated}

    return act


def _transaction(entry: Any, zone: ZoneInfo) -> BankTransaction | list[_Field]:
    if not isinstance(entry, dict):
        return [_Field("", "must be an object")]
    entry = {
        name: value.replace("\0", "").strip() if isinstance(value, str) else value for name, value in entry.items()
    }
    wrong = [_Field(name, "is missing") for name in REQUIRED if entry.get(name) in (None, "")]
    wrong += [_Field(str(name), "is not known") for name in entry if name not in KNOWN]
    wrong += [
        _Field(name, f"must be text of at most {LONGEST} characters")
        for name in TEXTS
        if not isinstance(entry.get(name, ""), str) or len(entry.get(name, "")) > LONGEST
    ]
    amount, paid_at = _fen(entry.get("amount")), _moment(entry.get("paid_at"), zone)
    if amount is None and entry.get("amount") not in (None, ""):
        wrong.append(
            _Field("amount", 'must be yuan as text with at most two decimals, such as "1234.50", or a whole number')
        )
    if paid_at is None and entry.get("paid_at") not in (None, ""):
        wrong.append(_Field("paid_at", "must be a moment in ISO 8601, such as 2026-11-24T09:30:00+08:00"))
    if entry.get("currency", CNY) != CNY:
        wrong.append(_Field("currency", "only CNY can be booked"))
    if wrong or amount is None or paid_at is None:
        return wrong
    return BankTransaction(
        serial=entry["serial"].strip(),
        paid_at=paid_at,
        amount=amount,
        payer=entry["payer"].strip(),
        payer_account=entry.get("payer_account", "").strip(),
        remark=entry.get("remark", "").strip(),
        account=entry["account"].strip(),
    )


def _fen(value: Any) -> int | None:
    """A number of JSON is a float and may have lost a fen: text, or a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not AMOUNT.fullmatch(value.strip()):
        return None
    return int(Decimal(value.strip()) * 100)


def _moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """Without an offset it is the company's own time."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
