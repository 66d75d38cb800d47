"""Ways to spoil a valid schedule, each with the code by which the checker must reject it.

A mutation takes chance, a problem and the operations of a valid schedule, and returns both with
one thing wrong, or None where the schedule offers no place for it. Some spoil the schedule,
some tighten the problem so that the schedule breaks exactly one rule of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Any

from sanpin.factory.model import (
    Fixed,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    ScheduledOperation,
)

__all__ = ["MUTATIONS", "Mutation"]

Rows = tuple[ScheduledOperation, ...]
Spoilt = tuple[Problem, Rows] | None
FOREVER = 100_000


@dataclass(frozen=True)
class Mutation:
    """A way to spoil: the code that it must cause, and the features of plants that allow it."""

    code: str
    features: tuple[str, ...]
    spoil: Callable[[Random, Problem, Rows], Spoilt]


MUTATIONS: dict[str, Mutation] = {}


def mutation(code: str, *features: str) -> Callable[[Any], Any]:
    """Enter a function in the table under its name."""

    def enter(spoil: Any) -> Any:
        MUTATIONS[spoil.__name__.strip("_")] = Mutation(code, features, spoil)
        return spoil

    return enter


# Helpers


def op_of(problem: Problem, row: ScheduledOperation) -> Operation:
    """Return the operation of a row."""
    job = next(job for job in problem.jobs if job.id == row.job)
    return next(op for op in job.operations if op.id == row.op)


def pick(
    random: Random, problem: Problem, rows: Rows, wanted: Callable[[Any, Operation], object]
) -> ScheduledOperation | None:
    """Return one of the rows that are wanted."""
    fit = [row for row in rows if wanted(row, op_of(problem, row))]
    return random.choice(fit) if fit else None


def put(rows: Rows, row: ScheduledOperation, **values: Any) -> Rows:
    """Return the rows with values of one changed."""
    return tuple(replace(each, **values) if each is row else each for each in rows)


def with_op(problem: Problem, row: ScheduledOperation, **values: Any) -> Problem:
    """Return the problem with values of an operation changed."""
    return replace(
        problem,
        jobs=tuple(
            replace(
                job,
                operations=tuple(
                    replace(op, **values) if (job.id, op.id) == (row.job, row.op) else op
                    for op in job.operations
                ),
            )
            for job in problem.jobs
        ),
    )


def with_job(problem: Problem, name: str, **values: Any) -> Problem:
    """Return the problem with values of a job changed."""
    jobs = (replace(job, **values) if job.id == name else job for job in problem.jobs)
    return replace(problem, jobs=tuple(jobs))


def with_resources(
    problem: Problem, wanted: Callable[[Resource], object], **values: Any
) -> Problem:
    """Return the problem with values of some resources changed."""
    changed = (replace(each, **values) if wanted(each) else each for each in problem.resources)
    return replace(problem, resources=tuple(changed))


def closed_at(problem: Problem, name: str, t: int) -> Problem:
    """Return the problem with a machine closed for one unit."""
    machine = problem.processors[name]
    windows = problem.calendars.get(machine.calendar, ((0, FOREVER),))
    cut = []
    for start, end in windows:
        cut += [(start, min(end, t)), (max(start, t + 1), end)]
    calendars = {**problem.calendars, "cut": tuple((a, b) for a, b in cut if a < b)}
    changed = with_resources(problem, lambda r: r.kind.processes and r.id == name, calendar="cut")
    return replace(changed, calendars=calendars)


def on(problem: Problem, row: ScheduledOperation) -> ResourceKind | None:
    """Return the kind of machine of a row."""
    return problem.processors[row.machine].kind if row.machine else None


def neighbours(problem: Problem, rows: Rows) -> list[tuple[Any, Any]]:
    """Return pairs of rows that follow each other on a machine, ovens left out."""
    pairs = []
    for name, machine in problem.processors.items():
        if machine.kind is ResourceKind.MACHINE:
            queue = sorted((r for r in rows if r.machine == name), key=lambda r: r.setup_start)
            pairs += list(pairwise(queue))
    return pairs


def links(problem: Problem, rows: Rows) -> list[tuple[Any, Any, Any]]:
    """Return every predecessor, successor and link that are placed."""
    placed = {(row.job, row.op): row for row in rows}
    return [
        (placed[row.job, after.op], row, after)
        for row in rows
        for after in op_of(problem, row).after
        if (row.job, after.op) in placed
    ]


# What is placed


@mutation("operation.missing")
def _dropped(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    gone = random.choice(rows)
    return problem, tuple(row for row in rows if row is not gone)


@mutation("operation.twice")
def _repeated(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    return problem, (*rows, random.choice(rows))


@mutation("operation.unknown")
def _renamed(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    return problem, put(rows, random.choice(rows), op="nothing")


@mutation("operation.unknown")
def _strange_job(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    return problem, put(rows, random.choice(rows), job="nobody")


@mutation("alternative.mixed", "alternatives")
def _both_alternatives(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    names = {name for each in problem.jobs[-1].alternatives for name in each}
    row = pick(random, problem, rows, lambda r, _: r.job == problem.jobs[-1].id and r.op in names)
    assert row is not None
    other = replace(row, op=next(iter(names - {row.op})))
    return problem, (*rows, other)


@mutation("alternative.mixed", "alternatives")
def _no_alternative(_random: Random, problem: Problem, rows: Rows) -> Spoilt:
    job = problem.jobs[-1]
    names = {name for each in job.alternatives for name in each}
    return problem, tuple(r for r in rows if r.job != job.id or r.op not in names)


@mutation("mode.machine")
def _elsewhere(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, _: r.machine)
    return (problem, put(rows, row, machine="nowhere")) if row else None


@mutation("mode.outsourced")
def _given_away(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda _, op: op.outsource is None)
    return (problem, put(rows, row, machine="", workers=(), tools=())) if row else None


# When


@mutation("time.negative")
def _before_time(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    return problem, put(rows, random.choice(rows), setup_start=-1)


@mutation("time.length")
def _too_long(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, op: len(op.modes) < 2)
    return (problem, put(rows, row, end=row.end + 1)) if row else None


@mutation("time.length")
def _too_short(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, op: len(op.modes) < 2 and r.end > r.start)
    return (problem, put(rows, row, end=row.end - 1)) if row else None


@mutation("time.length", "worker")
def _too_fast(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, op: r.workers and op.worker and len(op.modes) < 2)
    slow = dict.fromkeys(("sew", "pack"), 30)
    return (
        (with_resources(problem, lambda r: r.id == row.workers[0], skills=slow), rows)
        if row
        else None
    )


@mutation("time.length", "outsource")
def _late_from_outside(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, _: r.outsourced)
    return (problem, put(rows, row, end=row.end + 1)) if row else None


@mutation("time.length", "resumable")
def _break_worked_through(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(
        random, problem, rows,
        lambda r, op: r.machine and op.resumable and r.end - r.start > 1 and len(op.modes) < 2
        and on(problem, r) is ResourceKind.MACHINE,
    )  # fmt: skip
    return (closed_at(problem, row.machine, row.end - 1), rows) if row else None


@mutation("calendar.start", "resumable")
def _begun_while_closed(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(
        random, problem, rows,
        lambda r, op: r.machine and op.resumable and on(problem, r) is ResourceKind.MACHINE,
    )  # fmt: skip
    return (closed_at(problem, row.machine, row.start), rows) if row else None


@mutation("calendar.window")
def _over_a_gap(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(
        random, problem, rows, lambda r, op: r.machine and not op.resumable and r.end > r.start
    )
    return (closed_at(problem, row.machine, row.end - 1), rows) if row else None


@mutation("bound.release")
def _before_release(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = random.choice(rows)
    return with_job(problem, row.job, release=row.start + 1), rows


@mutation("bound.earliest")
def _before_earliest(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = random.choice(rows)
    return with_op(problem, row, earliest=row.start + 1), rows


@mutation("bound.latest")
def _after_latest(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = random.choice(rows)
    return with_op(problem, row, latest=row.end - 1), rows


@mutation("bound.deadline")
def _after_deadline(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = random.choice(rows)
    return with_job(problem, row.job, deadline=row.end - 1), rows


@mutation("fixed.moved")
def _fixed_elsewhen(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = random.choice(rows)
    return with_op(problem, row, fixed=Fixed(row.machine, row.start + 1)), rows


@mutation("fixed.moved", "fixed")
def _fixed_elsewhere(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = random.choice(rows)
    return with_op(problem, row, fixed=Fixed("another", row.start)), rows


# Machines and set-ups


@mutation("machine.overlap")
def _two_at_once(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    pairs = [(a, b) for a, b in neighbours(problem, rows) if a.end > a.start]
    if not pairs:
        return None
    first, second = random.choice(pairs)
    return problem, put(rows, second, setup_start=first.end - 1)


@mutation("setup.late")
def _set_up_after_start(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = random.choice(rows)
    return problem, put(rows, row, setup_start=row.start + 1)


def _set_up(random: Random, problem: Problem, rows: Rows) -> ScheduledOperation | None:
    """Return a row of a machine that is set up."""
    return pick(
        random, problem, rows,
        lambda r, _: r.setup_start < r.start and on(problem, r) is ResourceKind.MACHINE,
    )  # fmt: skip


@mutation("setup.short", "initial")
def _set_up_too_short(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = _set_up(random, problem, rows)
    return (problem, put(rows, row, setup_start=row.start)) if row else None


@mutation("setup.window", "initial")
def _set_up_while_closed(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = _set_up(random, problem, rows)
    return (closed_at(problem, row.machine, row.setup_start), rows) if row else None


def _colour(problem: Problem, row: ScheduledOperation) -> str | None:
    return op_of(problem, row).attributes.get("colour")


def _paint(problem: Problem, **values: Any) -> Problem:
    """Return the problem with its change-overs of colours changed."""
    table = problem.setups["paint"]
    colour = replace(table.attributes["colour"], **values)
    changed = replace(table, attributes={**table.attributes, "colour": colour})
    return replace(problem, setups={"paint": changed})


def _painted(problem: Problem, rows: Rows, *, same: bool) -> list[tuple[str, str]]:
    """Return the colours of neighbours that have one, where they are the same or not."""
    return [
        (a, b)
        for first, second in neighbours(problem, rows)
        if problem.processors[first.machine].setup
        and (a := _colour(problem, first))
        and (b := _colour(problem, second))
        and (a == b) == same
    ]


@mutation("setup.forbidden", "setup")
def _forbidden_change(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    pairs = _painted(problem, rows, same=False)
    return (_paint(problem, forbidden=frozenset({random.choice(pairs)})), rows) if pairs else None


@mutation("setup.short", "setup")
def _not_cleaned(_random: Random, problem: Problem, rows: Rows) -> Spoilt:
    if not _painted(problem, rows, same=True):
        return None
    return _paint(problem, clean={"every_batches": 1, "duration": 500}), rows


@mutation("setup.short", "setup")
def _not_cleaned_after_units(_random: Random, problem: Problem, rows: Rows) -> Spoilt:
    if not _painted(problem, rows, same=True):
        return None
    return _paint(problem, clean={"every_units": 1, "duration": 500}), rows


# Order


@mutation("order.early")
def _too_early(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    found = links(problem, rows)
    if not found:
        return None
    before, row, after = random.choice(found)
    later = replace(after, min_lag=row.start - before.start + 1)
    return with_op(problem, row, after=(later,)), rows


@mutation("order.late", "lag")
def _waited_too_long(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    found = [each for each in links(problem, rows) if each[1].start > each[0].end]
    if not found:
        return None
    before, row, after = random.choice(found)
    tight = replace(after, max_lag=row.start - before.end - 1)
    return with_op(problem, row, after=(tight,)), rows


@mutation("order.overtakes", "transfer")
def _overtaken(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    found = [each for each in links(problem, rows) if each[2].transfer is not None]
    if not found:
        return None
    before, row, _ = random.choice(found)
    return problem, put(rows, row, end=before.end - 1)


@mutation("transport.none", "site")
def _no_way(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    sites = {name: each.site for name, each in problem.processors.items()} | {"": ""}
    found = [
        each
        for each in links(problem, rows)
        if "" not in (ends := {sites[each[0].machine], sites[each[1].machine]}) and len(ends) == 2
    ]
    return (replace(problem, transport=(), closed_sites=frozenset("a")), rows) if found else None


# People


def _staffed(random: Random, problem: Problem, rows: Rows) -> ScheduledOperation | None:
    return pick(random, problem, rows, lambda r, op: r.workers and op.worker)


@mutation("worker.count", "worker")
def _nobody(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = _staffed(random, problem, rows)
    return (problem, put(rows, row, workers=())) if row else None


@mutation("worker.count", "worker")
def _one_counted_twice(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = _staffed(random, problem, rows)
    return (problem, put(rows, row, workers=(*row.workers, row.workers[0]))) if row else None


@mutation("worker.count")
def _unasked(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, _: not r.workers)
    return (problem, put(rows, row, workers=("anna",))) if row else None


@mutation("worker.unknown", "worker")
def _ghost(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = _staffed(random, problem, rows)
    return (problem, put(rows, row, workers=("ghost", *row.workers[1:]))) if row else None


@mutation("worker.skill", "worker")
def _unskilled(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = _staffed(random, problem, rows)
    if row is None:
        return None
    return with_resources(problem, lambda r: r.id == row.workers[0], skills={"sing": 100}), rows


@mutation("worker.site", "worker", "site")
def _far_away(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, _: r.workers and r.machine)
    if row is None:
        return None
    other = "b" if problem.processors[row.machine].site == "a" else "a"
    return with_resources(problem, lambda r: r.id == row.workers[0], site=other), rows


@mutation("worker.overlap", "team")
def _in_two_places(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    busy = [row for row in rows if row.workers and row.end > row.start]
    if len(busy) < 2:
        return None
    first, second = random.sample(busy, 2)
    return problem, put(rows, second, workers=first.workers, start=first.start, end=first.end)


@mutation("worker.named", "crew")
def _somebody_else(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, op: r.workers and not op.worker)
    if row is None:
        return None
    modes = [mode for mode in op_of(problem, row).modes if mode.crew == row.workers]
    other = "anna" if row.workers == ("bo",) else "bo"
    return with_op(problem, row, modes=tuple(modes)), put(rows, row, workers=(other,))


@mutation("worker.setup", "setup_worker")
def _nobody_to_set_up(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, op: r.setup_start < r.start and op.setup_worker)
    return (with_op(problem, row, setup_worker="fly"), rows) if row else None


# Tools, rooms and goods


@mutation("tool.wrong", "tool")
def _other_tool(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    return problem, put(rows, random.choice(rows), tools=("hammer",))


@mutation("tool.overlap", "tool")
def _too_few_tools(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    if not pick(random, problem, rows, lambda r, op: op.tool and r.end > r.start):
        return None
    return with_resources(problem, lambda r: r.kind is ResourceKind.TOOL, capacity=0), rows


@mutation("pool.overload", "pool")
def _too_little_steam(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    if not pick(
        random, problem, rows,
        lambda r, op: r.end > r.start and all(m.uses.get("steam") for m in op.modes),
    ):  # fmt: skip
        return None
    return with_resources(problem, lambda r: r.kind is ResourceKind.POOL, capacity=0), rows


def _filled(problem: Problem, rows: Rows) -> list[tuple[Any, Operation]]:
    """Return the rows that hold a tank over some time."""
    placed = {(row.job, row.op): row for row in rows}
    found = []
    for row in rows:
        hold = op_of(problem, row).hold
        if hold is not None:
            drain = placed[row.job, hold.until]
            start = row.start if hold.source == "start" else row.end
            if start < (drain.end if hold.until_end else drain.start):
                found.append((row, op_of(problem, row)))
    return found


@mutation("tank.overload", "tank")
def _full(_random: Random, problem: Problem, rows: Rows) -> Spoilt:
    if not _filled(problem, rows):
        return None
    return with_resources(problem, lambda r: r.kind is ResourceKind.TANK, capacity=0), rows


@mutation("tank.mixed", "tank")
def _two_items(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    found = [row for row, _ in _filled(problem, rows)]
    if not found:
        return None
    row = random.choice(found)
    job = next(job for job in problem.jobs if job.id == row.job)
    # A second order of another item that does the same at the same time.
    twin = replace(job, id="twin", item="another")
    copies = [replace(each, job="twin") for each in rows if each.job == row.job]
    return replace(problem, jobs=(*problem.jobs, twin)), (*rows, *copies)


@mutation("material.short", "material")
def _out_of_stock(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    if not pick(random, problem, rows, lambda _, op: op.consumes.get("clay")):
        return None
    clay = replace(problem.materials[0], on_hand=0, arrivals=())
    return replace(problem, materials=(clay, *problem.materials[1:])), rows


@mutation("material.short", "material")
def _expired(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, op: op.consumes.get("clay") and r.start)
    if row is None:
        return None
    clay = replace(problem.materials[0], on_hand=100, arrivals=(), shelf_life=row.start)
    return replace(problem, materials=(clay, *problem.materials[1:])), rows


@mutation("material.short", "produced")
def _not_made_yet(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda _, op: op.produces)
    if row is None or problem.materials[-1].on_hand >= 2:
        return None
    return with_op(problem, row, produces={}), rows


# Ovens


@mutation("batch.missing", "oven")
def _no_batch(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, _: r.batch)
    return (problem, put(rows, row, batch="")) if row else None


@mutation("batch.size", "oven")
def _oven_too_full(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    if not pick(random, problem, rows, lambda r, _: r.batch):
        return None
    return with_resources(problem, lambda r: r.kind is ResourceKind.OVEN, capacity=0), rows


def _cooked_together(problem: Problem, rows: Rows) -> tuple[Any, ...]:
    """Return two members of a load, made into one if there is none."""
    cooked = [row for row in rows if row.batch]
    return tuple(cooked[:2]) if len(cooked) > 1 else ()


@mutation("batch.times", "oven")
def _apart_in_a_batch(_random: Random, problem: Problem, rows: Rows) -> Spoilt:
    pair = _cooked_together(problem, rows)
    if not pair:
        return None
    first, second = pair
    return problem, put(rows, second, batch=first.batch, start=first.start + 1, end=first.end)


@mutation("batch.family", "oven")
def _two_families(_random: Random, problem: Problem, rows: Rows) -> Spoilt:
    pair = _cooked_together(problem, rows)
    if not pair:
        return None
    first, second = pair
    need = op_of(problem, second).batch
    assert need is not None
    changed = with_op(problem, second, batch=replace(need, family="other"))
    return changed, put(
        rows, second, batch=first.batch, start=first.start, end=first.end,
        setup_start=first.setup_start,
    )  # fmt: skip


@mutation("time.length", "oven")
def _taken_out_early(random: Random, problem: Problem, rows: Rows) -> Spoilt:
    row = pick(random, problem, rows, lambda r, _: r.batch and r.end > r.start)
    if row is None:
        return None
    short: Mapping[str, int] = {"end": row.end - 1}
    together = {id(r) for r in rows if (r.machine, r.batch) == (row.machine, row.batch)}
    return problem, tuple(replace(r, **short) if id(r) in together else r for r in rows)
