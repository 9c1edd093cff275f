"""The circuit breaker of assignment (R5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CircuitState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    """All goes to the manual pool."""
    PROBATION = "probation"
    """One lead is tried."""


@dataclass(frozen=True, slots=True)
class Circuit:
    state: CircuitState = CircuitState.CLOSED
    failures: int = 0
    """In a row."""
    opened_at: datetime | None = None
