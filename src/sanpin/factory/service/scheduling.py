"""When and where each lot is made: build the problem, search, check, keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from sanpin.base import N_, EngineError
from sanpin.base.calendar import Calendar
from sanpin.factory.engine.build import build_problem
from sanpin.factory.engine.check import check
from sanpin.factory.engine.choosing import load_search
from sanpin.factory.engine.critical.waits import LateOrder, explain_late
from sanpin.factory.engine.loads import loads_by_day
from sanpin.factory.engine.solve import Params, schedule
from sanpin.factory.model import Material, Problem, Schedule
from sanpin.factory.model.plant import Machine, PlannedOrder, StockLot
from sanpin.factory.sample import JOURNEYS
from sanpin.factory.service.figures import setup_lengths
from sanpin.factory.service.planning import MakePlan, keep
from sanpin.factory.service.plant import PLANT_ZONE, machines, routings, stock
from sanpin.factory.service.warming import compile_kernels, is_warm
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.runs import start_run
from sanpin.master import service as master

__all__ = ["Scheduled", "is_search_ready", "make_schedule", "prepare_search", "verify"]

HORIZON_DAYS = 120
PURCHASE_DAYS = 10
"""A material that nobody has ordered yet is taken to arrive after so many days."""

_SEARCHES = ("lists",)
_GRAIN = 1000
"""Materials are counted in thousandths of their unit, so that whole numbers suffice."""


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule in force: problem, result, and its rows.

    Attributes
    ----------
    operations : ``order, op, item, family, operation, machine, site, setup_start, setup_end,
        start, end, due, late`` in minutes from the origin
    late : ``order, item, due, end, late_minutes, cause, resource, lost_minutes``
    load : ``machine, site, day, open, busy, setup`` in minutes
    """

    run: str
    problem: Problem
    result: Schedule
    operations: pl.DataFrame
    late: pl.DataFrame
    load: pl.DataFrame


def is_search_ready() -> bool:
    """Whether the search of `make_schedule` is compiled, so that it starts at once."""
    return is_warm(_SEARCHES)


def prepare_search() -> None:
    """Compile the search of `make_schedule`, or wait for whoever is at it; takes a minute."""
    compile_kernels(_SEARCHES)


def make_schedule(
    ctx: Context, plan: MakePlan, params: Params = Params(), *, seed: int = 0
) -> Scheduled:
    """Schedule the lots of a plan, leaving a Run ``factory.schedule``.

    The checker, which shares no code with the search, must accept the schedule before it is
    stored.

    Raises
    ------
    EngineError
        ``factory.schedule.invalid`` when the checker refuses it

    Parameters
    ----------
    plan : what to make, and from what
    params : limits of the search
    seed : of the search
    """
    ctx.require(Role.PLANNER)
    asked = {"plan": plan.run, "seconds": params.seconds, "steps": params.steps}
    with start_run(ctx, "factory", "schedule", params=asked, seed=seed) as run:
        run.progress(0.05, N_("Building the scheduling problem"))
        problem = plan_problem(ctx, plan)
        prepare_search()
        load_search(problem)
        run.progress(0.1, N_("Searching for a schedule"))

        def report(_objective: float, _bound: float, _step: int, seconds: float) -> None:
            run.progress(0.1 + 0.7 * min(seconds / max(params.seconds, 1e-9), 1.0))

        result = schedule(
            problem, params, seed=seed, budget=run.budget(params.seconds), report=report
        )
        run.check_cancelled()
        run.progress(0.85, N_("Checking the schedule"))
        verify(problem, result)
        found = _frames(ctx, run.id, problem, result, plan)
        facts = _facts(problem, found)
        run.metrics(facts)
        frames = {"operations": found.operations, "late": found.late, "load": found.load}
        keep(ctx, run.id, "schedule", plan.as_of, frames, {**facts, "origin": problem.origin})
        return found


def plan_problem(ctx: Context, plan: MakePlan) -> Problem:
    """Build the scheduling problem of a plan on the plant as it stands."""
    plant, steps = machines(ctx), routings(ctx)
    origin = datetime.combine(plan.as_of, time(), ZoneInfo(PLANT_ZONE))
    scarce = _scarce(plan, stock(ctx))
    return build_problem(
        _orders(plan, set(scarce)),
        steps,
        plant,
        _windows(ctx, plant, origin),
        origin=origin.isoformat(),
        materials=tuple(scarce.values()),
        transport=JOURNEYS,
        objective={"tardiness": 1, "setup": 1},
        name=f"plan {plan.as_of}",
    )


def _orders(plan: MakePlan, scarce: set[str]) -> list[PlannedOrder]:
    """Return the lots of a plan as the scheduling problem takes them."""
    takes: dict[str, dict[str, int]] = defaultdict(dict)
    for order, material, quantity in plan.consumption.iter_rows():
        if material in scarce:
            # Needs are rounded up and supplies down: a schedule counts on no more than comes.
            takes[order][material] = int(-(-quantity * _GRAIN // 1))
    return [
        PlannedOrder(
            id=row["order"],
            item=row["item"],
            quantity=round(row["quantity"]),
            # Due by the end of the day: 1440 minutes each, day 0 being today.
            due=(row["due_day"] + 1) * 1440,
            weight=1.0,
            consumes=takes.get(row["order"], {}),
        )
        for row in plan.orders.iter_rows(named=True)
    ]


def _scarce(plan: MakePlan, lots: Sequence[StockLot]) -> dict[str, Material]:
    """Return the supply of the materials that do not last; the others can never bind.

    A material of which enough is on hand binds no schedule; leaving it out keeps the problem small.
    """
    short = plan.materials.filter(pl.col("short") > 0)
    names = set(short["material"])
    arrivals: dict[str, list[tuple[int, int]]] = defaultdict(list)
    ready: dict[str, float] = defaultdict(float)
    for lot in lots:
        if lot.item not in names:
            continue
        wait = (lot.available - plan.as_of).days if lot.available else 0
        if wait > 0:
            arrivals[lot.item].append((wait * 1440, int(lot.quantity * _GRAIN)))
        else:
            ready[lot.item] += lot.quantity
    found = {}
    for row in short.iter_rows(named=True):
        name = row["material"]
        gap = row["needed"] - row["on_hand"] - row["arriving"]
        if gap > -1:
            # One unit per order and one more on top: every need is rounded up on its own.
            bought = int((gap + 1 + row["orders"]) * _GRAIN)
            arrivals[name].append((PURCHASE_DAYS * 1440, bought))
        found[name] = Material(name, int(ready[name] * _GRAIN), tuple(sorted(arrivals[name])))
    return found


def _windows(
    ctx: Context, plant: Sequence[Machine], origin: datetime
) -> dict[str, list[tuple[int, int]]]:
    """Return the open windows of each calendar in use, in minutes from the origin."""
    until = origin + timedelta(days=HORIZON_DAYS)
    years = range(origin.year, until.year + 1)
    calendars: Mapping[str, Calendar] = {
        code: master.working_time(ctx, code, years)
        for code in {machine.calendar for machine in plant if machine.calendar}
    }
    return {code: one.windows(origin, until) for code, one in calendars.items()}


def verify(problem: Problem, result: Schedule) -> None:
    """Refuse to go on with a schedule that the checker does not accept.

    Raises
    ------
    EngineError
        ``factory.schedule.invalid``
    """
    report = check(problem, result)
    if report.violations:
        first = report.violations[0]
        raise EngineError(
            "factory.schedule.invalid",
            N_("The schedule breaks {count} rules, first {rule} of {job}. It was not stored."),
            hint=N_("Please report this, with the plan and the seed of the run."),
            count=len(report.violations),
            rule=first.code,
            job=first.job,
        )


def _frames(
    ctx: Context, run: str, problem: Problem, result: Schedule, plan: MakePlan
) -> Scheduled:
    """Return a schedule with its rows."""
    late = explain_late(problem, result)
    sites = {resource.id: resource.site for resource in problem.resources}
    load_rows = [
        {
            "machine": load.machine,
            "site": sites[load.machine],
            "day": plan.as_of + timedelta(days=load.day),
            "open": load.open,
            "busy": load.work + load.setup,
            "setup": load.setup,
        }
        for load in loads_by_day(problem, result, 1440)
    ]
    return Scheduled(
        run,
        problem,
        result,
        _operation_frame(ctx, problem, result, {one.job for one in late}),
        _late_frame(late),
        pl.DataFrame(load_rows or None, schema=_LOAD),
    )


def _operation_frame(
    ctx: Context, problem: Problem, result: Schedule, late: set[str]
) -> pl.DataFrame:
    """Return the operations as rows, with the words of routings and items."""
    names = {
        (item, str(one.step)): one.operation
        for item, steps in routings(ctx).items()
        for one in steps
    }
    families = {code: item.family for code, item in master.all_items(ctx).items()}
    jobs = {job.id: job for job in problem.jobs}
    lengths = setup_lengths(problem, result)
    rows = [
        {
            "order": one.job,
            "op": one.op,
            "item": jobs[one.job].item,
            "family": families.get(jobs[one.job].item, "other"),
            "operation": names.get((jobs[one.job].item, one.op), one.op),
            "machine": one.machine,
            "site": problem.processors[one.machine].site if one.machine else "",
            "setup_start": one.setup_start,
            "setup_end": one.setup_start + lengths.get((one.job, one.op), 0),
            "start": one.start,
            "end": one.end,
            "due": jobs[one.job].due,
            "late": one.job in late,
        }
        for one in result.operations
    ]
    return pl.DataFrame(rows or None, schema=_OPERATIONS)


def _late_frame(late: Sequence[LateOrder]) -> pl.DataFrame:
    """Return the late orders as rows."""
    rows = [
        {
            "order": one.job,
            "item": one.item,
            "due": one.due,
            "end": one.end,
            "late_minutes": one.late,
            "cause": one.cause.value,
            "resource": one.resource,
            "lost_minutes": one.waited,
        }
        for one in late
    ]
    return pl.DataFrame(rows or None, schema=_LATE)


_OPERATIONS: dict[str, type[pl.DataType]] = {
    "order": pl.String, "op": pl.String, "item": pl.String, "family": pl.String,
    "operation": pl.String, "machine": pl.String, "site": pl.String, "setup_start": pl.Int64,
    "setup_end": pl.Int64, "start": pl.Int64, "end": pl.Int64, "due": pl.Int64, "late": pl.Boolean,
}  # fmt: skip

_LATE: dict[str, type[pl.DataType]] = {
    "order": pl.String, "item": pl.String, "due": pl.Int64, "end": pl.Int64,
    "late_minutes": pl.Int64, "cause": pl.String, "resource": pl.String, "lost_minutes": pl.Int64,
}  # fmt: skip

_LOAD: dict[str, type[pl.DataType]] = {
    "machine": pl.String, "site": pl.String, "day": pl.Date, "open": pl.Int64, "busy": pl.Int64,
    "setup": pl.Int64,
}  # fmt: skip


def _facts(problem: Problem, found: Scheduled) -> dict[str, object]:
    """Return the figures of a schedule that its Run keeps."""
    result = found.result
    open_time = int(found.load["open"].sum())
    changeovers = int((found.operations["setup_start"] < found.operations["start"]).sum())
    return {
        "operations": len(result.operations),
        "orders": len(problem.jobs),
        "late_orders": found.late.height,
        "valid": True,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "setup_minutes": int(found.load["setup"].sum()),
        "changeovers": changeovers,
        "tardiness_minutes": int(found.late["late_minutes"].sum()),
        "utilisation": int(found.load["busy"].sum()) / open_time if open_time else 0.0,
        "steps": result.steps,
        "problem_hash": result.problem_hash,
    }
