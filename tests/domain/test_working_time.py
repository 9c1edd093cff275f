"""Working time (S2): hours, holidays, make-up days, zones; every case by hand, then by an independent count of minutes."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.working_time import QuietHours, WorkingCalendar, WorkingHours, held_until

SHANGHAI, NEW_YORK = "Asia/Shanghai", "America/New_York"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OFFICE = WorkingCalendar(WorkingHours())
"""9:00-12:00 and 13:30-18:00 in Shanghai."""


def at(text: str, zone: str = SHANGHAI, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def night_shift(zone: str, weekdays: set[int]) -> WorkingCalendar:
    return WorkingCalendar(WorkingHours(zone, ((time(22), time(6)),), frozenset(weekdays), country=None))


# days


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_is_judged_as_an_independent_library_judges_it(year: int) -> None:
    """libraries disagree where one has not taken up a notice of the State Council."""
    days = [
        date(year, 1, 1) + timedelta(days=number) for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    assert [day for day in days if OFFICE.is_working_day(day) != chinese_calendar.is_workday(day)] == []


def test_the_settings_go_before_the_library() -> None:
    holiday, make_up_day = date(2026, 10, 1), date(2026, 10, 10)
    assert not OFFICE.is_working_day(holiday)
    assert OFFICE.is_working_day(make_up_day)
    by_hand = WorkingCalendar(
        WorkingHours(extra_working_days=frozenset({holiday}), extra_holidays=frozenset({make_up_day}))
    )
    assert by_hand.is_working_day(holiday)
    assert not by_hand.is_working_day(make_up_day)


def test_without_a_country_only_weekdays_count() -> None:
    plain = WorkingCalendar(WorkingHours(country=None))
    assert plain.is_working_day(date(2026, 10, 1))
    assert not plain.is_working_day(date(2026, 10, 10))


def test_a_make_up_day_is_worked_though_no_other_sunday_is() -> None:
    assert OFFICE.is_working(at("2026-09-20 10:00"))
    assert not OFFICE.is_working(at("2026-09-13 10:00"))


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 11:59", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 13:30", True),
        ("2026-11-23 18:00", False),
        ("2026-11-22 10:00", False),
    ],
)
def test_an_interval_holds_its_start_and_not_its_end(moment: str, works: bool) -> None:
    assert OFFICE.is_working(at(moment)) is works


# years that nobody has announced

FAR = 2090


def test_a_year_without_published_make_up_days_is_provisional() -> None:
    """Nobody guesses in silence: the result says which years rest on the statutory holidays alone."""
    assert OFFICE.is_known_year(2026)
    assert not OFFICE.is_known_year(FAR)
    due = OFFICE.add(at(f"{FAR}-05-10 10:00"), 2 * HOUR)
    assert due.provisional_years == {FAR}
    assert OFFICE.add(at("2026-05-11 10:00"), 2 * HOUR).provisional_years == frozenset()


def test_statutory_holidays_of_a_provisional_year_are_kept() -> None:
    assert not OFFICE.is_working_day(date(FAR, 10, 2))


def test_only_years_on_the_way_are_named() -> None:
    calendar = WorkingCalendar(WorkingHours(known_years=frozenset({FAR})))
    assert calendar.add(at(f"{FAR}-12-20 10:00"), HOUR).provisional_years == frozenset()
    assert calendar.add(at(f"{FAR}-12-20 10:00"), 100 * HOUR).provisional_years == {FAR + 1}


def test_a_year_entered_by_hand_is_known() -> None:
    assert WorkingCalendar(WorkingHours(known_years=frozenset({FAR}))).is_known_year(FAR)


@pytest.mark.parametrize("country", [None, "DE"])
def test_where_the_law_alone_knows_the_holidays_every_year_is_known(country: str | None) -> None:
    assert WorkingCalendar(WorkingHours(country=country)).is_known_year(FAR)


def test_another_country_has_its_own_holidays() -> None:
    german = WorkingCalendar(WorkingHours("Europe/Berlin", country="DE"))
    assert not german.is_working_day(date(2026, 10, 3))
    assert german.is_working_day(date(2026, 10, 5))


# sums


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-11-23 10:00", 3 * MINUTE, "2026-11-23 10:03"),
        ("2026-11-23 11:00", 2 * HOUR, "2026-11-23 14:30"),  # over lunch
        ("2026-11-23 16:00", 2 * HOUR, "2026-11-23 18:00"),  # the end of an interval is still that interval
        ("2026-11-23 10:00", 2 * HOUR, "2026-11-23 12:00"),
        ("2026-11-23 16:00", 2 * HOUR + MINUTE, "2026-11-24 09:01"),
        ("2026-11-23 18:00", 3 * MINUTE, "2026-11-24 09:03"),  # from exactly an interval's end
        ("2026-11-23 12:00", 3 * MINUTE, "2026-11-23 13:33"),
        ("2026-11-23 07:00", 3 * MINUTE, "2026-11-23 09:03"),
        ("2026-11-27 17:30", HOUR, "2026-11-30 09:30"),  # Friday to Monday
        ("2026-11-28 11:00", 2 * HOUR, "2026-11-30 11:00"),
        ("2026-09-30 17:00", 2 * HOUR, "2026-10-08 10:00"),  # 国庆, seven days
        ("2026-10-09 17:00", 2 * HOUR, "2026-10-10 10:00"),  # Saturday made up for it
        ("2026-09-18 17:00", 2 * HOUR, "2026-09-20 10:00"),  # so did a Sunday
        ("2026-09-30 09:00", 5 * 7.5 * HOUR, "2026-10-12 18:00"),  # Wednesday, then Thursday 8th to Saturday, Monday
        ("2026-12-31 17:00", 2 * HOUR, "2027-01-04 10:00"),  # New Year's Day is a Friday
    ],
)
def test_sums_by_hand(start: str, length: timedelta, end: str) -> None:
    assert OFFICE.add(at(start), length).at == at(end)
    assert OFFICE.between(at(start), at(end)) == length


@pytest.mark.parametrize(
    ("moment", "result"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 12:00", "2026-11-23 13:30"),
        ("2026-11-23 18:00", "2026-11-24 09:00"),
        ("2026-11-28 11:00", "2026-11-30 09:00"),
    ],
)
def test_nothing_added_is_the_next_moment_of_work(moment: str, result: str) -> None:
    assert OFFICE.add(at(moment), timedelta()).at == OFFICE.next_start(at(moment)) == at(result)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-23 10:00", "2026-11-23 12:00"),
        ("2026-11-23 12:00", "2026-11-23 18:00"),
        ("2026-11-27 18:00", "2026-11-30 12:00"),
    ],
)
def test_next_end_is_that_of_the_work_that_goes_on_or_comes_next(moment: str, end: str) -> None:
    assert OFFICE.next_end(at(moment)) == at(end)


def test_time_does_not_run_backwards() -> None:
    assert OFFICE.between(at("2026-11-23 14:00"), at("2026-11-23 10:00")) == timedelta()
    with pytest.raises(ValueError, match="only added"):
        OFFICE.add(at("2026-11-23 14:00"), -MINUTE)


def test_years_of_working_time() -> None:
    """2025 and 2026 have 248 working days each; the first day after them is Monday, 4 January 2027."""
    both = 2 * 248 * 7.5 * HOUR
    assert OFFICE.between(at("2025-01-01 00:00"), at("2027-01-01 00:00")) == both
    assert OFFICE.add(at("2025-01-01 00:00"), both).at == at("2026-12-31 18:00")
    assert OFFICE.add(at("2025-01-01 00:00"), both + MINUTE).at == at("2027-01-04 09:01")


@pytest.mark.parametrize("hours", [WorkingHours(intervals=()), WorkingHours(weekdays=frozenset())])
def test_no_working_time_at_all_is_refused(hours: WorkingHours) -> None:
    with pytest.raises(ValueError, match="no working time"):
        WorkingCalendar(hours)


def test_a_calendar_that_ends_says_so_instead_of_searching_on() -> None:
    one_day = WorkingCalendar(
        WorkingHours(weekdays=frozenset(), country=None, extra_working_days=frozenset({date(2026, 11, 23)}))
    )
    assert one_day.add(at("2026-11-20 10:00"), 7.5 * HOUR).at == at("2026-11-23 18:00")
    with pytest.raises(ValueError, match="within 20 years"):
        one_day.add(at("2026-11-20 10:00"), 8 * HOUR)


# night shifts, zones


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    friday_nights = night_shift(SHANGHAI, {5})
    assert friday_nights.is_working(at("2026-11-28 05:59"))
    assert not friday_nights.is_working(at("2026-11-28 06:00"))
    assert not friday_nights.is_working(at("2026-11-27 05:00"))
    assert friday_nights.add(at("2026-11-27 23:00"), 8 * HOUR).at == at("2026-12-04 23:00")


def test_a_night_shift_goes_on_over_new_year() -> None:
    every_night = night_shift(SHANGHAI, {1, 2, 3, 4, 5, 6, 7})
    assert every_night.add(at("2026-12-31 23:00"), 3 * HOUR).at == at("2027-01-01 02:00")
    assert every_night.between(at("2026-12-31 12:00"), at("2027-01-01 12:00")) == 8 * HOUR
    assert every_night.next_end(at("2026-12-31 12:00")) == at("2027-01-01 06:00")


def test_the_same_time_twice_is_a_whole_day() -> None:
    always = WorkingCalendar(WorkingHours(SHANGHAI, ((time(), time()),), frozenset(range(1, 8)), country=None))
    assert always.add(at("2026-12-31 23:00"), 50 * HOUR).at == at("2027-01-03 01:00")
    with pytest.raises(ValueError, match="no pause"):
        always.next_end(at("2026-12-31 23:00"))


def test_a_night_is_an_hour_shorter_or_longer_where_clocks_change() -> None:
    saturday_nights = night_shift(NEW_YORK, {6})
    assert saturday_nights.between(at("2026-03-07 12:00", NEW_YORK), at("2026-03-08 12:00", NEW_YORK)) == 7 * HOUR
    assert saturday_nights.between(at("2026-10-31 12:00", NEW_YORK), at("2026-11-01 12:00", NEW_YORK)) == 9 * HOUR


def test_nine_stays_nine_where_clocks_change() -> None:
    office = WorkingCalendar(WorkingHours(NEW_YORK, ((time(9), time(17)),), country=None))
    friday = datetime(2026, 3, 6, 21, tzinfo=UTC)
    assert office.add(friday, 2 * HOUR).at == datetime(2026, 3, 9, 14, tzinfo=UTC)


def test_an_hour_that_does_not_exist_is_not_worked() -> None:
    early = WorkingCalendar(WorkingHours(NEW_YORK, ((time(2), time(3)),), frozenset({6, 7}), country=None))
    assert early.between(at("2026-03-07 00:00", NEW_YORK), at("2026-03-09 00:00", NEW_YORK)) == HOUR


def test_an_hour_in_two_intervals_counts_once() -> None:
    """A night shift that reaches into the morning's hours."""
    calendar = WorkingCalendar(
        WorkingHours(SHANGHAI, ((time(7), time(12)), (time(22), time(8))), frozenset({1, 2}), country=None)
    )
    assert calendar.between(at("2026-11-23 12:00"), at("2026-11-24 12:00")) == 14 * HOUR


# properties

DAYS = 40
FIRST = at("2026-09-10 00:00")
minutes = st.integers(0, DAYS * 24 * 60).map(lambda number: FIRST + number * MINUTE)


@cache
def working_minutes() -> list[datetime]:
    """Around 国庆 2026, by another library and by looking at each minute."""
    zone = ZoneInfo(SHANGHAI)
    found = []
    for number in range(DAYS * 24 * 60):
        local = (FIRST + number * MINUTE).astimezone(zone)
        works = time(9) <= local.time() < time(12) or time(13, 30) <= local.time() < time(18)
        if works and _is_workday(local.date()):
            found.append(FIRST + number * MINUTE)
    return found


@cache
def _is_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


@given(minutes, minutes)
def test_between_is_what_counting_the_minutes_gives(start: datetime, end: datetime) -> None:
    counted = bisect_left(working_minutes(), end) - bisect_left(working_minutes(), start)
    assert OFFICE.between(start, end) == max(0, counted) * MINUTE


CALENDARS = st.sampled_from(
    [
        OFFICE,
        night_shift(SHANGHAI, {1, 3, 7}),
        night_shift(NEW_YORK, {5, 6, 7}),
        WorkingCalendar(
            WorkingHours("Europe/Berlin", ((time(1), time(2, 30)), (time(3), time(9))), frozenset({6, 7}), country="DE")
        ),
        WorkingCalendar(
            WorkingHours("Australia/Lord_Howe", ((time(0), time(2, 10)), (time(22), time())), country=None)
        ),
    ]
)
MOMENTS = st.datetimes(*(datetime.fromisoformat(day) for day in ("2024-01-01", "2027-01-01")), timezones=st.just(UTC))
LENGTHS = st.timedeltas(timedelta(), timedelta(days=60))
SOME = st.timedeltas(timedelta(microseconds=1), timedelta(days=60))


@given(CALENDARS, MOMENTS, LENGTHS)
def test_what_was_added_has_passed(calendar: WorkingCalendar, start: datetime, length: timedelta) -> None:
    assert calendar.between(start, calendar.add(start, length).at) == length


@given(CALENDARS, MOMENTS, LENGTHS)
def test_a_sum_ends_during_work_or_at_its_very_end(
    calendar: WorkingCalendar, start: datetime, length: timedelta
) -> None:
    end = calendar.add(start, length).at
    assert calendar.is_working(end) or calendar.is_working(end - timedelta(microseconds=1))


@given(CALENDARS, MOMENTS, SOME, SOME)
def test_adding_in_two_steps_is_adding_at_once(
    calendar: WorkingCalendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    assert calendar.add(calendar.add(start, first).at, second).at == calendar.add(start, first + second).at


@given(CALENDARS, MOMENTS, MOMENTS, SOME)
def test_whoever_starts_earlier_is_not_due_later(
    calendar: WorkingCalendar, one: datetime, other: datetime, length: timedelta
) -> None:
    earlier, later = sorted((one, other))
    assert calendar.add(earlier, length).at <= calendar.add(later, length).at


@given(CALENDARS, MOMENTS)
def test_work_does_not_pause_before_its_next_end(calendar: WorkingCalendar, moment: datetime) -> None:
    start, end = calendar.next_start(moment), calendar.next_end(moment)
    assert calendar.between(moment, end) == end - start
    assert not calendar.is_working(end)


# quiet hours

NIGHT = QuietHours()


@pytest.mark.parametrize(
    ("quiet", "moment", "until"),
    [
        (NIGHT, "2026-11-23 20:59", None),
        (NIGHT, "2026-11-23 21:00", "2026-11-24 08:00"),
        (NIGHT, "2026-11-24 00:00", "2026-11-24 08:00"),
        (NIGHT, "2026-11-24 07:59", "2026-11-24 08:00"),
        (NIGHT, "2026-11-24 08:00", None),
        (NIGHT, "2026-12-31 23:00", "2027-01-01 08:00"),
        (QuietHours(time(12), time(14)), "2026-11-23 13:00", "2026-11-23 14:00"),
        (QuietHours(time(12), time(14)), "2026-11-23 11:59", None),
        (QuietHours(time(12), time(14)), "2026-11-23 14:00", None),
        (QuietHours(time(8), time(8)), "2026-11-23 08:00", None),
        (None, "2026-11-23 23:00", None),
    ],
)
def test_what_is_not_urgent_waits_for_the_end_of_quiet_hours(
    quiet: QuietHours | None, moment: str, until: str | None
) -> None:
    assert held_until(quiet, at(moment), SHANGHAI, urgent=False) == (at(until) if until else None)


def test_what_is_urgent_never_waits() -> None:
    assert held_until(NIGHT, at("2026-11-23 23:00"), SHANGHAI, urgent=True) is None


def test_quiet_hours_are_those_of_the_zone() -> None:
    nine_in_the_evening = datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert held_until(NIGHT, nine_in_the_evening, SHANGHAI, urgent=False) is None
    assert held_until(NIGHT, nine_in_the_evening, NEW_YORK, urgent=False) == datetime(2026, 11, 24, 13, tzinfo=UTC)


def test_in_the_hour_that_clocks_repeat_the_end_is_the_one_that_is_still_to_come() -> None:
    second = at("2026-11-01 01:15", NEW_YORK, fold=1)
    assert held_until(QuietHours(time(22), time(1, 30)), second, NEW_YORK, urgent=False) == second + 15 * MINUTE


QUIET_TIMES = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@given(
    st.builds(QuietHours, QUIET_TIMES, QUIET_TIMES),
    st.one_of(MOMENTS, st.integers(-200, 200).map(lambda m: at("2026-11-01 01:00", NEW_YORK) + m * MINUTE)),
    st.sampled_from([SHANGHAI, NEW_YORK, "Australia/Lord_Howe"]),
)
def test_whatever_is_held_leaves_later_and_then_at_once(quiet: QuietHours, moment: datetime, zone: str) -> None:
    until = held_until(quiet, moment, zone, urgent=False)
    assert until is None or (until > moment and held_until(quiet, until, zone, urgent=False) is None)
