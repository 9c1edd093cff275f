"""A lead as rules see it, with only what a case is about spelt out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.ids import CustomerId, LeadId, UserId
from domain.leads import Grade, Lead, LeadState, Tags

POSTED_AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""Ten in the morning in Shanghai, on a working Monday."""


def make_lead(number: int = 1, state: LeadState = LeadState.ASSIGNED, **values: Any) -> Lead:
    usual: dict[str, Any] = {
        "customer": "恒达机械",
        "phone": "13800001111",
        "ext": "",
        "model": "X200",
        "channel": "展会",
        "remark": "",
        "grade": Grade.B,
        "tags": Tags(),
        "owner": UserId("lina"),
        "posted_by": UserId("chenlu"),
        "posted_at": POSTED_AT,
        "version": 1,
        "round": 1,
    }
    return Lead(LeadId(number), CustomerId(number), state=state, **(usual | values))
