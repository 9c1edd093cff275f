"""Addresses that cards lead to; each carries its own proof, so that nobody reads a number by counting."""

from __future__ import annotations

import hashlib
import hmac

from domain.ids import lead_name
from settings.house import HouseRules


def call_proof(key: bytes, lead_id: int) -> str:
    return hmac.new(key, f"call:{lead_id}".encode(), hashlib.sha256).hexdigest()[:24]


def call_url(rules: HouseRules, lead_id: int) -> str:
    """A page of our own with one large button that dials (wecom.md 3.2: cards have no field for it)."""
    return f"{rules.url}/call/{lead_name(lead_id)}/{call_proof(rules.link_key, lead_id)}"
