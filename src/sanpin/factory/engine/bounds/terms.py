"""The terms of the objective, each bounded on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sanpin.factory.engine.bounds.ends import Ends
from sanpin.factory.engine.bounds.flat import Flat, flatten
from sanpin.factory.engine.bounds.groups import Group, groups
from sanpin.factory.engine.bounds.kernels import FAR, amounts, instants, jackson
from sanpin.factory.engine.bounds.setups import least_entries, least_setup, load_setup
from sanpin.factory.model import Mode, Operation, Problem, ResourceKind

__all__ = ["term_bounds"]


def term_bounds(problem: Problem) -> Mapping[str, float]:
    """Return a lower bound of each term."""
    flat = flatten(problem)
    found = list(groups(flat))
    ends = Ends(flat, found)
    return {
        "tardiness": ends.tardiness(),
        "setup": least_setup(flat),
        "makespan": max(int(ends.ends.max(initial=0)), _makespan(flat, found)),
        "earliness": ends.earliness(),
        "flow": ends.flow(),
        "cost": _cost(flat),
        "stability": _stability(flat),
        "tardy_jobs": ends.tardy_jobs(),
    }


def _makespan(flat: Flat, found: Sequence[Group]) -> int:
    """Return the greatest bound of any group; one that could never do its work proves nothing."""
    entries = least_entries(flat)
    best = 0
    for group in found:
        heads, tails = flat.starts[group.ops], flat.tails[group.ops]
        bounds = [jackson(heads, group.work, tails, 0, group.times, group.works)]
        entry = entries[group.ops]
        if group.kind == "machine" and entry.any():
            # The first on each machine may need no set-up.
            spared = int(np.sort(entry)[::-1][: len(group.resources)].sum())
            early, work = np.maximum(0, heads - entry), group.work + entry
            bounds.append(jackson(early, work, tails, spared, group.times, group.works))
        if group.kind == "machine" and flat.problem.setups and len(group.resources) <= 4:
            bounds.append(_load(flat, group))
        best = max(best, *(bound for bound in bounds if bound < FAR), 0)
    return best


def _load(flat: Flat, group: Group) -> int:
    """Return when a group can have done all work and the least set-ups, with the least tail."""
    change = load_setup(flat, group.resources, group.ops.tolist())
    if not change:
        return 0
    begin = amounts(flat.starts[group.ops].min(keepdims=True), group.times, group.works)
    done = instants(begin + group.work.sum() + change, group.times, group.works)
    return int(done[0] + flat.tails[group.ops].min())


def _cost(flat: Flat) -> float:
    """Return the least cost of all operations that are done in every schedule."""
    prices = _Prices(flat.problem)
    return float(
        sum(prices.least(op) for op, sure in zip(flat.ops, flat.certain, strict=True) if sure)
    )


class _Prices:
    """What the cheapest way of an operation costs."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.held = any(resource.cost_per_unit for resource in problem.resources)
        self.skills: dict[str, tuple[float, int]] = {}

    def least(self, op: Operation) -> float:
        """Return the least cost of an operation, wherever it is done."""
        ways = [self._inside(op, mode) for mode in op.modes]
        if op.outsource is not None:
            ways.append(op.outsource.cost)
        return min(ways, default=0)

    def _inside(self, op: Operation, mode: Mode) -> float:
        """Return the least cost of a mode: its own, and of whom and what it holds for its work."""
        if not self.held:
            return mode.cost
        problem = self.problem
        machine = problem.processors[mode.machine]
        # A load holds its oven once, however many share it.
        rate = machine.cost_per_unit if machine.kind == ResourceKind.MACHINE else 0
        rate += sum(problem.workers[name].cost_per_unit for name in mode.crew)
        rate += problem.tools[op.tool].cost_per_unit if op.tool else 0
        work = mode.duration
        if op.worker is not None:
            cheapest, fastest = self._skill(op.worker.skill)
            rate += op.worker.count * cheapest
            work = -(-work * 100 // max(fastest, 100 if mode.crew else 1))
        return mode.cost + rate * work

    def _skill(self, skill: str) -> tuple[float, int]:
        """Return the least rate and the greatest pace of those with a skill."""
        if skill not in self.skills:
            able = [w for w in self.problem.workers.values() if skill in w.skills]
            rate = min((worker.cost_per_unit for worker in able), default=0)
            pace = max((worker.skills[skill] for worker in able), default=100)
            self.skills[skill] = (rate, pace)
        return self.skills[skill]


def _stability(flat: Flat) -> float:
    """Return the least departure from the baseline: starts that have become impossible."""
    problem = flat.problem
    number = {}
    for at, (job, op) in enumerate(zip(flat.job_of, flat.ops, strict=True)):
        number[problem.jobs[job].id, op.id] = at
    total = 0
    for job_id, name, machine, start in problem.baseline:
        found = number.get((job_id, name))
        if found is not None and flat.certain[found]:
            op = flat.ops[found]
            able = {mode.machine for mode in op.modes} | ({""} if op.outsource else set())
            total += max(0, int(flat.starts[found]) - start) + 100 * (machine not in able)
    return float(total)
