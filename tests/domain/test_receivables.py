"""What is open on each instalment, how a customer has paid, and when that is a red flag (P4, Q2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from domain.overdue import Circle, DueRules, DueStep, due_steps, promise_is_kept
from domain.payment_cycle import Journey, cycle_of
from domain.receivables import (
    Instalment,
    KeptReceivable,
    ReceivableState,
    Received,
    payment_record,
    red_flags,
)

TODAY = date(2026, 11, 23)
PARTS = (Instalment(300, date(2026, 11, 1)), Instalment(200, date(2026, 12, 1)), Instalment(500, None))


def owed(
    received: int = 0, *, due: date | None = None, parts: tuple[Instalment, ...] = (), **more: object
) -> KeptReceivable:
    return KeptReceivable(
        "XS2610-0101",
        "恒达",
        1000,
        received,
        due,
        instalments=parts,
        receivable_id=7,
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("received", "still_open"),
    [
        (0, (300, 200, 500)),
        (100, (200, 200, 500)),
        (300, (200, 500)),
        (450, (50, 500)),
        (999, (1,)),
        (1000, ()),
    ],
)
def test_money_fills_the_earliest_instalment_first(received: int, still_open: tuple[int, ...]) -> None:
    assert tuple(one.amount for one in owed(received, parts=PARTS[::-1]).open_instalments) == still_open


def test_without_instalments_the_order_is_one() -> None:
    assert owed(400, due=TODAY).open_instalments == (Instalment(600, TODAY),)
    assert owed(400, due=TODAY, is_cancelled=True).open_instalments == ()


def test_an_instalment_was_paid_when_the_whole_of_it_was_there() -> None:
    came = [Received(date(2026, 11, 20), 200), Received(date(2026, 11, 3), 200)]
    record = payment_record(owed(400, parts=PARTS), came)
    assert [(one.due_on, one.paid_on) for one in record] == [
        (date(2026, 11, 1), date(2026, 11, 20)),
        (date(2026, 12, 1), None),
    ]
    assert [one.days_late(TODAY) for one in record] == [19, 0]


@pytest.mark.parametrize(
    ("dues", "flags"),
    [
        ([(date(2026, 10, 1), date(2026, 10, 5)), (date(2026, 11, 1), None)], 2),
        ([(date(2026, 10, 1), date(2026, 10, 5))], 0),
        ([(date(2026, 10, 1), date(2026, 10, 1)), (date(2026, 11, 1), None)], 0),
        ([(date(2026, 7, 1), date(2026, 7, 5)), (date(2026, 11, 1), None)], 0),
        ([(date(2026, 7, 1), date(2026, 10, 5)), (date(2026, 11, 1), None)], 2),
        ([(date(2026, 12, 1), None), (date(2026, 11, 1), None)], 0),
    ],
    ids=["two late", "one late", "on the day is not late", "long ago", "late until lately", "not due yet"],
)
def test_two_overdue_payments_in_three_months_are_a_red_flag(dues: list[tuple[date, date | None]], flags: int) -> None:
    record = [
        line
        for due, paid_on in dues
        for line in payment_record(owed(due=due), [Received(paid_on, 1000)] if paid_on else [])
    ]
    assert len(red_flags(record, TODAY)) == flags


@pytest.mark.parametrize(
    ("days", "step"), [(-4, None), (-3, -3), (-1, -3), (0, 0), (1, 1), (6, 1), (7, 7), (29, 15), (30, 30), (400, 30)]
)
def test_the_step_that_an_instalment_has_reached(days: int, step: int | None) -> None:
    due = TODAY - timedelta(days=days)
    found = due_steps([owed(due=due)], {}, set(), DueRules(), TODAY)
    assert found == ([] if step is None else [DueStep(7, due, step)])


def test_a_step_that_was_told_a_held_customer_and_a_parked_order_are_left_out() -> None:
    told = {(7, TODAY): {0}}
    one = owed(due=TODAY)
    assert due_steps([one], told, set(), DueRules(), TODAY) == []
    assert due_steps([one], {}, {"恒达"}, DueRules(), TODAY) == []
    assert due_steps([owed(due=TODAY, state=ReceivableState.DISPUTED)], {}, set(), DueRules(), TODAY) == []


@pytest.mark.parametrize(
    ("step", "circle"),
    [
        (-3, [Circle.REP]),
        (0, [Circle.REP]),
        (1, [Circle.REP, Circle.MANAGER]),
        (7, [Circle.REP, Circle.MANAGER, Circle.FINANCE]),
        (15, [Circle.REP, Circle.MANAGER, Circle.FINANCE, Circle.LEADER]),
    ],
)
def test_the_circle_grows_upwards(step: int, circle: list[Circle]) -> None:
    assert list(DueRules().circle(step)) == circle


@pytest.mark.parametrize(
    ("amount", "came", "received", "kept"),
    [
        (None, 0, 0, False),
        (None, 300, 300, True),
        (None, 100, 100, False),
        (200, 200, 200, True),
        (200, 100, 100, False),
        (2000, 1000, 1000, True),
    ],
    ids=["nothing", "all that is due", "a part of it", "the promised part", "less than promised", "all there was"],
)
def test_when_a_promise_is_kept(amount: int | None, came: int, received: int, kept: bool) -> None:
    """Without an amount, all that is due by the promised day is meant: here the first instalment."""
    parts = (*PARTS[:2], Instalment(500, date(2027, 1, 1)))
    assert promise_is_kept(TODAY, amount, came, [owed(received, parts=parts)]) is kept


def test_the_cycle_is_the_median_and_never_below_nothing() -> None:
    """P5, by hand: 1, 3 and 8 hours; a bank's clock ahead of ours counts as nothing."""
    at = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
    hours = [timedelta(hours=one) for one in (1, 3, 8)]
    cycle = cycle_of([Journey(at - length, at - length / 2, at) for length in hours])
    assert cycle is not None
    assert (cycle.count, cycle.arrived_to_told, cycle.taken_to_told) == (3, hours[1], hours[1] / 2)
    ahead = cycle_of([Journey(at + timedelta(minutes=5), at, at)])
    assert ahead is not None
    assert ahead.arrived_to_told == timedelta()
    assert cycle_of([]) is None
