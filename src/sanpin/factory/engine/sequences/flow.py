"""Hybrid flow shops: orders of the jobs beside the sequences of the machines."""

from __future__ import annotations

from heapq import heapify, heapreplace

import numpy as np

from sanpin.factory.engine.sequences.arrays import Ints, Rows, Shop
from sanpin.factory.engine.sequences.stages import (
    BEST,
    Line,
    build,
    find_line,
    new_desk,
    rearrange,
)

__all__ = ["Flow", "place_all"]

RUIN = 3
"""Most jobs taken out at once."""
HEAT = 0.05
"""Loss that is accepted with a chance of one in e, in mean durations."""


class Flow:
    """The search over orders of the jobs of one hybrid flow shop.

    Parameters
    ----------
    shop, line, operations : the shop, as stages, and its operations as (stages, jobs)
    seed : fixes all chance
    """

    def __init__(self, shop: Shop, line: Line, operations: Rows, seed: int) -> None:
        self._shop, self._line, self._operations = shop, line, operations
        self._desk = new_desk(line, seed)
        self._heat = max(HEAT * float(line.length.mean()), 1e-9)

    @classmethod
    def of(cls, shop: Shop, seed: int) -> Flow | None:
        """Return the search for a shop; None when it is no hybrid flow shop."""
        found = find_line(shop)
        return None if found is None else cls(shop, *found, seed)

    def build(self) -> int:
        """Build a first order by insertion; return its makespan."""
        build(self._line, self._desk)
        return int(self._desk.tally[BEST])

    def work(self, quota: int) -> int:
        """Improve the order for a quota of work; return the best makespan."""
        rearrange(self._line, self._desk, quota, RUIN, self._heat)
        return int(self._desk.tally[BEST])

    def placed(self) -> tuple[Ints, Ints]:
        """Return the best as operations by start, and their modes."""
        return place_all(self._shop, self._line, self._operations, self._desk.best)


def place_all(shop: Shop, line: Line, operations: Rows, order: Ints) -> tuple[Ints, Ints]:
    """Return the operations by start, and their modes, for an order of the jobs of a line."""
    queue, ready = order.tolist(), dict.fromkeys(order.tolist(), 0)
    rows, mode = list[tuple[int, int, int, int]](), np.zeros(shop.size + 1, np.int32)
    for stage, ops in enumerate(operations.tolist()):
        free = [(0, machine) for machine in range(int(line.machines[stage]))]
        heapify(free)
        for at, job in enumerate(queue):
            start = max(free[0][0], ready[job])
            ready[job] = start + int(line.length[stage, job])
            begin, machine = int(shop.mode_start[ops[job]]), free[0][1]
            ranked = np.argsort(shop.mode_machine[begin : shop.mode_start[ops[job] + 1]])
            mode[ops[job]] = begin + ranked[machine]
            heapreplace(free, (ready[job], machine))
            rows.append((start, stage, at, ops[job]))
        queue.sort(key=ready.__getitem__)
    placed = [op for *_, op in sorted(rows)]
    return np.array([*placed, shop.size], np.int32), mode
