"""Rules of machines: one thing at a time, and the setup that each change needs.

Codes: ``machine.overlap``, ``setup.short`` (less time than the change needs), ``setup.window``
(the set-up does not lie in one window), ``setup.forbidden`` (a change that must not be made).
A machine is taken from the start of the set-up to the end of the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sanpin.factory.engine.check.changes import Changes, Load
from sanpin.factory.engine.check.facts import Facts
from sanpin.factory.engine.check.opening import covers
from sanpin.factory.model import Resource

__all__ = ["check_machines"]


def check_machines(facts: Facts) -> None:
    """Check the sequence of every machine and note each setup length."""
    queues: dict[str, list[Load]] = defaultdict(list)
    for placing in facts.placed.values():
        if placing.machine is not None and not placing.oven:
            queues[placing.machine.id].append((placing,))
    for load in facts.loads:
        queues[load[0].at.machine].append(load)
    for name, loads in queues.items():
        _check_queue(facts, facts.problem.processors[name], sorted(loads, key=_order))


def _order(load: Load) -> tuple[int, int, int, int]:
    """Order by time; of two things without length the one written first comes first."""
    at = load[0].at
    return (at.setup_start, at.end, at.start, load[0].rank)


def _check_queue(facts: Facts, machine: Resource, loads: Sequence[Load]) -> None:
    """Check one machine's loads in order of time: no overlap, and each change set up."""
    table = facts.problem.setups.get(machine.setup)
    changes = Changes(table, machine.initial) if table else None
    busy_until = -(10**18)
    for load in loads:
        first = load[0]
        if first.at.setup_start < busy_until:
            facts.report(
                "machine.overlap", first, machine=machine.id,
                setup_start=first.at.setup_start, busy_until=busy_until,
            )  # fmt: skip
        if changes is not None:
            _check_setup(facts, machine, changes, load)
        # A load inside a longer one must not make the machine look free early.
        busy_until = max(busy_until, first.at.end)


def _check_setup(facts: Facts, machine: Resource, changes: Changes, load: Load) -> None:
    """Check the set-up before a load and note its length, at its first member, for the rest."""
    length, forbidden = changes.make(load)
    for member, name, change in forbidden:
        facts.report("setup.forbidden", member, attribute=name, change=list(change))
    first = load[0]
    facts.setup_length[first.job.id, first.op.id] = length
    at, end = first.at, first.at.setup_start + length
    if not length:
        return
    if end > at.start:
        facts.report("setup.short", first, machine=machine.id, needed=length,
                     given=at.start - at.setup_start)  # fmt: skip
    if not covers(facts.windows(machine), at.setup_start, end):
        facts.report("setup.window", first, setup_start=at.setup_start, setup_end=end)
