"""Rules of shared capacities: pools at every instant, tanks over their holds.

Codes: ``pool.overload``, ``tank.overload``, ``tank.mixed``. A pool (power, floor space) is
taken while an operation runs; a tank from the start or end of the operation that fills it to
the start or end of the one that drains it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.model import Resource

__all__ = ["check_pools", "check_tanks"]


@dataclass(frozen=True, slots=True)
class _Span:
    """An amount held from start to end by one operation, of one item."""

    start: int
    end: int
    amount: int
    item: str
    placing: Placing


def check_pools(facts: Facts) -> None:
    """Check that running operations never take more of a pool than there is."""
    held: dict[str, list[_Span]] = defaultdict(list)
    for placing in facts.placed.values():
        if placing.mode is not None:
            for pool, amount in placing.mode.uses.items():
                held[pool].append(_Span(placing.at.start, placing.at.end, amount, "", placing))
    for pool, spans in held.items():
        _check_capacity(facts, spans, facts.problem.pools[pool], "pool.overload")


def check_tanks(facts: Facts) -> None:
    """Check that tanks hold no more than they can, and one item at a time unless mixed."""
    held: dict[str, list[_Span]] = defaultdict(list)
    for placing in facts.placed.values():
        hold = placing.op.hold
        drain = facts.placed.get((placing.job.id, hold.until)) if hold else None
        if hold is not None and drain is not None:
            start = placing.at.start if hold.source == "start" else placing.at.end
            end = drain.at.end if hold.until_end else drain.at.start
            item = placing.job.item or placing.job.id
            held[hold.tank].append(_Span(start, end, hold.amount, item, placing))
    for tank, spans in held.items():
        _check_capacity(facts, spans, facts.problem.tanks[tank], "tank.overload")
        if not facts.problem.tanks[tank].mixed:
            _check_pure(facts, spans, tank)


def _check_capacity(facts: Facts, spans: list[_Span], room: Resource, code: str) -> None:
    """Sweep over starts and ends; what ends at an instant makes room for what starts then.

    The second element of an event is 0 for ends and 1 for starts, which sorts ends first; only
    starts can overload, so only they are judged.
    """
    events = sorted(
        [(s.start, 1, s.placing.rank, s.amount, s) for s in spans if s.start < s.end]
        + [(s.end, 0, s.placing.rank, -s.amount, s) for s in spans if s.start < s.end],
        key=lambda event: event[:3],
    )
    level = 0
    for time, starts, _, change, span in events:
        level += change
        if starts and level > room.capacity:
            facts.report(code, span.placing, resource=room.id, time=time, amount=level,
                         capacity=room.capacity)  # fmt: skip


def _check_pure(facts: Facts, spans: list[_Span], tank: str) -> None:
    """Check that a tank never holds two items at once; one report per span is enough."""
    for at, span in enumerate(spans):
        for other in spans[:at]:
            if span.item != other.item and span.start < other.end and other.start < span.end:
                facts.report(
                    "tank.mixed", span.placing, resource=tank, items=[other.item, span.item]
                )
                break
