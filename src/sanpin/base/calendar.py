"""Working time: shifts with breaks and holidays in local time, open windows in integer units.

A `Calendar` says when a plant works, in the wall-clock time of its zone; `windows` turns that
into half-open windows of whole units counted from an origin; `OpenTime` answers the questions
of a scheduler about such windows in logarithmic time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sanpin.base import holidays as notices
from sanpin.base.errors import InputError
from sanpin.base.text import N_

__all__ = [
    "NEVER",
    "Calendar",
    "HolidayYear",
    "OpenTime",
    "Shift",
    "chinese_holidays",
    "intersect",
    "merge",
]

Window = tuple[int, int]
"""Half-open span of whole units."""

NEVER = 1 << 60
"""The instant answered when no open time is left; later than any real one."""

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Shift:
    """A span of working time that repeats on some days of the week.

    Attributes
    ----------
    weekdays : days on which it starts, 0 = Monday
    start, end : wall-clock times; an end not after the start lies on the next day
    breaks : spans of closed time inside it, by wall clock; they may lie after midnight
    """

    weekdays: frozenset[int]
    start: time
    end: time
    breaks: tuple[tuple[time, time], ...] = ()

    def __post_init__(self) -> None:
        if not self.weekdays <= frozenset(range(7)):
            raise InputError(
                "base.calendar.weekday",
                N_("The shift names a day of the week that does not exist."),
                hint=N_("Use 0 for Monday to 6 for Sunday."),
            )
        for start, end in self.breaks:
            if self._span(start, end)[1] > self.seconds[1]:
                raise InputError(
                    "base.calendar.break",
                    N_("The break {start}-{end} is not inside its shift {shift}."),
                    hint=N_("Give breaks that begin and end within the shift."),
                    start=start.strftime("%H:%M"),
                    end=end.strftime("%H:%M"),
                    shift=f"{self.start:%H:%M}-{self.end:%H:%M}",
                )

    @property
    def seconds(self) -> Window:
        """Start and end in seconds of wall-clock time from midnight of the starting day."""
        start, end = _seconds(self.start), _seconds(self.end)
        return start, end if end > start else end + DAY

    def open_seconds(self) -> list[Window]:
        """Return the shift without its breaks, in seconds from midnight of the starting day."""
        return _subtract(self.seconds, merge(self._span(start, end) for start, end in self.breaks))

    def _span(self, start: time, end: time) -> Window:
        """Place a break after the shift's start, over midnight where needed."""
        begin = self.seconds[0]
        first = begin + (_seconds(start) - begin) % DAY
        return first, first + ((_seconds(end) - _seconds(start)) % DAY or DAY)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a plant, a line or a person works.

    A shift belongs to the day on which it starts: a night shift that began before a holiday
    is worked to its end, and none begins on the holiday.

    Attributes
    ----------
    name : how people call it
    shifts : repeating working time; none means always closed
    holidays : days on which no shift starts
    extra_days : make-up days; they are worked like their own weekday or, where that is a rest
        day, like the first working weekday. They win over `holidays`
    zone : IANA name of the time zone of the wall clock
    """

    name: str
    shifts: tuple[Shift, ...]
    holidays: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()
    zone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise InputError(
                "base.calendar.zone",
                N_("“{zone}” is not a known time zone."),
                hint=N_("Use an IANA name such as Asia/Shanghai or Europe/Berlin."),
                zone=self.zone,
            ) from error

    def is_working_day(self, day: date) -> bool:
        """Tell whether a shift starts on this local day."""
        return bool(self.shifts_on(day))

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """Return the shifts that start on this local day."""
        weekday = day.weekday()
        if day in self.extra_days:
            worked = frozenset[int]().union(*(shift.weekdays for shift in self.shifts))
            weekday = weekday if weekday in worked else min(worked, default=weekday)
        elif day in self.holidays:
            return ()
        return tuple(shift for shift in self.shifts if weekday in shift.weekdays)

    def windows(self, origin: datetime, until: datetime, *, unit_seconds: int = 60) -> list[Window]:
        """List the open windows between two instants.

        Parameters
        ----------
        origin, until : aware instants; unit 0 begins at the whole second of `origin`
        unit_seconds : length of a unit; a unit that is only partly open counts as closed

        Returns
        -------
        Half-open windows in units from the origin, ascending; touching ones are merged.
        """
        if origin.tzinfo is None or until.tzinfo is None:
            raise InputError(
                "base.calendar.naive",
                N_("The calendar {name} was asked about an instant without a time zone."),
                hint=N_("Give origin and end with their offset from UTC."),
                name=self.name,
            )
        zone = ZoneInfo(self.zone)
        zero = origin.astimezone(UTC).replace(microsecond=0)
        limit = (until.astimezone(UTC) - zero) // timedelta(seconds=unit_seconds)
        day = origin.astimezone(zone).date() - timedelta(days=1)
        last = until.astimezone(zone).date()
        spans: list[Window] = []
        while day <= last:
            for shift in self.shifts_on(day):
                for start, end in shift.open_seconds():
                    spans.append((_elapsed(day, start, zone, zero), _elapsed(day, end, zone, zero)))
            day += timedelta(days=1)
        whole = ((-(-start // unit_seconds), end // unit_seconds) for start, end in merge(spans))
        clipped = ((max(start, 0), min(end, limit)) for start, end in whole)
        return [(start, end) for start, end in clipped if start < end]


class OpenTime:
    """Answer questions about open windows by binary search over cumulated open time.

    Parameters
    ----------
    windows : half-open windows in any order, or None for a resource that is always open
    """

    __slots__ = ("_before", "_ends", "_starts")

    def __init__(self, windows: Sequence[Window] | None) -> None:
        merged = [(-NEVER, NEVER)] if windows is None else merge(windows)
        self._starts = [start for start, _ in merged]
        self._ends = [end for _, end in merged]
        self._before = list(accumulate((end - start for start, end in merged), initial=0))

    @property
    def windows(self) -> list[Window]:
        """The windows, ascending and merged."""
        return list(zip(self._starts, self._ends, strict=True))

    def next_open(self, t: int) -> int:
        """Return the earliest open instant not before `t`, or `NEVER`."""
        i = bisect_right(self._ends, t)
        return max(t, self._starts[i]) if i < len(self._starts) else NEVER

    def finish(self, start: int, work: int) -> int:
        """Return the earliest instant at which `work` open units since `start` are done.

        The work rests while closed. No work is done at once; what never fits ends `NEVER`.
        """
        if work <= 0:
            return start
        target = self._opened(start) + work
        i = bisect_left(self._before, target) - 1
        if i >= len(self._starts):
            return NEVER
        return self._starts[i] + target - self._before[i]

    def fits(self, start: int, work: int) -> int:
        """Return the earliest start not before `start` whose `work` lies in one window."""
        if work <= 0:
            return start
        for i in range(bisect_right(self._ends, start), len(self._starts)):
            begin = max(start, self._starts[i])
            if begin + work <= self._ends[i]:
                return begin
        return NEVER

    def open_between(self, a: int, b: int) -> int:
        """Count the open units in [a, b)."""
        return max(0, self._opened(b) - self._opened(a))

    def _opened(self, t: int) -> int:
        """Count the open units before `t` since the first window."""
        i = bisect_right(self._starts, t) - 1
        return self._before[i] + min(t, self._ends[i]) - self._starts[i] if i >= 0 else 0


def merge(windows: Iterable[Window]) -> list[Window]:
    """Sort windows, drop empty ones and join those that overlap or touch."""
    merged: list[Window] = []
    for start, end in sorted(windows):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def intersect(a: Sequence[Window], b: Sequence[Window]) -> list[Window]:
    """Return the windows open in both, in time linear in their number."""
    left, right = merge(a), merge(b)
    common: list[Window] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < end:
            common.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return common


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """The public holidays of one year in mainland China.

    Attributes
    ----------
    days_off : days on which public holidays and the rest days moved to them fall
    working_days : weekend days that are worked in exchange
    complete : whether the year's notice is known; otherwise the statutory days alone are given
    names : day off to its feast, a catalogue key
    """

    year: int
    days_off: frozenset[date]
    working_days: frozenset[date] = frozenset()
    complete: bool = True
    names: Mapping[date, str] = field(default_factory=dict)


@cache
def chinese_holidays(year: int) -> HolidayYear:
    """Return public holidays and make-up working days by the State Council's yearly notice.

    For years without a notice in the data the statutory days are given: the fixed ones always,
    those of the lunisolar calendar as far as their dates are listed; `complete` is then False.
    """
    first, last = notices.NOTICE_YEARS
    complete = first <= year <= last
    spans = notices.STRETCHES if complete else (*notices.FEASTS, *_fixed_feasts(year))
    prefix = f"{year:04d}-"
    names = {
        day: name
        for start, end, name in spans
        if start.startswith(prefix)
        for day in _days(date.fromisoformat(start), date.fromisoformat(end))
    }
    made_up = (date.fromisoformat(day) for day in notices.MAKE_UP_DAYS if day.startswith(prefix))
    return HolidayYear(
        year, frozenset(names), frozenset(made_up), complete, MappingProxyType(names)
    )


def _fixed_feasts(year: int) -> tuple[tuple[str, str, str], ...]:
    """Return the feasts of the solar calendar; since 2025 Labour Day has two days."""
    labour_end = 2 if year >= 2025 else 1
    return (
        (f"{year:04d}-01-01", f"{year:04d}-01-01", notices.NEW_YEAR),
        (f"{year:04d}-05-01", f"{year:04d}-05-0{labour_end}", notices.LABOUR),
        (f"{year:04d}-10-01", f"{year:04d}-10-03", notices.NATIONAL),
    )


def _days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _subtract(span: Window, holes: Sequence[Window]) -> list[Window]:
    """Cut merged holes out of one span."""
    edges = [span[0], *(edge for hole in holes for edge in hole), span[1]]
    return merge(zip(edges[::2], edges[1::2], strict=True))


def _elapsed(day: date, seconds: int, zone: ZoneInfo, zero: datetime) -> int:
    """Return real seconds from `zero` to a wall-clock time, in summer time as in winter.

    A wall-clock time that occurs twice means the first; one that is skipped counts on from
    before the jump, so that a shift keeps its length.
    """
    wall = datetime.combine(day, time(), zone) + timedelta(seconds=seconds)
    return (wall.astimezone(UTC) - zero) // timedelta(seconds=1)
