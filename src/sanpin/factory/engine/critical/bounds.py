"""What keeps an operation from starting earlier: one bound per rule, each with its instant.

A bound says from when its rule would let the operation start, everything else staying as it
is, and what let go at that instant. The sequence on machines and workers is taken as given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from math import ceil

from sanpin.base.calendar import OpenTime
from sanpin.factory.engine.check.facts import Placing
from sanpin.factory.engine.check.links import travel
from sanpin.factory.engine.critical.board import Board, key_of
from sanpin.factory.engine.critical.kinds import Bound, LinkKind
from sanpin.factory.engine.critical.levels import Key, Steps
from sanpin.factory.model import After

__all__ = ["bounds_of", "followers_of", "open_from", "own_bounds", "without"]


def bounds_of(board: Board, placing: Placing) -> tuple[Bound, ...]:
    """Return every bound of an operation but those of its oven load and of longest waits.

    The first win among equals: the order itself, then its way through the plant, then what it
    must share. They are found once: the chains of many jobs lead through the same operations.
    """
    key = key_of(placing)
    if key not in board.bounds:
        board.bounds[key] = tuple(_bounds(board, placing))
    return board.bounds[key]


def _bounds(board: Board, placing: Placing) -> Iterator[Bound]:
    """Yield every bound of an operation."""
    at, op = placing.at, placing.op
    if op.fixed:
        yield Bound(LinkKind.FIXED, "", at.start, at.start)
        return
    yield from own_bounds(board, placing)
    yield from _machine(board, placing)
    yield from _shared_bounds(board, placing)


def own_bounds(board: Board, placing: Placing) -> Iterator[Bound]:
    """Yield the bounds of the job itself: its release, and the predecessors of an operation."""
    release = max(placing.job.release, placing.op.earliest or 0)
    yield Bound(LinkKind.RELEASE, "", release, release)
    for after in placing.op.after:
        before = board.facts.placed.get((placing.job.id, after.op))
        if before is not None:
            yield from _links(board, before, placing, after)


def _shared_bounds(board: Board, placing: Placing) -> Iterator[Bound]:
    """Yield the bounds of what an operation needs beside its machine."""
    for worker in placing.workers:
        mate = board.mates.get((worker.id, key_of(placing)))
        if mate is not None:
            yield Bound(LinkKind.WORKER, worker.id, mate.at.end, mate.at.end, key_of(mate))
    if board.setters is not None:
        yield from board.setters.bounds(placing, *_freed(board, placing))
    yield from _capacities(board, placing)
    yield from _tank(board, placing)
    for name, amount in placing.op.consumes.items():
        steps, start = board.stock(name), placing.at.start
        yield from _bound(LinkKind.MATERIAL, name, steps, steps.below_until(amount, start))


def open_from(placing: Placing, opening: OpenTime, ready: int) -> int:
    """Return the earliest start from an instant on at which the calendars let it run."""
    if placing.op.resumable and not placing.oven:
        return opening.next_open(ready)
    return opening.fits(ready, placing.at.end - placing.at.start)


def followers_of(board: Board, placing: Placing) -> Iterator[tuple[Placing, int]]:
    """Yield each successor that may not wait longer, and the instant at which this may end."""
    for follower, longest in board.followers.get(key_of(placing), ()):
        yield follower, follower.at.start - longest


def _links(board: Board, before: Placing, placing: Placing, after: After) -> Iterator[Bound]:
    """Yield the bounds of one predecessor: handing over and, with transfer, not overtaking it."""
    way = travel(board.facts, before, placing)
    journey = way[0] if way else 0
    kind = LinkKind.TRANSPORT if journey else LinkKind.PREDECESSOR
    source = key_of(before)
    lag = after.min_lag + journey
    if after.transfer is None:
        yield Bound(kind, after.op, before.at.end + lag, before.at.end, source)
        return
    given = _handed_over(before, after)
    yield Bound(kind, after.op, given + lag, given, source)
    # The later of two overlapping operations may have to wait so that it does not end first.
    slack = placing.at.end - before.at.end - lag
    yield Bound(kind, after.op, placing.at.start - slack, before.at.end, source)


def _handed_over(before: Placing, after: After) -> int:
    """Return when the share of a predecessor is done, in its open time where it may rest."""
    share = ceil((after.transfer or 1) * before.work())
    rests = before.op.resumable and not before.oven and not before.at.outsourced
    return OpenTime(before.windows if rests else None).finish(before.at.start, share)


def _machine(board: Board, placing: Placing) -> Iterator[Bound]:
    """Yield when the machine was free and set up; the first set-up may begin at the origin."""
    if placing.machine is None:
        return
    free, source = _freed(board, placing)
    setup = board.setup(placing)
    if setup:
        opening = board.open_time(board.facts.windows(placing.machine))
        done = opening.fits(free, setup) + setup
        yield Bound(LinkKind.SETUP, placing.machine.id, done, free, source)
    elif source:
        yield Bound(LinkKind.MACHINE, placing.machine.id, free, free, source)


def _freed(board: Board, placing: Placing) -> tuple[int, Key | None]:
    """Return when the machine was free, and what it did before."""
    former = board.former.get(key_of(placing))
    return (former.at.end, key_of(former)) if former else (0, None)


def _capacities(board: Board, placing: Placing) -> Iterator[Bound]:
    """Yield when a piece of the tool and enough of each pool became free."""
    start, tool = placing.at.start, placing.op.tool
    if tool and not placing.at.outsourced:
        steps = board.tool(tool)
        most = board.facts.problem.tools[tool].capacity - 1
        yield from _bound(LinkKind.TOOL, tool, steps, steps.above_until(most, start))
    for pool, amount in placing.mode.uses.items() if placing.mode else ():
        steps = board.pool(pool)
        most = board.facts.problem.pools[pool].capacity - amount
        yield from _bound(LinkKind.POOL, pool, steps, steps.above_until(most, start))


def _tank(board: Board, placing: Placing) -> Iterator[Bound]:
    """Yield when the tank had room for what the operation fills in, and nothing else in it."""
    hold = placing.op.hold
    if hold is None or (placing.job.id, hold.until) not in board.facts.placed:
        return
    tank = board.facts.problem.tanks[hold.tank]
    filled = placing.at.start if hold.source == "start" else placing.at.end
    lead = filled - placing.at.start
    steps = board.tank(tank.id)
    for bound in _bound(
        LinkKind.TANK, tank.id, steps, steps.above_until(tank.capacity - hold.amount, filled)
    ):
        yield Bound(bound.kind, bound.name, bound.ready - lead, bound.since, bound.source)
    item = placing.job.item or placing.job.id
    others = [s for s in board.tanks[tank.id] if s.item != item and s.end <= filled]
    if others and not tank.mixed:
        last = max(others, key=lambda span: span.end)
        yield Bound(LinkKind.TANK, tank.id, last.end - lead, last.end, last.drain)


def _bound(kind: LinkKind, name: str, steps: Steps, time: int | None) -> Iterator[Bound]:
    """Yield the bound of an instant at which there was enough again, if there was one."""
    if time is not None:
        yield Bound(kind, name, time, time, steps.causes.get(time))


def without(bounds: Iterable[Bound], seen: Collection[Key]) -> Iterator[Bound]:
    """Leave out bounds by operations that the chain has already passed."""
    return (bound for bound in bounds if bound.source is None or bound.source not in seen)
