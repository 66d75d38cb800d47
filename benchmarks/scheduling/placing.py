"""Place operations one after the other as early as possible, on what was chosen for each.

This is how the answers of the peers and published sequences become schedules: only which machine,
which workers and in which order are taken over. Batches, tanks and materials are not known here;
the checker says so when a problem has them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sanpin.base.calendar import OpenTime
from sanpin.factory import read
from sanpin.factory.model import Operation, Problem

__all__ = ["Choice", "meet", "place", "place_file", "setup_length", "site_delay", "work_of"]

Choice = Sequence[Any]
"""Job, operation, machine, list of workers, start."""
Windows = Sequence[tuple[int, int]]


def place_file(path: Path, form: str, choices: Sequence[Choice], out: Path) -> None:
    """Read a problem, place the choices, write a schedule file."""
    placed = place(read(path, form), choices)
    content = {"format": "sanpin.factory.schedule/1", "operations": placed}
    out.write_text(json.dumps(content), encoding="utf-8")


def setup_length(
    problem: Problem, machine: str, before: Mapping[str, str] | None, after: Mapping[str, str]
) -> int:
    """Return the change-over between two sets of attributes; 0 when nothing went before."""
    table = problem.setups.get(problem.processors[machine].setup)
    if table is None or not before:
        return 0
    lengths = [
        rule.length(before[name], after[name])
        for name, rule in table.attributes.items()
        if name in before and name in after
    ]
    return (max(lengths) if table.combine == "max" else sum(lengths)) if lengths else 0


def work_of(problem: Problem, op: Operation, machine: str, workers: Sequence[str]) -> int:
    """Return the open time that an operation takes: the slowest worker sets the pace."""
    crew = tuple(sorted(workers))
    ways = [mode for mode in op.modes if mode.machine == machine]
    mode = next((mode for mode in ways if mode.crew and tuple(sorted(mode.crew)) == crew), ways[0])
    if op.worker is None or not crew:
        return mode.duration
    slowest = min(problem.workers[name].skills.get(op.worker.skill, 100) for name in crew)
    return -(-mode.duration * 100 // slowest)


def site_delay(problem: Problem, one: str, other: str) -> int:
    """Return the transport between the sites of two machines."""
    sites = problem.processors[one].site, problem.processors[other].site
    leg = problem.journeys.get(sites)
    return leg.duration if leg and sites[0] != sites[1] else 0


class _Floor:
    """What is free when, while operations are placed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.free: dict[tuple[str, str], int] = {}
        self.last: dict[str, Mapping[str, str] | None] = {
            name: each.initial or None for name, each in problem.processors.items()
        }
        self.tools: dict[str, list[int]] = {}
        self.done: dict[tuple[str, str], tuple[int, int, int, str, OpenTime]] = {}
        self.calendars: dict[tuple[str, ...], OpenTime] = {}

    def open_time(self, *names: str) -> OpenTime:
        """Return when all these calendars are open."""
        kept = tuple(sorted({name for name in names if name}))
        if kept not in self.calendars:
            windows = None
            for name in kept:
                windows = meet(windows, self.problem.calendars[name])
            self.calendars[kept] = OpenTime(windows)
        return self.calendars[kept]


def meet(one: Windows | None, other: Windows) -> list[tuple[int, int]]:
    """Intersect two ascending lists of windows."""
    if one is None:
        return list(other)
    found, a, b = [], 0, 0
    while a < len(one) and b < len(other):
        start, end = max(one[a][0], other[b][0]), min(one[a][1], other[b][1])
        if start < end:
            found.append((start, end))
        if one[a][1] < other[b][1]:
            a += 1
        else:
            b += 1
    return found


def place(problem: Problem, choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """Place operations in order of their chosen starts.

    Returns
    -------
    The records of a schedule file.
    """
    jobs = {job.id: job for job in problem.jobs}
    ops = {(job.id, op.id): op for job in problem.jobs for op in job.operations}
    rank = {key: at for at, key in enumerate(_topological(problem))}
    ordered = sorted(choices, key=lambda each: (each[4], rank[each[0], each[1]]))
    floor = _Floor(problem)
    return [
        _place_one(floor, jobs[job].release, ops[job, op], job, machine, tuple(workers))
        for job, op, machine, workers, _ in _precedence_first(ops, ordered)
    ]


def _topological(problem: Problem) -> list[tuple[str, str]]:
    """Return all operations, each after its predecessors."""
    found: list[tuple[str, str]] = []
    for job in problem.jobs:
        waiting, seen = list(job.operations), set()
        while waiting:
            ready = [op for op in waiting if all(a.op in seen for a in op.after)]
            seen |= {op.id for op in ready}
            found += [(job.id, op.id) for op in ready]
            waiting = [op for op in waiting if op.id not in seen]
    return found


def _precedence_first(ops: Mapping[Any, Operation], ordered: list[Choice]) -> list[Choice]:
    """Move operations behind their predecessors where an order of starts breaks that."""
    chosen = {(each[0], each[1]): each for each in ordered}
    found: list[Choice] = []
    seen: set[tuple[str, str]] = set()
    for each in ordered:
        stack = [each]
        while stack:
            top = stack[-1]
            key = (top[0], top[1])
            missing = [
                chosen[top[0], after.op]
                for after in ops[key].after
                if (top[0], after.op) in chosen and (top[0], after.op) not in seen
            ]
            if key not in seen and missing:
                stack += missing
                continue
            stack.pop()
            if key not in seen:
                seen.add(key)
                found.append(top)
    return found


def _place_one(
    floor: _Floor, release: int, op: Operation, job: str, machine: str, workers: tuple[str, ...]
) -> dict[str, Any]:
    """Place one operation as early as its predecessors and resources allow."""
    problem = floor.problem
    processor = problem.processors[machine]
    ready, end_from = _ready(floor, release, op, job, machine)
    free = floor.free.get(("machine", machine), 0)
    setup = setup_length(problem, machine, floor.last[machine], op.attributes)
    setup_start = floor.open_time(processor.calendar).fits(free, setup) if setup else free
    held = [floor.free.get(("worker", name), 0) for name in workers]
    earliest = max([ready, setup_start + setup, *held])
    if op.tool:
        ends = sorted(floor.tools.get(op.tool, []))
        spare = len(ends) - problem.tools[op.tool].capacity
        earliest = max(earliest, ends[spare]) if spare >= 0 else earliest
    if op.fixed:
        earliest = max(earliest, op.fixed.start)
    crew = [problem.workers[name].calendar for name in workers]
    opened = floor.open_time(processor.calendar, *crew)
    work = work_of(problem, op, machine, workers)
    start, end = _run(opened, earliest, work, op.resumable)
    while end < end_from:
        # An overlapping successor may not end before its predecessor: it starts later.
        start, end = _run(opened, start + end_from - end, work, op.resumable)
    floor.free["machine", machine] = end
    for name in workers:
        floor.free["worker", name] = end
    if op.tool:
        floor.tools.setdefault(op.tool, []).append(end)
    floor.last[machine] = op.attributes
    floor.done[job, op.id] = (start, end, work, machine, opened)
    return {
        "job": job, "op": op.id, "machine": machine, "workers": list(workers),
        "tools": [op.tool] if op.tool else [],
        "setup_start": setup_start if setup else start, "start": start, "end": end,
    }  # fmt: skip


def _run(opened: OpenTime, earliest: int, work: int, resumable: bool) -> tuple[int, int]:
    """Return start and end of some work that begins no earlier."""
    if resumable:
        start = opened.next_open(earliest)
        return start, opened.finish(start, work)
    start = opened.fits(earliest, work)
    return start, start + work


def _ready(floor: _Floor, release: int, op: Operation, job: str, machine: str) -> tuple[int, int]:
    """Return when an operation may start, and the least instant of its end."""
    ready, end_from = max(release, op.earliest or 0), 0
    for after in op.after:
        if (job, after.op) not in floor.done:
            continue
        start, end, work, other, opened = floor.done[job, after.op]
        lag = after.min_lag + site_delay(floor.problem, other, machine)
        if after.transfer:
            part = -(-after.transfer.numerator * work // after.transfer.denominator)
            ready = max(ready, opened.finish(start, part) + lag)
            end_from = max(end_from, end + lag)
        else:
            ready = max(ready, end + lag)
    return ready, end_from
