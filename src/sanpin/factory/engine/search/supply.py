"""Materials, tools and pools while a schedule grows.

All three answer from which instant on something can be had, without breaking a promise made
before: an early start must not starve a later operation that is already placed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from sanpin.base.calendar import NEVER

__all__ = ["Ledger", "Pool", "Tool"]


class Ledger:
    """The level of one material over time: what has come less what was promised.

    `least[i]` is the lowest level from the i-th change on: as much may be taken from then on.

    Parameters
    ----------
    on_hand : amount at the origin
    arrivals : instants and amounts to come
    """

    def __init__(self, on_hand: int, arrivals: Iterable[tuple[int, int]]) -> None:
        self.times = [0]
        self.changes = [on_hand]
        self.least: list[int] = []
        for time, amount in arrivals:
            self._change(time, amount)
        self._refresh()

    def available(self, t: int, amount: int) -> int:
        """Return the earliest instant from which `amount` can be taken without harm later."""
        if not amount:
            return t
        at = max(0, bisect_right(self.times, t) - 1)
        while at < len(self.times) and self.least[at] < amount:
            at += 1
        return max(t, self.times[at]) if at < len(self.times) else NEVER

    def use(self, time: int, amount: int) -> None:
        """Take an amount out at an instant."""
        self._change(time, -amount)
        self._refresh()

    def supply(self, time: int, amount: int) -> None:
        """Add an amount at an instant."""
        self._change(time, amount)
        self._refresh()

    def _change(self, time: int, amount: int) -> None:
        """Book an amount at an instant, in order of time."""
        at = bisect_left(self.times, time)
        if at < len(self.times) and self.times[at] == time:
            self.changes[at] += amount
        else:
            self.times.insert(at, time)
            self.changes.insert(at, amount)

    def _refresh(self) -> None:
        """Recompute the lowest level from each change on, from the last one back."""
        level = sum(self.changes)
        self.least = [0] * len(self.changes)
        lowest = level
        for at in range(len(self.changes) - 1, -1, -1):
            lowest = min(lowest, level)
            self.least[at] = lowest
            level -= self.changes[at]


class Tool:
    """The pieces of a tool, each with the end of its last use."""

    def __init__(self, pieces: int) -> None:
        self.free = [0] * pieces

    def free_from(self, t: int) -> int:
        """Return the earliest instant from `t` on at which a piece is free."""
        return max(t, min(self.free, default=NEVER))

    def take(self, start: int, end: int) -> None:
        """Use the piece that has been free for the shortest time.

        That leaves the longest idle pieces free for what starts earlier but is placed later.
        """
        at = max((i for i, t in enumerate(self.free) if t <= start), key=self.free.__getitem__)
        self.free[at] = max(end, self.free[at])


class Pool:
    """A shared capacity with the amounts promised so far."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.taken: list[tuple[int, int, int]] = []

    def free_from(self, start: int, end: int, amount: int) -> int:
        """Return the earliest start from `start` on at which the amount is free throughout.

        Parameters
        ----------
        start, end : the span as wished; its length is kept
        amount : of the capacity, throughout

        Notes
        -----
        Each round jumps to the first end of a promise that stands in the way, so it ends: there are
        finitely many promises, and after the last of them everything is free.
        """
        if amount > self.capacity:
            return NEVER
        length = end - start
        while True:
            blocking = self._blocking(start, start + length, amount)
            if blocking is None:
                return start
            start = blocking

    def _blocking(self, start: int, end: int, amount: int) -> int | None:
        """Return when the first overload inside a span could be over, None without one."""
        spans = [span for span in self.taken if span[0] < end and start < span[1]]
        for t in sorted({start, *(span[0] for span in spans if span[0] > start)}):
            running = [span for span in spans if span[0] <= t < span[1]]
            if sum(span[2] for span in running) + amount > self.capacity:
                return min(span[1] for span in running)
        return None

    def take(self, start: int, end: int, amount: int) -> None:
        """Promise an amount for a span."""
        if start < end:
            self.taken.append((start, end, amount))
