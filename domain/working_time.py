"""Working hours, Chinese public holidays and make-up days; adding and subtracting working time (S2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FARTHEST = timedelta(days=366 * 20)
"""No sum of working time reaches farther; beyond it lies a mistake in the settings."""
FEWEST_MAKE_UP_DAYS = 3
"""Every published year from 2007 to 2026 has five to twelve; a year with none is not published yet (libraries.md 4)."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    timezone: str = "Asia/Shanghai"
    intervals: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(18)))
    """In order, not overlapping; the end is not included. A night shift (22:00-06:00) crosses midnight."""
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    """ISO: Monday is 1."""
    country: str | None = "CN"
    """Whose public holidays and make-up days count; None = none."""
    extra_holidays: frozenset[date] = frozenset()
    extra_working_days: frozenset[date] = frozenset()
    """Both go before the calendar library: what the State Council announced after the library's release."""
    known_years: frozenset[int] = frozenset()
    """Years whose make-up days the operator has entered by hand, so that they are no longer provisional."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` (usually over midnight) all that is not urgent is held back (S2)."""

    start: time = time(21)
    end: time = time(8)


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    """UTC"""
    provisional_years: frozenset[int] = frozenset()
    """Years on the way whose make-up days are not published: the statutory holidays were used, and somebody must hear."""


class WorkingCalendar:
    """Aware moments in and out; thought of in the zone of `hours`. ValueError where there is no working time at all."""

    def __init__(self, hours: WorkingHours) -> None:
        if not hours.intervals or not (hours.weekdays or hours.extra_working_days):
            raise ValueError("no working time at all")
        self.hours = hours
        self._zone = ZoneInfo(hours.timezone)
        self._intervals_on = lru_cache(maxsize=800)(self._intervals_from)

    def is_known_year(self, year: int) -> bool:
        return self.hours.country is None or year in self.hours.known_years or _is_published(self.hours.country, year)

    def is_working_day(self, day: date) -> bool:
        if day in self.hours.extra_holidays:
            return False
        if day in self.hours.extra_working_days:
            return True
        if self.hours.country is None:
            return day.isoweekday() in self.hours.weekdays
        if day in _make_up_days(self.hours.country, day.year):
            return True
        return day.isoweekday() in self.hours.weekdays and day not in _holidays(self.hours.country, day.year)

    def is_working(self, moment: datetime) -> bool:
        return any(start <= moment < end for start, end in self._around(moment))

    def add(self, moment: datetime, length: timedelta) -> Due:
        """When that much working time has passed; the end of an interval is still that interval: 16:00 + 2 h = 18:00.

        Adding nothing outside working time gives the next moment of work.
        """
        left = length
        first = self._local_day(moment)
        for start, end in self._walk(first - DAY, first + FARTHEST):
            begin = max(start, moment)
            if begin >= end:
                continue
            if begin + left <= end:
                return Due((begin + left).astimezone(UTC), self._provisional(moment, begin + left))
            left -= end - begin
        raise ValueError("no working time within twenty years")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time that has passed from `start` to `end`; nothing where `end` is not later."""
        passed = timedelta()
        for opening, closing in self._walk(self._local_day(start) - DAY, self._local_day(end)):
            passed += max(timedelta(), min(closing, end) - max(opening, start))
        return passed

    def next_start(self, moment: datetime) -> datetime:
        """`moment` itself during working time."""
        return self.add(moment, timedelta()).at

    def _local_day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _walk(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        day = first
        while day <= last:
            yield from self._intervals_on(day)
            day += DAY

    def _around(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yesterday's intervals too: a night shift ends today."""
        day = self._local_day(moment)
        return self._walk(day - DAY, day)

    def _intervals_from(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        if not self.is_working_day(day):
            return ()
        return tuple(
            (self._utc(day, start), self._utc(day if end > start else day + DAY, end))
            for start, end in self.hours.intervals
        )

    def _utc(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._zone).astimezone(UTC)

    def _provisional(self, start: datetime, end: datetime) -> frozenset[int]:
        years = range(self._local_day(start).year, self._local_day(end).year + 1)
        return frozenset(year for year in years if not self.is_known_year(year))


@lru_cache(maxsize=64)
def _year_of(country: str, year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Public holidays and make-up days. The library costs a tenth of a second, so it is loaded when first asked."""
    from holidays import country_holidays

    calendar = country_holidays(country, years=year)
    made_up = frozenset(day for day in getattr(calendar, "weekend_workdays", ()) if day.year == year)
    return frozenset(day for day in calendar if day.year == year), made_up


def _holidays(country: str, year: int) -> frozenset[date]:
    return _year_of(country, year)[0]


def _make_up_days(country: str, year: int) -> frozenset[date]:
    return _year_of(country, year)[1]


def _is_published(country: str, year: int) -> bool:
    """Only China moves working days to weekends by a yearly notice; elsewhere the law knows the holidays."""
    return country != "CN" or len(_make_up_days(country, year)) >= FEWEST_MAKE_UP_DAYS


def held_until(quiet: QuietHours | None, moment: datetime, timezone: str, *, urgent: bool) -> datetime | None:
    """When a push that is due at `moment` may leave; None = at once (S2)."""
    if quiet is None or urgent:
        return None
    local = moment.astimezone(ZoneInfo(timezone))
    now = local.timetz().replace(tzinfo=None)
    over_midnight = quiet.start > quiet.end
    inside = now >= quiet.start or now < quiet.end if over_midnight else quiet.start <= now < quiet.end
    if not inside:
        return None
    day = local.date() + DAY if over_midnight and now >= quiet.start else local.date()
    return datetime.combine(day, quiet.end, local.tzinfo).astimezone(UTC)
