"""Rules of workers and tools: who is held when, by how many at once.

Codes: ``worker.count``, ``worker.unknown``, ``worker.named`` (the mode names another),
``worker.skill``, ``worker.site``, ``worker.overlap``, ``worker.setup`` (nobody to set up),
``tool.wrong``, ``tool.overlap``.
Workers and tools are held from start to end of the work; the set-up before it has a worker of
its own where the operation asks for one.
"""

from __future__ import annotations

from collections import defaultdict

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.opening import covers
from sanpin.factory.model import Resource, ResourceKind

__all__ = ["check_people", "check_tools"]


def check_people(facts: Facts) -> None:
    """Check number, skill, site and overlap of workers, and that setups find theirs."""
    held: dict[str, list[Placing]] = defaultdict(list)
    for placing in facts.placed.values():
        _check_crew(facts, placing)
        for worker in placing.workers:
            held[worker.id].append(placing)
    for name, placings in held.items():
        _check_one_at_a_time(facts, name, placings)
    _check_setters(facts, held)


def _check_crew(facts: Facts, placing: Placing) -> None:
    """Check number, existence, skill and site of the workers of one operation."""
    need, names = placing.op.worker, placing.at.workers
    crew = placing.mode.crew if placing.mode else ()
    count = len(crew) + (need.count if need and not placing.at.outsourced else 0)
    if len(names) != count or len(set(names)) != len(names):
        facts.report("worker.count", placing, needed=count, workers=list(names))
    for name in crew:
        if name not in names:
            facts.report("worker.named", placing, worker=name, workers=list(names))
    known = {worker.id for worker in placing.workers}
    for name in names:
        if name not in known:
            facts.report("worker.unknown", placing, worker=name)
    for worker in placing.workers:
        if need and worker.id not in crew and need.skill not in worker.skills:
            facts.report("worker.skill", placing, worker=worker.id, skill=need.skill)
        if not _reaches(facts, worker, placing):
            facts.report("worker.site", placing, worker=worker.id, site=worker.site)


def _reaches(facts: Facts, worker: Resource, placing: Placing) -> bool:
    """Tell whether a worker can stand at the machine: same site, or one of them has none."""
    site = facts.site(placing)
    return worker.site in ("", "*") or not site or worker.site == site


def _check_one_at_a_time(facts: Facts, name: str, placings: list[Placing]) -> None:
    """Check that a worker is never held by two operations at once."""
    until = 0
    for placing in sorted(placings, key=lambda p: (p.at.start, p.at.end, p.rank)):
        if placing.at.start < min(until, placing.at.end):
            facts.report("worker.overlap", placing, worker=name, start=placing.at.start,
                         busy_until=until)  # fmt: skip
        until = max(until, placing.at.end)


def _check_setters(facts: Facts, held: dict[str, list[Placing]]) -> None:
    """Find for each setup that needs one a skilled worker who is there and free.

    The schedule does not name these workers, so any will do: setups in order of time each
    take the free worker with the fewest skills.

    Notes
    -----
    A greedy choice, not a matching: it may report a violation where another choice would have
    found everyone a worker, but never overlooks one. Taking the least versatile worker first keeps
    that rare.
    """
    busy = {name: [(p.at.start, p.at.end) for p in placings] for name, placings in held.items()}
    crew = [r for r in facts.problem.resources if r.kind == ResourceKind.WORKER]
    crew.sort(key=lambda worker: (len(worker.skills), worker.id))
    setups = [
        (placing.at.setup_start, placing)
        for key, placing in facts.placed.items()
        if placing.op.setup_worker and facts.setup_length.get(key)
    ]
    for start, placing in sorted(setups, key=lambda pair: (pair[0], pair[1].rank)):
        end = start + facts.setup_length[placing.job.id, placing.op.id]
        for worker in crew:
            spans = busy.setdefault(worker.id, [])
            if (
                placing.op.setup_worker in worker.skills
                and _reaches(facts, worker, placing)
                and covers(facts.windows(worker), start, end)
                and all(end <= a or b <= start for a, b in spans)
            ):
                spans.append((start, end))
                break
        else:
            facts.report("worker.setup", placing, skill=placing.op.setup_worker)


def check_tools(facts: Facts) -> None:
    """Check that no more operations hold a tool than there are pieces of it."""
    held: dict[str, list[Placing]] = defaultdict(list)
    for placing in facts.placed.values():
        tool = placing.op.tool
        if placing.at.tools and placing.at.tools != (tool,):
            facts.report("tool.wrong", placing, tools=list(placing.at.tools), needed=tool)
        if tool and not placing.at.outsourced:
            held[tool].append(placing)
    for name, placings in held.items():
        capacity = facts.problem.tools[name].capacity
        for placing in placings:
            t = placing.at.start
            # The most pieces are in use at some start, so that looking at starts is enough.
            using = sum(other.at.start <= t < other.at.end for other in placings)
            if using > capacity and placing.at.end > t:
                facts.report("tool.overlap", placing, tool=name, using=using, capacity=capacity)
