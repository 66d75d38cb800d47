"""Checked schedules that stand by, so that whoever cancels a long search need not wait for a check.

To check a large schedule takes seconds. Beside the search the best one is checked from time to
time; cancelled, the search returns the last that was, with the rounds after which it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from math import inf
from multiprocessing.pool import AsyncResult, ThreadPool

from sanpin.base import Budget
from sanpin.factory.engine.check import CheckReport, check
from sanpin.factory.engine.formats.collection import paused_collection
from sanpin.factory.engine.measures import measure
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["Checked", "Standby", "check_whole", "takes_long"]

SMALLEST = 2_000
"""Operations up to which a check takes no time to speak of."""

GROWTH = 1.5
"""The next check begins when the search has gone on for so many times as long, ..."""

SHARE = 3
"""... and for so many times as long as a check takes."""

PACE = 10_000
"""Operations that are thought to be checked in a second before the first check."""

PAUSE = 0.05
"""Seconds between two looks whether someone has cancelled."""

Operations = tuple[ScheduledOperation, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A schedule with what the checker, which shares nothing with the search, says of it.

    Attributes
    ----------
    best : its objective as the search counts it
    steps : rounds of the search after which it was the best
    operations : in order of start, then of ids
    """

    best: float
    steps: int
    operations: Operations
    report: CheckReport
    metrics: Mapping[str, object]


def takes_long(problem: Problem) -> bool:
    """Tell whether a search should not wait until something is worked out about every operation."""
    return problem.operation_count > SMALLEST


def check_whole(problem: Problem, operations: Operations, best: float, steps: int) -> Checked:
    """Check a schedule and measure what its readers ask for first."""
    with paused_collection():
        report = check(problem, operations)
        valid = not report.violations and report.objective is not None
        ordered = tuple(sorted(operations, key=lambda op: (op.start, op.job, op.op)))
        metrics = measure(problem, operations, report.terms) if valid else {}
    return Checked(best, steps, ordered, report, metrics)


class Standby:
    """The last checked schedule of a search.

    Parameters
    ----------
    problem : what is searched
    budget : its clock; nothing is checked that would not be ready in time
    pool : one thread, which checks when it has nothing else to do
    """

    def __init__(self, problem: Problem, budget: Budget, pool: ThreadPool) -> None:
        self._problem, self._budget, self._pool = problem, budget, pool
        self._found: Checked | None = None
        self._running: AsyncResult[Checked] | None = None
        self._best = inf
        self._cost = problem.operation_count / PACE
        self._began = self._next = 0.0

    def offer(self, best: float, steps: int, operations: Callable[[], Operations]) -> None:
        """Begin to check what stands after a round, if it is better and enough time has gone by.

        Parameters
        ----------
        best : its objective
        operations : returns it
        """
        self._take_if_ready()
        early = self._budget.elapsed < self._next or self._running is not None
        late = self._budget.cancelled or self._budget.remaining < 2 * self._cost
        if best < self._best and not early and not late:
            self._best, self._began = best, self._budget.elapsed
            asked = self._problem, operations(), best, steps
            self._running = self._pool.apply_async(check_whole, asked)

    def wait_for(self, work: Callable[[], None]) -> bool:
        """Have a part of the search done; tell whether it was waited for.

        Once a checked schedule stands by, whoever cancels leaves the part at work.
        """
        pool = ThreadPoolExecutor(1)
        part = pool.submit(work)
        pool.shutdown(wait=False)
        while not wait((part,), PAUSE).done:
            self._take_if_ready()
            if self._found is not None and self._budget.cancelled:
                return False
        part.result()
        return True

    def last(self, best: float) -> Checked | None:
        """Return a checked schedule that may be the result, if there is one.

        Whoever has cancelled takes any, and waits only for the first; else it must be the best,
        and is waited for if it is being checked.

        Parameters
        ----------
        best : objective of the best schedule
        """
        cancelled = self._budget.cancelled
        if self._running is not None and (self._found is None if cancelled else self._best == best):
            self._running.wait()
        self._take_if_ready()
        found = self._found
        return found if found is not None and (cancelled or found.best == best) else None

    def _take_if_ready(self) -> None:
        """Keep what was checked, and learn how long that takes."""
        if self._running is not None and self._running.ready():
            self._found, self._running = self._running.get(), None
            self._cost = self._budget.elapsed - self._began
            self._next = max(GROWTH * self._began, self._budget.elapsed + SHARE * self._cost)
