"""What a model is about: the free operations and what stays fixed around them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sanpin.factory.engine.search.line import Line
from sanpin.factory.engine.search.shop import OUTSIDE, Shop, Way

__all__ = ["Region", "make_region", "whole_region"]


@dataclass(slots=True)
class Region:
    """Free operations with their ways and surroundings.

    Attributes
    ----------
    free : numbers of the free operations
    ways : the ways each may take inside the region
    heads : per operation and way, the instant before which it cannot start
    links : pairs of free operations with the least time from the end of the first to the start
        of the second, the greatest, and whether they may overlap (then starts count)
    tails : per operation without free successor in its job, the time from its end to the job's
    before : per machine, the end and class of what precedes the region
    after : per machine, the start and the operation that follow the region
    """

    shop: Shop
    line: Line | None
    free: list[int]
    ways: dict[int, list[Way]] = field(default_factory=dict)
    heads: dict[int, list[int]] = field(default_factory=dict)
    links: list[tuple[int, int, int, int | None, bool]] = field(default_factory=list)
    tails: dict[int, int] = field(default_factory=dict)
    before: dict[int, tuple[int, int]] = field(default_factory=dict)
    after: dict[int, tuple[int, int]] = field(default_factory=dict)
    horizon: int = 0


def make_region(line: Line, machines: Collection[int], start: int, end: int) -> Region:
    """Free everything that starts on these machines in [start, end).

    Parameters
    ----------
    line : the plan as it stands
    machines : numbers of the machines that are set free
    start, end : half-open span of starts

    Notes
    -----
    What is fixed by the problem stays fixed, and so does everything outside the span: it bounds
    the free operations by heads, tails and the neighbours on each machine.
    """
    shop = line.shop
    free = [
        op
        for op, slot in enumerate(line.slots)
        if slot is not None
        and slot.way.machine in machines
        and start <= slot.start < end
        and shop.ops[op].fixed is None
    ]
    region = Region(shop, line, free)
    chosen = set(free)
    for op in free:
        region.ways[op] = [way for way in shop.ways[op] if way.machine in machines]
    _surround(region, line, chosen, machines, start)
    below = _downstream(region, chosen)
    for op in free:
        region.heads[op] = [_head(line, op, way, chosen, below) for way in region.ways[op]]
    _add_tails(region, line)
    return region


def _surround(
    region: Region, line: Line, chosen: set[int], machines: Collection[int], start: int
) -> None:
    """Note what stands before and after the free operations on each machine."""
    for machine in machines:
        region.before[machine] = (0, line.shop.first_class[machine])
    first_after: dict[int, tuple[int, int]] = {}
    for op, slot in enumerate(line.slots):
        if slot is None or slot.way.machine not in region.before or op in chosen:
            continue
        machine = slot.way.machine
        if slot.start < start:
            known = region.before[machine]
            here = (slot.end, line.shop.class_of(machine, op))
            region.before[machine] = max(known, here, key=lambda pair: pair[0])
        elif machine not in first_after or slot.start < first_after[machine][0]:
            first_after[machine] = (slot.start, op)
    region.after = first_after


def _downstream(region: Region, chosen: set[int]) -> set[int]:
    """Link free operations through the fixed ones between them; return those in between.

    Fixed operations between two free ones will move with the first when the answer is decoded, so
    they count with their least duration instead of their place in the plan.
    """
    shop, between = region.shop, set()
    for op in region.free:
        stack = [
            (link.op, link.min_lag, link.max_lag, link.transfer is not None)
            for link in shop.next[op]
        ]
        seen: dict[int, int] = {}
        while stack:
            at, lag, most, overlaps = stack.pop()
            if at in chosen:
                region.links.append((op, at, lag, most, overlaps))
                continue
            # A longer way to the same operation was already followed.
            if seen.get(at, -1) >= lag:
                continue
            seen[at] = lag
            between.add(at)
            least = lag + min((way.duration for way in shop.ways[at]), default=0)
            stack += [
                (link.op, least + link.min_lag, None, overlaps or link.transfer is not None)
                for link in shop.next[at]
            ]
    return between


def _head(line: Line, op: int, way: Way, chosen: set[int], below: set[int]) -> int:
    shop, head = line.shop, line.shop.earliest[op]
    for link in shop.before[op]:
        slot = line.slots[link.op]
        if slot is None or link.op in chosen or link.op in below:
            continue
        travel = max(0, shop.travel(slot.way.machine, way.machine))
        handed = slot.end if link.transfer is None else slot.start
        head = max(head, handed + link.min_lag + travel)
    return head


def _add_tails(region: Region, line: Line) -> None:
    """Note for the last free operations of each job how long the job goes on after them.

    That remainder is taken as rigid: the job is late in the model when its last free operation
    shifts it, which is what the objective should feel.
    """
    shop = line.shop
    ends = [0] * len(shop.jobs)
    for op, slot in enumerate(line.slots):
        if slot is not None:
            ends[shop.job_of[op]] = max(ends[shop.job_of[op]], slot.end)
    followed = {before for before, *_ in region.links}
    for op in region.free:
        slot = line.slots[op]
        if op not in followed and slot is not None:
            region.tails[op] = ends[shop.job_of[op]] - slot.end
            region.horizon = max(region.horizon, slot.end)


def whole_region(shop: Shop, line: Line) -> Region:
    """Free every operation."""
    region = Region(shop, line, list(range(shop.size)))
    for op in region.free:
        region.ways[op] = shop.ways[op]
        region.heads[op] = [shop.earliest[op]] * len(shop.ways[op])
        for link in shop.before[op]:
            overlaps = link.transfer is not None
            region.links.append((link.op, op, link.min_lag, link.max_lag, overlaps))
        if not shop.next[op]:
            region.tails[op] = 0
    for machine in range(len(shop.machines)):
        region.before[machine] = (0, shop.first_class[machine])
    region.before[OUTSIDE] = (0, -1)
    region.horizon = max((slot.end for slot in line.slots if slot), default=0)
    return region
