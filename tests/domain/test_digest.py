"""Which digest is due (D1): its minute in its zone, once a day, caught up until noon, spread past the full hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.digest import Slot, send_at, slot_for

NINE = time(9)
UNTIL_NOON = timedelta(hours=3)
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")


def slot(
    now: datetime,
    zone: str = "Asia/Shanghai",
    at: time = NINE,
    weekdays: frozenset[int] = frozenset(),
    catch_up_for: timedelta = UNTIL_NOON,
) -> Slot | None:
    return slot_for(now, at=at, timezone=zone, weekdays=weekdays, catch_up_for=catch_up_for)


def local(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("now", "day", "is_late"),
    [
        ("2026-11-24T08:59:59", None, False),
        ("2026-11-24T09:00:00", 24, False),
        ("2026-11-24T09:00:01", 24, False),
        ("2026-11-24T09:00:59", 24, False),
        ("2026-11-24T09:01:00", 24, True),
        ("2026-11-24T11:59:59", 24, True),
        ("2026-11-24T12:00:00", None, False),
        ("2026-11-24T23:00:00", None, False),
    ],
)
def test_it_is_due_from_its_minute_on_and_late_after_it_until_noon(now: str, day: int | None, is_late: bool) -> None:
    """A restart at 09:00:01 finds the same slot, whose row says whether it has gone already."""
    found = slot(local(now))
    assert found == (
        None if day is None else Slot(date(2026, 11, day), datetime(2026, 11, day, 1, tzinfo=UTC), is_late)
    )


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Asia/Shanghai", "2026-11-24T01:00"),
        ("America/New_York", "2026-11-24T14:00"),
        ("Asia/Kolkata", "2026-11-24T03:30"),
        ("Pacific/Apia", "2026-11-23T20:00"),
    ],
)
def test_nine_is_nine_where_the_company_is(zone: str, utc: str) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert slot(moment, zone) == Slot(date(2026, 11, 24), moment, is_late=False)
    assert slot(moment - timedelta(seconds=1), zone) is None


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("America/New_York", "2026-03-07", NINE, "14:00"),
        ("America/New_York", "2026-03-08", NINE, "13:00"),
        ("America/New_York", "2026-11-01", NINE, "14:00"),
        ("America/New_York", "2026-03-08", time(2, 30), "07:30"),
        ("America/New_York", "2026-11-01", time(1, 30), "05:30"),
        ("Australia/Lord_Howe", "2026-10-04", NINE, "22:00"),
    ],
)
def test_the_days_on_which_clocks_change_have_one_digest_each(zone: str, day: str, at: time, utc: str) -> None:
    """An hour that does not exist is read by the clock before the change; of one that comes twice, the first counts."""
    due = datetime.combine(date.fromisoformat(day), at, ZoneInfo(zone)).astimezone(UTC)
    assert f"{due:%H:%M}" == utc
    found = slot(due, zone, at)
    assert found is not None
    assert (found.day.isoformat(), found.at, found.is_late) == (day, due, False)
    hour_later = slot(due + timedelta(hours=1), zone, at)
    assert hour_later is not None
    assert hour_later.day == found.day


@pytest.mark.parametrize(
    ("now", "day"), [("2026-11-27T09:00", 27), ("2026-11-28T09:00", None), ("2026-11-30T09:00", 30)]
)
def test_only_on_the_days_that_the_settings_name(now: str, day: int | None) -> None:
    found = slot(local(now), weekdays=frozenset({1, 2, 3, 4, 5}))
    assert (found.day.day if found else None) == day


def test_a_digest_late_in_the_evening_is_caught_up_after_midnight_as_that_days() -> None:
    found = slot(local("2026-11-25T00:30"), at=time(23), weekdays=frozenset({2}))
    assert found is not None
    assert (found.day, found.is_late) == (date(2026, 11, 24), True)


@given(st.sampled_from(ZONES), st.integers(0, 2 * 365 * 86_400), st.times())
def test_every_moment_has_at_most_the_slot_of_its_own_last_due_time(zone: str, second: int, at: time) -> None:
    """Never one of the future, never later than the catch-up, whatever zone and minute."""
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    found = slot(moment, zone, at.replace(second=0, microsecond=0))
    if found is None:
        return
    assert found.at <= moment < found.at + UNTIL_NOON
    assert found.is_late == (moment - found.at >= timedelta(minutes=1))


SLOT = Slot(date(2026, 11, 24), datetime(2026, 11, 24, 1, tzinfo=UTC), is_late=False)


@given(st.text(max_size=20))
def test_everybodys_second_is_the_same_every_day_and_past_the_full_hour(userid: str) -> None:
    """5 to 20 seconds after it (wecom.md 3.2)."""
    moment = send_at(SLOT, userid)
    assert timedelta(seconds=5) <= moment - SLOT.at < timedelta(seconds=20)
    tomorrow = Slot(date(2026, 11, 25), SLOT.at + timedelta(days=1), is_late=False)
    assert send_at(tomorrow, userid) - moment == timedelta(days=1)


def test_a_company_of_leaders_is_spread_over_all_the_seconds() -> None:
    assert {(send_at(SLOT, f"leader{number}") - SLOT.at).seconds for number in range(300)} == set(range(5, 20))


@pytest.mark.parametrize("spread", [timedelta(), timedelta(seconds=3), timedelta(seconds=5)])
def test_a_spread_shorter_than_the_pause_sends_all_at_its_end(spread: timedelta) -> None:
    assert send_at(SLOT, "zhouzong", spread) == SLOT.at + timedelta(seconds=5)
