"""Materials that come too late or never in sufficient quantity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import accumulate

from sanpin.base.calendar import NEVER
from sanpin.factory.engine.causes.cause import Cause
from sanpin.factory.engine.causes.spans import Span
from sanpin.factory.model import Material, Problem

__all__ = ["check_materials", "stocked"]


def stocked(problem: Problem) -> dict[tuple[str, str], int]:
    """Return the instant before which an operation cannot have its material, if others take none.

    What is produced counts as there from the beginning.
    """
    made: dict[str, int] = defaultdict(int)
    for job in problem.jobs:
        for op in job.operations:
            for name, amount in op.produces.items():
                made[name] += amount
    supply = {each.id: _supply(each, made[each.id]) for each in problem.materials}
    ready = {}
    for job in problem.jobs:
        for op in job.operations:
            waits = [
                next((t for t, level in supply[name] if level >= amount), NEVER)
                for name, amount in op.consumes.items()
            ]
            # What never suffices is told by the materials, not by every operation.
            ready[job.id, op.id] = max((t for t in waits if t < NEVER), default=0)
    return ready


def _supply(material: Material, made: int) -> list[tuple[int, int]]:
    """Return the cumulative supply by instant."""
    events = sorted([(0, material.on_hand + made), *material.arrivals])
    levels = accumulate(amount for _, amount in events)
    return list(zip((t for t, _ in events), levels, strict=True))


def check_materials(problem: Problem, sure: Mapping[tuple[str, str], Span]) -> Iterator[Cause]:
    """Yield materials of which more must be used by some instant than can have come by then.

    Parameters
    ----------
    problem : materials with their arrivals
    sure : room of the operations that are done in every schedule
    """
    uses: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for span in sure.values():
        for name, amount in span.op.consumes.items():
            uses[name].append((span.last_start, amount))
    makes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for job in problem.jobs:
        for op in job.operations:
            known = sure.get((job.id, op.id))
            for name, amount in op.produces.items():
                makes[name].append((known.end if known else 0, amount))
    for material in problem.materials:
        events = sorted([(0, material.on_hand), *material.arrivals, *makes[material.id]])
        needed = supply = come = 0
        for by, amount in sorted(uses[material.id]):
            needed += amount
            while come < len(events) and events[come][0] <= by:
                supply += events[come][1]
                come += 1
            if needed > supply:
                fields = {"resource": material.id, "needed": needed, "supply": supply}
                yield Cause("material", {**fields, "limit": by if by < NEVER // 2 else "∞"})
                break
