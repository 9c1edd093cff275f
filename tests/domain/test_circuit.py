"""The breaker of assignment (R5): failures in a row open it, one lead on probation closes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.circuit import Circuit, CircuitState, after_failure, after_success, may_try

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
OPEN = Circuit(CircuitState.OPEN, 3, NOW)


def after(outcomes: str, circuit_after: int = 3) -> Circuit:
    """`-` is a failure, `+` a success."""
    circuit = Circuit()
    for outcome in outcomes:
        circuit = after_success(circuit) if outcome == "+" else after_failure(circuit, NOW, circuit_after)
    return circuit


@pytest.mark.parametrize(
    ("outcomes", "state", "failures"),
    [
        ("", CircuitState.CLOSED, 0),
        ("--", CircuitState.CLOSED, 2),
        ("---", CircuitState.OPEN, 3),
        ("--+--", CircuitState.CLOSED, 2),
        ("--+---", CircuitState.OPEN, 3),
        ("---+", CircuitState.CLOSED, 0),
        ("----", CircuitState.OPEN, 4),
    ],
)
def test_three_failures_in_a_row_open_it_and_any_success_closes_it(
    outcomes: str, state: CircuitState, failures: int
) -> None:
    circuit = after(outcomes)
    assert (circuit.state, circuit.failures) == (state, failures)


def test_one_failure_is_enough_where_the_settings_say_so() -> None:
    assert after("-", circuit_after=1).state is CircuitState.OPEN


@pytest.mark.parametrize(
    ("circuit", "waited", "tries"),
    [
        (Circuit(), timedelta(), True),
        (Circuit(failures=2), timedelta(), True),
        (OPEN, timedelta(), False),
        (OPEN, timedelta(minutes=29, seconds=59), False),
        (OPEN, HALF_AN_HOUR, True),
        (OPEN, timedelta(hours=-1), False),
    ],
)
def test_an_open_one_lets_a_lead_through_only_on_probation(circuit: Circuit, waited: timedelta, tries: bool) -> None:
    """A clock that was put back only makes the probation come later."""
    assert may_try(circuit, NOW + waited, HALF_AN_HOUR) is tries


def test_a_failed_probation_opens_it_for_as_long_again() -> None:
    later = NOW + HALF_AN_HOUR
    again = after_failure(OPEN, later, 3)
    assert (again.state, again.opened_at) == (CircuitState.OPEN, later)
    assert not may_try(again, later + timedelta(minutes=29), HALF_AN_HOUR)


@given(st.text("+-", max_size=30), st.integers(1, 6))
def test_it_is_open_exactly_after_so_many_failures_at_the_end(outcomes: str, circuit_after: int) -> None:
    """Once open it stays so until a success."""
    circuit = after(outcomes, circuit_after)
    last_failures = len(outcomes) - len(outcomes.rstrip("-"))
    assert (circuit.state is CircuitState.OPEN) == (last_failures >= circuit_after)
    assert (circuit.opened_at is None) == (circuit.state is CircuitState.CLOSED)
