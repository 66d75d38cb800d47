"""Why jobs are late: the time in which a job stood still, and what it stood still for.

A job stands still between what it needs of its own (its release, its predecessors) and the start
of each operation. What happened meanwhile is told by the chain of `critical` that fixes its end:
work for other jobs, closed time, set-ups, a lack of supply. It describes this schedule; it is
no proof that removing the cause would have helped.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest

from sanpin.factory.engine.check.facts import Placing
from sanpin.factory.engine.check.links import travel
from sanpin.factory.engine.critical import Link, LinkKind, walk
from sanpin.factory.engine.critical.board import Board, lay_out
from sanpin.factory.engine.critical.bounds import open_from, own_bounds
from sanpin.factory.model import Job, Problem, Schedule

__all__ = ["Cause", "LateOrder", "Wait", "explain_late", "late_on", "waits_of"]

_SHARED = (LinkKind.WORKER, LinkKind.TOOL, LinkKind.POOL, LinkKind.TANK, LinkKind.MATERIAL)


class Cause(StrEnum):
    """What an operation waited for.

    Attributes
    ----------
    QUEUE : a machine works for other jobs
    SETUP : a machine is set up
    CALENDAR : a machine is closed, or open too shortly for the work
    SUPPLY : a worker, tool, pool, tank or material is not there
    TRANSPORT : the goods are on the way
    BEHIND : another job comes first that is released later
    FIXED : the start of the operation is fixed
    GAP : nothing, it could begin earlier
    RELEASE, WORK : no wait, the job is released too late or is too long
    """

    QUEUE = "queue"
    SETUP = "setup"
    CALENDAR = "calendar"
    SUPPLY = "supply"
    TRANSPORT = "transport"
    BEHIND = "behind"
    FIXED = "fixed"
    GAP = "gap"
    RELEASE = "release"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long an operation waited for what, and which machine it was.

    Attributes
    ----------
    op : the operation that waited
    machine : that was in the way; for supply what lacked: a material, worker, tool, pool or tank
    length : in the problem's unit
    """

    op: str
    machine: str
    cause: Cause
    length: int


@dataclass(frozen=True, slots=True)
class LateOrder:
    """A late job with what it waited for most.

    `late` is by how much it ends after `due`; `resource` is the machine (or the material)
    that bound it, empty when the order itself came too late or is too long; `waited` is all time
    lost to it, `op` the last operation that waited for it.
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
    """Return the late jobs, latest first, each with what it waited for most.

    Of its waits the last ones count, as far back as it takes to be on time without them. When all
    together are shorter than its delay, the job itself came too late or is too long: cause `work`,
    or `release` where it was released after the origin.

    Parameters
    ----------
    problem : with due dates; jobs without one are never late
    schedule : a valid schedule of it
    """
    return late_on(lay_out(problem, schedule.operations))


def late_on(board: Board, most: int | None = None) -> list[LateOrder]:
    """Return the late jobs of a schedule that is laid out, like `explain_late`.

    Parameters
    ----------
    most : how many at most, those that cost most by being late; absent for all
    """
    ends = _last_of_jobs(board)
    late = []
    for job in board.facts.problem.jobs:
        last = ends.get(job.id)
        if last is not None and job.due is not None and last.at.end > job.due:
            late.append((job, last, job.due))
    if most is not None and len(late) > most:
        late = nlargest(most, late, key=lambda each: (each[1].at.end - each[2]) * each[0].weight)
    explained = [_explain(board, *each) for each in late]
    return sorted(explained, key=lambda each: (-each.late, each.job))


def _last_of_jobs(board: Board) -> dict[str, Placing]:
    """Return the operation of each job that ends last; of several the first placed."""
    ends: dict[str, Placing] = {}
    for placing in board.facts.placed.values():
        known = ends.get(placing.job.id)
        if known is None or placing.at.end > known.at.end:
            ends[placing.job.id] = placing
    return ends


def _explain(board: Board, job: Job, last: Placing, due: int) -> LateOrder:
    """Return one late job with what it waited for most, or what else made it late."""
    late = last.at.end - due
    lost: dict[tuple[Cause, str], int] = defaultdict(int)
    told: dict[tuple[Cause, str], tuple[int, str]] = {}
    left = late
    for wait in _waits(board, last):
        key = wait.cause, wait.machine
        lost[key] += wait.length
        # The last waits count, as far back as it takes to be on time without them.
        part = min(left, wait.length)
        left -= part
        known, op = told.get(key, (0, wait.op))
        told[key] = known + part, op
    if left:
        # Without all waits it would still have been late: no machine is to blame.
        cause, name = Cause.RELEASE if job.release > 0 else Cause.WORK, ""
        op, waited = last.op.id, left
    else:
        cause, name = max(told, key=lambda key: told[key][0])
        op, waited = told[cause, name][1], lost[cause, name]
    return LateOrder(
        job.id, job.item, job.quantity, due, last.at.end, late, cause, op, name, waited
    )


def waits_of(problem: Problem, schedule: Schedule, job: str) -> list[Wait]:
    """Return every wait on the way of a job, last operation first.

    Parameters
    ----------
    job : a job of which at least one operation is placed
    """
    board = lay_out(problem, schedule.operations)
    return list(_waits(board, _last_of_jobs(board)[job]))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of the chain, and what it was spent on.

    Attributes
    ----------
    cause : `WORK` for the job's own work and what must lie between two operations
    name : the machine, or what lacked
    """

    start: int
    end: int
    cause: Cause
    name: str


def _waits(board: Board, last: Placing) -> Iterator[Wait]:
    """Walk from an operation to the start of its job along the predecessors that let go last."""
    pieces = list(_pieces(board, last))
    current: Placing | None = last
    while current is not None:
        bounds = list(own_bounds(board, current))
        ready = min(max(bound.ready for bound in bounds), current.at.start)
        links = [bound for bound in bounds if bound.source is not None]
        latest = max(links, key=lambda bound: bound.ready, default=None)
        before = board.facts.placed[latest.source] if latest and latest.source else None
        way = travel(board.facts, before, current) if before else None
        for piece in pieces:
            length = min(piece.end, current.at.start) - max(piece.start, ready)
            if length > 0 and piece.cause is not Cause.WORK:
                yield Wait(current.op.id, piece.name, piece.cause, length)
        if way and way[0]:
            yield Wait(current.op.id, current.at.machine, Cause.TRANSPORT, way[0])
        current = before


def _pieces(board: Board, last: Placing) -> Iterator[_Piece]:
    """Yield what the time up to the end of an operation was spent on, from there back.

    The pieces follow the chain to the release of the job and do not overlap.

    Parameters
    ----------
    last : the operation of the job that ends last
    """
    job, high = last.job, last.at.end
    follower: Link | None = None
    for link in walk(board, last):
        for piece in (*_work(board, job, link, follower), *_wait(board, job, link)):
            end = min(piece.end, high)
            if piece.start < end:
                yield _Piece(piece.start, end, piece.cause, piece.name)
                high = piece.start
        if high <= job.release:
            return
        follower = link
    if follower is not None:
        # The chain begins at an arrival, or with another job that comes first.
        shared = follower.kind in _SHARED
        own = Cause.FIXED if follower.kind is LinkKind.FIXED else Cause.GAP
        cause = Cause.SUPPLY if shared else own if follower.job == job.id else Cause.BEHIND
        name = follower.name if shared else follower.machine
        yield _Piece(job.release, high, cause, name)


def _work(board: Board, job: Job, link: Link, follower: Link | None) -> Iterator[_Piece]:
    """Yield the pieces of a link from its start until it let the next one go, last first."""
    if link.job == job.id:
        yield _Piece(link.start, link.until, Cause.WORK, link.machine)
        return
    cause, name = Cause.QUEUE, link.machine
    if follower and follower.kind in _SHARED:
        cause, name = Cause.SUPPLY, follower.name
    yield from _opened(board, link, link.start, link.until, cause, name)


def _wait(board: Board, job: Job, link: Link) -> Iterator[_Piece]:
    """Yield the pieces of a link before its start, last first."""
    begun = link.start - link.slack
    yield from _opened(board, link, begun, link.start, Cause.GAP, link.machine)
    if link.kind in (LinkKind.SETUP, LinkKind.CALENDAR):
        yield from _prepared(board, link, begun)
    elif link.kind in _SHARED:
        yield from _opened(board, link, link.since, begun, Cause.SUPPLY, link.name)
    else:
        own = link.job == job.id
        yield _Piece(link.since, begun, Cause.WORK if own else Cause.QUEUE, link.machine)


def _prepared(board: Board, link: Link, begun: int) -> Iterator[_Piece]:
    """Yield closed time and the set-up before an operation, last first."""
    placing = board.facts.placed[link.job, link.op]
    length = board.setup(placing) if placing.at.setup_start >= link.since else 0
    done = min(begun, placing.at.setup_start + length) if length else link.since
    opens, worker = _absent(board, placing, done, begun)
    yield from _opened(board, link, opens, begun, Cause.SUPPLY, worker)
    yield _Piece(done, opens, Cause.CALENDAR, link.machine)
    yield _Piece(done - length, done, Cause.SETUP, link.machine)
    yield _Piece(link.since, done - length, Cause.CALENDAR, link.machine)


def _absent(board: Board, placing: Placing, since: int, begun: int) -> tuple[int, str]:
    """Return from when on an operation waited only for the hours of a worker, and for whom."""
    if not placing.workers:
        return begun, ""
    hours = {
        each.id: open_from(placing, board.open_time(board.facts.windows(each)), since)
        for each in placing.workers
    }
    machine = board.open_time(board.facts.windows(placing.machine) if placing.machine else None)
    opens = open_from(placing, machine, since)
    return min(begun, opens), max(hours, key=lambda name: hours[name])


def _opened(
    board: Board, link: Link, start: int, end: int, cause: Cause, name: str
) -> Iterator[_Piece]:
    """Yield a span as closed time while its machine is closed, else as the cause, last first."""
    machine = board.facts.placed[link.job, link.op].machine
    windows = board.facts.windows(machine) if machine else None
    spans = [(start, end)] if windows is None else _within(windows, start, end)
    for opens, closes in reversed(spans):
        yield _Piece(closes, end, Cause.CALENDAR, link.machine)
        yield _Piece(opens, closes, cause, name)
        end = opens
    yield _Piece(start, end, Cause.CALENDAR, link.machine)


def _within(windows: Sequence[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of ascending windows that lie between two instants."""
    first = bisect_right(windows, start, key=lambda window: window[1])
    last = bisect_left(windows, end, key=lambda window: window[0])
    return [(max(opens, start), min(closes, end)) for opens, closes in windows[first:last]]
