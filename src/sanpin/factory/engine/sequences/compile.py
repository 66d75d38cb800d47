"""Compiling a problem for the kernels, and telling which problems this search is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sanpin.factory.engine.sequences.arrays import (
    BREACH,
    FAR,
    NO_CLOCK,
    Clock,
    Ints,
    Links,
    Rows,
    Shop,
)
from sanpin.factory.model import After, Job, Operation, Problem, ResourceKind

__all__ = ["compile_shop", "suits"]

HORIZON = FAR
"""Times must fit in 32 bits with room for a sum of an end and a tail."""
TIMED = 20_000
"""Most operations of a shop whose times are renewed as a whole with every move."""
LARGE = 30_000
"""Operations above which following what changes is faster than renewing everything."""


def suits(problem: Problem) -> bool:
    """Tell whether the only decisions are machines, workers by mode, and sequences.

    The objective must be the makespan, and every rule beyond precedence with least waits,
    releases and one thing at a time must be absent; where modes name no workers, machines may
    also have open hours and set-ups, and operations overlaps and limits.
    """
    weights = {name for name, weight in problem.objective.items() if weight}
    return (
        weights == {"makespan"}
        and problem.objective["makespan"] > 0
        and not (problem.transport or problem.closed_sites)
        and problem.operation_count > 0
        and all(map(_is_simple, problem.jobs))
        and (
            _horizon(problem) < HORIZON
            if _is_timeless(problem)
            else _may_be_timed(problem) and _horizon(problem) < BREACH
        )
    )


def _is_simple(job: Job) -> bool:
    """Tell whether operations need nothing but one machine and at most one named worker."""
    return not job.alternatives and all(
        bool(op.modes)
        and not (op.worker or op.setup_worker or op.tool or op.batch or op.hold)
        and not (op.consumes or op.produces or op.outsource)
        and all(link.max_lag is None for link in op.after)
        and all(not mode.uses and len(mode.crew) <= 1 for mode in op.modes)
        for op in job.operations
    )


def _is_timeless(problem: Problem) -> bool:
    """Tell whether starts and ends are sums of durations and waits."""
    return (
        all(
            kind in (ResourceKind.MACHINE, ResourceKind.WORKER) and not (calendar or setup)
            for kind, calendar, setup in {
                (each.kind, each.calendar, each.setup) for each in problem.resources
            }
        )
        and all(
            op.fixed is None
            and op.latest is None
            and all(link.transfer is None for link in op.after)
            for job in problem.jobs
            for op in job.operations
        )
        and all(job.deadline is None for job in problem.jobs)
    )


def _may_be_timed(problem: Problem) -> bool:
    """Tell whether open hours, set-ups, overlaps and limits are such as kernels know."""
    return (
        problem.operation_count <= TIMED
        and all(each.kind is ResourceKind.MACHINE for each in problem.resources)
        and all(
            attribute.clean is None and not attribute.forbidden
            for table in problem.setups.values()
            for attribute in table.attributes.values()
        )
        and all(
            min(mode.duration for mode in op.modes) > 0
            and (op.fixed is None or any(m.machine == op.fixed.machine for m in op.modes))
            for job in problem.jobs
            for op in job.operations
        )
    )


def _horizon(problem: Problem) -> int:
    """Return an instant by which everything can be done one after the other."""
    longest = sum(
        max(
            (
                attribute.default
                + max((max(row.values()) for row in attribute.matrix.values() if row), default=0)
                for attribute in table.attributes.values()
            ),
            default=0,
        )
        for table in problem.setups.values()
    )
    work = sum(
        max(mode.duration for mode in op.modes)
        + sum(link.min_lag for link in op.after)
        + _release(job, op)
        + longest
        for job in problem.jobs
        for op in job.operations
    )
    opens = (start for windows in problem.calendars.values() for start, _ in windows)
    return work + max(opens, default=0)


def compile_shop(problem: Problem) -> Shop:
    """Turn a problem that suits into flat arrays; operations are numbered job by job.

    Modes of an operation with the same machine and worker are one, with the shorter duration;
    with workers they are sorted by duration.
    """
    machines = {name: number for number, name in enumerate(problem.processors)}
    workers = {name: number for number, name in enumerate(problem.workers)}
    links: list[tuple[int, ...]] = []
    releases: list[tuple[int, ...]] = []
    modes: list[tuple[int, int, int]] = []
    mode_start, size, timed = [0], problem.operation_count, not _is_timeless(problem)
    for job in problem.jobs:
        first = len(mode_start) - 1
        numbers = {op.id: first + at for at, op in enumerate(job.operations)}
        for number, op in enumerate(job.operations, first):
            links += [_link(numbers[link.op], number, link) for link in op.after]
            if release := _release(job, op):
                releases.append((size, number, release, 0, 0))
            modes += _modes(op, machines, workers, timed)
            mode_start.append(len(modes))
    arcs = _table(links, 5)
    table = _table(modes, 3)
    waits = np.concatenate((arcs, _table(releases, 5)))
    before_start, before = _rows(size, waits, 1, 0)
    after_start, after = _rows(size, arcs, 0, 1)
    chains = max(np.diff(before_start).max(initial=0), np.diff(after_start).max(initial=0)) < 2
    pairs = (np.ascontiguousarray(rows[:, :2]) for rows in (before, after))
    jobs = Links(before_start, next(pairs), after_start, next(pairs))
    plain = chains and not releases and not arcs[:, 2].any()
    more = Links(before_start, before, after_start, after) if timed else jobs
    none = np.zeros(0, np.int32), np.zeros((0, 2), np.int32)
    return Shop(
        size,
        len(machines),
        len(workers) if (table[:, 1] >= 0).any() else 0,
        int(size > LARGE),
        int(timed),
        jobs,
        Links(*none, *none) if plain and not timed else more,
        np.array(mode_start, np.int32),
        np.ascontiguousarray(table[:, 0]),
        np.ascontiguousarray(table[:, 1]),
        np.ascontiguousarray(table[:, 2]),
        _clock(problem, mode_start, table) if timed else NO_CLOCK,
    )


def _clock(problem: Problem, mode_start: list[int], modes: Rows) -> Clock:
    """Return what times depend on."""
    # It shares classes and hours with kernels whose compiler takes a second to load.
    from sanpin.factory.engine.sequences.timing import compile_clock

    owner = np.repeat(np.arange(len(mode_start) - 1, dtype=np.int32), np.diff(mode_start))
    return compile_clock(problem, owner, modes[:, 0])


def _link(before: int, number: int, link: After) -> tuple[int, ...]:
    """Return precedence as predecessor, successor, wait, and the share that is handed over."""
    share = link.transfer
    return (
        before, number, link.min_lag,
        share.numerator if share else 0, share.denominator if share else 0,
    )  # fmt: skip


def _release(job: Job, op: Operation) -> int:
    """Return the instant before which an operation must not start."""
    return max(job.release, op.earliest or 0, op.fixed.start if op.fixed else 0)


def _table(rows: Sequence[tuple[int, ...]], width: int) -> Rows:
    """Return rows as an array, also when there are none."""
    return np.array(rows, np.int32).reshape(-1, width)


def _modes(
    op: Operation, machines: Mapping[str, int], workers: Mapping[str, int], timed: bool
) -> Iterable[tuple[int, int, int]]:
    """Return machine, worker and duration of the modes that are worth telling apart."""
    if op.fixed is not None:
        fixed = [mode.duration for mode in op.modes if mode.machine == op.fixed.machine]
        return ((machines[op.fixed.machine], -1, min(fixed)),)
    if len(op.modes) == 1 and not op.modes[0].crew:
        return ((machines[op.modes[0].machine], -1, op.modes[0].duration),)
    found: dict[tuple[int, int], int] = {}
    for mode in op.modes:
        key = machines[mode.machine], workers[mode.crew[0]] if mode.crew else -1
        found[key] = min(mode.duration, found.get(key, mode.duration))
    rows = [(machine, worker, length) for (machine, worker), length in found.items()]
    # Where there are many, kernels stop at the first that is too long.
    return sorted(rows, key=lambda row: row[2]) if workers or timed else rows


def _rows(size: int, arcs: Rows, key: int, other: int) -> tuple[Ints, Rows]:
    """Sort arcs by one end; return where each row starts, and other end, wait and share."""
    ranked = arcs[np.argsort(arcs[:, key], kind="stable")]
    start = np.concatenate(([0], np.cumsum(np.bincount(arcs[:, key], minlength=size))))
    return start.astype(np.int32), np.ascontiguousarray(ranked[:, [other, 2, 3, 4]])
