"""Resources that operations cannot do without, alone and in groups.

What can only be done by some machines (or workers, tools, room in ovens and pools) needs them
all the same if it may be split and interrupted at will. A group is then one machine of the
capacity of all its members, for which Jackson's rule and the shortest work left are optimal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.base.calendar import merge
from sanpin.factory.engine.bounds.flat import Flat
from sanpin.factory.engine.bounds.kernels import FAR
from sanpin.factory.model import Operation, Resource, ResourceKind

__all__ = ["Group", "groups"]

Ints = NDArray[np.int64]

MOST = 200
"""Sets of resources that are looked at per kind; of more, those with the most work."""


@dataclass(frozen=True, slots=True)
class Group:
    """Operations that need some resources.

    Attributes
    ----------
    kind : what the resources are
    resources : their ids
    ops, work : numbers of operations, and what each takes of the capacity
    times, works : points of the capacity of all resources together
    """

    kind: str
    resources: frozenset[str]
    ops: Ints
    work: Ints
    times: Ints
    works: Ints


def groups(flat: Flat) -> Iterator[Group]:
    """Yield every group whose operations have no other choice."""
    capacities = _Capacities(flat)
    for kind, needs in _needs(flat).items():
        loads = {each: sum(amount for _, amount in needs[each]) for each in needs}
        sets = sorted(loads, key=lambda each: (-loads[each], sorted(each)))
        for resources in dict.fromkeys([*_crowded(loads), *sets[:MOST]]):
            inside = [need for other in sets if other <= resources for need in needs[other]]
            ops = np.array([op for op, _ in inside], np.int64)
            work = np.array([amount for _, amount in inside], np.int64)
            times, works = capacities.of(kind, resources)
            yield Group(kind, resources, ops, work, times, works)


def _crowded(loads: dict[frozenset[str], int]) -> list[frozenset[str]]:
    """Return all resources together, and the sets with the most work for each of them.

    Notes
    -----
    The set with the greatest density of a hypergraph, by leaving out one after the other whichever
    takes the least work with it (Charikar 2000): near the best, and any set is a bound.
    """
    members = set().union(*loads)
    using: dict[str, set[frozenset[str]]] = {
        name: {each for each in loads if name in each} for name in members
    }
    lost = {name: sum(loads[each] for each in using[name]) for name in members}
    work = sum(loads.values())
    found: list[tuple[float, int, frozenset[str]]] = []
    while members and work and len(found) < MOST:
        found.append((work / len(members), len(found), frozenset(members)))
        least = min(members, key=lambda name: (lost[name], name))
        members.discard(least)
        for each in list(using[least]):
            work -= loads[each]
            for name in each:
                using[name].discard(each)
                lost[name] -= loads[each]
    found.sort(key=lambda each: (-each[0], each[1]))
    return [each for *_, each in found[:3]]


def _needs(flat: Flat) -> dict[str, dict[frozenset[str], list[tuple[int, int]]]]:
    """Return by kind and set of resources the operations that cannot do without, with amounts."""
    problem = flat.problem
    found: dict[str, dict[frozenset[str], list[tuple[int, int]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    skilled: dict[str, frozenset[str]] = {}
    ovens = {name for name, each in problem.processors.items() if each.kind == ResourceKind.OVEN}
    for number, op in enumerate(flat.ops):
        work = int(flat.least[number])
        if not (work and flat.certain[number] and flat.inside[number]):
            continue
        machines = _machines(op)
        if machines.isdisjoint(ovens):
            found["machine"][machines].append((number, work))
        elif machines <= ovens:
            size = op.batch.size if op.batch else 1
            found["oven"][machines].append((number, work * size))
        if op.worker is not None:
            skill = op.worker.skill
            if skill not in skilled:
                able = (w.id for w in problem.workers.values() if skill in w.skills)
                skilled[skill] = frozenset(able)
            if not any(mode.crew for mode in op.modes):
                found["worker"][skilled[skill]].append((number, work * op.worker.count))
        elif all(len(mode.crew) == 1 for mode in op.modes):
            found["worker"][frozenset(m.crew[0] for m in op.modes)].append((number, work))
        if op.tool:
            found["tool"][frozenset((op.tool,))].append((number, work))
        for pool in op.modes[0].uses:
            amount = min(mode.uses.get(pool, 0) for mode in op.modes)
            if amount:
                found["pool"][frozenset((pool,))].append((number, work * amount))
    return found


def _machines(op: Operation) -> frozenset[str]:
    """Return the machines that an operation may run on."""
    if op.fixed is not None:
        return frozenset((op.fixed.machine,))
    return frozenset(mode.machine for mode in op.modes)


class _Capacities:
    """How much the resources of a group can have done by each instant."""

    def __init__(self, flat: Flat) -> None:
        self.problem = flat.problem
        self.known: dict[tuple[tuple[str, int], ...], tuple[Ints, Ints]] = {}

    def of(self, kind: str, resources: frozenset[str]) -> tuple[Ints, Ints]:
        """Return the points of the capacity of some resources together."""
        problem = self.problem
        named = {
            "machine": problem.processors,
            "oven": problem.processors,
            "worker": problem.workers,
            "tool": problem.tools,
            "pool": problem.pools,
        }[kind]
        rates: dict[str, int] = defaultdict(int)
        for name in resources:
            resource: Resource = named[name]
            # Nobody asks when tools and pools are open.
            calendar = resource.calendar if kind in ("machine", "oven", "worker") else ""
            rates[calendar] += 1 if kind in ("machine", "worker") else resource.capacity
        key = tuple(sorted(rates.items()))
        if key not in self.known:
            self.known[key] = self._points(rates)
        return self.known[key]

    def _points(self, rates: dict[str, int]) -> tuple[Ints, Ints]:
        """Add up the open time of calendars, each with its rate."""
        changes: dict[int, int] = defaultdict(int)
        for calendar, rate in rates.items():
            windows = merge(self.problem.calendars.get(calendar, ())) if calendar else [(0, FAR)]
            for start, end in windows:
                changes[start] += rate
                changes[min(end, FAR)] -= rate
        times, works, rate = [0], [0], 0
        for time in sorted(changes):
            if time > times[-1]:
                works.append(works[-1] + rate * (time - times[-1]))
                times.append(time)
            rate += changes[time]
        # A flat piece at the end would never do any more work.
        return np.array(times, np.int64), np.array(works, np.int64)
