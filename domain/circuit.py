"""The circuit breaker of assignment (R5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class CircuitState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    """All goes to the manual pool."""


@dataclass(frozen=True, slots=True)
class Circuit:
    state: CircuitState = CircuitState.CLOSED
    failures: int = 0
    """In a row."""
    opened_at: datetime | None = None


def may_try(circuit: Circuit, now: datetime, probation_after: timedelta) -> bool:
    """Closed, or open long enough that one lead may be tried."""
    if circuit.state is CircuitState.CLOSED or circuit.opened_at is None:
        return True
    return now - circuit.opened_at >= probation_after


def after_success(circuit: Circuit) -> Circuit:
    """Also the end of a probation."""
    return Circuit()


def after_failure(circuit: Circuit, now: datetime, circuit_after: int) -> Circuit:
    """So many failures in a row open it; a failed probation opens it for as long again."""
    failures = circuit.failures + 1
    if circuit.state is CircuitState.CLOSED and failures < circuit_after:
        return replace(circuit, failures=failures)
    return Circuit(CircuitState.OPEN, failures, now)
