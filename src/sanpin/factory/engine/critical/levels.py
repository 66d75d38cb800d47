"""Step functions of what is taken and what is there, with who makes room and who brings more.

They answer one question: how long before an instant was there too little? What the asked
operation itself takes starts at that instant, so that it never stands in its own way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import accumulate

from sanpin.factory.model import Material

__all__ = ["Key", "Span", "Steps", "stock", "taken"]

Key = tuple[str, str]
"""Job and operation."""

Span = tuple[int, int, int, Key]
"""Start, end, amount, and the operation that lets go at the end."""


class Steps:
    """An amount that changes at known instants.

    Parameters
    ----------
    changes : change by instant
    causes : the operation behind the change of an instant, where there is one
    """

    def __init__(self, changes: dict[int, int], causes: dict[int, Key]) -> None:
        self._times = sorted(changes)
        self._levels = list(accumulate(changes[time] for time in self._times))
        self.causes = causes

    def above_until(self, most: int, before: int) -> int | None:
        """Return the last instant up to `before` until which the level was above `most`."""
        at = bisect_left(self._times, before) - 1
        while at >= 0 and self._levels[at] <= most:
            at -= 1
        return self._next(at, before)

    def below_until(self, least: int, before: int) -> int | None:
        """Return the last instant up to `before` until which the level was below `least`."""
        at = bisect_left(self._times, before) - 1
        while at >= 0 and self._levels[at] >= least:
            at -= 1
        return self._next(at, before)

    def _next(self, at: int, before: int) -> int | None:
        """Return when the step of a number ends; None where there is no such step."""
        if at < 0:
            return None
        return min(self._times[at + 1], before) if at + 1 < len(self._times) else before


def taken(spans: Iterable[Span]) -> Steps:
    """Return how much of a capacity is taken at each instant, and who lets go of it."""
    changes: dict[int, int] = defaultdict(int)
    causes: dict[int, Key] = {}
    for start, end, amount, key in spans:
        if start < end:
            changes[start] += amount
            changes[end] -= amount
            causes[end] = key
    return Steps(changes, causes)


def stock(
    material: Material,
    uses: Iterable[tuple[int, int]],
    makes: Iterable[tuple[int, int, Key]],
) -> Steps:
    """Return how much of a material is left at each instant, and who made what came then.

    Parameters
    ----------
    uses : instant and amount of each use
    makes : instant and amount of what operations make, with the operation

    Notes
    -----
    What expires leaves the stock at its expiry, first expired first out as in the checker.
    """
    made = list(makes)
    comes = [(0, material.on_hand), *material.arrivals, *((t, n) for t, n, _ in made)]
    changes: dict[int, int] = defaultdict(int)
    for time, amount in comes:
        changes[time] += amount
    takes = sorted(uses)
    for time, amount in takes:
        changes[time] -= amount
    if material.shelf_life is not None:
        for time, amount in _expired(sorted(comes), takes, material.shelf_life):
            changes[time] -= amount
    return Steps(changes, {time: key for time, _, key in made})


def _expired(
    comes: list[tuple[int, int]], takes: list[tuple[int, int]], life: int
) -> Iterable[tuple[int, int]]:
    """Yield instant and amount of what nobody used in time."""
    lots: list[tuple[int, int]] = []
    arrived = 0
    for time, amount in takes:
        while arrived < len(comes) and comes[arrived][0] <= time:
            heappush(lots, (comes[arrived][0] + life, comes[arrived][1]))
            arrived += 1
        left = amount
        while lots and (lots[0][0] <= time or left):
            expiry, there = heappop(lots)
            if expiry <= time:
                yield expiry, there
                continue
            if there > left:
                heappush(lots, (expiry, there - left))
            left -= min(there, left)
    yield from lots
    yield from ((time + life, amount) for time, amount in comes[arrived:])
