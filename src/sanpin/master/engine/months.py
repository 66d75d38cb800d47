"""A month of a calendar, day by day: worked or not, for how long, and why."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from sanpin.base import chinese_holidays
from sanpin.master.model import CalendarRecord

__all__ = ["CalendarDay", "month_of"]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of a calendar.

    Attributes
    ----------
    day : the local day
    hours : working hours of the shifts that start on it, breaks taken out
    feast : catalogue key of the public holiday, empty on other days
    off : whether it is a day off by public holiday or by the firm's own list
    made_up : whether a rest day is worked instead of another
    """

    day: date
    hours: float
    feast: str = ""
    off: bool = False
    made_up: bool = False


def month_of(record: CalendarRecord, year: int, month: int) -> list[CalendarDay]:
    """Return every day of a month as a calendar has it."""
    calendar = record.calendar([year])
    feasts = chinese_holidays(year).names if record.public_holidays else {}
    first = date(year, month, 1)
    days = (first + timedelta(days=n) for n in range(monthrange(year, month)[1]))
    return [
        CalendarDay(
            day,
            sum(
                end - start
                for shift in calendar.shifts_on(day)
                for start, end in shift.open_seconds()
            )
            / 3600,
            feasts.get(day, "") if day in calendar.holidays else "",
            day in calendar.holidays,
            day in calendar.extra_days,
        )
        for day in days
    ]
