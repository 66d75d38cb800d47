"""Rules of workers: who is held when, by how many at once.

Codes: ``worker.count``, ``worker.unknown``, ``worker.named`` (the mode names another),
``worker.skill``, ``worker.site``, ``worker.overlap``, ``worker.setup`` (nobody to set up).
Workers are held from start to end of the work; the set-up before it has a worker of its own
where the operation asks for one.
"""

from __future__ import annotations

from collections import defaultdict

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.setters import check_setters

__all__ = ["check_people"]


def check_people(facts: Facts) -> None:
    """Check number, skill, site and overlap of workers, and that setups find theirs."""
    held: dict[str, list[Placing]] = defaultdict(list)
    for placing in facts.placed.values():
        _check_crew(facts, placing)
        for worker in placing.workers:
            held[worker.id].append(placing)
    for name, placings in held.items():
        _check_one_at_a_time(facts, name, placings)
    check_setters(facts)


def _check_crew(facts: Facts, placing: Placing) -> None:
    """Check number, existence, skill and site of the workers of one operation."""
    need, names = placing.op.worker, placing.at.workers
    crew = placing.mode.crew if placing.mode else ()
    if not (need or names or crew):
        return
    count = len(crew) + (need.count if need and not placing.at.outsourced else 0)
    if len(names) != count or len(set(names)) != len(names):
        facts.report("worker.count", placing, needed=count, workers=list(names))
    for name in crew:
        if name not in names:
            facts.report("worker.named", placing, worker=name, workers=list(names))
    if len(placing.workers) < len(names):
        known = {worker.id for worker in placing.workers}
        for name in names:
            if name not in known:
                facts.report("worker.unknown", placing, worker=name)
    for worker in placing.workers:
        if need and worker.id not in crew and need.skill not in worker.skills:
            facts.report("worker.skill", placing, worker=worker.id, skill=need.skill)
        if not facts.reaches(worker, placing):
            facts.report("worker.site", placing, worker=worker.id, site=worker.site)


def _check_one_at_a_time(facts: Facts, name: str, placings: list[Placing]) -> None:
    """Check that a worker is never held by two operations at once."""
    until = 0
    for placing in sorted(placings, key=lambda p: (p.at.start, p.at.end, p.rank)):
        if placing.at.start < min(until, placing.at.end):
            facts.report("worker.overlap", placing, worker=name, start=placing.at.start,
                         busy_until=until)  # fmt: skip
        until = max(until, placing.at.end)
