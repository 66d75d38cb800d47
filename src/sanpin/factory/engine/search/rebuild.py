"""Serial schedule generation: place operations in a given order on given machines.

The serial scheme of Kolisch (1996): operations in order of priority, each at its earliest slot.
An answer of the solver on a part of the plant becomes a schedule of the whole plant this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from sanpin.factory.engine.search.line import Line, Slot
from sanpin.factory.engine.search.score import Plan, rate
from sanpin.factory.engine.search.shop import Shop, Way

__all__ = ["rebuild", "repair", "starts_of", "ways_of"]

# Each round may open a new excess further up the chain; more rounds seldom find anything.
REPAIRS = 12


def rebuild(
    shop: Shop,
    keys: Sequence[float],
    ways: Sequence[Way],
    floors: Sequence[int] | None = None,
) -> Line:
    """Place every operation as soon as its turn comes.

    Parameters
    ----------
    keys : the lower the earlier the turn; predecessors always come first
    ways : machine and duration of each operation
    floors : instants before which operations may not start

    Returns
    -------
    The plant with everything placed that could be; what lacked material tries again after every
    operation that produces some.
    """
    line = Line(shop)
    open_links = [len(links) for links in shop.before]
    turn = [(keys[op], op) for op in shop.order if not open_links[op]]
    turn.sort()
    starved: list[tuple[float, int]] = []
    while turn:
        key, op = heappop(turn)
        slot = _slot(line, op, ways[op], floors[op] if floors else 0)
        if slot is None:
            starved.append((key, op))
            continue
        line.commit(op, slot)
        for link in shop.next[op]:
            open_links[link.op] -= 1
            if not open_links[link.op]:
                heappush(turn, (keys[link.op], link.op))
        if starved and shop.ops[op].produces:
            for each in starved:
                heappush(turn, each)
            starved.clear()
    return line


def _slot(line: Line, op: int, way: Way, floor: int) -> Slot | None:
    """Return the slot on the given way, or on any other if that has none."""
    slot = line.trial(op, way, max(floor, line.ready(op, way.machine)))
    if slot is not None:
        return slot
    others = (
        line.trial(op, other, max(floor, line.ready(op, other.machine)))
        for other in line.shop.ways[op]
        if other is not way
    )
    return min((each for each in others if each is not None), key=lambda s: s.end, default=None)


def starts_of(line: Line) -> list[float]:
    """Return the starts as keys; what has no slot comes last."""
    return [slot.start if slot else float("inf") for slot in line.slots]


def ways_of(line: Line) -> list[Way]:
    """Return the ways taken, the first one where nothing was placed."""
    return [slot.way if slot else line.shop.ways[op][0] for op, slot in enumerate(line.slots)]


def repair(plan: Plan) -> Plan:
    """Delay predecessors until no operation waits longer than its greatest lag allows.

    Notes
    -----
    A greatest wait pulls the predecessor later instead of the successor earlier: the predecessor
    gets a floor, and everything is placed anew in the order of its starts.
    """
    shop, best = plan.line.shop, plan
    if not plan.breach or not any(
        link.max_lag is not None for links in shop.before for link in links
    ):
        return plan
    floors = [0] * shop.size
    current = plan
    for _ in range(REPAIRS):
        slots = current.line.slots
        for op, links in enumerate(shop.before):
            for link in links:
                before, here = slots[link.op], slots[op]
                if link.max_lag is None or before is None or here is None:
                    continue
                excess = here.start - before.end - link.max_lag
                if excess > 0:
                    floors[link.op] = max(floors[link.op], before.start + excess)
        current = rate(rebuild(shop, starts_of(current.line), ways_of(current.line), floors))
        best = min(best, current, key=lambda each: each.rank)
        if not best.breach:
            break
    return best
