"""Calendars with their open time summed up, and the intersections that a plant needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sanpin.base.calendar import intersect, merge

__all__ = ["Hours"]

Windows = tuple[tuple[int, int], ...]


class Hours:
    """All calendars by number; 0 is always open.

    Parameters
    ----------
    calendars : windows by name
    """

    def __init__(self, calendars: Mapping[str, Sequence[tuple[int, int]]]) -> None:
        self._windows: list[Windows | None] = [None]
        self._names = {"": 0}
        self._known: dict[Windows, int] = {}
        self._pairs: dict[tuple[int, int], int] = {}
        self._covered: set[tuple[int, tuple[tuple[int, ...], ...]]] = set()
        for name, windows in calendars.items():
            self._names[name] = self._add(tuple(merge(windows)))

    def number(self, name: str) -> int:
        """Return the number of a calendar."""
        return self._names[name]

    def cover(self, calendar: int, *choices: tuple[int, ...]) -> None:
        """Make the intersections of one calendar with one of each of several choices."""
        key = calendar, choices
        if key in self._covered:
            return
        self._covered.add(key)
        reached = {calendar}
        for each in choices:
            reached = {self._both(a, b) for a in reached for b in each}

    def arrays(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return windows with open time before them, part of each calendar, and intersections."""
        window: list[tuple[int, int, int]] = []
        calendar: list[tuple[int, int]] = []
        for windows in self._windows:
            first, total = len(window), 0
            for start, end in windows or ():
                window.append((start, end, total))
                total += end - start
            calendar.append((first, len(window)))
        count = len(self._windows)
        both = np.full((count, count), -1, dtype=np.int64)
        for (a, b), number in self._pairs.items():
            both[a, b] = number
        return (
            np.array(window, dtype=np.int64).reshape(-1, 3),
            np.array(calendar, dtype=np.int64),
            both,
        )

    def _add(self, windows: Windows) -> int:
        """Number windows; equal ones share a number."""
        if windows not in self._known:
            self._known[windows] = len(self._windows)
            self._windows.append(windows)
        return self._known[windows]

    def _both(self, a: int, b: int) -> int:
        """Return the number of the time open in two calendars."""
        if (a, b) not in self._pairs:
            first, second = self._windows[a], self._windows[b]
            if first is None or second is None or a == b:
                self._pairs[a, b] = b if first is None else a
            else:
                self._pairs[a, b] = self._add(tuple(intersect(first, second)))
        return self._pairs[a, b]
