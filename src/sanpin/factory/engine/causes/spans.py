"""When operations can be done at the earliest and must be done at the latest, job by job.

Forward, each operation stands as early as release, predecessors, travel, materials and open time
allow if it were alone in the plant. Backward, deadlines and decisions already made say by when
it must start and end. Where the two cross, no schedule exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter

from sanpin.base.calendar import NEVER
from sanpin.factory.engine.causes.cause import Cause
from sanpin.factory.engine.causes.ways import Plant, Way
from sanpin.factory.model import After, Job, Operation, Problem

__all__ = ["Span", "Spans", "routings", "spans"]


@dataclass(slots=True)
class Span:
    """The room of one operation: least start and end, greatest start and end, and whence.

    Attributes
    ----------
    limit : code, job, operation and value of what says when it must end
    """

    job: Job
    op: Operation
    ways: list[Way]
    start: int = 0
    end: int = 0
    last_start: int = NEVER
    last_end: int = NEVER
    limit: tuple[str, str, int] = ("", "", 0)

    @property
    def work(self) -> int:
        """Least work."""
        return min((way.work for way in self.ways), default=0)


@dataclass(slots=True)
class Spans:
    """The operations of a job in one choice of alternatives, and what excludes it."""

    spans: dict[str, Span] = field(default_factory=dict)
    causes: list[Cause] = field(default_factory=list)


def routings(job: Job) -> Iterator[list[Operation]]:
    """Yield the operations of each alternative, predecessors first."""
    optional = {name for names in job.alternatives for name in names}
    ops = {op.id: op for op in job.operations}
    order = TopologicalSorter({op.id: [a.op for a in op.after] for op in job.operations})
    names = list(order.static_order())
    for chosen in job.alternatives or ((),):
        yield [ops[name] for name in names if name in chosen or name not in optional]


def spans(plant: Plant, job: Job, stocked: Mapping[tuple[str, str], int]) -> list[Spans]:
    """Return the room of each routing's operations; a routing with causes is impossible.

    Parameters
    ----------
    plant, job : what is to be done by what
    stocked : instant before which an operation lacks material
    """
    return [_routing(plant, job, ops, stocked) for ops in routings(job)]


def _routing(
    plant: Plant, job: Job, ops: list[Operation], stocked: Mapping[tuple[str, str], int]
) -> Spans:
    """Go forward and backward through one routing."""
    found = Spans()
    for op in ops:
        ways, lacks = plant.ways(op, job)
        span = Span(job, op, ways)
        found.spans[op.id] = span
        if not ways:
            found.causes += lacks[:1]
            continue
        ready = max(job.release, op.earliest or 0, stocked.get((job.id, op.id), 0))
        _stand(found, span, max(ready, _handed(plant.problem, found, span)))
    if not found.causes:
        for op in reversed(ops):
            _end_by(found.spans[op.id])
            _pull(plant.problem, found, found.spans[op.id])
        for op in ops:
            _hold(plant.problem, found, found.spans[op.id])
            _cross(found, found.spans[op.id])
            _waits(plant.problem, found, found.spans[op.id])
    return found


def _hold(problem: Problem, found: Spans, span: Span) -> None:
    """Name a tank that is too small for what an operation must hold in it for some time."""
    hold = span.op.hold
    drain = found.spans.get(hold.until) if hold else None
    if hold is None or drain is None:
        return
    tank = problem.tanks[hold.tank]
    after = next((a for a in drain.op.after if a.op == span.op.id and a.transfer is None), None)
    if hold.amount <= tank.capacity or after is None:
        return
    least = after.min_lag + (_least_way(problem, span, drain) or 0)
    least += span.work if hold.source == "start" else 0
    least += drain.work if hold.until_end else 0
    if least > 0:
        fields = {"job": span.job.id, "op": span.op.id, "resource": tank.id}
        found.causes.append(Cause("capacity", {**fields, "limit": tank.capacity}))


def _stand(found: Spans, span: Span, ready: int) -> None:
    """Place an operation as early as it can stand; a fixed one where it is fixed."""
    names = {"job": span.job.id, "op": span.op.id}
    fixed = span.op.fixed
    if fixed and ready <= fixed.start:
        ready = fixed.start
    stands = [way.earliest(ready) for way in span.ways]
    span.start, span.end = min(s for s, _ in stands), min(e for _, e in stands)
    if span.start >= NEVER or span.end >= NEVER:
        found.causes.append(Cause("closed", names))
    elif fixed and ready > fixed.start:
        fields = {**names, "limit": fixed.start, "earliest": ready}
        found.causes.append(Cause("fixed", fields))
    elif fixed and span.start > fixed.start:
        fields = {**names, "limit": fixed.start, "resource": fixed.machine}
        found.causes.append(Cause("fixed_closed", fields))


def _handed(problem: Problem, found: Spans, span: Span) -> int:
    """Return the earliest instant at which all predecessors have handed over."""
    ready = 0
    for after in span.op.after:
        before = found.spans.get(after.op)
        if before is None or not before.ways:
            continue
        way = _least_way(problem, before, span)
        if way is None:
            fields = {"job": span.job.id, "op": span.op.id, "after": after.op}
            found.causes.append(Cause("transport", fields))
            continue
        ready = max(ready, _hand_over(before, after) + after.min_lag + way)
    return ready


def _hand_over(before: Span, after: After) -> int:
    """Return the earliest end of a predecessor, or start and share of its work."""
    if after.transfer is None:
        return before.end
    share = after.transfer * before.work
    return before.start - (-share.numerator // share.denominator)


def _least_way(problem: Problem, before: Span, span: Span) -> int | None:
    """Return the shortest way between two operations wherever they are done, None for none."""
    sites = {(a.site, b.site) for a in before.ways for b in span.ways}
    lengths = [_way(problem, *pair) for pair in sites]
    return min((length for length in lengths if length is not None), default=None)


def _way(problem: Problem, source: str, target: str) -> int | None:
    """Return the length of the way between two sites."""
    leg = problem.journeys.get((source, target))
    if leg is not None:
        return leg.duration
    closed = problem.closed_sites
    apart = source != target and source and target
    return None if apart and (source in closed or target in closed) else 0


def _end_by(span: Span) -> None:
    """Bound the end of an operation by its own limits and those of its job."""
    job, op = span.job, span.op
    if op.fixed:
        span.last_start = op.fixed.start
    for code, name, limit in (("deadline", "", job.deadline), ("latest", op.id, op.latest)):
        if limit is not None and limit < span.last_end:
            span.last_end, span.limit = limit, (code, name, limit)
    span.last_start = min(span.last_start, span.last_end - span.work)


def _pull(problem: Problem, found: Spans, span: Span) -> None:
    """Bound the ends of the predecessors: what comes after must still have room."""
    fixed = span.op.fixed
    own = ("fixed", span.op.id, fixed.start) if fixed else span.limit
    for after in span.op.after:
        before = found.spans.get(after.op)
        if before is None:
            continue
        lag = after.min_lag + (_least_way(problem, before, span) or 0)
        last = (span.last_start if after.transfer is None else span.last_end) - lag
        if last < before.last_end:
            before.last_end = last
            before.limit = span.limit if after.transfer is not None else own


def _cross(found: Spans, span: Span) -> None:
    """Name the limit that an operation cannot keep, if there is one.

    Along a chain every operation is too late for the same limit; the last one tells most.
    """
    if span.end <= span.last_end:
        return
    code, name, limit = span.limit
    earliest = limit + span.end - span.last_end
    fields = {"job": span.job.id, "op": name or span.op.id, "limit": limit, "earliest": earliest}
    found.causes = [
        each
        for each in found.causes
        if each.code != code or (each.code == "latest" and each.fields["op"] != name)
    ]
    found.causes.append(Cause(code, fields))


def _waits(problem: Problem, found: Spans, span: Span) -> None:
    """Name longest waits that are too short for what must be done in between."""
    for after in span.op.after:
        before = found.spans.get(after.op)
        if before is None or after.max_lag is None:
            continue
        least = _between(problem, found, before, span)
        if before.last_end < NEVER:
            least = max(least, span.start - before.last_end)
        if least > after.max_lag:
            fields = {"job": span.job.id, "op": span.op.id, "after": after.op}
            more = {"limit": after.max_lag, "earliest": least}
            found.causes.append(Cause("max_lag", {**fields, **more}))


def _between(problem: Problem, found: Spans, before: Span, span: Span) -> int:
    """Return the least time from the end of one operation to the start of a later one."""
    least = {before.op.id: 0}
    # The spans are in topological order; ends are counted from the end of the first.
    for name, each in found.spans.items():
        starts = [
            least[after.op]
            + after.min_lag
            + (_least_way(problem, found.spans[after.op], each) or 0)
            for after in each.op.after
            if after.op in least and after.transfer is None
        ]
        if starts and name == span.op.id:
            return max(starts)
        if starts:
            least[name] = max(starts) + each.work
    return -NEVER
