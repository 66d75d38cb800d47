"""The search for a schedule: rounds of fixed work, anytime, repeatable by their number.

A problem is searched by the part that suits it: shops whose makespan matters by their machine
sequences (`sequences`), plants with set-ups, people, materials and dates by lists that a decoder
places (`lists`). Small problems are also handed to a solver beside it, which may prove that
nothing is better (`proofs`). A clock or a cancel only ends the search between rounds, so that
the number of rounds and the seed repeat every result, whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Protocol

from sanpin.base import N_, Budget, EngineError, InputError
from sanpin.factory.engine import lists, sequences
from sanpin.factory.engine.attempts import Attempts, Found
from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.causes import find_causes
from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.engine.measures import measure
from sanpin.factory.model import Problem, Schedule, ScheduledOperation, Status

__all__ = ["ENGINE_VERSION", "Params", "Report", "schedule"]

ENGINE_VERSION = "2"

PAUSE = 0.1
"""Least seconds between two reports."""

Operations = tuple[ScheduledOperation, ...]
Report = Callable[[float, float, int, float], None]
"""Called with objective, bound, step and seconds after a better schedule, at most 10/s."""


@dataclass(frozen=True, slots=True)
class Params:
    """How long to search.

    Attributes
    ----------
    seconds : wall limit; the search returns its best schedule then
    steps : rounds of the search; the same number and seed give the same schedule
    workers : threads that share the work of a round; they change the time, not the result
    """

    seconds: float = 30.0
    steps: int | None = None
    workers: int = 2


class Search(Protocol):
    """One way of searching; it always holds its best schedule."""

    best: tuple[int, float]
    """Breach of hard limits, then the objective."""
    bound: float

    def start(self, budget: Budget) -> None:
        """Make the first schedules."""

    def round(self, stop: Callable[[], bool] | None = None) -> bool:
        """Do a fixed amount of work; False when it was stopped, which leaves nothing behind."""

    def operations(self) -> Operations:
        """Return the best schedule."""

    def adopt(self, operations: Operations) -> None:
        """Go on from a schedule that was found elsewhere."""


def schedule(
    problem: Problem,
    params: Params = Params(),
    *,
    seed: int = 0,
    budget: Budget | None = None,
    report: Report | None = None,
    start: Operations = (),
) -> Schedule:
    """Search for the best schedule of a problem.

    Parameters
    ----------
    problem : jobs, resources, weights
    params : limits
    seed : of all chance; same seed and steps give the same schedule
    budget : for cancelling from outside; cancelled, the best schedule so far is returned
    report : told every improvement, at most ten times a second
    start : a valid schedule to begin with

    Returns
    -------
    The schedule with its terms and a proven lower bound, or what stands in its way.

    Raises
    ------
    InputError
        ``factory.start.invalid`` when the schedule to begin with breaks a rule
    """
    limit = Budget(params.seconds) if budget is None else budget
    run = _Run(problem, params, seed, limit, report)
    run.begin(start)
    run.go_on()
    return run.result()


@dataclass
class _Run:
    """The state of one search."""

    problem: Problem
    params: Params
    seed: int
    budget: Budget
    report: Report | None
    steps: int = 0
    bound: float = 0.0
    proved: bool = False
    infeasible: bool = False
    trace: list[tuple[float, float]] = field(default_factory=list)
    told: float = -1.0

    def __post_init__(self) -> None:
        workers = max(1, self.params.workers)
        self.search = search_for(self.problem, self.seed, workers)
        windows = not sequences.suits(self.problem)
        self.attempts = Attempts(self.problem, self.seed, windows, workers > 1, self.budget)
        self.bound = lower_bounds(self.problem)["objective"]

    def begin(self, start: Operations) -> None:
        """Make the first schedules, or take the one that was given."""
        self.search.start(self.budget)
        if start:
            _refuse_broken(self.problem, start)
            self.search.adopt(start)
        self.note()

    def go_on(self) -> None:
        """Work round by round until there is nothing to gain or no time."""
        while not self.over:
            self.attempts.begin(self.steps, self.standing())
            if not self.search.round(lambda: self.budget.exhausted):
                break
            self.steps += 1
            self.take(self.attempts.take(self.steps, self.standing()))
            self.note()
        self.attempts.end()

    @property
    def over(self) -> bool:
        """Whether to stop: limits, proof, or cancelled."""
        done = self.params.steps is not None and self.steps >= self.params.steps
        return done or self.budget.exhausted or self.proved or self.infeasible

    def standing(self) -> Operations:
        """Return the best schedule if it keeps all hard limits."""
        return () if self.search.best[0] else self.search.operations()

    def take(self, found: Found | None) -> None:
        """Take in what an exact attempt brought."""
        if found is None:
            return
        self.bound = max(self.bound, found.bound)
        self.infeasible = found.infeasible and self.search.best[0] > 0
        if found.operations is not None:
            self.search.adopt(found.operations)

    def note(self) -> None:
        """Keep the trace, tell who listens, and see whether nothing can be better."""
        breach, objective = self.search.best
        seconds = self.budget.elapsed
        self.bound = max(self.bound, self.search.bound)
        self.proved = not breach and objective <= self.bound + 1e-9 * (1 + abs(self.bound))
        if breach or (self.trace and objective >= self.trace[-1][1]):
            return
        self.trace.append((round(seconds, 3), objective))
        if self.report is not None and seconds - self.told >= PAUSE:
            self.told = seconds
            self.report(objective, self.bound, self.steps, seconds)

    def result(self) -> Schedule:
        """Return what was found."""
        breach, _ = self.search.best
        content = sha256(problem_bytes(self.problem)).hexdigest()
        plain = Schedule(
            (),
            Status.INFEASIBLE,
            bound=_tidy(self.bound),
            seed=self.seed,
            steps=self.steps,
            seconds=round(self.budget.elapsed, 3),
            problem_hash=content,
            engine_version=ENGINE_VERSION,
            trace=tuple(self.trace),
        )
        if breach:
            return replace(plain, causes=find_causes(self.problem, self.search.operations()))
        return self._feasible(plain)

    def _feasible(self, plain: Schedule) -> Schedule:
        """Fill in the schedule; the checker, which shares nothing with the search, gives terms."""
        operations = self.search.operations()
        report = check(self.problem, operations)
        if not report.valid:
            raise EngineError(
                "factory.schedule.broken",
                N_("The search made a schedule that breaks a rule: {codes}."),
                hint=N_("Please report this with the problem file."),
                codes=", ".join(sorted({each.code for each in report.violations})),
            )
        status = Status.FEASIBLE
        if self.proved:
            status = Status.OPTIMAL
        elif self.budget.cancelled:
            status = Status.CANCELLED
        return replace(
            plain,
            operations=operations,
            status=status,
            objective=report.objective,
            bound=_tidy(min(self.bound, report.objective or 0.0)),
            terms=report.terms,
            metrics=measure(self.problem, operations, report.terms),
        )


def search_for(problem: Problem, seed: int, workers: int) -> Search:
    """Return the search that suits a problem."""
    if sequences.suits(problem):
        return sequences.SequenceSearch(problem, seed=seed, workers=workers)
    return lists.ListSearch(problem, seed=seed, workers=workers)


def _refuse_broken(problem: Problem, start: Operations) -> None:
    """Refuse a schedule to begin with that breaks a rule, naming what it breaks."""
    report = check(problem, start)
    if report.valid:
        return
    raise InputError(
        "factory.start.invalid",
        N_("The schedule to start from breaks {count} rules: {codes}."),
        hint=N_("Check it with “sanpin factory check”, or leave it out."),
        count=len(report.violations),
        codes=", ".join(sorted({each.code for each in report.violations})),
    )


def _tidy(value: float) -> float:
    """Return whole numbers as integers, so that JSON shows them so."""
    return int(value) if float(value).is_integer() else value
