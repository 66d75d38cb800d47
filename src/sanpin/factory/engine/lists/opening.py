"""Kernels of open time: when a calendar opens next, and when work is done in it."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get

__all__ = ["done_at", "fits_at", "fits_both", "latest_fit", "opens_at", "span"]


@kernel
def _window_after(plant: Ints, calendar: int, t: int) -> int:
    """Row of the first window of a calendar that ends after an instant."""
    low, high = (
        get(plant, at.P_CALENDAR, calendar, 0),
        get(plant, at.P_CALENDAR, calendar, 1),
    )
    while low < high:
        middle = (low + high) >> 1
        if get(plant, at.P_WINDOW, middle, 1) <= t:
            low = middle + 1
        else:
            high = middle
    return int(low)


@kernel
def opens_at(plant: Ints, calendar: int, t: int) -> int:
    """Return the first open instant not before another one; `FAR` when there is none."""
    if calendar == 0:
        return t
    row = _window_after(plant, calendar, t)
    if row >= get(plant, at.P_CALENDAR, calendar, 1):
        return FAR
    return int(max(t, get(plant, at.P_WINDOW, row, 0)))


@kernel
def done_at(plant: Ints, calendar: int, start: int, work: int) -> int:
    """Return when work begun at an open instant is done, resting while closed."""
    if calendar == 0 or work == 0:
        return start + work
    row = _window_after(plant, calendar, start)
    end = get(plant, at.P_CALENDAR, calendar, 1)
    if row >= end:
        return FAR
    # Open time since the calendar's beginning, at which the work is done.
    goal = get(plant, at.P_WINDOW, row, 2) + max(0, start - get(plant, at.P_WINDOW, row, 0)) + work
    low, high = row, end - 1
    while low < high:
        middle = (low + high) >> 1
        if (
            get(plant, at.P_WINDOW, middle, 2)
            + get(plant, at.P_WINDOW, middle, 1)
            - get(plant, at.P_WINDOW, middle, 0)
            < goal
        ):
            low = middle + 1
        else:
            high = middle
    done = get(plant, at.P_WINDOW, low, 0) + goal - get(plant, at.P_WINDOW, low, 2)
    return int(done) if done <= get(plant, at.P_WINDOW, low, 1) else FAR


@kernel
def fits_at(plant: Ints, calendar: int, t: int, length: int) -> int:
    """Return the first instant from which a span lies in one window; `FAR` when there is none."""
    if calendar == 0:
        return t
    for row in range(_window_after(plant, calendar, t), get(plant, at.P_CALENDAR, calendar, 1)):
        begin = max(t, get(plant, at.P_WINDOW, row, 0))
        if begin + length <= get(plant, at.P_WINDOW, row, 1):
            return int(begin)
    return FAR


@kernel
def fits_both(plant: Ints, calendar: int, other: int, t: int, length: int) -> int:
    """Return the first instant from which a span lies in one window of each of two calendars."""
    while t < FAR:
        begin = fits_at(plant, other, fits_at(plant, calendar, t, length), length)
        if begin == t:
            break
        t = begin
    return min(t, FAR)


@kernel
def latest_fit(plant: Ints, calendar: int, first: int, length: int, end: int) -> int:
    """Return the last instant from which a span lies in one window and is over by `end`.

    Parameters
    ----------
    first : an instant from which it does, the answer when there is no later one
    """
    if calendar == 0:
        return end - length
    low = get(plant, at.P_CALENDAR, calendar, 0)
    row = min(_window_after(plant, calendar, end - 1), get(plant, at.P_CALENDAR, calendar, 1) - 1)
    while row >= low and get(plant, at.P_WINDOW, row, 1) > first:
        begin = min(end, get(plant, at.P_WINDOW, row, 1)) - length
        if begin < first:
            break
        if begin >= get(plant, at.P_WINDOW, row, 0):
            return int(begin)
        row -= 1
    return first


@kernel
def span(
    plant: Ints, calendar: int, resumable: int, t: int, work: int, least: int
) -> tuple[int, int]:
    """Return start and end of work that may begin at `t` and must not end before `least`."""
    while True:
        if resumable:
            start = opens_at(plant, calendar, t)
            end = done_at(plant, calendar, start, work) if start < FAR else FAR
        else:
            start = fits_at(plant, calendar, t, work)
            end = start + work
        if end >= least:
            return start, end
        t = start + least - end
