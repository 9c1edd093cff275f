"""What somebody owes: until when, when they are reminded of it, and what a memo's next steps come to (S5, N4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.working_time import WorkingCalendar

BEFORE = timedelta(minutes=30)
AFTER = timedelta(hours=1)
CLOSING = time(18)
"""Where the settings know no working day's end, such as with night shifts only."""
DAY = timedelta(days=1)
AROUND = timedelta(hours=4)
"""A visit planned for this morning is what somebody does, or tells of, at noon."""


class TodoKind(StrEnum):
    FIRST_CONTACT = "first_contact"
    STEP = "step"
    """What we said we would do, by the end of a day."""
    FOLLOW_UP = "follow_up"
    """What the customer said they would do; looked after on the day behind."""
    VISIT = "visit"
    """A planned visit, at a time of day."""


DAY_KINDS = (TodoKind.STEP, TodoKind.FOLLOW_UP)
"""Due by the end of a day; the others at a time of day."""


# When it is due


def end_of_day(calendar: WorkingCalendar, day: date, now: datetime) -> datetime:
    """When the work of `day` ends. On a day off, the last working day before it, as long as that is still to come."""
    zone = ZoneInfo(calendar.hours.timezone)
    closing = max((end for start, end in calendar.hours.intervals if end > start), default=CLOSING)
    on_the_day = datetime.combine(day, closing, zone)
    for back in range(8):
        earlier = on_the_day - back * DAY
        if earlier <= now:
            break
        if calendar.is_working_day(earlier.date()):
            return earlier
    return on_the_day


def working_day_after(calendar: WorkingCalendar, day: date) -> date:
    """The next day on which somebody works; the very next day in a calendar without work in sight."""
    return next((later for n in range(1, 30) if calendar.is_working_day(later := day + n * DAY)), day + DAY)


def day_of_undated(calendar: WorkingCalendar, said_on: date, within: int) -> date:
    """A step without a day still must not be forgotten: so many working days later."""
    day = said_on
    for _ in range(within):
        day = working_day_after(calendar, day)
    return day


# When somebody is reminded


def reminder_times(
    created_at: datetime,
    due_at: datetime,
    calendar: WorkingCalendar | None = None,
    before: timedelta = BEFORE,
) -> list[datetime]:
    """`before` (half the time where there is less), at the time, and an hour after; then never again.

    With `calendar` it is due by the end of a day: when that day's work begins, at its end, and the next time that work
    begins. What is late already when it comes to be is reminded of once, an hour later: somebody has just looked at it.
    """
    if due_at <= created_at:
        return [created_at + AFTER]
    lead = before if calendar is None else _since_opening(calendar, due_at)
    first = due_at - min(lead, (due_at - created_at) / 2)
    return [first, due_at, due_at + AFTER if calendar is None else calendar.next_start(due_at)]


def _since_opening(calendar: WorkingCalendar, due_at: datetime) -> timedelta:
    local = due_at.astimezone(ZoneInfo(calendar.hours.timezone))
    opening = local.replace(hour=0, minute=0, second=0, microsecond=0)
    begins = calendar.next_start(opening) if calendar.is_working_day(local.date()) else opening.replace(hour=9)
    return max(due_at - begins, BEFORE)


def next_reminder(
    created_at: datetime,
    due_at: datetime,
    now: datetime,
    calendar: WorkingCalendar | None = None,
    before: timedelta = BEFORE,
) -> datetime | None:
    """The first one later than `now`; those that were slept through are left out."""
    return next((moment for moment in reminder_times(created_at, due_at, calendar, before) if moment > now), None)


def first_reminder(
    created_at: datetime, due_at: datetime, calendar: WorkingCalendar | None = None, before: timedelta = BEFORE
) -> datetime | None:
    return next_reminder(created_at, due_at, created_at, calendar, before)


# What a memo owes


@dataclass(frozen=True, slots=True)
class Owed:
    """A next step as it stands in the memo now."""

    kind: TodoKind
    title: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class KnownTodo:
    """A to-do that the memo has brought already, open or not."""

    todo_id: int
    kind: TodoKind
    title: str
    due_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Changes:
    add: tuple[Owed, ...] = ()
    move: tuple[tuple[int, Owed], ...] = ()
    drop: tuple[int, ...] = ()


def reconciled(known: Sequence[KnownTodo], owed: Sequence[Owed]) -> Changes:
    """The memo was understood again or put right: what is new, what has moved, what is no longer owed.

    The same step is known by its words, else by words that are part of the other's, so that a new day or an owner put
    right moves the to-do. What was ticked off stays so and is never owed again.
    """
    left = list(known)
    add: list[Owed] = []
    move: list[tuple[int, Owed]] = []
    for step in sorted(owed, key=lambda one: not any(one.title == old.title for old in known)):
        same = next((old for old in left if old.title == step.title), None)
        same = same or next((old for old in left if old.title in step.title or step.title in old.title), None)
        if same is None:
            add.append(step)
            continue
        left.remove(same)
        if same.is_open and (same.kind, same.title, same.due_at) != (step.kind, step.title, step.due_at):
            move.append((same.todo_id, step))
    return Changes(tuple(add), tuple(move), tuple(old.todo_id for old in left if old.is_open))
