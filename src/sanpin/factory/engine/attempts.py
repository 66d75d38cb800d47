"""Exact attempts beside the search: whole problems that may be proved, windows of larger ones.

An attempt begins before one round and is taken in after another, both fixed by a table, so that
the result depends on rounds alone. With more than one worker it runs in a thread of its own in
between; with one it runs when it is due, from the schedule that stood when it began. What a
clock or a cancel cuts short is dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Any

from sanpin.base import Budget
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["Attempts", "Found"]

Operations = tuple[ScheduledOperation, ...]

LARGEST = 500
"""Problems of more operations are never solved whole: their models take longer than they gain."""

USUAL = 100
"""Ways to run operations for which the efforts are meant; for more they shrink in proportion."""

PHASES = (
    (0, 4, 0.05, 200),
    (8, 40, 0.4, 500),
    (60, 180, 2.0, 1_000),
    (240, 640, 8.0, 2_000),
    (800, 2400, 30.0, 20_000),
)
"""Whole attempts: first round, round after which it is taken in, effort (deterministic time), and
up to how many ways to run operations: models of more are not even read in that time."""

WINDOW, EFFORT = 30, 0.1
"""Operations of a window, and the effort for it (deterministic time)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an attempt brings: a schedule or nothing, a bound, and whether there is none."""

    operations: Operations | None = None
    bound: float = -inf
    infeasible: bool = False


@dataclass(slots=True)
class Attempts:
    """The attempts of one search.

    Attributes
    ----------
    problem : what is searched
    seed : of the solver and of the choice of windows
    windows : after how many rounds a window follows; 0 for never
    threads : whether an attempt may run beside the rounds
    budget : the clock and the stop flag
    small : whether the problem may be solved whole, if it has few operations
    """

    problem: Problem
    seed: int
    windows: int
    threads: bool
    budget: Budget
    small: bool = True
    _random: Random = field(init=False)
    _guard: Budget = field(init=False)
    _phases: tuple[tuple[int, int, float], ...] = ()
    _hint: Operations = ()
    _found: Found | None = None
    _thread: threading.Thread | None = None
    _index: Any = None

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._guard = _Guard(self.budget)
        if self.small and self.problem.operation_count <= LARGEST:
            self._phases = tuple(_phases(self.problem))

    def begin(self, rounds: int, best: Callable[[], Operations]) -> None:
        """Begin what the table wants after so many rounds."""
        effort = next((effort for first, _, effort in self._phases if first == rounds), 0.0)
        if not effort:
            return
        self._hint, self._found = best(), None
        if self.threads:
            self._thread = threading.Thread(target=self._solve, args=(effort,), daemon=True)
            self._thread.start()

    def take(self, rounds: int, best: Callable[[], Operations]) -> Found | None:
        """Take in what is due after so many rounds; None when there is nothing or it was cut."""
        effort = next((effort for _, last, effort in self._phases if last == rounds), 0.0)
        if not effort:
            due = self.windows and rounds % self.windows == 0
            return self._window(best()) if due else None
        if self._thread is None:
            self._solve(effort)
        else:
            self._thread.join()
            self._thread = None
        return self._found

    def end(self) -> None:
        """Wait for what still runs, which the budget has told to stop."""
        if self._thread is not None:
            self._guard.cancel()
            self._thread.join()

    def _solve(self, effort: float) -> None:
        """Solve the whole problem from the schedule that stood when the attempt began."""
        # The solver takes a second to load; whoever only shows schedules need not wait for it.
        from sanpin.factory.engine.exact import solve_exact

        outcome = solve_exact(
            self.problem, hint=self._hint, effort=effort, budget=self._guard, seed=self.seed
        )
        if not outcome.interrupted:
            self._found = Found(
                outcome.operations,
                -inf if outcome.bound is None else outcome.bound,
                outcome.infeasible,
            )

    def _window(self, best: Operations) -> Found | None:
        """Improve one window of a schedule, chosen by blame."""
        from sanpin.factory.engine.exact import choose_window, improve_window, make_index

        if not best:
            return None
        self._index = self._index or make_index(self.problem)
        free = choose_window(self.problem, best, self._random, WINDOW, index=self._index)
        seed = self._random.randrange(2**31)
        outcome = improve_window(
            self.problem, best, free, effort=EFFORT, seed=seed,
            budget=self.budget, index=self._index,
        )  # fmt: skip
        return None if outcome.interrupted else Found(outcome.operations)


def _phases(problem: Problem) -> Iterator[tuple[int, int, float]]:
    """Yield first round, last round and effort of the whole attempts that a problem is worth."""
    ways = sum(len(op.modes) for job in problem.jobs for op in job.operations)
    for first, last, effort, most in PHASES:
        if ways <= most:
            # A model with more choices does less in the same time.
            yield first, last, effort * min(1.0, USUAL / max(1, ways))


class _Guard(Budget):
    """A budget that ends with another one, or alone."""

    def __init__(self, whole: Budget) -> None:
        super().__init__()
        self._whole = whole

    @property
    def exhausted(self) -> bool:
        """Whether either of the two is over."""
        return self.cancelled or self._whole.exhausted
