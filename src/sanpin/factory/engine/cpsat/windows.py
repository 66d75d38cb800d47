"""Choosing what to improve next: by late orders, setups, and where work waits."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from sanpin.factory.engine.search.score import Plan
from sanpin.factory.engine.search.shop import OUTSIDE

__all__ = ["Window", "choose_window"]

Window = tuple[frozenset[int], int, int]
"""Machines and the half-open span of starts that are set free."""


def choose_window(plan: Plan, size: int, random: Random) -> Window | None:
    """Choose machines and a span with about `size` operations, by blame.

    Half of the choices start from a late order where it waited longest, the others from the
    last orders (for the makespan), from a costly setup, or from anywhere.

    Parameters
    ----------
    plan : what is to be improved
    size : operations to set free; more are freed where many start together
    random : of the choice

    Returns
    -------
    The window, or None where what was blamed cannot be moved.
    """
    blamed = _late(plan, random) if random.random() < 0.6 else None
    if blamed is None:
        weights = plan.line.shop.problem.objective
        kinds = [_anywhere]
        if weights.get("setup"):
            kinds.append(_setup)
        if weights.get("makespan"):
            kinds.append(_across)
        blamed = random.choice(kinds)(plan, random)
    return None if blamed is None else _grow(plan, blamed, size)


def _late(plan: Plan, random: Random) -> int | None:
    """Return the operation of a late order that stood in a queue for long.

    Jobs are drawn in proportion to what their lateness costs, operations to how long they queued.
    """
    shop, slots = plan.line.shop, plan.line.slots
    ends: dict[int, int] = defaultdict(int)
    members: dict[int, list[int]] = defaultdict(list)
    for op, slot in enumerate(slots):
        if slot is not None:
            ends[shop.job_of[op]] = max(ends[shop.job_of[op]], slot.end)
            members[shop.job_of[op]].append(op)
    late = {
        job: shop.jobs[job].weight * (end - due)
        for job, end in ends.items()
        if (due := shop.jobs[job].due) is not None and end > due
    }
    if not late:
        return None
    job = random.choices(list(late), [max(cost, 1e-6) for cost in late.values()])[0]
    waits = [1 + _queued(plan, op) for op in members[job]]
    return random.choices(members[job], waits)[0]


def _queued(plan: Plan, op: int) -> int:
    """Return how long an operation waited after its predecessors let it go."""
    slot = plan.line.slots[op]
    return 0 if slot is None else max(0, slot.start - plan.line.ready(op, slot.way.machine))


def _setup(plan: Plan, random: Random) -> int | None:
    """Return an operation whose setup is long."""
    costly = [(op, s.setup) for op, s in enumerate(plan.line.slots) if s and s.setup]
    if not costly:
        return None
    return random.choices([op for op, _ in costly], [setup for _, setup in costly])[0]


def _anywhere(plan: Plan, random: Random) -> int | None:
    """Return any operation, so that no part of the plan is out of reach for ever."""
    return random.randrange(plan.line.shop.size)


def _across(plan: Plan, random: Random) -> int | None:
    """Return nothing in particular: negative numbers stand for a span over all machines."""
    return -1 - random.randrange(plan.line.shop.size)


def _grow(plan: Plan, blamed: int, size: int) -> Window | None:
    """Widen machines and span around an operation until about `size` operations are inside.

    Machines of the neighbouring steps join as long as four operations per machine remain: windows
    over many machines and a short time leave nothing to reorder.
    """
    line, shop = plan.line, plan.line.shop
    op = -1 - blamed if blamed < 0 else blamed
    slot = line.slots[op]
    if slot is None or slot.way.machine == OUTSIDE:
        return None
    if blamed < 0:
        machines = set(range(len(shop.machines)))
    else:
        machines = {way.machine for way in shop.ways[op]}
        for link in (*shop.before[op], *shop.next[op]):
            near = {way.machine for way in shop.ways[link.op]}
            if len(machines | near) * 4 <= size:
                machines |= near
    # Oven loads are formed by the decoder; the model could not place them.
    machines = {m for m in machines if m != OUTSIDE and not line.oven[m]}
    starts = sorted(s.start for s in line.slots if s is not None and s.way.machine in machines)
    if not starts:
        return None
    distances = sorted(abs(start - slot.start) for start in starts)
    reach = distances[min(size, len(distances)) - 1]
    return frozenset(machines), slot.start - reach, slot.start + reach + 1
