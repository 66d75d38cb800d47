"""Improvement of a plan window by window, and of small problems as a whole.

A step solves one region with the plan as hint, decodes the answer on the whole plant and keeps
it unless it is worse. With one worker, a fixed seed and a deterministic limit per step, the
same number of steps gives the same plan; a clock only ends the loop between steps or, as a
guard, inside one, which is then said.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from ortools.sat.python import cp_model

from sanpin.base import Budget
from sanpin.factory.engine.cpsat.model import RegionModel
from sanpin.factory.engine.cpsat.region import Region, make_region, whole_region
from sanpin.factory.engine.cpsat.windows import choose_window
from sanpin.factory.engine.search.rebuild import rebuild, repair, starts_of, ways_of
from sanpin.factory.engine.search.score import Plan, rate
from sanpin.factory.engine.search.shop import Setups, Shop, Way

__all__ = ["Outcome", "improve_window", "is_exact", "solve_whole"]

FINE = 64
"""Weight of the objective against the sum of ends that breaks ties."""


@dataclass(slots=True)
class Outcome:
    """A plan after a step: a proven bound, whether it is optimal, and whether a clock cut in."""

    plan: Plan
    bound: float = 0.0
    optimal: bool = False
    infeasible: bool = False
    cut: bool = False


def improve_window(
    plan: Plan, random: Random, *, size: int, effort: float, budget: Budget
) -> Outcome:
    """Improve one window of about `size` operations.

    Parameters
    ----------
    effort : deterministic time limit of the solver
    budget : the clock is a guard only; a step that hits it is marked `cut`

    plan : what is improved; a plan that is not better than it is never returned
    random : chooses the window and seeds the solver
    size : operations to set free

    Notes
    -----
    The model's time ends half a window after its last operation: enough room to reorder, and
    small domains. The decoder then closes whatever gaps the answer left.
    """
    window = choose_window(plan, size, random)
    if window is None:
        return Outcome(plan)
    region = make_region(plan.line, *window)
    if len(region.free) < 2:
        return Outcome(plan)
    span = max(window[2] - window[1], 1)
    latest = max(slot.end for op in region.free if (slot := plan.line.slots[op]) is not None)
    model = RegionModel(region, horizon=latest + span // 2, fine=FINE)
    solver = _solver(random.randrange(2**31), effort, budget, 1)
    status = solver.solve(model.cp)
    # The solver cannot say which limit ended it; the clock did if it had no time left.
    cut = solver.wall_time >= budget.seconds - budget.elapsed + solver.wall_time - 1e-3
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(plan, cut=cut)
    found = _decode(plan, model.read(solver))
    return Outcome(found if found.rank <= plan.rank else plan, cut=cut)


def _solver(seed: int, effort: float, budget: Budget, workers: int) -> Any:
    """Return a solver with a deterministic limit; the clock is only a guard against huge models."""
    solver = cp_model.CpSolver()
    # More than one worker races, and a race cannot be repeated.
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    solver.parameters.max_time_in_seconds = max(0.05, min(budget.remaining, 1e6))
    return solver


def _decode(plan: Plan, answer: dict[int, tuple[int, Way]]) -> Plan:
    """Place the whole plant anew in the order that the answer gives."""
    keys, ways = starts_of(plan.line), ways_of(plan.line)
    for op, (start, way) in answer.items():
        keys[op], ways[op] = start, way
    return repair(rate(rebuild(plan.line.shop, keys, ways)))


def is_exact(shop: Shop) -> bool:
    """Tell whether the model of the whole problem says all that the rules say.

    Only then are the solver's bounds bounds of the problem. Crews, materials, loads and transfer
    batches are decided by the decoder, weights are rounded to integers, and holding costs depend
    on set-ups and rests that the model leaves open.
    """
    problem = shop.problem
    plain = all(
        not (op.worker or op.consumes or op.produces or op.batch)
        and all(link.transfer is None for link in links)
        for op, links in zip(shop.ops, shop.before, strict=True)
    )
    whole = all(float(w).is_integer() for w in problem.objective.values())
    whole &= all(float(j.weight).is_integer() for j in problem.jobs)
    whole &= all(float(j.earliness_weight).is_integer() for j in problem.jobs)
    ovens = any(machine.kind == "oven" for machine in shop.machines)
    held = any(each.cost_per_unit for each in problem.resources)
    priced = problem.objective.get("cost") and (
        held or any(leg.cost for leg in problem.transport) or _fractional(shop)
    )
    steady = problem.objective.get("stability")
    routed = any(job.alternatives for job in problem.jobs)
    return plain and whole and not (ovens or priced or steady or routed)


def _fractional(shop: Shop) -> bool:
    """Tell whether any mode costs a fraction, which the integer model would round."""
    return any(not float(way.cost).is_integer() for ways in shop.ways for way in ways)


class _Watch(cp_model.CpSolverSolutionCallback):
    """Report each better answer, and stop when told to."""

    def __init__(self, report: Callable[[float, float], None] | None, budget: Budget) -> None:
        super().__init__()
        self.report, self.budget = report, budget

    def on_solution_callback(self) -> None:
        """Tell the better answer and look whether to stop; called from the solver's thread."""
        if self.report is not None:
            self.report(self.objective_value, self.best_objective_bound)
        if self.budget.exhausted:
            self.stop_search()


def solve_whole(
    plan: Plan,
    *,
    seed: int,
    workers: int,
    effort: float,
    budget: Budget,
    report: Callable[[float, float], None] | None = None,
) -> Outcome:
    """Solve the whole problem at once, from a plan as hint; it may prove that nothing is better.

    A bound is only reported where the model says all that the rules say and its time is long
    enough to hold some best schedule.
    """
    shop = plan.line.shop
    region: Region = whole_region(shop, plan.line)
    horizon, complete = _horizon(shop, plan, region)
    model = RegionModel(region, horizon=horizon)
    solver = _solver(seed, effort, budget, workers)
    watch = _Watch(report, budget)
    # A callback only comes with a better answer; the timer ends a search that finds none.
    timer = threading.Timer(max(0.05, min(budget.remaining, 1e6)), solver.stop_search)
    timer.daemon = True
    timer.start()
    try:
        status = solver.solve(model.cp, watch)
    finally:
        timer.cancel()
    # The least time the solver is ever given counts as none left.
    cut = budget.remaining <= 0.05
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(plan, infeasible=complete and status == cp_model.INFEASIBLE, cut=cut)
    found = _settle(plan, model.read(solver))
    exact = complete and is_exact(shop)
    bound = solver.best_objective_bound if exact else 0.0
    best = min(plan, found, key=lambda each: each.rank)
    optimal = exact and status == cp_model.OPTIMAL and best.objective <= bound + 1e-6
    return Outcome(best, bound=bound, optimal=optimal and not best.breach, cut=cut)


def _settle(plan: Plan, answer: dict[int, tuple[int, Way]]) -> Plan:
    """Decode an answer to everything; keep its times where ending early may cost.

    Placing everything as early as possible suits every term but earliness, which is why both
    readings are rated and the better one is taken.
    """
    shop = plan.line.shop
    starts = [answer[op][0] for op in range(shop.size)]
    ways = [answer[op][1] for op in range(shop.size)]
    early = rate(rebuild(shop, starts, ways))
    if not early.breach and not shop.problem.objective.get("earliness"):
        return early
    kept = rate(rebuild(shop, starts, ways, starts))
    return min(early, kept, key=lambda each: each.rank)


def _horizon(shop: Shop, plan: Plan, region: Region) -> tuple[int, bool]:
    """Return the end of the model's time, and whether some best schedule surely ends before it.

    For the makespan the end of a valid plan will do. Otherwise everything one after the other,
    from the latest date on, is late enough where machines never close.

    Notes
    -----
    The serial schedule is an upper bound of some optimal schedule only for regular objectives and
    always-open machines; with calendars it may be too short, so no bound is claimed there. Domains
    of more than twenty times the plan's length slow the solver down more than proofs are worth.
    """
    if shop.problem.objective.keys() <= {"makespan"} and not plan.breach:
        return region.horizon, True
    work = sum(max(way.duration for way in ways) for ways in shop.ways)
    waits = sum(link.min_lag for links in shop.before for link in links)
    waits += sum(leg.duration for leg in shop.problem.transport) * shop.size
    change = max((_longest(table) for table in shop.setups if table is not None), default=0)
    dates = [*shop.earliest, *(job.due or 0 for job in shop.jobs)]
    serial = max(dates, default=0) + work + waits + change * shop.size
    closing = any(machine.calendar for machine in shop.machines)
    if serial <= 20 * region.horizon:
        return max(serial, region.horizon), not closing
    return max(2 * region.horizon, 1), False


def _longest(table: Setups) -> int:
    """Return the longest change-over of a table."""
    classes = range(len(table.classes))
    return max((table.length(a, b) for a in classes for b in classes), default=0)
