"""Rules of ovens: operations of one family share a load that fits.

Members of a load start, end and are set up together and last as long as the longest of them.
They need not be of one job. An oven is never interrupted: a load lies inside one window.
"""

from __future__ import annotations

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.opening import covers

__all__ = ["check_batches"]


def check_batches(facts: Facts) -> None:
    """Check that each load is one family, one time, not too big, and as long as its longest.

    Notes
    -----
    Codes: ``batch.missing`` (no batch named on an oven), ``batch.times`` (members apart),
    ``batch.family`` (different families), ``batch.size`` (more than the oven holds), and
    ``time.length`` and ``calendar.window`` as for single operations.
    """
    for load in facts.loads:
        first = load[0]
        for member in load:
            if not member.at.batch:
                facts.report("batch.missing", member, machine=member.at.machine)
        _check_same(facts, load)
        room = sum(member.op.batch.size if member.op.batch else 1 for member in load)
        capacity = first.machine.capacity if first.machine else 0
        if room > capacity:
            facts.report("batch.size", first, size=room, capacity=capacity)
        longest = max(member.work() for member in load)
        for member in load:
            _check_span(facts, member, longest)


def _check_same(facts: Facts, load: list[Placing]) -> None:
    """Check that all members share the first one's times and family."""
    first = load[0]
    times = (first.at.setup_start, first.at.start, first.at.end)
    for member in load[1:]:
        at = member.at
        if (at.setup_start, at.start, at.end) != times:
            facts.report("batch.times", member, batch=at.batch)
        if _family(member) != _family(first) or _family(member) is None:
            facts.report("batch.family", member, batch=at.batch)


def _family(placing: Placing) -> str | None:
    """Return the family of an operation; None for one that knows no batches."""
    return placing.op.batch.family if placing.op.batch else None


def _check_span(facts: Facts, member: Placing, longest: int) -> None:
    """Check that a member lasts as long as the load, within one open window."""
    at = member.at
    if at.end != at.start + longest:
        facts.report("time.length", member, end=at.end, expected=at.start + longest, work=longest)
    if not covers(member.windows, at.start, at.end):
        facts.report("calendar.window", member, start=at.start, end=at.end)
