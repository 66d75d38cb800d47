"""The exact model as a search of its own, for small problems with rules that no other knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.exact.solve import solve_exact
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["ExactSearch"]

FIRST, GROWTH, MOST = 0.5, 1.5, 60.0
"""Effort of the first round (deterministic time), its growth from round to round, its limit."""


class ExactSearch:
    """Search by the exact model; each round solves the whole problem with more effort.

    Parameters
    ----------
    problem : of some hundreds of operations at most
    seed : of the solver
    """

    def __init__(self, problem: Problem, *, seed: int = 0) -> None:
        self.problem, self.seed, self.rounds = problem, seed, 0
        self.best: tuple[int, float] = (1, inf)
        self.bound = -inf
        self.infeasible = False
        self._operations: tuple[ScheduledOperation, ...] = ()
        self._budget = Budget()

    def start(self, budget: Budget | None = None) -> None:
        """Remember the stop flag; the first round makes the first schedule."""
        self._budget = budget or self._budget

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Solve once; a round that clock or stop flag cut short is not counted."""
        if self.infeasible or (stop is not None and stop()):
            return
        outcome = solve_exact(
            self.problem,
            hint=self._operations,
            effort=min(FIRST * GROWTH**self.rounds, MOST),
            budget=self._budget,
            seed=self.seed + self.rounds,
        )
        # What the clock cut short is kept if there is nothing else, or nothing would be answered.
        if outcome.interrupted and self._operations:
            return
        self.rounds += not outcome.interrupted
        self.infeasible |= outcome.infeasible
        if outcome.bound is not None:
            self.bound = max(self.bound, outcome.bound)
        if outcome.operations is not None and outcome.objective is not None:
            self._keep((0, outcome.objective), outcome.operations)

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the best schedule."""
        return self._operations

    def adopt(self, operations: Sequence[ScheduledOperation]) -> None:
        """Keep a valid schedule that was found elsewhere, if it is better."""
        report = check(self.problem, operations)
        if report.valid and report.objective is not None:
            self._keep((0, report.objective), tuple(operations))

    def _keep(self, rank: tuple[int, float], operations: tuple[ScheduledOperation, ...]) -> None:
        """Keep a schedule unless the best one ranks before it."""
        if rank < self.best:
            self.best, self._operations = rank, operations
