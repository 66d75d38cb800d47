"""The problem as flat arrays for the bounds: what of it is certain in every schedule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sanpin.base.calendar import merge
from sanpin.factory.engine.bounds.kernels import chain_heads, chain_order, chain_tails
from sanpin.factory.model import Job, Mode, Operation, Problem, ResourceKind

__all__ = ["Flat", "Kind", "flatten"]

Ints = NDArray[np.int64]
Kind = tuple[str | None, ...]
"""Values of some attributes, which decide how long a set-up lasts."""


@dataclass(frozen=True, slots=True)
class Flat:
    """Operations of all jobs in a row.

    Attributes
    ----------
    ops, job_of : records, and the job's number of each
    certain : whether an operation is part of every schedule
    inside : whether it is surely done in the plant
    least : least work
    starts, ends : earliest, if only the job and calendars bind
    tails : least time from the end to the end of the job
    users : operations that may run on each machine, ascending
    kinds : by names of attributes the values of each operation, numbered, once asked for
    """

    problem: Problem
    ops: list[Operation]
    job_of: Ints
    certain: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    least: Ints
    starts: Ints
    ends: Ints
    tails: Ints
    users: Mapping[str, Sequence[int]]
    kinds: dict[tuple[str, ...], tuple[dict[Kind, int], Ints]] = field(default_factory=dict)


def flatten(problem: Problem) -> Flat:
    """Flatten a problem and follow the chains of its jobs."""
    ops = [op for job in problem.jobs for op in job.operations]
    counts = [len(job.operations) for job in problem.jobs]
    job_of = np.repeat(np.arange(len(counts)), counts)
    certain = np.ones(len(ops), bool)
    links = _Links(problem)
    at = 0
    for job in problem.jobs:
        if job.alternatives:
            optional = {name for names in job.alternatives for name in names}
            for place, op in enumerate(job.operations):
                certain[at + place] = op.id not in optional
        links.add(job, at)
        at += len(job.operations)
    modes = _Modes(problem, ops)
    before_at, before, lag, share, whole = links.arrays(len(ops))
    order = chain_order(before_at, before)
    earliest = np.array(
        [
            max(job.release, op.earliest or 0, op.fixed.start if op.fixed else 0)
            for job in problem.jobs
            for op in job.operations
        ],
        np.int64,
    )
    rests = np.array([op.resumable for op in ops], bool)
    starts, ends = chain_heads(
        order, before_at, before, lag, share, whole, earliest, rests, *modes.arrays(), modes.least
    )
    tails = chain_tails(order, before_at, before, lag, share, modes.least, certain)
    inside = np.array([op.outsource is None or op.fixed is not None for op in ops], bool)
    users: dict[str, list[int]] = defaultdict(list)
    for number, op in enumerate(ops):
        for name in {mode.machine for mode in op.modes}:
            users[name].append(number)
    return Flat(problem, ops, job_of, certain, inside, modes.least, starts, ends, tails, users)


class _Links:
    """Predecessors that bind in every schedule, with their least waits."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.sited = bool(problem.transport)
        self.counts: list[int] = []
        self.rows: list[tuple[int, int, int, int]] = []
        self.travels: dict[tuple[frozenset[str], frozenset[str]], int] = {}

    def add(self, job: Job, first: int) -> None:
        """Add the links of a job whose first operation has a number."""
        places = {op.id: place for place, op in enumerate(job.operations)}
        for op in job.operations:
            number = 0
            for after in op.after:
                if job.alternatives and not _binds(job, after.op, op.id):
                    continue
                lag = after.min_lag
                if self.sited:
                    lag += self._travel(job.operations[places[after.op]], op)
                share = after.transfer
                self.rows.append(
                    (
                        first + places[after.op],
                        lag,
                        share.numerator if share else 0,
                        share.denominator if share else 1,
                    )
                )
                number += 1
            self.counts.append(number)

    def _travel(self, before: Operation, op: Operation) -> int:
        """Return the least transport between the sites that two operations may be at."""
        key = (self._sites(before), self._sites(op))
        if key not in self.travels:
            legs = self.problem.journeys
            self.travels[key] = min(
                (
                    legs[a, b].duration if (a, b) in legs else 0
                    for a in key[0]
                    for b in key[1]
                    # Between sites without a way nothing goes; of all other pairs the shortest.
                    if (a, b) in legs or a == b or not (a and b) or not self._closed(a, b)
                ),
                default=0,
            )
        return self.travels[key]

    def _closed(self, a: str, b: str) -> bool:
        """Tell whether one of two sites is closed."""
        return a in self.problem.closed_sites or b in self.problem.closed_sites

    def _sites(self, op: Operation) -> frozenset[str]:
        """Return the sites that an operation may be at; outside is nowhere."""
        sites = {self.problem.processors[mode.machine].site for mode in op.modes}
        return frozenset(sites | {""} if op.outsource else sites)

    def arrays(self, size: int) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Return the links by operation as flat arrays."""
        at = np.zeros(size + 1, np.int64)
        np.cumsum(self.counts, out=at[1:])
        columns = np.array(self.rows, np.int64).reshape(-1, 4).T
        before, lag, share, whole = (np.ascontiguousarray(column) for column in columns)
        return at, before, lag, share, whole


def _binds(job: Job, before: str, op: str) -> bool:
    """Tell whether a predecessor is there in every routing in which the operation is."""
    optional = {name for names in job.alternatives for name in names}
    if before not in optional:
        return True
    return op in optional and all(before in names for names in job.alternatives if op in names)


class _Modes:
    """Ways of every operation with their least work and calendars."""

    def __init__(self, problem: Problem, ops: Sequence[Operation]) -> None:
        self.problem = problem
        self.paces: dict[tuple[str, int], int] = {}
        self.names = {name: at for at, name in enumerate(sorted(problem.calendars))}
        counts, work, calendar = [], [], []
        for op in ops:
            found = [
                (self._work(op, mode), self._calendar(mode))
                for mode in op.modes
                if op.fixed is None or mode.machine == op.fixed.machine
            ]
            if op.outsource is not None and op.fixed is None:
                found.append((op.outsource.duration, -1))
            counts.append(len(found))
            work += [each for each, _ in found]
            calendar += [each for _, each in found]
        self.at = np.zeros(len(ops) + 1, np.int64)
        np.cumsum(counts, out=self.at[1:])
        self.work = np.array(work, np.int64)
        self.calendar = np.array(calendar, np.int64)
        self.least = np.zeros(len(ops), np.int64)
        if len(work):
            some = np.diff(self.at) > 0
            self.least[some] = np.minimum.reduceat(self.work, self.at[:-1][some])

    def _work(self, op: Operation, mode: Mode) -> int:
        """Return the least work of a mode: with the fastest crew that could be found."""
        if op.worker is None:
            return mode.duration
        key = (op.worker.skill, op.worker.count)
        if key not in self.paces:
            skilled = [
                w.skills[key[0]] for w in self.problem.workers.values() if key[0] in w.skills
            ]
            best = sorted(skilled, reverse=True)
            self.paces[key] = best[key[1] - 1] if len(best) >= key[1] else 100
        pace = min(self.paces[key], 100) if mode.crew else self.paces[key]
        return -(-mode.duration * 100 // pace)

    def _calendar(self, mode: Mode) -> int:
        """Return the number of the machine's calendar; -1 is always open.

        An oven never rests, which the kernel does not ask: its work may rest here, which is less.
        """
        machine = self.problem.processors[mode.machine]
        if machine.kind == ResourceKind.OVEN or not machine.calendar:
            return -1
        return self.names.get(machine.calendar, -1)

    def arrays(self) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints]:
        """Return modes and calendars as flat arrays."""
        windows = [merge(self.problem.calendars[name]) for name in self.names]
        at = np.zeros(len(windows) + 1, np.int64)
        np.cumsum([len(each) for each in windows], out=at[1:])
        spans = np.array([w for each in windows for w in each], np.int64).reshape(-1, 2)
        begins, ends = np.ascontiguousarray(spans[:, 0]), np.ascontiguousarray(spans[:, 1])
        return self.at, self.work, self.calendar, at, begins, ends
