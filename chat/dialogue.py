"""An open question: who was asked, about what, until when. The next words of that person may be its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    userid: str
    kind: str
    """Names the module that understands the answer (Capability.answers)."""
    subject: str
    """What it is about, such as V88 or a card's task_id."""
    until: datetime
    data: dict[str, Any] = field(default_factory=dict)
    """Plain JSON that the asker needs again."""
