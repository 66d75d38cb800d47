"""Rules of shared capacities: tools, pools at every instant, tanks over their holds.

Codes: ``tool.wrong``, ``tool.overlap``, ``pool.overload``, ``tank.overload``, ``tank.mixed``. A
piece of a tool and an amount of a pool (power, floor space) are taken while an operation runs;
a tank from the start or end of the operation that fills it to the start or end of the one that
drains it. What has no length takes nothing. Tools and pools serve every site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.model import Resource

__all__ = ["check_pools", "check_tanks", "check_tools"]


NOTHING = ("", -(10**18))
"""The hold of no item, over before everything."""


@dataclass(frozen=True, slots=True)
class _Span:
    """An amount held from start to end by one operation, of one item."""

    start: int
    end: int
    amount: int
    item: str
    placing: Placing


def check_tools(facts: Facts) -> None:
    """Check that no more operations hold a tool than there are pieces of it."""
    held: dict[str, list[_Span]] = defaultdict(list)
    for placing in facts.placed.values():
        tool, named = placing.op.tool, placing.at.tools
        if named and named != (tool,):
            facts.report("tool.wrong", placing, tools=list(named), needed=tool)
        if tool and not placing.at.outsourced:
            held[tool].append(_Span(placing.at.start, placing.at.end, 1, "", placing))
    for name, spans in held.items():
        _check_capacity(facts, spans, facts.problem.tools[name], "tool.overlap")


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
    """Check that tanks hold no more than they can, and one item at a time unless mixed.

    A hold until an operation that is not placed (of a routing not chosen) takes nothing.
    """
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


def _check_capacity(facts: Facts, spans: Iterable[_Span], room: Resource, code: str) -> None:
    """Sweep over starts and ends; what ends at an instant makes room for what starts then.

    The second element of an event is 0 for ends and 1 for starts, which sorts ends first; only
    starts can overload, so only they are judged.
    """
    events = [
        event
        for s in spans
        if s.start < s.end
        for event in ((s.start, 1, s.placing.rank, s), (s.end, 0, s.placing.rank, s))
    ]
    events.sort(key=lambda event: event[:3])
    level = 0
    for time, starts, _, span in events:
        level += span.amount if starts else -span.amount
        if starts and level > room.capacity:
            facts.report(code, span.placing, resource=room.id, time=time, amount=level,
                         capacity=room.capacity)  # fmt: skip


def _check_pure(facts: Facts, spans: Iterable[_Span], tank: str) -> None:
    """Check that a tank never holds two items at once; one report per span is enough.

    In order of starts a span meets another item if and only if the hold of another item that
    lasts longest is still there; so it is enough to remember two items, of different names.
    """
    longest, next_longest = NOTHING, NOTHING
    whole = [span for span in spans if span.start < span.end]
    for span in sorted(whole, key=lambda s: (s.start, s.placing.rank)):
        other = next_longest if longest[0] == span.item else longest
        if other[1] > span.start:
            facts.report("tank.mixed", span.placing, resource=tank, items=[other[0], span.item])
        if span.item == longest[0]:
            longest = (span.item, max(longest[1], span.end))
        elif span.end > longest[1]:
            longest, next_longest = (span.item, span.end), longest
        elif span.end > next_longest[1]:
            next_longest = (span.item, span.end)
