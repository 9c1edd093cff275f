"""Addresses that cards lead to; each carries its own proof, so that nobody reads a number by counting."""

from __future__ import annotations

import hashlib
import hmac
import re

from domain.ids import lead_name
from settings.house import HouseRules

FINANCE_PAGE = "/finance"


def finance_url(rules: HouseRules, transaction_id: int | None = None) -> str:
    """The page, or one transaction on it."""
    return f"{rules.url}{FINANCE_PAGE}" + (f"/t/{transaction_id}" if transaction_id is not None else "")


def call_proof(key: bytes, lead_id: int) -> str:
    return hmac.new(key, f"call:{lead_id}".encode(), hashlib.sha256).hexdigest()[:24]


def task_code(key: bytes, todo_id: int) -> str:
    """What the QR code of a visit task says: printed or shown, it starts the visit of its owner and of nobody else."""
    return f"DEALBELL-T{todo_id}-{_task_proof(key, todo_id)}"


def todo_id_of_code(key: bytes, said: str) -> int | None:
    """None where it is not one of ours."""
    found = re.fullmatch(r"DEALBELL-T(\d{1,12})-([0-9A-F]{16})", said.strip())
    if found is None or not hmac.compare_digest(found[2], _task_proof(key, int(found[1]))):
        return None
    return int(found[1])


def _task_proof(key: bytes, todo_id: int) -> str:
    return hmac.new(key, f"task:{todo_id}".encode(), hashlib.sha256).hexdigest()[:16].upper()


def call_url(rules: HouseRules, lead_id: int) -> str:
    """A page of our own with one large button that dials (wecom.md 3.2: cards have no field for it)."""
    return f"{rules.url}/call/{lead_name(lead_id)}/{call_proof(rules.link_key, lead_id)}"
