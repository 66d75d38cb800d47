"""How good a placed plant is, and its operations as a schedule."""

from __future__ import annotations

from dataclasses import dataclass, field

from sanpin.base.calendar import OpenTime
from sanpin.factory.engine.search.line import Line, Slot
from sanpin.factory.engine.search.shop import OUTSIDE, Shop
from sanpin.factory.model import ScheduledOperation

__all__ = ["Plan", "extract", "rate"]

MISSING = 10**9


@dataclass(slots=True)
class Plan:
    """A placed plant with its figures; `breach` is by how much hard limits are missed."""

    line: Line
    objective: float
    breach: int
    terms: dict[str, float] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[int, float]:
        """Compare plans by this: first what is broken, then what it costs."""
        return (self.breach, self.objective)


def rate(line: Line) -> Plan:
    """Compute terms, objective and breach of a placed plant.

    Parameters
    ----------
    line : placed or partly placed; an operation without a slot counts as a breach beyond all others

    Returns
    -------
    The plan. The checker computes the same terms on its own; a test keeps the two equal.
    """
    shop = line.shop
    ends = [0] * len(shop.jobs)
    setup = cost = 0.0
    breach = 0
    for op, slot in enumerate(line.slots):
        if slot is None:
            breach += MISSING
            continue
        ends[shop.job_of[op]] = max(ends[shop.job_of[op]], slot.end)
        if not slot.joins:
            setup += slot.setup
        cost += slot.way.cost + _held(shop, slot)
        breach += _breach(line, op, slot)
    terms = _terms(shop, ends)
    terms |= {"setup": setup, "cost": cost + _travel_cost(line), "stability": _stability(line)}
    weights = shop.problem.objective
    return Plan(line, sum(weights[name] * terms[name] for name in weights), breach, terms)


def _terms(shop: Shop, ends: list[int]) -> dict[str, float]:
    """Return the terms that the ends of the jobs decide, by their names in the objective."""
    late = [
        0 if job.due is None else max(0, end - job.due)
        for job, end in zip(shop.jobs, ends, strict=True)
    ]
    early = [
        0 if job.due is None else max(0, job.due - end)
        for job, end in zip(shop.jobs, ends, strict=True)
    ]
    return {
        "tardiness": sum(j.weight * each for j, each in zip(shop.jobs, late, strict=True)),
        "earliness": sum(j.earliness_weight * e for j, e in zip(shop.jobs, early, strict=True)),
        "makespan": max(ends, default=0),
        "flow": sum(end - job.release for job, end in zip(shop.jobs, ends, strict=True)),
        "tardy_jobs": sum(each > 0 for each in late),
    }


def _held(shop: Shop, slot: Slot) -> float:
    """Return the cost of holding machine and crew."""
    if slot.way.machine == OUTSIDE:
        return 0
    rate_sum = sum(worker.cost_per_unit for worker in slot.crew)
    if not slot.joins:
        rate_sum += shop.machines[slot.way.machine].cost_per_unit
    return rate_sum * (slot.end - slot.setup_start)


def _breach(line: Line, op: int, slot: Slot) -> int:
    """Return by how much limits on the end, waits and fixing are missed."""
    shop = line.shop
    limit = shop.latest[op]
    missed = 0 if limit is None else max(0, slot.end - limit)
    fixed = shop.ops[op].fixed
    if fixed:
        # Never negative: a fixed operation cannot start before its instant.
        missed += slot.start - fixed.start
    for link in shop.before[op]:
        if link.max_lag is not None:
            before = line.slots[link.op]
            missed += max(0, slot.start - before.end - link.max_lag) if before else 0
    return missed


def _travel_cost(line: Line) -> float:
    """Return the cost of all journeys between sites."""
    shop = line.shop
    if not any(leg.cost for leg in shop.problem.transport):
        return 0
    total = 0.0
    for op, links in enumerate(shop.before):
        for link in links:
            ends = [line.slots[link.op], line.slots[op]]
            sites = [shop.machines[s.way.machine].site for s in ends if s and s.way.machine >= 0]
            leg = shop.problem.journeys.get((sites[0], sites[1])) if len(sites) == 2 else None
            total += leg.cost if leg else 0
    return total


def _stability(line: Line) -> float:
    """Return the distance from the baseline: 100 per moved machine, and the shift of each start."""
    shop = line.shop
    if not shop.problem.baseline:
        return 0
    places = {(shop.jobs[shop.job_of[o]].id, op.id): o for o, op in enumerate(shop.ops)}
    total = 0
    for job, name, machine, start in shop.problem.baseline:
        op = places.get((job, name))
        slot = line.slots[op] if op is not None else None
        if slot is not None:
            here = shop.machines[slot.way.machine].id if slot.way.machine >= 0 else ""
            total += 100 * (here != machine) + abs(slot.start - start)
    return total


def extract(line: Line) -> tuple[ScheduledOperation, ...]:
    """Return the placed operations, sorted by start, then ids; setups stand close to their work."""
    shop = line.shop
    placed = []
    for op, slot in enumerate(line.slots):
        if slot is None:
            continue
        spec, outside = shop.ops[op], slot.way.machine == OUTSIDE
        placed.append(
            ScheduledOperation(
                shop.jobs[shop.job_of[op]].id,
                spec.id,
                "" if outside else shop.machines[slot.way.machine].id,
                slot.start,
                slot.end,
                slot.start if outside else _late_setup(line, slot),
                tuple(worker.id for worker in slot.crew),
                (spec.tool,) if spec.tool and not outside else (),
                line.batch[op],
            )
        )
    return tuple(sorted(placed, key=lambda each: (each.start, each.job, each.op)))


def _late_setup(line: Line, slot: Slot) -> int:
    """Return the latest start of the setup that keeps it in one window before the work.

    A load shares one setup, so ovens keep the time found first.

    The search sets a machine up as soon as it is free, which keeps the choice open; in the
    schedule the set-up moves next to its work: idle time then lies before both, where something
    else could still be done.
    """
    if not slot.setup or line.oven[slot.way.machine]:
        return slot.setup_start
    opening: OpenTime | None = line.opening[slot.way.machine]
    if opening is None:
        return slot.start - slot.setup
    for start, end in reversed(opening.windows):
        begin = min(end, slot.start) - slot.setup
        if begin >= start:
            return max(begin, slot.setup_start)
    return slot.setup_start
