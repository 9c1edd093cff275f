"""When something is due, when it is reminded of, and what a memo's steps come to (S5, N4)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.todos import (
    Changes,
    KnownTodo,
    Owed,
    TodoKind,
    day_of_undated,
    end_of_day,
    next_reminder,
    reconciled,
    reminder_times,
    working_day_after,
)
from domain.working_time import WorkingCalendar, WorkingHours

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar(WorkingHours())


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "now", "due_at"),
    [
        (date(2026, 11, 25), at(23, 10), at(25, 18)),
        (date(2026, 11, 29), at(23, 10), at(27, 18)),  # a Sunday: Friday evening
        (date(2026, 11, 29), at(28, 10), at(29, 18)),  # said on Saturday: Sunday it is
        (date(2026, 11, 23), at(23, 19), at(23, 18)),  # past already
    ],
)
def test_a_day_ends_with_its_work(day: date, now: datetime, due_at: datetime) -> None:
    assert end_of_day(CALENDAR, day, now) == due_at


def test_days_are_counted_in_working_days() -> None:
    assert working_day_after(CALENDAR, date(2026, 11, 27)) == date(2026, 11, 30)
    assert day_of_undated(CALENDAR, date(2026, 11, 26), 2) == date(2026, 11, 30)


def test_at_a_time_of_day_it_is_reminded_of_before_at_and_after() -> None:
    assert reminder_times(at(23, 10), at(24, 15)) == [at(24, 14, 30), at(24, 15), at(24, 16)]
    assert reminder_times(at(23, 10), at(23, 10, 20))[0] == at(23, 10, 10)
    assert reminder_times(at(23, 10), at(24, 15), before=timedelta(hours=2))[0] == at(24, 13)


def test_by_the_end_of_a_day_it_is_reminded_of_when_work_begins_ends_and_begins_again() -> None:
    assert reminder_times(at(23, 10), at(27, 18), CALENDAR) == [at(27, 9), at(27, 18), at(30, 9)]


def test_what_is_late_when_it_comes_to_be_is_reminded_of_once() -> None:
    assert reminder_times(at(23, 10), at(23, 9)) == [at(23, 11)]
    assert next_reminder(at(23, 10), at(23, 9), at(23, 11)) is None


def step(title: str, due_at: datetime, kind: TodoKind = TodoKind.STEP) -> Owed:
    return Owed(kind, title, due_at)


def known(todo_id: int, title: str, due_at: datetime, *, is_open: bool = True) -> KnownTodo:
    return KnownTodo(todo_id, TodoKind.STEP, title, due_at, is_open)


WEDNESDAY, FRIDAY = at(25, 18), at(27, 18)


@pytest.mark.parametrize(
    ("before", "now", "changes"),
    [
        ([], [step("寄样", FRIDAY)], Changes(add=(step("寄样", FRIDAY),))),
        ([known(1, "寄样", FRIDAY)], [step("寄样", FRIDAY)], Changes()),
        ([known(1, "寄样", FRIDAY)], [step("寄样", WEDNESDAY)], Changes(move=((1, step("寄样", WEDNESDAY)),))),
        ([known(1, "寄样", FRIDAY)], [], Changes(drop=(1,))),
        ([known(1, "寄样", FRIDAY, is_open=False)], [step("寄样", WEDNESDAY)], Changes()),
        ([known(1, "寄样", FRIDAY, is_open=False)], [], Changes()),
        (
            [known(1, "寄样", FRIDAY), known(2, "报价", FRIDAY)],
            [step("重新报价", FRIDAY)],
            Changes(move=((2, step("重新报价", FRIDAY)),), drop=(1,)),
        ),
        (
            [known(1, "报价", FRIDAY)],
            [step("重新报价", FRIDAY), step("报价", FRIDAY)],
            Changes(add=(step("重新报价", FRIDAY),)),
        ),
        (
            [known(1, "付定金", FRIDAY)],
            [step("付定金", FRIDAY, TodoKind.FOLLOW_UP)],
            Changes(move=((1, step("付定金", FRIDAY, TodoKind.FOLLOW_UP)),)),
        ),
    ],
)
def test_a_memo_owes_each_step_once(before: list[KnownTodo], now: list[Owed], changes: Changes) -> None:
    assert reconciled(before, now) == changes
