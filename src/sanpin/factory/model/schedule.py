"""The schedule: when each operation runs, on what, and how good that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["TERMS", "Schedule", "ScheduledOperation", "Status"]

TERMS = (
    # Definitions: `sanpin.factory.engine.check.terms`, Pinedo (2016), chapter 2.
    "tardiness",
    "setup",
    "makespan",
    "earliness",
    "flow",
    "cost",
    "stability",
    "tardy_jobs",
)
"""The terms of the objective, in their customary order."""


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ScheduledOperation:
    """One placed operation; `machine` is empty when it is done outside.

    Attributes
    ----------
    start, end : of the work, in the problem's unit
    setup_start : start of the set-up; equal to `start` without one
    workers, tools : ids held from start to end
    batch : name of the oven load that it shares, empty elsewhere
    """

    job: str
    op: str
    machine: str
    start: int
    end: int
    setup_start: int
    workers: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    batch: str = ""

    @property
    def outsourced(self) -> bool:
        """Whether it is done outside the plant."""
        return not self.machine


@dataclass(frozen=True, slots=True)
class Schedule:
    """The result of a search.

    `bound` is a proven lower bound of the objective and `gap` the distance to it as a share
    of the objective; `trace` holds pairs of seconds and objective; `causes` name what makes a
    problem infeasible.

    Attributes
    ----------
    terms : unweighted value of each term of the objective
    steps : rounds of the search; with the seed they repeat it
    seconds : wall time of the search
    problem_hash : SHA-256 of the problem's native bytes, to tell which problem it answers
    """

    operations: tuple[ScheduledOperation, ...]
    status: Status = Status.FEASIBLE
    objective: float | None = None
    bound: float = 0.0
    terms: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    steps: int = 0
    seconds: float = 0.0
    problem_hash: str = ""
    engine_version: str = ""
    trace: tuple[tuple[float, float], ...] = ()
    metrics: Mapping[str, object] = field(default_factory=dict)
    causes: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """Share of the objective that the bound leaves open."""
        if self.objective is None:
            return None
        if self.objective <= self.bound:
            return 0.0
        return (self.objective - self.bound) / abs(self.objective)
