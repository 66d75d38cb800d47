"""A month of a calendar as its page shows it."""

from __future__ import annotations

from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import Shift
from sanpin.master.engine import month_of
from sanpin.master.model import CalendarRecord
from sanpin.master.sample import build_sample

LATE = Shift(frozenset(range(5)), time(14), time(22), ((time(18), time(18, 30)),))


def test_the_national_day_of_2011() -> None:
    record = CalendarRecord("late", shifts=(LATE,), public_holidays="CN")
    days = month_of(record, 2011, 10)
    assert len(days) == 31
    assert days[0].feast == "National Day"
    assert (days[0].off, days[0].hours) == (True, 0)
    assert (days[7].day, days[7].made_up, days[7].hours) == (date(2011, 10, 8), True, 7.5)
    assert (days[9].off, days[9].made_up, days[9].hours) == (False, False, 7.5)
    assert days[14].hours == 0, "an ordinary Saturday"


def test_own_days_off_have_no_feast() -> None:
    record = CalendarRecord(
        "late",
        shifts=(LATE,),
        public_holidays="CN",
        holidays=frozenset({date(2011, 10, 10)}),
        extra_days=frozenset({date(2011, 10, 3)}),
    )
    days = month_of(record, 2011, 10)
    assert (days[9].off, days[9].feast, days[9].hours) == (True, "", 0)
    assert (days[2].off, days[2].feast, days[2].hours, days[2].made_up) == (False, "", 7.5, True)


@given(st.integers(2005, 2040), st.integers(1, 12))
def test_the_hours_are_those_of_the_windows(year: int, month: int) -> None:
    record = build_sample([]).calendars[0]
    days = month_of(record, year, month)
    calendar = record.calendar([year])
    for one in days:
        assert (one.hours > 0) == calendar.is_working_day(one.day)
        assert one.hours in (0, 15.0)
        assert not (one.off and one.made_up)
        assert bool(one.feast) == one.off
