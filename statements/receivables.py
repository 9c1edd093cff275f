"""Open orders as JSON → Receivables: order_no, customer, amount, due_date, received (yuan as text), payments, known_payers."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from domain.payments import CNY, BookedPayment, Receivable
from domain.statements import Problem, UnreadableRow
from statements.cells import clean, currency, fen
from statements.encoding import decode
from statements.problems import RowError, StatementError


def read_receivables(data: bytes) -> tuple[list[Receivable], list[UnreadableRow]]:
    """`line` of what is wrong is the place in the list, from 1."""
    try:
        listed = json.loads(decode(data))
    except (ValueError, RecursionError):
        raise StatementError(Problem.NO_LIST) from None
    if not isinstance(listed, list):
        raise StatementError(Problem.NO_LIST)
    read: dict[str, Receivable] = {}
    wrong = []
    for place, entry in enumerate(listed, 1):
        try:
            one = _receivable(entry)
        except RowError as error:
            wrong.append(UnreadableRow(place, error.problem, error.text))
            continue
        if one.order_no in read:
            wrong.append(UnreadableRow(place, Problem.REPEATED_ORDER, one.order_no))
            continue
        read[one.order_no] = one
    return list(read.values()), wrong


def _receivable(entry: Any) -> Receivable:
    if not isinstance(entry, dict):
        raise RowError(Problem.BAD_RECEIVABLE, str(entry)[:40])
    order_no, customer = (_text(entry, key) for key in ("order_no", "customer"))
    amount = _money(entry, "amount")
    if amount is None:
        raise RowError(Problem.NO_AMOUNT, order_no)
    try:
        payments = tuple(
            BookedPayment(_text(one, "serial"), _money(one, "amount") or 0, str(one.get("bank") or ""))
            for one in entry.get("payments") or ()
        )
        return Receivable(
            order_no=order_no,
            customer=customer,
            amount=amount,
            received=_money(entry, "received") or 0,
            due_date=date.fromisoformat(entry["due_date"]) if entry.get("due_date") else None,
            payments=payments,
            known_payers=tuple(str(name) for name in entry.get("known_payers") or ()),
            currency=currency(str(entry["currency"])) if entry.get("currency") else CNY,
            is_cancelled=str(entry.get("status") or entry.get("state") or "").lower() in _CANCELLED,
        )
    except (AttributeError, TypeError, ValueError):
        raise RowError(Problem.BAD_RECEIVABLE, order_no) from None


_CANCELLED = frozenset({"cancelled", "canceled", "已取消", "取消", "作废", "已作废"})


def _text(entry: dict[str, Any], key: str) -> str:
    text = clean(str(entry.get(key) or ""))
    if not text:
        raise RowError(Problem.BAD_RECEIVABLE, key)
    return text


def _money(entry: dict[str, Any], key: str) -> int | None:
    value = entry.get(key)
    return None if value is None else fen(str(value))
