"""Which search suits a problem.

Shops whose makespan matters are searched by their machine sequences (`sequences`), also by the
clock; plants with people, materials and dates by lists that a decoder places (`lists`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sanpin.base import Budget
from sanpin.factory.engine import sequences
from sanpin.factory.engine.formats.collection import paused_collection
from sanpin.factory.engine.warming import warm
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["Chosen", "Search", "choose_search", "load_search"]

CHANGES = 30_000
"""Pairs of operations on machines with set-ups up to which a shop is also solved exactly, besides
the search over its sequences: larger models are not built before that search has long settled."""
WINDOWS = 40
"""Rounds of a search over lists after which a window is solved exactly."""


class Search(Protocol):
    """One way of searching; it always holds its best schedule."""

    bound: float
    rounds: int

    @property
    def rough(self) -> bool:
        """Whether what stands is no more than a first guess, which a round makes much better."""

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
    """A search, and what is solved exactly beside it.

    Attributes
    ----------
    search : how schedules are found
    windows : after how many of its rounds a window is worth its time; 0 for never
    whole : whether the whole problem is tried, if it is small
    """

    search: Search
    windows: int
    whole: bool = True


def load_search(problem: Problem) -> bool:
    """Load the kernels of the search that suits a problem; compile what is not on disk.

    It takes a second or two, in a new process. Whoever has a limit of time does it before that
    begins, so that all of it is for searching.

    Returns
    -------
    Whether the search is that of shops, over their sequences.
    """
    shop = sequences.suits(problem)
    with paused_collection():
        warm(["sequences" if shop else "lists"])
    return shop


def choose_search(problem: Problem, seed: int, workers: int) -> Chosen:
    """Return the search that suits a problem."""
    if not problem.operation_count:
        return Chosen(_Nothing(), 0)
    if sequences.suits(problem):
        search = sequences.SequenceSearch(problem, seed=seed, workers=workers)
        return Chosen(search, 0, _changes(problem) <= CHANGES)
    # The compiler takes a second to load.
    from sanpin.factory.engine.lists.search import ListSearch

    return Chosen(ListSearch(problem, seed=seed, workers=workers), WINDOWS)


def _changes(problem: Problem) -> int:
    """Return how many pairs of operations may follow each other on machines with set-ups."""
    ops = (op for job in problem.jobs for op in job.operations)
    able = Counter(mode.machine for op in ops for mode in op.modes)
    return sum(able[name] ** 2 for name, each in problem.processors.items() if each.setup)


class _Nothing:
    """The search of a problem in which there is nothing to do."""

    best, bound, rounds, rough = (0, 0.0), 0.0, 0, False

    def start(self, budget: Budget, tell: Callable[[], None]) -> None:
        """Make no schedule: the empty one is there."""

    def round(self, stop: Callable[[], bool] | None = None) -> None:
        """Find nothing better."""

    def operations(self) -> tuple[ScheduledOperation, ...]:
        """Return the empty schedule."""
        return ()

    def adopt(self, operations: Sequence[ScheduledOperation]) -> None:
        """Keep the empty schedule, the only one."""
