"""Read jobs into the tables of a plant, column by column.

There may be hundreds of thousands of modes: what operations have in common that ask for the same
people, attributes and machines is looked up once.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.known import Known
from sanpin.factory.engine.lists.layout import FAR
from sanpin.factory.model import After, Mode, Operation, Problem

__all__ = ["JobRows"]

Column = NDArray[np.int64]


class JobRows:
    """Tables of jobs and of all that belongs to them, operations in file order, job by job.

    Parameters
    ----------
    problem : whose jobs are read
    known : numbers of everything that they name

    Attributes
    ----------
    count : operations
    whole, decimal : the tables by name
    pool_users, makers, users : by pool or material how many operations take or make some, and use
        some that expires
    """

    def __init__(self, problem: Problem, known: Known) -> None:
        self._problem, self._known = problem, known
        self._ops = [op for job in problem.jobs for op in job.operations]
        self.count = len(self._ops)
        self.whole: dict[str, Column] = {}
        self.decimal: dict[str, NDArray[np.float64]] = {}
        self.pool_users: list[int] = []
        self.makers: list[int] = []
        self.users: list[int] = []
        self.op = np.zeros((self.count, at.OP_WIDTH), dtype=np.int64)
        self.op[:, at.HOLD] = -1
        self._read_jobs()
        self._read_operations()
        if problem.baseline:
            self._read_baseline()
        self._read_links()
        self._read_needs()
        self._read_modes()
        self.whole["op"] = self.op

    def _read_jobs(self) -> None:
        """Fill in jobs, the routings that they choose from, and what operations have from them."""
        jobs = self._problem.jobs
        counts = _column([len(job.operations) for job in jobs])
        ends = np.cumsum(counts)
        routing: list[int] = []
        step: list[int] = []
        routings = [0]
        for job, end in zip(jobs, ends.tolist(), strict=True):
            if job.alternatives:
                place = {op.id: n for n, op in enumerate(job.operations, end - len(job.operations))}
                for names in job.alternatives:
                    begin = len(step)
                    step += [place[name] for name in names]
                    routing += (begin, len(step))
            routings.append(len(routing) // 2)
        rows = np.zeros((len(jobs), at.JOB_WIDTH), dtype=np.int64)
        rows[:, at.DUE] = _column([FAR if job.due is None else job.due for job in jobs])
        rows[:, at.RELEASE] = _column([job.release for job in jobs])
        rows[:, at.PRIORITY] = _column([job.priority for job in jobs])
        rows[:, at.QUANTITY] = _column([job.quantity for job in jobs])
        rows[:, at.ROUTINGS], rows[:, at.ROUTINGS_END] = routings[:-1], routings[1:]
        rows[:, at.OPS], rows[:, at.OPS_END] = ends - counts, ends
        deadline = _column([FAR if job.deadline is None else job.deadline for job in jobs])
        op = self.op
        op[:, at.JOB] = numbers = np.repeat(np.arange(len(jobs)), counts)
        op[:, at.EARLIEST], op[:, at.LATEST] = rows[numbers, at.RELEASE], deadline[numbers]
        op[step, at.OPTIONAL] = 1
        weights = [(job.weight, job.earliness_weight) for job in jobs]
        self.whole |= {"job": rows, "routing": _rows(routing, 2), "step": _column(step)}
        self.decimal["weight"] = np.array(weights, dtype=np.float64).reshape(-1, 2)

    def _read_operations(self) -> None:
        """Fill in what stands with each operation alone."""
        table, tool_of = self.op, self._known.tool_of
        # One pass over all, since what lies far apart in memory is slow to reach.
        rows = _rows([
            figure
            for op in self._ops
            for figure in (
                op.earliest or 0,
                FAR if op.latest is None else op.latest,
                op.fixed.start if op.fixed else -1,
                op.worker.count if op.worker else 0,
                tool_of.get(op.tool, -1),
                op.resumable,
                op.batch.size if op.batch else 1,
                len(op.after),
                len(op.consumes),
                len(op.produces),
            )
        ], 10)  # fmt: skip
        earliest, latest, fixed = rows[:, 0], rows[:, 1], rows[:, 2]
        table[:, at.EARLIEST] = np.maximum(table[:, at.EARLIEST], np.maximum(earliest, fixed))
        table[:, at.LATEST] = np.minimum(table[:, at.LATEST], latest)
        table[:, [at.FIXED, at.COUNT, at.TOOL, at.RESUMABLE, at.SIZE, at.SOURCES]] = rows[:, 2:8]
        table[:, at.BEFORE], table[:, at.BEFORE_END] = _spans(rows[:, 7])
        table[:, at.USES], table[:, at.MAKES_END] = _spans(rows[:, 8] + rows[:, 9])
        table[:, at.USES_END] = table[:, at.MAKES] = table[:, at.USES] + rows[:, 8]
        table[:, at.FAMILY] = self._families()
        table[:, at.OLD_MACHINE] = -2

    def _read_baseline(self) -> None:
        """Fill in where and when operations were planned before."""
        places = ((job.id, op.id) for job in self._problem.jobs for op in job.operations)
        number = {place: count for count, place in enumerate(places)}
        for job, name, machine, start in self._problem.baseline:
            if (job, name) in number:
                row = self.op[number[job, name]]
                row[at.OLD_MACHINE] = self._known.machine_of.get(machine, -1)
                row[at.OLD_START] = start

    def _read_links(self) -> None:
        """Fill in predecessors, successors, and what nothing has to follow."""
        links: list[After] = []
        others: list[int] = []
        base = 0
        for job in self._problem.jobs:
            place = {op.id: number for number, op in enumerate(job.operations, base)}
            base += len(place)
            for op in job.operations:
                if op.after:
                    links += op.after
                    others += [place[link.op] for link in op.after]
        table, count = self.op, self.count
        other, after = _column(others), np.repeat(np.arange(count), table[:, at.SOURCES])
        table[:, at.NEXT], table[:, at.NEXT_END] = _spans(np.bincount(other, minlength=count))
        must = other[table[after, at.OPTIONAL] == 0]
        table[:, at.SINK] = np.bincount(must, minlength=count) == 0
        last = np.flatnonzero(table[:, at.SINK])
        jobs = self.whole["job"]
        jobs[:, at.ENDS] = np.searchsorted(last, jobs[:, at.OPS])
        jobs[:, at.ENDS_END] = np.searchsorted(last, jobs[:, at.OPS_END])
        rows = np.zeros((len(links), at.LINK_WIDTH), dtype=np.int64)
        rows[:, at.OTHER] = other
        rows[:, at.MIN_LAG] = _column([link.min_lag for link in links])
        most = [FAR if link.max_lag is None else link.max_lag for link in links]
        rows[:, at.MAX_LAG] = _column(most)
        shares = [link.transfer for link in links]
        rows[:, at.NUMERATOR] = _column([share.numerator if share else 0 for share in shares])
        rows[:, at.DENOMINATOR] = _column([share.denominator if share else 1 for share in shares])
        after = after[np.argsort(other, kind="stable")]
        self.whole |= {"link": rows, "after": after, "last": last}

    def _families(self) -> Column:
        """Return numbers for the families of oven operations; without one each is its own."""
        families: dict[str, int] = {}
        found, single = [], 0
        for op in self._ops:
            following = len(families) + single
            if op.batch:
                found.append(families.setdefault(op.batch.family, following))
            else:
                found.append(following)
                single += 1
        return _column(found)

    def _read_needs(self) -> None:
        """Fill in what operations consume and produce."""
        op, number = self.op, self._known.material_of
        flat: list[int] = []
        for each in self._ops:
            for needs in (each.consumes, each.produces):
                if needs:
                    for name, amount in needs.items():
                        flat += (number[name], amount)
        need = _rows(flat, 2)
        # Of each row the operation, and whether it is consumed.
        doer = np.repeat(np.arange(self.count), op[:, at.MAKES_END] - op[:, at.USES])
        consumed = np.arange(len(need)) < op[doer, at.USES_END]
        expiring = [each.shelf_life is not None for each in self._problem.materials]
        used = np.array(expiring, dtype=bool)[need[:, 0]] & consumed
        self.makers = np.bincount(need[~consumed, 0], minlength=len(number)).tolist()
        self.users = np.bincount(need[used, 0], minlength=len(number)).tolist()
        self.whole["need"] = need

    def _read_modes(self) -> None:
        """Fill in modes; those outside come after those on machines, leaving out comes last."""
        modes: list[Mode] = []
        ways = array("q")
        ends: list[int] = []
        reading = _Modes(self._ops, self._known)
        for op, optional in zip(self._ops, self.op[:, at.OPTIONAL].tolist(), strict=True):
            apart, numbers = reading.told_apart(op)
            modes += apart
            ways += numbers
            if op.outsource and (op.fixed is None or not op.fixed.machine):
                modes.append(Mode("", op.outsource.duration, op.outsource.cost))
                ways += OUTSIDE
            ends.append(len(modes))
            if optional:
                modes.append(LEFT_OUT)
                ways += OUTSIDE
        rows = np.zeros((len(modes), at.MODE_WIDTH), dtype=np.int64)
        rows[:, [at.MACHINE, at.CLASS, at.GROUP, at.SETTERS]] = np.array(ways).reshape(-1, 4)
        rows[:, at.DURATION] = _column([mode.duration for mode in modes])
        self._read_pools(modes, rows, self._spread(ends))
        self._read_crews(modes if reading.crewed else [], rows)
        rows[rows[:, at.MACHINE] < 0, at.POOLS : at.SETTERS] = 0
        self.whole["mode"] = rows
        self.decimal["price"] = np.array([mode.cost for mode in modes], dtype=np.float64)

    def _spread(self, ends: Sequence[int]) -> Column:
        """Fill in which modes operations have; return the operation of each mode."""
        op = self.op
        op[:, at.MODES_END] = ends
        whole = op[:, at.MODES_END] + op[:, at.OPTIONAL]
        op[1:, at.MODES] = whole[:-1]
        return np.repeat(np.arange(self.count), whole - op[:, at.MODES])

    def _read_pools(self, modes: Sequence[Mode], rows: Column, doer: Column) -> None:
        """Fill in what modes take from pools; an operation runs in one, and is logged once.

        Parameters
        ----------
        doer : operation of each mode
        """
        number = self._known.pool_of
        counts = np.zeros(len(modes), dtype=np.int64)
        flat: list[int] = []
        for place, uses in [(n, mode.uses) for n, mode in enumerate(modes) if mode.uses]:
            counts[place] = len(uses)
            for name, amount in uses.items():
                flat += (number[name], amount)
        rows[:, at.POOLS], rows[:, at.POOLS_END] = _spans(counts)
        pool = _rows(flat, 2)
        pairs = np.unique(np.repeat(doer, counts) * max(1, len(number)) + pool[:, 0])
        users = np.bincount(pairs % max(1, len(number)), minlength=len(number))
        self.pool_users = users.tolist()
        self.whole["pool"] = pool

    def _read_crews(self, modes: Sequence[Mode], rows: Column) -> None:
        """Fill in the workers whom modes name; no modes where none does."""
        worker = self._known.worker_of
        crews = [mode.crew for mode in modes]
        if crews:
            counts = _column([len(crew) for crew in crews])
            rows[:, at.CREW], rows[:, at.CREW_END] = _spans(counts)
        self.whole["crew"] = _column([worker[name] for crew in crews for name in crew])


class _Modes:
    """The modes of operations, told apart."""

    def __init__(self, ops: Iterable[Operation], known: Known) -> None:
        self._known = known
        self.crewed = any(mode.crew for op in ops for mode in op.modes)
        self._ways: dict[tuple[Any, ...], array[int]] = {}

    def told_apart(self, op: Operation) -> tuple[Collection[Mode], array[int]]:
        """Return the modes that a schedule can tell apart, and their numbers one after the other.

        A fixed operation keeps those of its machine; of modes with equal machine, length and
        workers the cheapest is meant, as the checker reads it.
        """
        modes = op.modes
        if op.fixed is None and not self.crewed:
            people = (op.worker.skill, op.worker.count) if op.worker else None
            names = tuple([mode.machine for mode in modes])
            asked = names, people, op.setup_worker, tuple(op.attributes.items())
            ways = self._ways.get(asked)
            if ways is None and len(set(names)) == len(names):
                ways = self._ways[asked] = self._numbers(op, modes)
            if ways is not None:
                return modes, ways
        found: dict[tuple[str, int, frozenset[str]], Mode] = {}
        for mode in modes:
            if op.fixed is not None and mode.machine != op.fixed.machine:
                continue
            look = mode.machine, mode.duration, frozenset(mode.crew)
            known = found.setdefault(look, mode)
            if (mode.cost, sum(mode.uses.values())) < (known.cost, sum(known.uses.values())):
                found[look] = mode
        return found.values(), self._numbers(op, found.values())

    def _numbers(self, op: Operation, modes: Collection[Mode]) -> array[int]:
        """Return the numbers of modes one after the other."""
        return array("q", [number for mode in modes for number in self._known.way(op, mode)])


OUTSIDE = array("q", (-1, -1, -1, -1))
"""What has no machine."""

LEFT_OUT = Mode("", 0)
"""Not to be done at all, the last mode of what belongs to a routing."""


def _spans(counts: Column) -> tuple[Column, Column]:
    """Return first and end of so many rows each, one after the other."""
    ends = np.cumsum(counts)
    return ends - counts, ends


def _column(numbers: Iterable[int]) -> Column:
    """Return whole numbers as a column."""
    return np.array(array("q", numbers), dtype=np.int64)


def _rows(flat: Iterable[int], width: int) -> Column:
    """Return whole numbers that stand one after the other as rows."""
    return _column(flat).reshape(-1, width)
