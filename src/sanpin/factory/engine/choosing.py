"""Which search suits a problem.

Shops whose makespan matters are searched by their machine sequences (`sequences`); plants with
set-ups, people, materials and dates by lists that a decoder places (`lists`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sanpin.base import Budget
from sanpin.factory.engine import sequences
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["Chosen", "Search", "choose_search"]

WINDOWS = 40
"""Rounds of a search over lists after which a window is solved exactly."""


class Search(Protocol):
    """One way of searching; it always holds its best schedule."""

    bound: float
    rounds: int

    @property
    def best(self) -> tuple[int, float]:
        """Breach of hard limits, then the objective."""

    def start(self, budget: Budget, tell: Callable[[], None]) -> None:
        """Make the first schedules; `tell` is called as soon as there is one."""

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Do a fixed amount of work and count it; what was stopped leaves nothing behind."""

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the best schedule."""

    def adopt(self, operations: Sequence[ScheduledOperation]) -> None:
        """Go on from a schedule that was found elsewhere."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A search, and after how many of its rounds a window is worth its time; 0 for never."""

    search: Search
    windows: int


def choose_search(problem: Problem, seed: int, workers: int) -> Chosen:
    """Return the search that suits a problem."""
    if not problem.operation_count:
        return Chosen(_Nothing(), 0)
    if sequences.suits(problem):
        return Chosen(sequences.SequenceSearch(problem, seed=seed, workers=workers), 0)
    # The compiler takes a second to load.
    from sanpin.factory.engine.lists.search import ListSearch

    return Chosen(ListSearch(problem, seed=seed, workers=workers), WINDOWS)


class _Nothing:
    """The search of a problem in which there is nothing to do."""

    best, bound, rounds = (0, 0.0), 0.0, 0

    def start(self, budget: Budget, tell: Callable[[], None]) -> None:
        """Make no schedule: the empty one is there."""

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Find nothing better."""

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the empty schedule."""
        return ()

    def adopt(self, operations: Sequence[ScheduledOperation]) -> None:
        """Keep the empty schedule, the only one."""
