"""The search for a schedule: rounds of fixed work, anytime, repeatable by their number.

A problem is searched by the part that suits it (`choosing`). Beside it the exact model is tried
at fixed rounds (`attempts`): whole where a problem is small enough for a proof, else in windows.
A clock or a cancel only ends the search between rounds, so that the number of rounds and the
seed repeat every result, whatever the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import inf
from multiprocessing.pool import AsyncResult, ThreadPool

from sanpin.base import N_, Budget, EngineError
from sanpin.factory.engine.attempts import Attempts, Found
from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.causes import find_causes
from sanpin.factory.engine.check import check
from sanpin.factory.engine.choosing import choose_search, load_search
from sanpin.factory.engine.formats.collection import paused_collection
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.engine.incumbent import checked
from sanpin.factory.engine.possible import possible
from sanpin.factory.engine.standby import Checked, Standby, check_whole, takes_long
from sanpin.factory.model import Problem, Schedule, ScheduledOperation, Status

__all__ = ["ENGINE_VERSION", "Params", "Report", "schedule", "tidy"]

ENGINE_VERSION = "14"

PAUSE = 0.1
"""Least seconds between two reports."""

PATIENCE = 1.0
"""Seconds for which a bound is waited for after the limit."""

BOUNDED = 20_000
"""Operations whose bound is thought to be worked out in a second."""

Operations = tuple[ScheduledOperation, ...]

LARGE = 2_000
"""Operations above which it takes too long to check all that is found beside the search."""

WAITING = ("earliness", "stability")
"""Terms for which a schedule may be better that does not begin everything as early as possible."""

Report = Callable[[float, float, int, float], None]
"""Called with objective, bound, step and seconds after rounds, at most 10/s."""


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


def schedule(
    problem: Problem,
    params: Params = Params(),
    *,
    seed: int = 0,
    budget: Budget | None = None,
    report: Report | None = None,
    start: Schedule | None = None,
) -> Schedule:
    """Search for the best schedule of a problem.

    Parameters
    ----------
    problem : jobs, resources, weights
    params : limits
    seed : of all chance; same seed and steps give the same schedule
    budget : for cancelling from outside; cancelled, the best schedule so far is returned. Its
        clock runs: `load_search` before it begins
    report : told how the search stands, better or not, at most ten times a second
    start : a valid schedule; what is returned is never worse

    Returns
    -------
    The schedule with its terms and a proven lower bound, or what stands in its way.

    Raises
    ------
    InputError
        ``factory.schedule.invalid`` when `start` breaks a rule
    """
    cancellable = budget is not None
    if budget is None:
        load_search(problem)
        budget = Budget(params.seconds)
    with ThreadPool(1) as beside:
        standby = Standby(problem, budget, beside) if cancellable and takes_long(problem) else None
        with paused_collection():
            run = _Run(problem, params, seed, budget, report, beside, standby)
            run.begin(start)
        run.go_on()
        with paused_collection():
            return run.result()


@dataclass
class _Run:
    """The state of one search.

    Attributes
    ----------
    searched : the problem without what can never be done
    impossible : whether that leaves a job without any way
    proved, infeasible : whether nothing is better, or nothing possible
    beside : a thread for what takes long and holds no round up
    standby : checked schedules of a large problem for whoever may cancel
    trace : seconds and objective at every improvement
    told : seconds of the last report
    left : whether a round was left at work by whoever cancelled
    taken : whether an attempt was taken in that the next round begins with
    reached : rounds that give the best schedule
    hashed, bounded : the problem's hash and a lower bound, worked out beside the search
    kept : objective and operations of the best schedule that was found elsewhere
    """

    problem: Problem
    params: Params
    seed: int
    budget: Budget
    report: Report | None
    beside: ThreadPool
    standby: Standby | None
    bound: float = 0.0
    proved: bool = False
    infeasible: bool = False
    left: bool = False
    trace: list[tuple[float, float]] = field(default_factory=list)
    told: float = -PAUSE
    taken: bool = False
    reached: int = 0
    hashed: AsyncResult[str] = field(init=False)
    bounded: AsyncResult[float] = field(init=False)
    kept: tuple[float, Operations] = inf, ()

    def __post_init__(self) -> None:
        workers = max(1, self.params.workers)
        kept = possible(self.problem)
        self.impossible = self.infeasible = kept is None
        self.searched = kept or replace(self.problem, jobs=())
        self.chosen = choose_search(self.searched, self.seed, workers)
        self.search = self.chosen.search
        self.attempts = Attempts(
            self.searched, self.seed, self.chosen.windows, workers > 1, self.budget,
            self.chosen.whole,
        )  # fmt: skip

    def begin(self, start: Schedule | None) -> None:
        """Make the first schedules, or take over the one that was given."""
        known = None if start is None else checked(self.problem, start)
        if min(self.problem.objective.values(), default=0) < 0:
            self.bound = -inf
        # Whoever waits sees the first schedule before it is known how much better one could be.
        self.search.start(self.budget, self.note)
        if known is not None:
            self.adopt(known.operations, known.objective or 0.0)
        self.note()
        if self.search.rough:
            # Looked at now, it would take the time of a better one, which is worth waiting for
            # however little time there is.
            self.round(lambda: self.budget.cancelled)
        self.stand_by()
        self.hashed = self.beside.apply_async(_hash, (self.problem,))
        self.bounded = self.beside.apply_async(self._least)
        # With few operations the same number of rounds always knows the same bound.
        self.take_bound(wait=self.standby is None)

    def _least(self) -> float:
        """Return a lower bound of the objective, unless it would come too late."""
        late = self._too_late
        if self.standby is not None:
            # What is not ready in time would only hold up the last check.
            late |= self.budget.remaining + PATIENCE < self.problem.operation_count / BOUNDED
        return -inf if late else lower_bounds(self.searched)["objective"]

    @property
    def _too_late(self) -> bool:
        """Whether nobody waits for a bound any more."""
        return self.budget.cancelled or self.budget.elapsed > self.budget.seconds + PATIENCE

    def take_bound(self, *, wait: bool) -> None:
        """Take in the lower bound if it is known, and see what it proves.

        Parameters
        ----------
        wait : whether to wait for it, though not for whoever cancels or has given less time than
            it takes
        """
        while wait and not self.bounded.ready() and not self._too_late:
            self.bounded.wait(PAUSE / 2)
        if self.bounded.ready():
            self.bound = max(self.bound, self.bounded.get())
        self.note()

    def go_on(self) -> None:
        """Work round by round until there is nothing to gain or no time.

        An attempt is taken in before the next round, not after the last one: what is cut short in
        it would be lacking in a schedule that has the same number of rounds.
        """
        while not self.over:
            rounds = self.search.rounds
            self.taken = rounds > 0 and self.take(self.attempts.take(rounds, self.standing))
            self.take_bound(wait=False)
            # What was taken in counts from the next round on, so that this one is not cut short.
            if not self.round(lambda: self.budget.exhausted and not self.taken):
                break
            self.taken = False
            self.stand_by()
        if not self.left:
            self.take_bound(wait=not (self.proved or self.infeasible))
        self.attempts.end()

    def stand_by(self) -> None:
        """Note what stands, and have it checked for whoever cancels."""
        self.note()
        breach, objective = self.best
        if self.standby is not None and not breach:
            self.standby.offer(objective, self.search.rounds, self.standing)

    def round(self, stop: Callable[[], bool]) -> bool:
        """Do a round, beside an attempt, unless nothing is left to do; tell whether one was done.

        Parameters
        ----------
        stop : asked before it and by what may be cut short
        """
        before = self.search.rounds
        if not self.done and not stop():
            self.attempts.begin(before, self.standing)
            self.left = not self._search_on(stop)
            if self.left:
                return False
        return self.search.rounds > before

    def _search_on(self, stop: Callable[[], bool]) -> bool:
        """Do a round of the search; tell whether it was waited for."""

        def work() -> None:
            self.search.round(stop)

        if self.standby is not None:
            return self.standby.wait_for(work)
        work()
        return True

    @property
    def over(self) -> bool:
        """Whether to stop: limits, proof, or cancelled."""
        return self.done or self.budget.exhausted

    @property
    def done(self) -> bool:
        """Whether all rounds are done that were asked for or that make sense."""
        steps = self.params.steps
        reached = steps is not None and self.search.rounds >= steps
        return reached or self.proved or self.infeasible

    def standing(self) -> Operations:
        """Return the best schedule if it keeps all hard limits."""
        if self._better_kept:
            return self.kept[1]
        return () if self.search.best[0] else self.search.operations()

    def take(self, found: Found | None) -> bool:
        """Take in what an exact attempt brought, if anything; tell whether it did."""
        if found is None:
            return False
        self.bound = max(self.bound, found.bound)
        self.infeasible |= found.infeasible
        if found.operations is not None:
            self.adopt(found.operations, self._worth(found.operations))
        return True

    def adopt(self, operations: Operations, objective: float) -> None:
        """Go on from a schedule that was found elsewhere, and keep it as it is if it is better.

        The search has its own way to write schedules down, in which some waits are not kept.
        """
        self.search.adopt(operations)
        if objective < self.kept[0]:
            self.kept = objective, operations

    def _worth(self, operations: Operations) -> float:
        """Return the objective of a schedule; for large ones only where waits may matter."""
        waits = any(self.problem.objective.get(term) for term in WAITING)
        if self.problem.operation_count > LARGE and not waits:
            return inf
        report = check(self.problem, operations)
        return inf if report.violations or report.objective is None else report.objective

    @property
    def best(self) -> tuple[int, float]:
        """Breach of hard limits, then the objective, of the best schedule."""
        own = self.search.best if not self.impossible else (1, inf)
        breach, objective = (0, self.kept[0]) if self._better_kept else own
        # Equal sums differ by their dust, which would count as better.
        return breach, tidy(objective)

    @property
    def _better_kept(self) -> bool:
        """Whether what was found elsewhere is better than what the search holds."""
        return bool(self.kept[1]) and (0, self.kept[0]) < self.search.best

    def note(self) -> None:
        """Keep the trace, tell who listens, and see whether nothing can be better."""
        breach, objective = self.best
        seconds = self.budget.elapsed
        self.bound = max(self.bound, self.search.bound)
        self.proved = not breach and objective <= self.bound + 1e-9 * (1 + abs(self.bound))
        if breach:
            return
        if not self.trace or objective < self.trace[-1][1]:
            self.reached = self.search.rounds + self.taken
            self.trace.append((round(seconds, 3), objective))
        if self.report is not None and seconds - self.told >= PAUSE:
            self.told = seconds
            self.report(objective, self.bound, self.search.rounds, seconds)

    def result(self) -> Schedule:
        """Return what was found."""
        # How late a bound is known beside the search, chance decides.
        early = self.proved and self.standby is not None
        found = Schedule(
            (),
            Status.INFEASIBLE,
            bound=tidy(self.bound),
            seed=self.seed,
            steps=self.reached if early else self.search.rounds + self.taken,
            seconds=round(self.budget.elapsed, 3),
            problem_hash=self.hashed.get(),
            engine_version=ENGINE_VERSION,
            trace=tuple(self.trace),
        )
        # What was left at work changes its best schedule still.
        breach, objective = (0, -inf) if self.left else self.best
        if breach:
            return replace(found, causes=self._causes())
        checked = None
        if self.standby is not None and not self.proved:
            checked = self.standby.last(objective)
        if checked is None:
            checked = check_whole(self.problem, self.standing(), objective, found.steps)
        elif checked.best > objective:
            # It repeats by its own steps.
            trace = tuple(each for each in self.trace if each[1] >= checked.best)
            found = replace(found, steps=checked.steps, trace=trace)
        return self._filled(found, checked)

    def _causes(self) -> tuple[str, ...]:
        """Return why there is no schedule, or which limits none was found for."""
        limit = Budget(CAUSE_SECONDS if not self.budget.cancelled else PAUSE)
        causes = tuple(str(cause) for cause in find_causes(self.problem, limit))
        if causes:
            return causes
        if not self.search.operations():
            return (NOTHING,)
        broken = check(self.problem, self.search.operations()).violations
        names = dict.fromkeys(f"{each.job}/{each.op}: {each.code}" for each in broken)
        # Twenty names show the pattern; a better search may still keep these limits.
        return tuple(names)[:20]

    def _filled(self, found: Schedule, checked: Checked) -> Schedule:
        """Fill in the schedule with what the checker says of it."""
        report = checked.report
        if report.violations or report.objective is None:
            raise EngineError(
                "factory.schedule.broken",
                N_("The search made a schedule that breaks rules: {codes}."),
                hint=N_("Please report this with the problem file."),
                codes=", ".join(sorted({each.code for each in report.violations})),
            )
        status = Status.FEASIBLE
        if self.proved:
            status = Status.OPTIMAL
        elif self.budget.cancelled:
            status = Status.CANCELLED
        return replace(
            found,
            operations=checked.operations,
            status=status,
            objective=report.objective,
            bound=tidy(min(self.bound, report.objective)),
            terms=report.terms,
            metrics=checked.metrics,
        )


def _hash(problem: Problem) -> str:
    """Return the SHA-256 of a problem, as lower-case hexadecimal digits."""
    with paused_collection():
        return sha256(problem_bytes(problem)).hexdigest()


NOTHING = N_("No schedule was found within the limits; that does not prove that there is none.")
"""Said where neither a schedule nor a cause was found."""

CAUSE_SECONDS = 2.0
"""Time for finding out why there is no schedule, after the search."""


def tidy(value: float) -> float:
    """Return a number without the dust of sums; whole ones as integers, so that JSON shows them."""
    value = round(value, 9)
    return int(value) if float(value).is_integer() else value
