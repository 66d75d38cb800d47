"""Calendars against a clock that is read minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sanpin.base import Calendar, InputError, Shift, chinese_holidays

WEEK = frozenset(range(7))
MONDAY_TO_FRIDAY = frozenset(range(5))
EARLY = Shift(MONDAY_TO_FRIDAY, time(6), time(14), ((time(10), time(10, 30)),))
NIGHT = Shift(MONDAY_TO_FRIDAY, time(22), time(6), ((time(23, 45), time(0, 15)),))


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """Read a wall-clock instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def clock(windows: list[tuple[int, int]], origin: datetime, zone: str) -> list[str]:
    """Show windows of minutes as wall-clock times."""
    spans = []
    for window in windows:
        ends = [(origin.astimezone(UTC) + timedelta(minutes=m)) for m in window]
        spans.append("-".join(end.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") for end in ends))
    return spans


def open_minutes(calendar: Calendar, origin: datetime, minutes: int) -> set[int]:
    """Read the clock every minute and ask each shift whether it runs (zones without jumps)."""
    found = set()
    for minute in range(minutes):
        now = (origin + timedelta(minutes=minute)).astimezone(ZoneInfo(calendar.zone))
        for back in (0, 1):
            day = now.date() - timedelta(days=back)
            reading = now.hour * 60 + now.minute + back * 1440
            for shift in shifts_of(calendar, day):
                start = shift.start.hour * 60 + shift.start.minute
                end = shift.end.hour * 60 + shift.end.minute
                end += 1440 if end <= start else 0
                paused = any(in_break(pause, start, reading) for pause in shift.breaks)
                if start <= reading < end and not paused:
                    found.add(minute)
    return found


def in_break(pause: tuple[time, time], shift_start: int, reading: int) -> bool:
    """Tell whether a reading lies in a break that was moved behind the shift's start."""
    begin, end = (clock_.hour * 60 + clock_.minute for clock_ in pause)
    begin += 1440 if begin < shift_start else 0
    end += 1440 if end < shift_start else 0
    end += 1440 if end <= begin else 0
    return begin <= reading < end


def shifts_of(calendar: Calendar, day: date) -> list[Shift]:
    """Choose the shifts of a day by reading the rule aloud."""
    weekday = day.weekday()
    worked = sorted({w for shift in calendar.shifts for w in shift.weekdays})
    if day in calendar.extra_days:
        if weekday not in worked and worked:
            weekday = worked[0]
    elif day in calendar.holidays:
        return []
    return [shift for shift in calendar.shifts if weekday in shift.weekdays]


times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def shifts(draw: st.DrawFn) -> Shift:
    """Draw a shift with up to two breaks inside it."""
    start, end = draw(times), draw(times)
    weekdays = draw(st.frozensets(st.integers(0, 6)))
    bare = Shift(weekdays, start, end)
    first, last = bare.seconds
    breaks = []
    for _ in range(draw(st.integers(0, 2))):
        begin = draw(st.integers(first // 900, last // 900 - 1)) * 900
        until = draw(st.integers(begin // 900 + 1, last // 900)) * 900
        if until - begin < 24 * 3600:
            breaks.append((wall(begin), wall(until)))
    return Shift(weekdays, start, end, tuple(breaks))


def wall(seconds: int) -> time:
    """Read seconds since midnight as a clock."""
    return time(seconds // 3600 % 24, seconds // 60 % 60)


dates = st.dates(date(2011, 8, 30), date(2011, 9, 8))


@given(
    st.lists(shifts(), max_size=3),
    st.frozensets(dates, max_size=3),
    st.frozensets(dates, max_size=3),
    st.integers(0, 2880),
    st.integers(0, 6 * 1440),
)
def test_windows_are_the_minutes_that_the_clock_shows_open(
    given_: list[Shift],
    holidays: frozenset[date],
    extra: frozenset[date],
    offset: int,
    length: int,
) -> None:
    calendar = Calendar("any", tuple(given_), holidays, extra)
    origin = at("2011-09-01T00:00") + timedelta(minutes=offset)
    windows = calendar.windows(origin, origin + timedelta(minutes=length))
    assert {m for start, end in windows for m in range(start, end)} == open_minutes(
        calendar, origin, length
    )
    assert all(before[1] < after[0] for before, after in pairwise(windows))
    for day in holidays | extra:
        assert calendar.is_working_day(day) == bool(shifts_of(calendar, day))


@given(st.lists(shifts(), max_size=2), st.sampled_from([60, 300, 420, 3600]))
def test_longer_units_are_open_when_all_their_minutes_are(given_: list[Shift], unit: int) -> None:
    calendar = Calendar("any", tuple(given_))
    origin = at("2011-09-01T00:07")
    until = origin + timedelta(days=3)
    minutes = {m for a, b in calendar.windows(origin, until) for m in range(a, b)}
    inside = {m for a, b in calendar.windows(origin, until, unit_seconds=unit) for m in range(a, b)}
    length = unit // 60
    full = {
        u for u in range(3 * 1440 // length) if minutes >= set(range(u * length, (u + 1) * length))
    }
    assert inside == full


def test_a_shift_has_its_breaks_and_touching_shifts_are_one_window() -> None:
    late = Shift(MONDAY_TO_FRIDAY, time(14), time(22))
    calendar = Calendar("two shifts", (EARLY, late))
    origin = at("2011-09-01T00:00")
    windows = calendar.windows(origin, origin + timedelta(days=1))
    assert windows == [(360, 600), (630, 1320)]


def test_a_night_shift_runs_into_the_holiday_and_none_starts_on_it() -> None:
    calendar = Calendar("night", (NIGHT,), holidays=frozenset({date(2011, 9, 2)}))
    origin = at("2011-09-01T00:00")
    windows = calendar.windows(origin, origin + timedelta(days=3))
    assert clock(windows, origin, calendar.zone) == [
        "01 00:15-01 06:00",
        "01 22:00-01 23:45",
        "02 00:15-02 06:00",
    ]


def test_a_make_up_day_is_worked_like_the_first_working_weekday() -> None:
    year = chinese_holidays(2011)
    calendar = Calendar("plant", (EARLY,), year.days_off, year.working_days)
    assert calendar.is_working_day(date(2011, 10, 8)), "Saturday made up"
    assert calendar.is_working_day(date(2011, 10, 9)), "Sunday made up"
    assert not calendar.is_working_day(date(2011, 10, 3)), "National Day week"
    assert not calendar.is_working_day(date(2011, 10, 15)), "ordinary Saturday"
    assert calendar.shifts_on(date(2011, 10, 8)) == (EARLY,)


@pytest.mark.parametrize(
    ("day", "hours"), [("2024-03-30", 7), ("2024-10-26", 9), ("2024-06-01", 8)]
)
def test_a_night_over_the_change_of_clocks_has_its_real_length(day: str, hours: int) -> None:
    calendar = Calendar("Berlin", (Shift(WEEK, time(22), time(6)),), zone="Europe/Berlin")
    start = at(f"{day}T12:00", "Europe/Berlin").astimezone(UTC)
    windows = calendar.windows(start, start + timedelta(days=1))
    assert [end - begin for begin, end in windows] == [hours * 60]


def test_a_day_and_night_plant_never_closes_over_the_change_of_clocks() -> None:
    around_the_clock = Shift(WEEK, time(2, 30), time(2, 30))
    calendar = Calendar("always", (around_the_clock,), zone="Europe/Berlin")
    for day in ("2024-03-29", "2024-10-25"):
        origin = at(f"{day}T00:00", "Europe/Berlin").astimezone(UTC)
        windows = calendar.windows(origin, origin + timedelta(days=4))
        assert windows == [(0, 4 * 1440)]


def test_shifts_only_inside_the_skipped_hour_are_not_worked_backwards() -> None:
    calendar = Calendar("hole", (Shift(WEEK, time(2, 30), time(3, 15)),), zone="Europe/Berlin")
    origin = at("2024-03-31T00:00", "Europe/Berlin")
    assert calendar.windows(origin, origin + timedelta(hours=12)) == []


def test_instants_in_any_zone_give_the_same_windows() -> None:
    calendar = Calendar("plant", (EARLY,))
    local = at("2011-09-01T00:00")
    there = local.astimezone(ZoneInfo("America/New_York"))
    until = local + timedelta(days=5)
    assert calendar.windows(local, until) == calendar.windows(there, until.astimezone(UTC))


def test_no_time_no_windows() -> None:
    origin = at("2011-09-01T08:00")
    assert Calendar("plant", (EARLY,)).windows(origin, origin) == []
    assert Calendar("plant", (EARLY,)).windows(origin, origin - timedelta(days=1)) == []
    assert Calendar("closed", ()).windows(origin, origin + timedelta(days=9)) == []
    assert not Calendar("closed", (), extra_days=frozenset({date(2011, 9, 1)})).is_working_day(
        date(2011, 9, 1)
    )


@given(shifts())
def test_open_time_of_a_shift_is_its_length_without_breaks(shift: Shift) -> None:
    assume(shift.weekdays)
    first, last = shift.seconds
    assert 0 <= first < last <= first + 86400
    opened = shift.open_seconds()
    assert all(first <= a < b <= last for a, b in opened)
    if not shift.breaks:
        assert opened == [shift.seconds]


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Calendar("plant", (EARLY,)).windows(
            at("2011-09-01T00:00").replace(tzinfo=None), at("2012-01-01")
        )
    assert caught.value.code == "base.calendar.naive"


def test_a_break_outside_its_shift_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Shift(WEEK, time(8), time(12), ((time(11, 30), time(12, 30)),))
    assert caught.value.code == "base.calendar.break"
    assert "11:30" in str(caught.value)


def test_an_impossible_weekday_or_zone_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Shift(frozenset({7}), time(8), time(12))
    assert caught.value.code == "base.calendar.weekday"
    with pytest.raises(InputError) as caught:
        Calendar("plant", (), zone="Mars/Olympus")
    assert caught.value.code == "base.calendar.zone"
