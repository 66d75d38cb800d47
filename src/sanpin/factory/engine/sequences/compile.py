"""Compiling a problem for the kernels, and telling which problems this search is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sanpin.factory.engine.sequences.arrays import Ints, Links, Shop
from sanpin.factory.model import Job, Operation, Problem, ResourceKind

__all__ = ["compile_shop", "suits"]

HORIZON = 2**30
"""Times must fit in 32 bits with room for a sum of an end and a tail."""
LARGE = 30_000
"""Operations above which following what changes is faster than renewing everything."""


def suits(problem: Problem) -> bool:
    """Tell whether the only decisions are machines, workers by mode, and sequences.

    The objective must be the makespan, and every rule beyond precedence with least waits,
    releases and one thing at a time must be absent.
    """
    weights = {name for name, weight in problem.objective.items() if weight}
    return (
        weights == {"makespan"}
        and problem.objective["makespan"] > 0
        and not (problem.transport or problem.closed_sites)
        and all(
            kind in (ResourceKind.MACHINE, ResourceKind.WORKER) and not (calendar or setup)
            for kind, calendar, setup in {
                (each.kind, each.calendar, each.setup) for each in problem.resources
            }
        )
        and problem.operation_count > 0
        and all(_is_plain(job) for job in problem.jobs)
        and _horizon(problem) < HORIZON
    )


def _is_plain(job: Job) -> bool:
    """Tell whether a job has nothing but releases, modes, and least waits."""
    return (
        job.deadline is None
        and not job.alternatives
        and all(_is_simple(operation) for operation in job.operations)
    )


def _is_simple(op: Operation) -> bool:
    """Tell whether an operation needs nothing but one machine and at most one named worker."""
    return (
        bool(op.modes)
        and not (op.worker or op.setup_worker or op.tool or op.batch or op.hold)
        and not (op.consumes or op.produces or op.fixed or op.outsource)
        and op.latest is None
        and all(link.max_lag is None and link.transfer is None for link in op.after)
        and all(not mode.uses and len(mode.crew) <= 1 for mode in op.modes)
    )


def _horizon(problem: Problem) -> int:
    """Return an instant by which everything can be done one after the other."""
    return sum(
        max(mode.duration for mode in op.modes)
        + sum(link.min_lag for link in op.after)
        + max(job.release, op.earliest or 0)
        for job in problem.jobs
        for op in job.operations
    )


def compile_shop(problem: Problem) -> Shop:
    """Turn a problem that suits into flat arrays; operations are numbered job by job.

    Modes of an operation with the same machine and worker are one, with the shorter duration;
    with workers they are sorted by duration.
    """
    machines = {name: number for number, name in enumerate(problem.processors)}
    workers = {name: number for number, name in enumerate(problem.workers)}
    links: list[tuple[int, int, int]] = []
    releases: list[tuple[int, int, int]] = []
    modes: list[tuple[int, int, int]] = []
    mode_start, size = [0], problem.operation_count
    for job in problem.jobs:
        first = len(mode_start) - 1
        numbers = {op.id: first + at for at, op in enumerate(job.operations)}
        for number, op in enumerate(job.operations, first):
            links += [(numbers[link.op], number, link.min_lag) for link in op.after]
            if release := max(job.release, op.earliest or 0):
                releases.append((size, number, release))
            modes += _modes(op, machines, workers)
            mode_start.append(len(modes))
    arcs = _triples(links)
    table = _triples(modes)
    before_start, before = _rows(size, np.concatenate((arcs, _triples(releases))), 1, 0)
    after_start, after = _rows(size, arcs, 0, 1)
    chains = max(np.diff(before_start).max(initial=0), np.diff(after_start).max(initial=0)) < 2
    jobs = Links(before_start, before, after_start, after)
    plain = chains and not releases and not arcs[:, 2].any()
    none = np.zeros(0, np.int32), np.zeros((0, 2), np.int32)
    return Shop(
        size,
        len(machines),
        len(workers) if (table[:, 1] >= 0).any() else 0,
        int(size > LARGE),
        jobs,
        Links(*none, *none) if plain else jobs,
        np.array(mode_start, np.int32),
        *(np.ascontiguousarray(column) for column in table.T),
    )


def _triples(rows: list[tuple[int, int, int]]) -> Ints:
    """Return rows of three as an array, also when there are none."""
    return np.array(rows, np.int32).reshape(-1, 3)


def _modes(
    op: Operation, machines: Mapping[str, int], workers: Mapping[str, int]
) -> Iterable[tuple[int, int, int]]:
    """Return machine, worker and duration of the modes that are worth telling apart."""
    if len(op.modes) == 1 and not op.modes[0].crew:
        return ((machines[op.modes[0].machine], -1, op.modes[0].duration),)
    found: dict[tuple[int, int], int] = {}
    for mode in op.modes:
        key = machines[mode.machine], workers[mode.crew[0]] if mode.crew else -1
        found[key] = min(mode.duration, found.get(key, mode.duration))
    rows = [(machine, worker, length) for (machine, worker), length in found.items()]
    # Where there are many, kernels stop at the first that is too long.
    return sorted(rows, key=lambda row: row[2]) if workers else rows


def _rows(size: int, arcs: Ints, key: int, other: int) -> tuple[Ints, Ints]:
    """Sort arcs by one end; return where each row starts, and pairs of other end and wait."""
    ranked = arcs[np.argsort(arcs[:, key], kind="stable")]
    start = np.concatenate(([0], np.cumsum(np.bincount(arcs[:, key], minlength=size))))
    return start.astype(np.int32), np.ascontiguousarray(ranked[:, [other, 2]])
