"""Open time for the checker: plain loops over windows, apart from the search's arithmetic."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

__all__ = ["Windows", "both", "covers", "done_at", "is_open"]

Windows = Sequence[tuple[int, int]] | None
"""Half-open windows, ascending and not touching; None is always open."""


NEVER = 1 << 62


def both(first: Windows, second: Windows) -> Windows:
    """Return the time open in both."""
    if first is None or second is None:
        return second if first is None else first
    common: list[tuple[int, int]] = []
    at = 0
    for start, end in first:
        while at < len(second) and second[at][1] <= start:
            at += 1
        probe = at
        while probe < len(second) and second[probe][0] < end:
            common.append((max(start, second[probe][0]), min(end, second[probe][1])))
            probe += 1
    return common


def _last_from(windows: Sequence[tuple[int, int]], t: int) -> int:
    """Return the number of the last window that starts at or before `t`, or -1."""
    return bisect_right(windows, (t, NEVER)) - 1


def is_open(windows: Windows, t: int) -> bool:
    """Tell whether an instant is open."""
    if windows is None:
        return True
    at = _last_from(windows, t)
    return at >= 0 and t < windows[at][1]


def covers(windows: Windows, start: int, end: int) -> bool:
    """Tell whether one window holds the whole span; an empty span may stand at a window's end.

    Parameters
    ----------
    windows : open time; None is always open
    start, end : half-open span
    """
    if windows is None:
        return True
    at = _last_from(windows, start)
    if at < 0:
        return False
    return end <= windows[at][1] and (start < windows[at][1] or start == end)


def done_at(windows: Windows, start: int, work: int) -> int | None:
    """Return the earliest instant at which `work` open units since `start` are done.

    Returns
    -------
    The instant, or None where the windows end before the work does.
    """
    # Work without length is done at once, even while closed.
    if windows is None or work == 0:
        return start + work
    left = work
    for at in range(max(_last_from(windows, start), 0), len(windows)):
        begin, end = max(windows[at][0], start), windows[at][1]
        if end - begin >= left:
            return begin + left
        left -= max(0, end - begin)
    return None
