"""Calendars in zones that change their clocks, against a clock read in real minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import Calendar, Shift
from sanpin.base.calendar import OpenTime, intersect

WEEK = frozenset(range(7))
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kolkata",  # half an hour off the hour
    "Pacific/Chatham",  # three quarters off, with summer time
]
# Days around the changes of clocks of these zones in 2024.
CHANGES = [date(2024, 3, 10), date(2024, 3, 31), date(2024, 4, 7), date(2024, 9, 29),
           date(2024, 10, 6), date(2024, 10, 27), date(2024, 11, 3)]  # fmt: skip
quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the instant at which a wall clock shows so many minutes after midnight."""
    return (datetime.combine(day, time(), zone) + timedelta(minutes=minutes)).astimezone(UTC)


@given(
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES),
    quarters,
    quarters,
    st.frozensets(st.integers(0, 6)),
)
def test_a_unit_is_open_when_it_lies_between_start_and_end_of_a_shift(
    name: str, change: date, start: time, end: time, weekdays: frozenset[int]
) -> None:
    zone = ZoneInfo(name)
    calendar = Calendar("any", (Shift(weekdays, start, end),), zone=name)
    origin = instant(change - timedelta(days=2), 0, zone)
    minutes = 5 * 1440
    first = start.hour * 60 + start.minute
    last = end.hour * 60 + end.minute
    last += 1440 if last <= first else 0
    spans = [
        (instant(day, first, zone), instant(day, last, zone))
        for day in (change + timedelta(days=n) for n in range(-4, 5))
        if day.weekday() in weekdays
    ]
    expected = {
        minute
        for minute in range(minutes)
        if any(a <= origin + timedelta(minutes=minute) < b for a, b in spans)
    }
    windows = calendar.windows(origin, origin + timedelta(minutes=minutes))
    assert {m for a, b in windows for m in range(a, b)} == expected


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_day_shifts_has_the_hours_of_its_days(zone: str) -> None:
    """A day shift never meets the change of clocks, so every day has its full length."""
    calendar = Calendar("day", (Shift(WEEK, time(8), time(16)),), zone=zone)
    origin = datetime(2024, 1, 1, tzinfo=ZoneInfo(zone))
    until = datetime(2025, 1, 1, tzinfo=ZoneInfo(zone))
    windows = calendar.windows(origin, until)
    assert len(windows) == 366
    assert {end - start for start, end in windows} == {480}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_a_year_of_nights_gains_what_it_loses(zone: str) -> None:
    calendar = Calendar("night", (Shift(WEEK, time(22), time(6)),), zone=zone)
    origin = datetime(2024, 1, 1, 12, tzinfo=ZoneInfo(zone))
    until = datetime(2025, 1, 1, 12, tzinfo=ZoneInfo(zone))
    lengths = [end - start for start, end in calendar.windows(origin, until)]
    assert sum(lengths) == 366 * 480
    assert len(set(lengths)) == 3, "ordinary, shortened and prolonged nights"


@given(st.integers(0, 10_000), st.integers(1, 3000))
def test_two_plants_work_together_only_while_both_are_open(start: int, work: int) -> None:
    china = Calendar("A", (Shift(WEEK, time(8), time(20)),))
    europe = Calendar("B", (Shift(WEEK, time(8), time(20)),), zone="Europe/Berlin")
    origin = datetime(2024, 3, 25, tzinfo=UTC)
    until = origin + timedelta(days=30)
    both = OpenTime(intersect(china.windows(origin, until), europe.windows(origin, until)))
    alone = [OpenTime(plant.windows(origin, until)) for plant in (china, europe)]
    end = both.finish(start, work)
    assert both.open_between(start, end) == work
    assert all(one.open_between(start, end) >= work for one in alone)
    assert all(end >= one.finish(start, work) for one in alone)
