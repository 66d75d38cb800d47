"""Hybrid flow shops: the search over one order of the jobs.

All jobs pass the same stages of equal machines. An order of the jobs becomes a schedule stage by
stage: at the first in that order, later first come, first served, always on the machine that is
free first. The order is built by insertion (Nawaz, Enscore and Ham 1983) and improved by taking
a few jobs out and inserting them anew (Ruiz and Stützle 2007).
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.sequences.arrays import Chance, Counts, Ints, Rows, Shop
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.paths import are_straight

__all__ = ["Desk", "Line", "build", "decode", "find_line", "new_desk", "rearrange"]

WORK, NOW, BEST = range(3)
"""Columns of `Desk.tally`."""
TRIES = 128
"""Most places at which a job is tried."""
BUILDING = 60_000_000
"""Most work for building an order by insertion: about a second."""
NEVER = 2**31 - 1


class Line(NamedTuple):
    """A hybrid flow shop.

    Attributes
    ----------
    length, rest : (stages, jobs); durations, and the work of a job after the stage
    machines : how many each stage has
    """

    length: Rows
    rest: Rows
    machines: Ints


class Desk(NamedTuple):
    """What the search remembers.

    Attributes
    ----------
    now, trial, best : orders of the jobs
    taken : jobs that were taken out
    queue, ready, free : room of the decoder: jobs by arrival, their ends, machines' ends
    tally : work done, in operations placed; makespans of `now` and `best`
    random : state of the generator
    """

    now: Ints
    trial: Ints
    best: Ints
    taken: Ints
    queue: Ints
    ready: Ints
    free: Ints
    tally: Counts
    random: Chance


def find_line(shop: Shop) -> tuple[Line, Rows] | None:
    """Return the hybrid flow shop that a shop is, with its operations as (stages, jobs).

    None when routes differ, machines of a stage are not equal, or anything waits.
    """
    firsts = np.flatnonzero(np.diff(shop.jobs.before_start) == 0)
    jobs = len(firsts)
    if not are_straight(shop) or shop.workers or shop.size % jobs:
        return None
    stages = shop.size // jobs
    if not np.array_equal(firsts, np.arange(jobs) * stages):
        return None
    lowest = np.minimum.reduceat(shop.mode_machine, shop.mode_start[:-1])
    if (lowest != np.tile(lowest[:stages], jobs)).any():
        return None
    groups = [
        tuple(sorted(row.tolist())) for row in np.split(shop.mode_machine, shop.mode_start[1:-1])
    ]
    shortest = np.minimum.reduceat(shop.mode_length, shop.mode_start[:-1])
    longest = np.maximum.reduceat(shop.mode_length, shop.mode_start[:-1])
    route = groups[:stages]
    if groups != route * jobs or (shortest != longest).any():
        return None
    if sum(map(len, route)) != len({machine for group in route for machine in group}):
        return None
    length = np.ascontiguousarray(shortest.reshape(jobs, stages).T.astype(np.int32))
    counts = np.array([len(group) for group in route], np.int32)
    operations = np.arange(shop.size, dtype=np.int32).reshape(jobs, stages).T
    rest = np.ascontiguousarray(np.cumsum(length[::-1], axis=0, dtype=np.int32)[::-1] - length)
    return Line(length, rest, counts), np.ascontiguousarray(operations)


def new_desk(line: Line, seed: int) -> Desk:
    """Begin with the jobs by decreasing work."""
    order = np.argsort(-line.length.sum(axis=0), kind="stable").astype(np.int32)
    return Desk(
        now=order,
        trial=order.copy(),
        best=order.copy(),
        taken=np.zeros(len(order), np.int32),
        queue=np.zeros(len(order), np.int32),
        ready=np.zeros(len(order), np.int32),
        free=np.zeros(int(line.machines.max()), np.int32),
        tally=np.array([0, NEVER, NEVER], np.int64),
        random=np.array([seed], np.uint64),
    )


@kernel
def decode(line: Line, desk: Desk, order: Ints, count: int, limit: int) -> int:
    """Return the makespan of the first jobs of an order; `NEVER` when it is above a limit."""
    ready, queue, free = desk.ready, desk.queue, desk.free
    for at in range(count):
        queue[at] = order[at]
        ready[order[at]] = 0
    for stage in range(len(line.machines)):
        machines = line.machines[stage]
        for machine in range(machines):
            free[machine] = 0
        for at in range(count):
            job, first = queue[at], 0
            for machine in range(1, machines):
                if free[machine] < free[first]:
                    first = machine
            end = max(free[first], ready[job]) + line.length[stage, job]
            if end + line.rest[stage, job] > limit:
                desk.tally[WORK] += stage * count + at
                return NEVER
            free[first] = ready[job] = end
            # Jobs leave nearly in the order in which they came.
            while at > 0 and ready[queue[at - 1]] > end:
                queue[at] = queue[at - 1]
                at -= 1
            queue[at] = job
    desk.tally[WORK] += len(line.machines) * count
    return int(ready[queue[count - 1]])


@kernel
def insert(line: Line, desk: Desk, order: Ints, count: int, job: int) -> int:
    """Put a job at the best of many places among the first jobs of an order; return the makespan.

    Ties are broken by chance.
    """
    stride = 1 + count // TRIES
    at, best, where, ties = count, NEVER, count, 0
    order[count] = job
    goal = count - draw(desk.random, stride)
    while goal >= 0:
        while at > goal:
            order[at] = order[at - 1]
            at -= 1
        order[at] = job
        value = decode(line, desk, order, count + 1, best)
        if value < best:
            best, ties = value, 0
        if value == best:
            ties += 1
            if ties == 1 or draw(desk.random, ties) == 0:
                where = at
        goal -= stride
    while at < where:
        order[at] = order[at + 1]
        at += 1
    order[at] = job
    return best


@entry
def build(line: Line, desk: Desk) -> None:
    """Build an order by inserting job after job, unless that is too much work."""
    jobs = len(desk.now)
    if jobs * min(jobs, TRIES) * jobs * len(line.machines) // 3 <= BUILDING:
        for count in range(jobs):
            insert(line, desk, desk.trial, count, desk.now[count])
        for at in range(jobs):
            desk.now[at] = desk.trial[at]
    desk.tally[NOW] = desk.tally[BEST] = decode(line, desk, desk.now, jobs, NEVER)
    for at in range(jobs):
        desk.best[at] = desk.now[at]


@entry
def rearrange(line: Line, desk: Desk, quota: int, ruin: int, heat: float) -> None:
    """Take some jobs out and insert them anew, again and again, for a quota of work.

    Parameters
    ----------
    ruin : most jobs taken out at once
    heat : loss that is accepted with a chance of one in e
    """
    jobs, tally, random, trial = len(desk.now), desk.tally, desk.random, desk.trial
    limit = tally[WORK] + quota
    while tally[WORK] < limit:
        out = min(jobs, 1 + draw(random, ruin))
        for at in range(jobs):
            trial[at] = desk.now[at]
        for number in range(out):
            chosen = draw(random, jobs - number)
            desk.taken[number] = trial[chosen]
            for at in range(chosen, jobs - number - 1):
                trial[at] = trial[at + 1]
        value = NEVER
        for number in range(out):
            value = insert(line, desk, trial, jobs - out + number, desk.taken[number])
        loss = value - tally[NOW]
        if loss <= 0 or draw(random, 1 << 30) < exp(-loss / heat) * (1 << 30):
            for at in range(jobs):
                desk.now[at] = trial[at]
            tally[NOW] = value
            if value < tally[BEST]:
                tally[BEST] = value
                for at in range(jobs):
                    desk.best[at] = trial[at]
