"""Rules of machines: one thing at a time, and the setup that each change needs.

Codes: ``machine.overlap``, ``setup.short`` (less time than the change needs), ``setup.window``
(the set-up does not lie in one window), ``setup.forbidden`` (a change that must not be made).
A machine is taken from the start of the set-up to the end of the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sanpin.factory.engine.check.batches import batches
from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.opening import covers
from sanpin.factory.model import Attribute, Resource, SetupTable

__all__ = ["check_machines"]

Load = Sequence[Placing]
"""What a machine does at one time: an operation, or the members of a batch."""


def check_machines(facts: Facts) -> None:
    """Check the sequence of every machine and note each setup length."""
    queues: dict[str, list[Load]] = defaultdict(list)
    for placing in facts.placed.values():
        if placing.machine is not None and not placing.oven:
            queues[placing.machine.id].append((placing,))
    for load in batches(facts):
        queues[load[0].at.machine].append(load)
    for name, loads in queues.items():
        _check_queue(facts, facts.problem.processors[name], sorted(loads, key=_order))


def _order(load: Load) -> tuple[int, int, int, int]:
    """Order by time; of two things without length the one written first comes first."""
    at = load[0].at
    return (at.setup_start, at.end, at.start, load[0].rank)


def _check_queue(facts: Facts, machine: Resource, loads: Sequence[Load]) -> None:
    """Check one machine's loads in order of time: no overlap, and each change set up."""
    before: Load | None = None
    busy_until = 0
    for load in loads:
        first = load[0]
        if before is not None and first.at.setup_start < busy_until:
            facts.report(
                "machine.overlap", first, machine=machine.id,
                setup_start=first.at.setup_start, busy_until=busy_until,
            )  # fmt: skip
        _check_setup(facts, machine, before, load)
        # A load inside a longer one must not make the machine look free early.
        busy_until = max(busy_until, first.at.end)
        before = load


def _check_setup(facts: Facts, machine: Resource, before: Load | None, load: Load) -> None:
    """Check the set-up before a load and note its length for the objective.

    A load is set up once: for the longest change between any member before and any member now.
    Before the first load stands what the machine made last, its `initial` attributes.
    """
    table = facts.problem.setups.get(machine.setup)
    if table is None:
        return
    earlier = [member.op.attributes for member in before] if before else [machine.initial]
    length = max(_length(facts, table, old, member) for old in earlier for member in load)
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


def _length(facts: Facts, table: SetupTable, old: Mapping[str, str], member: Placing) -> int:
    """Add up (or take the longest of) the attributes' change-overs; note forbidden ones."""
    lengths = []
    for name, attribute in table.attributes.items():
        before, after = old.get(name), member.op.attributes.get(name)
        # What has no value of an attribute neither needs nor causes a change of it.
        if before is None or after is None:
            continue
        _check_allowed(facts, attribute, name, (before, after), member)
        lengths.append(attribute.length(before, after))
    return sum(lengths) if table.combine == "sum" else max(lengths, default=0)


def _check_allowed(
    facts: Facts, attribute: Attribute, name: str, change: tuple[str, str], member: Placing
) -> None:
    """Report a change of an attribute that the table forbids."""
    if change in attribute.forbidden:
        facts.report("setup.forbidden", member, attribute=name, change=list(change))
