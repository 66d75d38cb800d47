"""The search for the shortest makespan on two islands, in rounds of fixed work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, islice
from threading import Thread

import numpy as np

from sanpin.base import Budget
from sanpin.factory.engine.sequences.arrays import BREACH, END, Ints, new_state, starts_of
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.cooling import Cooling
from sanpin.factory.engine.sequences.descents import Descents
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.island import Island
from sanpin.factory.engine.sequences.paths import bound, in_order
from sanpin.factory.engine.sequences.rules import chance_schedules, rule_schedules
from sanpin.factory.engine.sequences.timed import note_set_ups
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["SequenceSearch"]

ISLANDS = 2
QUOTA = 1_500_000
"""Work of an island in a round: operations looked at, 50 to 100 ms."""
HOTTEST = 0.2, 0.6
"""Of islands that anneal: heat at the beginning of a cycle, in mean durations."""
EXCHANGE = 100
"""Rounds after which the islands tell each other their best schedules."""
MIXED, MANY = 12, 30_000
"""First schedules by chance, and up to how many operations: beyond, the search gains more."""
WAITING = 4
"""First schedules that each island goes on from."""


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

    rough = False
    """Its first schedules come from all rules."""

    def __init__(self, problem: Problem, *, seed: int = 0, workers: int = 2) -> None:
        self.problem, self.workers, self.rounds = problem, workers, 0
        self.shop = compile_shop(problem)
        self._least = 0 if self.shop.timed else bound(self.shop)
        self.bound = self._weight * self._least
        self._random = np.random.default_rng(seed)
        self.islands = [
            self._island(number, ISLANDS * seed + number + 1) for number in range(ISLANDS)
        ]

    @property
    def _weight(self) -> float:
        return self.problem.objective["makespan"]

    @property
    def _ranked(self) -> list[Island]:
        """The islands, the one with the best schedule first."""
        return sorted(self.islands, key=lambda island: island.value)

    @property
    def best(self) -> tuple[int, float]:
        """The rank of the best schedule: how much limits are missed, and the objective."""
        value = self._ranked[0].value
        return max(0, value - BREACH), self._weight * value

    @property
    def optimal(self) -> bool:
        """Whether the best schedule is as good as the bound."""
        return self.best[1] <= self.bound

    def start(self, budget: Budget | None = None, tell: Callable[[], None] | None = None) -> None:
        """Build first schedules by all rules, at least by one, and hand them to the islands.

        Parameters
        ----------
        budget : when it is over, no further rule is tried
        tell : called as soon as there is a schedule
        """
        found = []
        mixed = chance_schedules(self.shop, self._random)
        more = islice(mixed, MIXED if self.shop.size <= MANY else 0)
        for start in chain(rule_schedules(self.shop, self._least), more):
            found.append(start)
            found = sorted(found, key=lambda each: each[0])[: ISLANDS * WAITING]
            if found[0][0] <= self._least or (budget is not None and budget.exhausted):
                break
        for number, island in enumerate(self.islands):
            mine = found[number::ISLANDS] or found
            island.take(*mine[0][1:])
            island.waiting = mine[1:]
        if tell is not None:
            tell()
        for island in self.islands:
            if budget is None or not budget.exhausted:
                island.build()

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
            threads = [Thread(target=each.work, args=(QUOTA,)) for each in self.islands[1:]]
            for thread in threads:
                thread.start()
            self.islands[0].work(QUOTA)
            for thread in threads:
                thread.join()
        else:
            for island in self.islands:
                island.work(QUOTA)

    def _island(self, number: int, seed: int) -> Island:
        """Return an island: who does the work is chosen best by taking out and putting back."""
        if self.shop.workers:
            return Cooling(self.shop, seed, self._least, HOTTEST[number])
        return Descents(self.shop, seed, self._least, number > 0)

    def _exchange(self) -> None:
        """Tell each island of the best schedule of the other."""
        better, worse = self._ranked
        better.hear(worse)
        worse.hear(better)

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the best schedule."""
        state = new_state(self.shop)
        load(self.shop, state, *self._ranked[0].best)
        ends, starts = state.node[:-1, END].tolist(), starts_of(self.shop, state).tolist()
        set_up = starts
        if self.shop.timed:
            found = np.zeros(self.shop.size, np.int32)
            note_set_ups(self.shop, state, found)
            set_up = found.tolist()
        machine_of = self.shop.mode_machine[state.mode[: self.shop.size]].tolist()
        worker_of = self.shop.mode_worker[state.mode[: self.shop.size]].tolist()
        machines, workers = list(self.problem.processors), list(self.problem.workers)
        named = ((job.id, op.id) for job in self.problem.jobs for op in job.operations)
        rows = zip(named, machine_of, worker_of, starts, ends, set_up, strict=True)
        return tuple(
            ScheduledOperation(
                job, op, machines[machine], start, end, ready,
                (workers[worker],) if worker >= 0 else (),
            )
            for (job, op), machine, worker, start, end, ready in rows
        )  # fmt: skip

    def adopt(self, operations: Sequence[ScheduledOperation]) -> None:
        """Let the worse island go on from a schedule that was found elsewhere, if it is good."""
        order, mode = self._read(operations)
        worse, state = self._ranked[-1], new_state(self.shop)
        if load(self.shop, state, order, mode) < worse.value:
            worse.take(order, mode)

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
