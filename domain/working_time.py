"""Working hours, Chinese public holidays and make-up days; adding and subtracting working time (S2)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
YEARS_AHEAD = 20
"""No sum of working time reaches farther; beyond it lies a mistake in the settings."""
FEWEST_MAKE_UP_DAYS = 3
"""Every published year from 2007 to 2026 has five to twelve; a year with none is not published yet (libraries.md 4)."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    timezone: str = "Asia/Shanghai"
    intervals: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(18)))
    """In order, not overlapping; the end is not included. A night shift (22:00-06:00) crosses midnight and belongs to
    the day on which it starts; the same time twice is a whole day."""
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


@dataclass(frozen=True, slots=True)
class _Year:
    """The stretches of working time of one local year, in UTC, in order and apart."""

    starts: list[datetime]
    ends: list[datetime]
    worked: list[timedelta]
    """Working time of the year before each stretch, and at last that of the whole year."""

    def stretch_at(self, moment: datetime) -> int:
        """The last one that has begun; -1 before the first."""
        return bisect_right(self.starts, moment) - 1

    def worked_until(self, moment: datetime) -> timedelta:
        last = self.stretch_at(moment)
        return self.worked[last] + min(moment, self.ends[last]) - self.starts[last] if last >= 0 else timedelta()

    def moment_of(self, worked: timedelta, *, is_end: bool) -> datetime:
        """Where one stretch ends and the next has not begun, both fit: `is_end` says which one is meant."""
        stretch = (bisect_left if is_end else bisect_right)(self.worked, worked) - 1
        return self.starts[stretch] + (worked - self.worked[stretch])


class WorkingCalendar:
    """Aware moments in, UTC out; thought of in the zone of `hours`. ValueError where there is no working time at all.

    Sums are looked up in one table for each year, so that two hours and two years cost the same.
    """

    def __init__(self, hours: WorkingHours) -> None:
        if not hours.intervals or not (hours.weekdays or hours.extra_working_days):
            raise ValueError("no working time at all")
        self.hours = hours
        self._zone = ZoneInfo(hours.timezone)
        self._year = lru_cache(maxsize=64)(self._year_from)

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
        year = self._year(self._local_year(moment))
        last = year.stretch_at(moment)
        return last >= 0 and moment < year.ends[last]

    def add(self, moment: datetime, length: timedelta) -> Due:
        """When that much working time has passed; the end of an interval is still that interval: 16:00 + 2 h = 18:00.

        Adding nothing outside working time gives the next moment of work.
        """
        if length < timedelta():
            raise ValueError("working time is only added")
        first = self._local_year(moment)
        left = length + self._year(first).worked_until(moment)
        for number in range(first, first + YEARS_AHEAD + 1):
            year = self._year(number)
            if left < year.worked[-1] or (length and left == year.worked[-1]):
                return Due(year.moment_of(left, is_end=bool(length)), self._provisional(first, number))
            left -= year.worked[-1]
        raise ValueError(f"no such working time within {YEARS_AHEAD} years")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time that has passed from `start` to `end`; nothing where `end` is not later."""
        if end <= start:
            return timedelta()
        first, last = self._local_year(start), self._local_year(end)
        whole_years = sum((self._year(number).worked[-1] for number in range(first, last)), timedelta())
        return whole_years + self._year(last).worked_until(end) - self._year(first).worked_until(start)

    def next_start(self, moment: datetime) -> datetime:
        """`moment` itself during working time."""
        return self.add(moment, timedelta()).at

    def next_end(self, moment: datetime) -> datetime:
        """When the work that goes on at `moment`, or else the next one, pauses; ValueError where it never does."""
        end = self.next_start(moment)
        for _ in range(YEARS_AHEAD):  # A night shift at New Year is two stretches, one in each year.
            year = self._year(self._local_year(end))
            end = year.ends[year.stretch_at(end)]
            if not self.is_working(end):
                return end
        raise ValueError(f"no pause within {YEARS_AHEAD} years")

    def _local_year(self, moment: datetime) -> int:
        return moment.astimezone(self._zone).year

    def _year_from(self, number: int) -> _Year:
        opening, closing = self._utc(date(number, 1, 1), time()), self._utc(date(number + 1, 1, 1), time())
        starts: list[datetime] = []
        ends: list[datetime] = []
        for start, end in self._intervals_of(number):
            # Where clocks are put forward or a night shift reaches into the morning's, intervals can overlap.
            start, end = max(start, ends[-1] if ends else opening), min(end, closing)
            if start >= end:
                continue
            if ends and start == ends[-1]:
                ends[-1] = end
            else:
                starts.append(start)
                ends.append(end)
        lengths = (end - start for start, end in zip(starts, ends, strict=True))
        return _Year(starts, ends, list(accumulate(lengths, initial=timedelta())))

    def _intervals_of(self, number: int) -> Iterator[tuple[datetime, datetime]]:
        """Those of the last day of the year before too: its night shift ends in this one."""
        day, last = date(number, 1, 1), date(number, 12, 31)
        if any(end <= start for start, end in self.hours.intervals):
            day -= DAY
        while day <= last:
            if self.is_working_day(day):
                for start, end in self.hours.intervals:
                    yield self._utc(day, start), self._utc(day if end > start else day + DAY, end)
            day += DAY

    def _utc(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self._zone).astimezone(UTC)

    def _provisional(self, first: int, last: int) -> frozenset[int]:
        return frozenset(year for year in range(first, last + 1) if not self.is_known_year(year))


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
    now = local.time()
    over_midnight = quiet.start > quiet.end
    inside = now >= quiet.start or now < quiet.end if over_midnight else quiet.start <= now < quiet.end
    if not inside:
        return None
    day = local.date() + DAY if over_midnight and now >= quiet.start else local.date()
    end = datetime.combine(day, quiet.end, local.tzinfo)
    # Where clocks are put back, the end comes twice: in the repeated hour the first one has passed already.
    return next(until for until in (end.astimezone(UTC), end.replace(fold=1).astimezone(UTC)) if until > moment)
