"""Why jobs are late: the waits of a job on its own way through the plant, and the longest one.

The chain is that of `critical` kept inside the job: from its last operation back along the
predecessors that let go last. Where `critical` goes on to whoever stood in the way, here the
wait is measured and named. It describes this schedule; it is no proof that removing the cause
would have helped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sanpin.base.calendar import OpenTime
from sanpin.factory.engine.check.facts import Placing
from sanpin.factory.engine.check.links import travel
from sanpin.factory.engine.critical.board import Board, key_of, lay_out
from sanpin.factory.engine.critical.bounds import own_bounds, shared_bounds
from sanpin.factory.model import Job, Problem, Schedule

__all__ = ["Cause", "LateOrder", "Wait", "explain_late", "waits_of"]


class Cause(StrEnum):
    """What an operation waited for."""

    QUEUE = "queue"
    SETUP = "setup"
    CALENDAR = "calendar"
    SUPPLY = "supply"
    TRANSPORT = "transport"
    RELEASE = "release"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long an operation waited for what, and on which machine.

    Attributes
    ----------
    op : the operation that waited
    machine : where; for supply what lacked: a material, worker, tool, pool or tank
    length : in the problem's unit
    """

    op: str
    machine: str
    cause: Cause
    length: int


@dataclass(frozen=True, slots=True)
class LateOrder:
    """A late job with the wait that delayed it most.

    `late` is by how much it ends after `due`; `resource` is the machine (or the material)
    that bound it, empty when the order itself came too late or is too long.
    """

    job: str
    item: str
    quantity: int
    due: int
    end: int
    late: int
    cause: Cause
    op: str
    resource: str
    waited: int


def explain_late(problem: Problem, schedule: Schedule) -> list[LateOrder]:
    """Return the late jobs, latest first, each with what it waited for longest.

    When all waits of a job together are shorter than its delay, the job itself came too late or
    is too long: cause `work`, or `release` where it was released after the origin.

    Parameters
    ----------
    problem : with due dates; jobs without one are never late
    schedule : a valid schedule of it
    """
    board = lay_out(problem, schedule.operations)
    ends = _last_of_jobs(board)
    late = []
    for job in problem.jobs:
        last = ends.get(job.id)
        if last is not None and job.due is not None and last.at.end > job.due:
            late.append(_explain(board, job, last, job.due))
    return sorted(late, key=lambda each: (-each.late, each.job))


def _last_of_jobs(board: Board) -> dict[str, Placing]:
    """Return the operation of each job that ends last; of several the first placed."""
    ends: dict[str, Placing] = {}
    for placing in board.facts.placed.values():
        known = ends.get(placing.job.id)
        if known is None or placing.at.end > known.at.end:
            ends[placing.job.id] = placing
    return ends


def _explain(board: Board, job: Job, last: Placing, due: int) -> LateOrder:
    """Return one late job with its longest wait, or what else made it late."""
    waits = list(_waits(board, last))
    late = last.at.end - due
    total = sum(wait.length for wait in waits)
    longest = max(waits, key=lambda wait: wait.length, default=None)
    # Without all waits it would still have been late: no machine is to blame.
    if longest is None or total < late:
        cause = Cause.RELEASE if job.release > 0 else Cause.WORK
        longest = Wait(last.op.id, "", cause, late - total)
    return LateOrder(
        job.id,
        job.item,
        job.quantity,
        due,
        last.at.end,
        late,
        longest.cause,
        longest.op,
        longest.machine,
        longest.length,
    )


def waits_of(problem: Problem, schedule: Schedule, job: str) -> list[Wait]:
    """Return every wait on the way of a job, last operation first.

    Parameters
    ----------
    job : a job of which at least one operation is placed
    """
    board = lay_out(problem, schedule.operations)
    return list(_waits(board, _last_of_jobs(board)[job]))


def _waits(board: Board, last: Placing) -> Iterator[Wait]:
    """Walk from an operation to the start of its job along the predecessors that let go last."""
    current: Placing | None = last
    while current is not None:
        bounds = list(own_bounds(board, current))
        ready = min(max(bound.ready for bound in bounds), current.at.start)
        links = [bound for bound in bounds if bound.source is not None]
        latest = max(links, key=lambda bound: bound.ready, default=None)
        before = board.facts.placed[latest.source] if latest and latest.source else None
        way = travel(board.facts, before, current) if before else None
        if way and way[0]:
            yield Wait(current.op.id, current.at.machine, Cause.TRANSPORT, way[0])
        yield from _split(board, current, ready)
        current = before


def _split(board: Board, placing: Placing, ready: int) -> Iterator[Wait]:
    """Say what filled the time between being ready and starting.

    The time is cut in an order that leaves no unit twice: queue until the machine is free, then
    closed time, then the set-up, and what is still unexplained was a lack of supply.
    """
    start, former = placing.at.start, board.former.get(key_of(placing))
    opening = OpenTime(board.facts.windows(placing.machine) if placing.machine else None)
    free = min(max(ready, former.at.end if former else 0), start)
    idle = start - free
    closed = idle - opening.open_between(free, start)
    setup = min(max(0, start - max(placing.at.setup_start, free)), idle - closed)
    parts = (
        (Cause.QUEUE, free - ready),
        (Cause.CALENDAR, closed),
        (Cause.SETUP, setup),
        (Cause.SUPPLY, idle - closed - setup),
    )
    for cause, length in parts:
        if length > 0:
            name = _lacking(board, placing) if cause is Cause.SUPPLY else placing.at.machine
            yield Wait(placing.op.id, name, cause, length)


def _lacking(board: Board, placing: Placing) -> str:
    """Name what was there last: a material, worker, tool, pool or tank; else the machine."""
    latest = max(shared_bounds(board, placing), key=lambda bound: bound.ready, default=None)
    return latest.name if latest else placing.at.machine
