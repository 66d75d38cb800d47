"""Tanks for the compiler: who fills and who drains them, as tables."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import accumulate

import numpy as np

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import Ints
from sanpin.factory.model import Problem

__all__ = ["Holds"]


class Holds:
    """The holds of a problem, those of one tank side by side.

    Attributes
    ----------
    hold : one row each, see the columns in `layout`
    freed : rows of `hold` in the order of the operations that drain them
    """

    def __init__(self, problem: Problem) -> None:
        self.tanks = list(problem.tanks.values())
        tank_of = {tank.id: number for number, tank in enumerate(self.tanks)}
        items: dict[Hashable, int] = {}
        rows, base = [], 0
        for job in problem.jobs if self.tanks else ():
            place = {op.id: base + offset for offset, op in enumerate(job.operations)}
            base += len(place)
            for op in job.operations:
                if op.hold:
                    item = items.setdefault(job.item or job.id, len(items))
                    rows.append((
                        place[op.id], tank_of[op.hold.tank], op.hold.amount,
                        int(op.hold.source == "end"), place[op.hold.until],
                        int(op.hold.until_end), item,
                    ))  # fmt: skip
        rows.sort(key=lambda row: (row[at.TANK], row[at.HOLDER]))
        self.hold: Ints = np.array(rows, dtype=np.int64).reshape(-1, at.HOLD_WIDTH)
        self.freed: Ints = np.argsort(self.hold[:, at.UNTIL], kind="stable")

    def mark(self, op: Ints) -> None:
        """Fill in the columns of operations that say what they hold and drain."""
        op[self.hold[:, at.HOLDER], at.HOLD] = np.arange(len(self.hold))
        until = self.hold[self.freed, at.UNTIL]
        op[:, at.FREES] = np.searchsorted(until, np.arange(len(op)))
        op[:, at.FREES_END] = np.searchsorted(until, np.arange(len(op)), side="right")

    def table(self, log: int) -> Ints:
        """Return the rows of tanks.

        Parameters
        ----------
        log : first row of the log that is theirs
        """
        counts = np.bincount(self.hold[:, at.TANK], minlength=len(self.tanks)).tolist()
        firsts = accumulate(counts, initial=0)
        rows = [
            (tank.capacity, int(tank.mixed), log + first, first, first + count)
            for tank, first, count in zip(self.tanks, firsts, counts, strict=False)
        ]
        return np.array(rows, dtype=np.int64).reshape(-1, at.TANK_WIDTH)
