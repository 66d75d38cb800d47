"""Solving a whole problem by constraint programming (OR-Tools CP-SAT), with a proof if it ends.

A call does a fixed amount of work (`effort`, the solver's deterministic time); with one worker
the same call gives the same answer. The clock and the stop flag are guards only: an answer that
they cut short says so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, inf
from typing import Any

from ortools.sat.python import cp_model

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.exact.decode import decode
from sanpin.factory.engine.exact.horizon import latest_ends, serial_end
from sanpin.factory.engine.exact.index import make_index
from sanpin.factory.engine.exact.model import StoppedError
from sanpin.factory.engine.exact.rules import build, narrowed, size_of
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["ExactOutcome", "run_solver", "solve_exact"]

LARGEST = 400_000
"""Models of more constraints are not built: they take longer than they are worth."""

PROBING = 0.05
"""Deterministic time for probing in each round of presolve."""

TICK = 0.02
"""Seconds between two looks at the clock and the stop flag."""

PATIENCE = 0.06
"""Seconds that a solver is given to stop."""


@dataclass(frozen=True, slots=True)
class ExactOutcome:
    """What a call found.

    Attributes
    ----------
    operations : the best schedule found, valid for the checker; None if there is none
    objective : of the schedule, as the checker computes it
    bound : no schedule is better; None where the model says a rule too strictly
    optimal : whether the schedule is proved best
    infeasible : whether it is proved that there is no schedule at all
    interrupted : whether clock or stop flag cut the call short, so that it cannot be repeated
    """

    operations: tuple[ScheduledOperation, ...] | None = None
    objective: float | None = None
    bound: float | None = None
    optimal: bool = False
    infeasible: bool = False
    interrupted: bool = False


def solve_exact(
    problem: Problem,
    *,
    hint: Iterable[ScheduledOperation] | None = None,
    objective_below: float | None = None,
    lower: float | None = None,
    effort: float = 20.0,
    budget: Budget | None = None,
    workers: int = 1,
    seed: int = 0,
) -> ExactOutcome:
    """Solve a problem with all rules in one model.

    Parameters
    ----------
    hint : a schedule to start from; its objective also limits how late anything may end
    objective_below : ask for better schedules only; that none exists proves it as bound
    lower : a bound that is known, which may help to prove
    effort : deterministic time of the solver
    budget : seconds as a guard, and the flag that stops the call
    workers : threads of the solver; more than one cannot be repeated
    seed : of all chance

    Returns
    -------
    The outcome; without a schedule where the problem is too large to be written down.
    """
    limit = budget or Budget()
    index = make_index(problem)
    free = list(range(index.size))
    if size_of(index, free) > LARGEST or over(limit):
        return ExactOutcome(interrupted=over(limit))
    known = tuple(hint or ())
    report = check(problem, known) if known else None
    standing = index.placed(known) if report and report.valid else {}
    objective = inf if objective_below is None else objective_below
    if report and report.valid and report.objective is not None:
        objective = min(objective, report.objective)
    high = serial_end(index)
    latest: list[int | None] = [*latest_ends(index, high, objective)]
    high = max((t for t in latest if t is not None), default=0)
    try:
        limited = replace(index, latest=latest)
        model, weighing = build(limited, free, {}, standing, (0, high), lambda: over(limit))
    except StoppedError:
        return ExactOutcome(interrupted=True)
    if objective_below is not None:
        model.cp.add(weighing.total <= ceil(objective_below * weighing.scale) - 1)
    strict = not narrowed(problem)
    if lower is not None and strict and weighing.exact:
        model.cp.add(weighing.total >= ceil(lower * weighing.scale - 1e-6))
    model.cp.minimize(weighing.total)
    if standing:
        start_from_hint(model.cp, limit)
    if over(limit):
        return ExactOutcome(interrupted=True)
    solver, status, stopped = run_solver(model.cp, effort, limit, workers, seed)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        bound = solver.best_objective_bound / weighing.scale if strict else None
        found = decode(model, solver.value)
        return _judged(problem, found, bound, status == cp_model.OPTIMAL, stopped)
    if status == cp_model.INFEASIBLE:
        bound = objective_below if strict else None
        return ExactOutcome(bound=bound, infeasible=strict and objective == inf)
    bound = None if stopped or not strict else solver.best_objective_bound / weighing.scale
    return ExactOutcome(bound=bound, interrupted=stopped)


def _judged(
    problem: Problem,
    found: tuple[ScheduledOperation, ...],
    bound: float | None,
    proved: bool,
    stopped: bool,
) -> ExactOutcome:
    """Return the outcome of an answer, which counts only where the checker agrees."""
    report = check(problem, found)
    if not report.valid or report.objective is None:
        return ExactOutcome(bound=bound, interrupted=stopped)
    near = bound is not None and report.objective <= bound + 1e-6 * (1 + abs(bound))
    return ExactOutcome(
        found, report.objective, bound, optimal=proved and near, interrupted=stopped
    )


def over(budget: Budget) -> bool:
    """Tell whether to stop; time passes between two looks."""
    return budget.exhausted


def start_from_hint(model: Any, budget: Budget) -> int | None:
    """Make the hint whole: give every variable the value that it has where the hint stands.

    Returns
    -------
    The objective there; None where what the hint says breaks a rule.
    """
    solver, status, _ = run_solver(model, 2.0, budget, 1, 0, fixed=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    adopt_as_hint(model, solver)
    objective: float = solver.objective_value
    return round(objective)


def adopt_as_hint(model: Any, solver: Any) -> None:
    """Hint every variable at its value in an answer."""
    model.clear_hints()
    for number, value in enumerate(solver.response_proto.solution):
        model.add_hint(model.get_int_var_from_proto_index(number), value)


def run_solver(
    model: Any, effort: float, budget: Budget, workers: int, seed: int, *, fixed: bool = False
) -> tuple[Any, Any, bool]:
    """Run CP-SAT within an effort; return solver, status, and whether it was cut short.

    Parameters
    ----------
    fixed : whether what is hinted is not to be changed
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    # An interrupt is answered by who called, who may want the schedule written first.
    solver.parameters.catch_sigint_signal = False
    solver.parameters.fix_variables_to_their_hinted_value = fixed
    # Probing every Boolean takes longer than solving a window does.
    solver.parameters.probing_deterministic_time_limit = PROBING
    done, answer = threading.Event(), [cp_model.UNKNOWN]

    def solve() -> None:
        try:
            answer[0] = solver.solve(model)
        finally:
            done.set()

    # Never a daemon, which it would inherit: Python must not end while the solver is at work.
    thread = threading.Thread(target=solve, daemon=False)
    thread.start()
    cut = False
    while not done.wait(TICK):
        if budget.exhausted:
            solver.stop_search()
            cut = True
            # Parts of presolve do not look at the flag. Nobody needs to wait for them: the thread
            # ends soon after by itself, and what it finds is not asked for any more.
            if not done.wait(PATIENCE):
                return solver, cp_model.UNKNOWN, True
    thread.join()
    proved = answer[0] in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return solver, answer[0], cut and not proved
