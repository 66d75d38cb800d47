"""The search for the shortest makespan on two islands, in rounds of fixed work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Thread

import numpy as np

from sanpin.base import Budget
from sanpin.factory.engine.sequences.arrays import END, LENGTH, Ints, State, new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.hunting import (
    BEST,
    MOVES,
    NOW,
    SINCE,
    UNSAVED,
    Hunt,
    load,
    new_hunt,
    save,
)
from sanpin.factory.engine.sequences.paths import bound, in_order
from sanpin.factory.engine.sequences.rules import first_schedules
from sanpin.factory.engine.sequences.tabu import search
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["SequenceSearch"]

ISLANDS = 2
QUOTA = 1_500_000
"""Work of an island in a round: operations looked at, 50 to 100 ms."""
EXCHANGE = 100
"""Rounds after which the worse island goes on from the better one."""


class SequenceSearch:
    """Search over the sequences of machines and workers for the makespan.

    The two islands search on their own and meet at fixed rounds; threads only decide whether
    they run side by side, so that the same seed and rounds give the same schedule.

    Parameters
    ----------
    problem : one for which `suits` is true
    seed : of all chance
    workers : threads; 1 runs the islands one after the other
    """

    def __init__(self, problem: Problem, *, seed: int = 0, workers: int = 2) -> None:
        self.problem, self.workers, self.rounds = problem, workers, 0
        self.shop = compile_shop(problem)
        self._least = bound(self.shop)
        self.bound = self._weight * self._least
        self._random = np.random.default_rng(seed)
        self.islands: list[tuple[State, Hunt]] = [
            (new_state(self.shop), new_hunt(self.shop, ISLANDS * seed + number + 1))
            for number in range(ISLANDS)
        ]

    @property
    def _weight(self) -> float:
        return self.problem.objective["makespan"]

    @property
    def best(self) -> tuple[int, float]:
        """The rank of the best schedule: no rule broken, and the objective."""
        return 0, self._weight * min(int(hunt.tally[BEST]) for _, hunt in self.islands)

    @property
    def optimal(self) -> bool:
        """Whether the best schedule is as good as the bound."""
        return self.best[1] <= self.bound

    def start(self, budget: Budget | None = None) -> None:
        """Build first schedules by all rules, at least by one, and give islands the best two."""
        found = []
        for start in first_schedules(self.shop, self._random, self._least):
            found.append(start)
            found = sorted(found, key=lambda each: each[0])[:ISLANDS]
            if found[0][0] <= self._least or (budget is not None and budget.exhausted):
                break
        for number in range(ISLANDS):
            self._take(number, *found[min(number, len(found) - 1)][1:])

    def _take(self, number: int, order: Ints, mode: Ints) -> None:
        """Let an island go on from a schedule."""
        state, hunt = self.islands[number]
        value = load(self.shop, state, order, mode)
        hunt.tally[NOW], hunt.tally[SINCE] = value, hunt.tally[MOVES]
        if value < hunt.tally[BEST]:
            hunt.tally[BEST] = value
            save(state, hunt)

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Let every island do a fixed amount of work, unless told to stop or nothing is left.

        A round takes a tenth of a second; it is done wholly or not at all.
        """
        if self.optimal or (stop is not None and stop()):
            return
        self.rounds += 1
        if self.rounds % EXCHANGE == 0:
            self._exchange()
        if self.workers > 1:
            threads = [Thread(target=self._hunt, args=(n,)) for n in range(1, ISLANDS)]
            for thread in threads:
                thread.start()
            self._hunt(0)
            for thread in threads:
                thread.join()
        else:
            for number in range(ISLANDS):
                self._hunt(number)

    def _hunt(self, number: int) -> None:
        """Run the kernel of one island."""
        state, hunt = self.islands[number]
        tenure = 10 + min(self.shop.size // max(self.shop.machines, 1) // 10, 10)
        patience = 2000 + 4 * self.shop.size
        search(self.shop, state, hunt, QUOTA, tenure, patience, 12)

    def _exchange(self) -> None:
        """Let the worse island go on from the best schedule of the better one."""
        ranked = sorted(range(ISLANDS), key=lambda number: self.islands[number][1].tally[BEST])
        order, mode = self._saved(ranked[0])
        if self.islands[ranked[0]][1].tally[BEST] < self.islands[ranked[-1]][1].tally[BEST]:
            self._take(ranked[-1], order, mode)

    def _saved(self, number: int) -> tuple[Ints, Ints]:
        """Return order and modes of an island's best."""
        state, hunt = self.islands[number]
        if hunt.tally[UNSAVED]:
            save(state, hunt)
        return hunt.best_order.copy(), hunt.best_mode.copy()

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the best schedule."""
        number = min(range(ISLANDS), key=lambda each: int(self.islands[each][1].tally[BEST]))
        state = new_state(self.shop)
        load(self.shop, state, *self._saved(number))
        ends, lengths = state.node[:-1, END].tolist(), state.node[:-1, LENGTH].tolist()
        machines, workers = list(self.problem.processors), list(self.problem.workers)
        placed, at = [], 0
        for job in self.problem.jobs:
            for op in job.operations:
                mode, start = state.mode[at], ends[at] - lengths[at]
                worker = self.shop.mode_worker[mode]
                placed.append(
                    ScheduledOperation(
                        job.id,
                        op.id,
                        machines[self.shop.mode_machine[mode]],
                        start,
                        ends[at],
                        start,
                        (workers[worker],) if worker >= 0 else (),
                    )
                )
                at += 1
        return tuple(placed)

    def adopt(self, operations: Sequence[ScheduledOperation]) -> None:
        """Let the worse island go on from a schedule that was found elsewhere, if it is good."""
        order, mode = self._read(operations)
        worst = max(range(ISLANDS), key=lambda each: int(self.islands[each][1].tally[BEST]))
        state = new_state(self.shop)
        if load(self.shop, state, order, mode) < self.islands[worst][1].tally[BEST]:
            self._take(worst, order, mode)

    def _read(self, operations: Sequence[ScheduledOperation]) -> tuple[Ints, Ints]:
        """Turn a valid schedule into a topological order and modes."""
        shop, numbers = self.shop, dict[tuple[str, str], int]()
        for job in self.problem.jobs:
            for op in job.operations:
                numbers[job.id, op.id] = len(numbers)
        machines = {name: at for at, name in enumerate(self.problem.processors)}
        workers = {name: at for at, name in enumerate(self.problem.workers)}
        depth = np.zeros(shop.size, np.int64)
        depth[in_order(shop)] = np.arange(shop.size)
        mode, rows = np.zeros(shop.size + 1, np.int32), []
        for each in operations:
            number = numbers[each.job, each.op]
            wanted = machines[each.machine], workers[each.workers[0]] if each.workers else -1
            for at in range(shop.mode_start[number], shop.mode_start[number + 1]):
                if (shop.mode_machine[at], shop.mode_worker[at]) == wanted:
                    mode[number] = at
            rows.append((each.start, each.end, int(depth[number]), number))
        order = np.array([number for *_, number in sorted(rows)] + [shop.size], np.int32)
        return order, mode
