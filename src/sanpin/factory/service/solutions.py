"""Schedules that a search has found: kept with their figures, read, drawn, compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from sanpin.base import N_, InputError, Run, StateError
from sanpin.factory.model import NO_ORIGIN, Problem, Schedule
from sanpin.factory.service.figures import Figures
from sanpin.factory.service.problems import DOMAIN
from sanpin.kit.context import Context
from sanpin.kit.runs import get_run, list_runs

__all__ = [
    "Comparison",
    "Solution",
    "compare_solutions",
    "draw_solution",
    "find_solution",
    "find_solve_run",
    "keep_solution",
    "schedule_document",
    "solution_table",
    "solve_runs",
]

BARS = 20_000
"""Bars that the board draws at most; beyond it shows the fullest machines."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A kept schedule.

    Attributes
    ----------
    run : that found it
    head : its document but for the operations, and what pages need to know of the problem
    tables : ids of its datasets by name
    """

    run: Run
    head: Mapping[str, Any]
    tables: Mapping[str, str]


def keep_solution(
    ctx: Context, run: str, problem: Problem, found: Schedule, figures: Figures
) -> dict[str, str]:
    """Keep a schedule and its tables in one transaction; return the ids by name.

    Parameters
    ----------
    run : id of the Run that found it
    problem : what it answers
    found : the schedule
    figures : what was computed from both
    """
    from sanpin.factory.engine.formats.writer import schedule_record

    head = schedule_record(replace(found, operations=()))
    shares = figures.tables["machines"].select("machine", "share").rows()
    head["metrics"] = {
        **head["metrics"],
        "late_jobs": figures.facts["late_jobs"],
        "setup_time": figures.facts["setup_time"],
        "utilisation": {machine: round(share, 6) for machine, share in shares},
    }
    page = {
        "name": problem.name,
        "unit": problem.unit,
        "origin": problem.origin,
        "weights": dict(problem.objective),
        "worst_job": figures.facts["worst_job"],
    }
    frames = {"solution": figures.operations, **figures.tables}
    meta = {"head": head, "page": page}
    with ctx.db.write() as conn:
        return {
            name: ctx.lake.write(
                conn,
                DOMAIN,
                name if name == "solution" else f"solution_{name}",
                frame,
                firm=ctx.firm,
                meta=meta if name == "solution" else {},
                key=run,
            ).id
            for name, frame in frames.items()
        }


def solve_runs(ctx: Context, limit: int = 20) -> list[Run]:
    """Return the newest searches."""
    return list_runs(ctx, "factory", "solve", limit=limit)


def find_solve_run(ctx: Context, run: str) -> Run:
    """Return the Run of a search.

    Raises
    ------
    InputError
        ``factory.solve.other_run`` (404) when the Run did something else
    """
    found = get_run(ctx, run)
    if (found.domain, found.verb) != ("factory", "solve"):
        error = InputError(
            "factory.solve.other_run",
            N_("The run {run} did not search for a schedule."),
            hint=N_("Choose a run of the solver."),
            run=run,
        )
        error.status = 404
        raise error
    return found


def find_solution(ctx: Context, run: str) -> Solution:
    """Return the schedule of a search.

    Raises
    ------
    StateError
        ``factory.solve.no_schedule`` while there is none, or when none was found
    """
    found = find_solve_run(ctx, run)
    if "solution" not in found.artefacts:
        raise StateError(
            "factory.solve.no_schedule",
            N_("The run {run} has no schedule ({state})."),
            hint=N_("Wait until it has ended, or do the search again."),
            run=run,
            state=found.state.value,
        )
    meta = ctx.lake.get(found.artefacts["solution"]).meta
    return Solution(found, {**meta["head"], "page": meta["page"]}, dict(found.artefacts))


def solution_table(ctx: Context, found: Solution, name: str) -> pl.DataFrame:
    """Return a table of a schedule: ``solution`` for its operations, or one of its parts."""
    return ctx.lake.read(found.tables[name])


def schedule_document(ctx: Context, found: Solution) -> dict[str, Any]:
    """Return a schedule as the document ``sanpin.factory.schedule/1``."""
    rows = solution_table(ctx, found, "solution").drop("setup_end", strict=False).to_dicts()
    for row in rows:
        if not row["outsourced"]:
            del row["outsourced"]
    document: dict[str, Any] = {}
    for key, value in found.head.items():
        if key != "page":
            document[key] = rows if key == "operations" else value
    return document


def draw_solution(ctx: Context, found: Solution) -> dict[str, Any]:
    """Return a schedule as the board draws it; of a very large one the fullest machines."""
    bars = solution_table(ctx, found, "solution").filter(pl.col("machine").is_not_null())
    machines = solution_table(ctx, found, "machines").drop("setup")
    machines = machines.filter(pl.col("operations") > 0)
    if bars.height > BARS:
        reach = machines.with_columns(sum=pl.col("operations").cum_sum())
        machines = machines.head(max(1, reach.filter(pl.col("sum") <= BARS).height))
        bars = bars.filter(pl.col("machine").is_in(machines["machine"].implode()))
    jobs = solution_table(ctx, found, "jobs").select("job", "item", "due", "late")
    bars = bars.join(jobs, on="job", how="left", maintain_order="left")
    seconds = {"s": 1, "min": 60, "h": 3600}[found.head["page"]["unit"]]
    origin = found.head["page"]["origin"]
    return {
        # Public instances say no origin; their times are plain numbers.
        "origin": None if origin == NO_ORIGIN else origin,
        "unit_seconds": seconds,
        "now": None,
        "rows": [
            {
                "id": row["machine"],
                "label": row["machine"],
                "site": row["site"] or "",
                "load": round(row["share"], 4),
                "closed": row["closed"],
            }
            for row in machines.sort("site", "machine").iter_rows(named=True)
        ],
        "bars": [_bar(row) for row in bars.iter_rows(named=True)],
    }


def _bar(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one operation as the board draws it; jobs without an item are told by themselves."""
    held = {name: row[name] for name in ("workers", "tools", "batch") if row[name]}
    return held | {
        "row": row["machine"],
        "job": row["job"],
        "op": row["op"],
        "label": f"{row['job']} · {row['op']}",
        "family": row["item"] or row["job"],
        "setup_start": row["setup_start"],
        "setup_end": row.get("setup_end", row["start"]),
        "start": row["start"],
        "end": row["end"],
        "due": row["due"],
        "late": bool(row["late"]),
    }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two schedules side by side.

    Attributes
    ----------
    terms : ``term, a, b, change, weight_a, weight_b``: objective, bound, every term of either;
        `change` is missing where different weights make it say nothing
    moves : ``job, op, machine_a, machine_b, start_a, start_b, shift`` of what both have placed,
        elsewhere or at another time, the change of machine first, then the largest shift
    late : ``job, item, due, late_a, late_b, change`` of jobs that are late in either
    common : operations that both have placed
    alone : operations that only one has placed
    same : whether both answer the same problem, whatever the weights
    weighed_alike : whether their terms have the same weights
    """

    a: Solution
    b: Solution
    terms: pl.DataFrame
    moves: pl.DataFrame
    late: pl.DataFrame
    common: int
    alone: int
    same: bool
    weighed_alike: bool


def compare_solutions(ctx: Context, a: str, b: str) -> Comparison:
    """Compare the schedules of two searches, job by job and operation by operation.

    Parameters
    ----------
    a, b : ids of the Runs

    Raises
    ------
    StateError
        ``factory.solve.nothing_found`` when one of the searches found no schedule
    """
    first, second = _placed(ctx, a), _placed(ctx, b)
    columns = ["job", "op", "machine", "start"]
    left = solution_table(ctx, first, "solution").select(columns)
    right = solution_table(ctx, second, "solution").select(columns)
    both = left.join(right, on=["job", "op"], how="inner", suffix="_b").rename(
        {"machine": "machine_a", "start": "start_a"}
    )
    both = both.with_columns(
        shift=pl.col("start_b") - pl.col("start_a"),
        moved=pl.col("machine_a").ne_missing(pl.col("machine_b")),
    )
    moves = both.filter(pl.col("moved") | (pl.col("shift") != 0)).sort(
        "moved", pl.col("shift").abs(), "job", "op", descending=[True, True, False, False]
    )
    order = ["job", "op", "machine_a", "machine_b", "start_a", "start_b", "shift", "moved"]
    alone = left.height + right.height - 2 * both.height
    late = _late_in_either(ctx, first, second)
    return Comparison(
        first,
        second,
        _terms_of_both(first, second),
        moves.select(order),
        late,
        both.height,
        alone,
        same=first.run.inputs_hash == second.run.inputs_hash,
        weighed_alike=_weights(first) == _weights(second),
    )


def _placed(ctx: Context, run: str) -> Solution:
    """Return the schedule of a search that has found one."""
    found = find_solution(ctx, run)
    if not found.run.metrics.get("operations"):
        raise StateError(
            "factory.solve.nothing_found",
            N_("The run {run} found no schedule, so there is nothing to compare."),
            hint=N_("Choose a search that found a schedule."),
            run=run,
        )
    return found


def _weights(found: Solution) -> dict[str, float]:
    """Return the weights that count."""
    weights: Mapping[str, float] = found.head["page"]["weights"]
    return {name: weight for name, weight in weights.items() if weight}


def _terms_of_both(a: Solution, b: Solution) -> pl.DataFrame:
    """Return objective, bound and every term of both schedules, those with a weight first."""
    weights = {**_weights(a), **_weights(b)}
    names = list(dict.fromkeys([*a.head["terms"], *b.head["terms"]]))
    rows: list[tuple[Any, ...]] = [
        (name, a.head[name], b.head[name], None, None) for name in ("objective", "bound")
    ]
    rows += [
        (
            name,
            a.head["terms"].get(name),
            b.head["terms"].get(name),
            a.head["page"]["weights"].get(name),
            b.head["page"]["weights"].get(name),
        )
        for name in sorted(names, key=lambda name: name not in weights)
    ]
    schema = {"term": pl.String, **dict.fromkeys(("a", "b", "weight_a", "weight_b"), pl.Float64)}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    # Sums of differently weighed terms are no two measures of one thing.
    comparable = _weights(a) == _weights(b)
    change = pl.when(pl.lit(comparable) | ~pl.col("term").is_in(["objective", "bound"])).then(
        (pl.col("b") - pl.col("a")).round(6)
    )
    order = ["term", "a", "b", "change", "weight_a", "weight_b"]
    return frame.with_columns(change=change).select(order)


def _late_in_either(ctx: Context, a: Solution, b: Solution) -> pl.DataFrame:
    """Return the jobs that are late in either schedule, the largest change first."""
    columns = ["job", "item", "due", "late"]
    left = solution_table(ctx, a, "jobs").select(columns).rename({"late": "late_a"})
    right = solution_table(ctx, b, "jobs").select("job", pl.col("late").alias("late_b"))
    both = left.join(right, on="job", how="inner").with_columns(
        change=pl.col("late_b") - pl.col("late_a")
    )
    late = both.filter((pl.col("late_a") > 0) | (pl.col("late_b") > 0))
    return late.sort(pl.col("change").abs(), "job", descending=[True, False])
