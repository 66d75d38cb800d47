"""Kernels of open time: when work is done and when it must begin, in the windows of a machine.

Windows are rows of start, end and open time before; a machine owns those from `first` up to, not
including, `last`, and is always open when it owns none.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import FAR, Rows

__all__ = ["done_at", "earliest_fit", "earliest_work", "latest_fit", "latest_work"]


@kernel
def _first_after(windows: Rows, first: int, last: int, t: int) -> int:
    """Return the first window that ends after an instant; `last` when there is none."""
    while first < last:
        middle = (first + last) >> 1
        if windows[middle, 1] <= t:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
def _last_before(windows: Rows, first: int, last: int, t: int) -> int:
    """Return the last window that starts before an instant; below `first` when there is none."""
    while first < last:
        middle = (first + last) >> 1
        if windows[middle, 0] < t:
            first = middle + 1
        else:
            last = middle
    return first - 1


@kernel
def _go_on(windows: Rows, row: int, last: int, start: int, work: int) -> int:
    """Return when work is done that begins in a window, `FAR` when the windows do not suffice."""
    while row < last:
        begin = max(start, windows[row, 0])
        if begin + work <= windows[row, 1]:
            return int(begin + work)
        work -= windows[row, 1] - begin
        row += 1
    return FAR


@kernel
def done_at(windows: Rows, first: int, last: int, start: int, work: int) -> int:
    """Return when work begun at an open instant is done, resting while closed."""
    if first == last:
        return start + work
    return _go_on(windows, _first_after(windows, first, last, start), last, start, work)


@kernel
def earliest_fit(windows: Rows, first: int, last: int, t: int, length: int) -> int:
    """Return the first instant from which a span lies in one window; `FAR` when there is none."""
    if first == last or length == 0:
        return t
    for row in range(_first_after(windows, first, last, t), last):
        begin = max(t, windows[row, 0])
        if begin + length <= windows[row, 1]:
            return int(begin)
    return FAR


@kernel
def latest_fit(windows: Rows, first: int, last: int, end: int, length: int) -> int:
    """Return the last instant from which a span lies in one window and is over by `end`.

    Where there is none, how much would be missing shows as an instant before all windows.
    """
    if first == last or length == 0:
        return end - length
    row = _last_before(windows, first, last, end)
    while row >= first:
        begin = min(end, windows[row, 1]) - length
        if begin >= windows[row, 0]:
            return int(begin)
        row -= 1
    return int(min(end, windows[first, 0]) - length)


@kernel
def earliest_work(
    windows: Rows, first: int, last: int, rests: int, t: int, work: int, least: int
) -> tuple[int, int]:
    """Return start and end of work that may begin at `t` and must not end before `least`.

    Parameters
    ----------
    rests : 1 when work may rest while the machine is closed, else it lies in one window
    """
    while True:
        if first == last:
            start, end = t, t + work
        elif rests:
            row = _first_after(windows, first, last, t)
            if row == last:
                return FAR, FAR
            start = max(t, windows[row, 0])
            end = _go_on(windows, row, last, start, work)
        else:
            start = earliest_fit(windows, first, last, t, work)
            end = start + work
        if end >= least or start >= FAR:
            return min(start, FAR), min(end, FAR)
        # Each unit of waiting moves the end by one at least.
        t = start + least - end


@kernel
def latest_work(windows: Rows, first: int, last: int, rests: int, end: int, work: int) -> int:
    """Return the last instant from which work is over by `end`; earlier than all when none is."""
    if first == last:
        return end - work
    if not rests:
        return latest_fit(windows, first, last, end, work)
    row = _last_before(windows, first, last, end)
    if row < first:
        return end - work
    goal = windows[row, 2] + min(end, windows[row, 1]) - windows[row, 0] - work
    while row > first and windows[row, 2] > goal:
        row -= 1
    return int(windows[row, 0] + goal - windows[row, 2])
