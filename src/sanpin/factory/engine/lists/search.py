"""The search over lists: rules first, then two annealed schedules that learn from each other.

Two schedules, the islands, are always searched, whether by one thread or two, so that the result
depends on seed and rounds alone. Heat falls over cycles of doubling length; at the end of a cycle
the worse island goes on from the better one's schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from math import inf

import numpy as np

from sanpin.base import Budget
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.anneal import anneal, keep_best
from sanpin.factory.engine.lists.compile import Plant, compile_plant
from sanpin.factory.engine.lists.dispatch import dispatch, make_queues
from sanpin.factory.engine.lists.layout import Ints
from sanpin.factory.engine.lists.leaving import with_left_out
from sanpin.factory.engine.lists.lot import (
    Lot,
    copy_decisions,
    line_up,
    read_operations,
    take_over,
)
from sanpin.factory.engine.lists.mend import mend
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["ListSearch"]

EFFORT = 600_000
"""Of a round, in operations booked: some 50 ms on an island."""

SHORTEST = 32
"""Rounds of the first cycle of cooling."""

HOTTEST, COLDEST = 0.3, 0.003
"""Heat at the beginning and end of a cycle, as a share of the objective per operation."""

ISLANDS = 2

Recipe = tuple[str, float, float, int]
"""Rule, how far ahead it looks, weight of set-ups, and patience."""

DATED: tuple[Recipe, ...] = (
    ("WEDD", 4.0, 3.0, 4),
    ("ATCS", 4.0, 3.0, 0),
    ("ATC", 32.0, 1.0, 0),
    ("SLACK/OP", 4.0, 3.0, 4),
    ("EDD", 4.0, 3.0, 4),
    ("ATCS", 32.0, 3.0, 4),
    ("ODD", 4.0, 1.0, 0),
    ("COVERT", 4.0, 3.0, 4),
    ("CR", 4.0, 1.0, 0),
    ("ATCS", 1.0, 1.0, 0),
    ("STICKY", 4.0, 3.0, 0),
    ("SLACK", 4.0, 3.0, 4),
)
UNDATED: tuple[Recipe, ...] = (
    ("MWR", 4.0, 1.0, 0),
    ("MOR", 4.0, 1.0, 0),
    ("BOTTLENECK", 4.0, 1.0, 0),
    ("MWR", 4.0, 3.0, 4),
    ("FIFO", 4.0, 3.0, 0),
    ("LPT", 4.0, 1.0, 0),
    ("SPT", 4.0, 3.0, 0),
    ("LWR", 4.0, 3.0, 4),
)


class _Island:
    """One schedule that is searched, with its own memory and chance."""

    def __init__(self, plant: Plant, seed: int, topological: Ints) -> None:
        self.plant, self.topological = plant, topological
        self.lot = Lot(plant, seed)
        self.arrays = plant.ints, plant.prices, self.lot.ints, self.lot.worth
        self.lot.value[at.BEST] = self.lot.value[at.BEST_BROKEN] = np.inf

    @property
    def rank(self) -> tuple[int, float]:
        """Breach and objective of the schedule in work."""
        return int(self.lot.value[at.BROKEN]), float(self.lot.value[at.OBJECTIVE])

    @property
    def best(self) -> tuple[float, float]:
        """Breach and objective of the best schedule."""
        return float(self.lot.value[at.BEST_BROKEN]), float(self.lot.value[at.BEST])

    def keep(self) -> None:
        """Keep the schedule in work as the best if it is."""
        if self.rank < self.best:
            keep_best(self.plant.ints, self.lot.ints, self.lot.worth)

    def restart(self, source: Lot) -> None:
        """Go on from the best schedule of an island."""
        copy_decisions(source, self.lot)
        total(*self.arrays)
        self.keep()

    def settle(self) -> None:
        """Sort the list by start, so that crews and stocks are asked for in order of time.

        Sorting keeps the order on every machine, but who is taken for an operation may change;
        when that does harm, all stays as it was.
        """
        lot, before = self.lot, self.rank
        kept = [(table, table.copy()) for table in (lot.order, lot.record)]
        by_start = lot.order[np.argsort(lot.record[lot.order, at.START], kind="stable")]
        lot.order[:] = with_left_out(self.plant, lot.mode, lot.load, by_start, self.topological)
        total(*self.arrays)
        if self.rank > before:
            for table, old in kept:
                table[...] = old
            total(*self.arrays)
        self.keep()


class ListSearch:
    """Search for schedules of any problem.

    Parameters
    ----------
    problem : jobs, resources and weights
    seed : of all chance
    workers : threads; the result does not depend on it
    """

    bound = -inf
    """It proves nothing by itself."""

    def __init__(self, problem: Problem, *, seed: int, workers: int) -> None:
        self.problem = problem
        self.plant = compile_plant(problem)
        self.workers = workers
        self.order, self.tails = measure(self.plant)
        self.islands = [_Island(self.plant, seed * ISLANDS + n, self.order) for n in range(ISLANDS)]
        self.rounds = 0
        self._cycle = 0, SHORTEST
        self._pool = ThreadPoolExecutor(ISLANDS) if workers > 1 else None

    @property
    def best(self) -> tuple[int, float]:
        """Breach and objective of the best schedule so far."""
        breach, objective = self._leader().best
        return int(breach), objective

    def start(self, budget: Budget) -> None:
        """Build first schedules by rules; both islands begin with the best one.

        Parameters
        ----------
        budget : when it is cancelled, no further rule is tried after the first one
        """
        recipes = self._recipes()
        queues = [make_queues(self.plant, self.order) for _ in self.islands]

        def build(number: int) -> None:
            island = self.islands[number]
            for turn, (rule, reach, stick, patience) in enumerate(recipes[number::ISLANDS]):
                if budget.cancelled and turn > 0:
                    return
                tuning = reach, stick, patience
                plan, _, work, worth = island.arrays
                dispatch(plan, work, worth, self.tails, queues[number], RULES.index(rule), tuning)
                total(*island.arrays)
                island.keep()

        self._on_all(build)
        leader = self._leader().lot
        if self.best[0] > 0 and not budget.cancelled:
            island = self.islands[0]
            copy_decisions(leader, island.lot)
            line_up(self.plant, island.lot, self.order)
            total(*island.arrays)
            island.keep()
            leader = self._leader().lot
        for island in self.islands:
            island.restart(leader)
            if island.best[0] > 0:
                mend(*island.arrays, EFFORT)
                island.keep()
            island.settle()

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Do a fixed amount of work on both islands.

        Parameters
        ----------
        stop : asked before the work begins; a round is too short to be cut
        """
        if stop is not None and stop():
            return
        begin, length = self._cycle
        if self.rounds == begin + length:
            begin, length = self._cycle = self.rounds, 2 * length
            leader = self._leader().lot
            for island in self.islands:
                island.restart(leader)
        progress = (self.rounds - begin) / length
        often = max(4, self.order.size * 72 // EFFORT)
        level = abs(self._leader().best[1]) / max(1, self.order.size)
        heat = level * HOTTEST * (COLDEST / HOTTEST) ** progress + 1e-9

        def work(number: int) -> None:
            island = self.islands[number]
            anneal(*island.arrays, EFFORT, heat / (1 + number))
            if self.rounds % often == often - 1:
                island.settle()

        self._on_all(work)
        self.rounds += 1

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the best schedule."""
        return read_operations(self.problem, self.plant, self._leader().lot)

    def adopt(self, operations: Iterable[ScheduledOperation]) -> None:
        """Go on from a schedule that another part has found, if it is better.

        Parameters
        ----------
        operations : a whole schedule of the problem
        """
        island = max(self.islands, key=lambda island: island.best)
        take_over(self.problem, self.plant, island.lot, operations, self.order)
        total(*island.arrays)
        island.keep()

    def _leader(self) -> _Island:
        """Return the island with the best schedule."""
        return min(self.islands, key=lambda island: island.best)

    def _on_all(self, work: Callable[[int], None]) -> None:
        """Do something for every island, side by side where there are threads for it."""
        if self._pool is None:
            for number in range(ISLANDS):
                work(number)
        else:
            list(self._pool.map(work, range(ISLANDS)))

    def _recipes(self) -> tuple[Recipe, ...]:
        """Return the rules to begin with; large plants can afford fewer."""
        dated = bool((self.plant.job[:, at.DUE] < at.FAR).any())
        recipes = DATED if dated else UNDATED
        if self.order.size > 20_000:
            return recipes[:2]
        return recipes[:6] if self.order.size > 3_000 else recipes
