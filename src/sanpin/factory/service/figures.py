"""The figures of a schedule that its page shows: jobs, machines, change-overs, critical chain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from sanpin.factory.model import Problem, Resource, Schedule, ScheduledOperation

if TYPE_CHECKING:
    from sanpin.factory.engine.critical.board import Board

__all__ = ["EXPLAINED", "PARTS", "Figures", "compute_figures", "setup_lengths"]

_TEXT, _WHOLE, _NUMBER = pl.String, pl.Int64, pl.Float64

_OPERATIONS: dict[str, Any] = {
    "job": _TEXT, "op": _TEXT, "machine": _TEXT, "workers": pl.List(_TEXT),
    "tools": pl.List(_TEXT), "batch": _TEXT, "setup_start": _WHOLE, "start": _WHOLE,
    "end": _WHOLE, "outsourced": pl.Boolean, "setup_end": _WHOLE,
}  # fmt: skip

_JOBS: dict[str, Any] = {
    "job": _TEXT, "item": _TEXT, "quantity": _WHOLE, "weight": _NUMBER, "release": _WHOLE,
    "due": _WHOLE, "end": _WHOLE, "late": _WHOLE, "cause": _TEXT, "resource": _TEXT,
    "waited": _WHOLE,
}  # fmt: skip

_MACHINES: dict[str, Any] = {
    "machine": _TEXT, "site": _TEXT, "operations": _WHOLE, "work": _WHOLE, "setup": _WHOLE,
    "open": _WHOLE, "share": _NUMBER, "closed": pl.List(pl.List(_WHOLE)),
}  # fmt: skip

_SETUPS: dict[str, Any] = {
    "table": _TEXT, "before": _TEXT, "after": _TEXT, "count": _WHOLE, "machines": _WHOLE,
    "length": _WHOLE,
}  # fmt: skip

_CHAIN: dict[str, Any] = {
    "job": _TEXT, "op": _TEXT, "machine": _TEXT, "kind": _TEXT, "name": _TEXT, "since": _WHOLE,
    "start": _WHOLE, "end": _WHOLE, "until": _WHOLE, "slack": _WHOLE,
}  # fmt: skip

Lengths = Mapping[tuple[str, str], int]
"""Set-up before an operation, by job and operation; those without one are left out."""

PARTS = ("jobs", "machines", "setups", "chain")
"""Tables of a schedule beside its operations."""

EXPLAINED = 1_000
"""Late jobs that are told why, those that cost most: of more nobody reads the reasons."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The operations as rows, tables by name of `PARTS`, and single figures."""

    operations: pl.DataFrame
    tables: Mapping[str, pl.DataFrame]
    facts: Mapping[str, Any]


def _operation_frame(found: Schedule, lengths: Lengths) -> pl.DataFrame:
    """Return the operations of a schedule as rows, in their order.

    Parameters
    ----------
    lengths : set-ups before them; after its set-up a machine may wait for the work to begin
    """
    rows = [
        (
            each.job, each.op, each.machine or None, list(each.workers), list(each.tools),
            each.batch or None, each.setup_start, each.start, each.end, each.outsourced,
            each.setup_start + lengths.get((each.job, each.op), 0),
        )
        for each in found.operations
    ]  # fmt: skip
    return pl.DataFrame(rows or None, schema=_OPERATIONS, orient="row")


def compute_figures(problem: Problem, found: Schedule) -> Figures:
    """Compute everything that a page says about a schedule beyond its operations.

    Parameters
    ----------
    problem : what the schedule answers
    found : a valid schedule of it, or one without operations
    """
    from sanpin.factory.engine.critical.board import lay_out

    board = lay_out(problem, found.operations)
    lengths = board.facts.setup_length
    jobs = _jobs(board)
    machines = _machines(problem, found, lengths)
    setups = _setups(problem, found, lengths)
    worst = _worst(jobs)
    opened = int(machines["open"].sum())
    facts = {
        "status": found.status.value,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "steps": found.steps,
        "seconds": found.seconds,
        "operations": len(found.operations),
        "jobs": len(problem.jobs),
        "late_jobs": jobs.filter(pl.col("late") > 0).height,
        "setup_time": int(found.terms.get("setup", 0)),
        "utilisation": int((machines["work"] + machines["setup"]).sum()) / opened
        if opened
        else 0.0,
        "terms": dict(found.terms),
        "worst_job": worst,
        "problem_hash": found.problem_hash,
    }
    chain = _chain(board, worst)
    tables = {"jobs": jobs, "machines": machines, "setups": setups, "chain": chain}
    return Figures(_operation_frame(found, lengths), tables, facts)


def setup_lengths(problem: Problem, found: Schedule) -> Lengths:
    """Return the set-ups that the rules ask for, without what they wait until the work begins."""
    from sanpin.factory.engine.check.facts import gather
    from sanpin.factory.engine.check.machines import check_machines

    facts = gather(problem, found.operations)
    check_machines(facts)
    return facts.setup_length


def _jobs(board: Board) -> pl.DataFrame:
    """Return the placed jobs, latest first, late ones with what they waited for longest."""
    from sanpin.factory.engine.critical.waits import late_on

    ends: dict[str, int] = {}
    for (name, _), placing in board.facts.placed.items():
        ends[name] = max(placing.at.end, ends.get(name, 0))
    causes = {one.job: one for one in late_on(board, EXPLAINED)}
    rows = []
    for job in board.facts.problem.jobs:
        if job.id not in ends:
            continue
        end, why = ends[job.id], causes.get(job.id)
        late = max(0, end - job.due) if job.due is not None else 0
        known = (why.cause.value, why.resource, why.waited) if why else ("", "", 0)
        facts = (job.id, job.item, job.quantity, float(job.weight), job.release, job.due)
        rows.append((*facts, end, late, *known))
    frame = pl.DataFrame(rows or None, schema=_JOBS, orient="row")
    return frame.sort(
        pl.col("late") * pl.col("weight"), "end", descending=True, maintain_order=True
    )


def _worst(jobs: pl.DataFrame) -> str:
    """Return the job that costs most by being late; when none is, the one that ends last."""
    if not jobs.height:
        return ""
    row = jobs.row(0, named=True)
    if not row["late"] * row["weight"]:
        row = jobs.sort("late", "end", descending=True, maintain_order=True).row(0, named=True)
    return str(row["job"])


def _machines(problem: Problem, found: Schedule, lengths: Lengths) -> pl.DataFrame:
    """Return work, set-up and open time of each machine until the schedule ends, fullest first."""
    from sanpin.factory.engine.loads import machine_loads

    counts: dict[str, int] = defaultdict(int)
    setup: dict[str, int] = defaultdict(int)
    for each in found.operations:
        counts[each.machine] += 1
        setup[each.machine] += lengths.get((each.job, each.op), 0)
    until = max((each.end for each in found.operations), default=0)
    rows = [
        (
            load.machine, problem.processors[load.machine].site, counts[load.machine], load.work,
            setup[load.machine], load.open, (load.work + setup[load.machine]) / max(load.open, 1),
            _closed(problem, load.machine, until),
        )
        for load in machine_loads(problem, found)
    ]  # fmt: skip
    frame = pl.DataFrame(rows or None, schema=_MACHINES, orient="row")
    return frame.sort("share", "machine", descending=[True, False])


def _closed(problem: Problem, machine: str, until: int) -> list[list[int]]:
    """Return the closed spans of a machine up to an instant."""
    calendar = problem.processors[machine].calendar
    if not calendar:
        return []
    spans, at = [], 0
    for start, end in problem.calendars.get(calendar, ()):
        if start >= until:
            break
        if start > at:
            spans.append([at, start])
        at = end
    return [*spans, [at, until]] if at < until else spans


def _setups(problem: Problem, found: Schedule, lengths: Lengths) -> pl.DataFrame:
    """Return how often machines changed from one class to another and how long that took."""
    count: dict[tuple[str, str, str], int] = defaultdict(int)
    length: dict[tuple[str, str, str], int] = defaultdict(int)
    used: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for machine, change, took in _changes(problem, found, lengths):
        count[change] += 1
        length[change] += took
        used[change].add(machine)
    rows = [(*each, count[each], len(used[each]), length[each]) for each in count]
    frame = pl.DataFrame(rows or None, schema=_SETUPS, orient="row")
    return frame.sort("length", "count", "before", "after", descending=[True, True, False, False])


def _changes(
    problem: Problem, found: Schedule, lengths: Lengths
) -> Iterator[tuple[str, tuple[str, str, str], int]]:
    """Yield each change-over: machine; table, class before and after; how long it took."""
    specs = {(job.id, op.id): op for job in problem.jobs for op in job.operations}
    queues: dict[str, list[ScheduledOperation]] = defaultdict(list)
    for each in found.operations:
        if each.machine and problem.processors[each.machine].setup:
            queues[each.machine].append(each)
    for name, queue in queues.items():
        machine = problem.processors[name]
        before = _class(problem, machine, machine.initial)
        seen = ""
        for each in sorted(queue, key=lambda each: (each.setup_start, each.start, each.end)):
            # The members of a load share one set-up.
            if each.batch and each.batch == seen:
                continue
            seen = each.batch
            after = _class(problem, machine, specs[each.job, each.op].attributes)
            took = lengths.get((each.job, each.op), 0)
            if took:
                yield name, (machine.setup, before, after), took
            before = after


def _class(problem: Problem, machine: Resource, values: Mapping[str, str]) -> str:
    """Return what decides change-overs on a machine, as one word."""
    names = problem.setups[machine.setup].attributes
    return " / ".join(values[name] for name in names if name in values)


def _chain(board: Board, job: str) -> pl.DataFrame:
    """Return the operations that fix when a job ends, in order of time."""
    from sanpin.factory.engine.critical import chain_on

    links = chain_on(board, job) if job else ()
    rows = [
        (
            one.job, one.op, one.machine, one.kind.value, one.name, one.since, one.start, one.end,
            one.until, one.slack,
        )
        for one in links
    ]  # fmt: skip
    return pl.DataFrame(rows or None, schema=_CHAIN, orient="row")
