"""Rules of one operation alone: machine, length, calendar, bounds, fixing.

Codes: ``mode.machine``, ``mode.outsourced``, ``time.negative``, ``time.length``,
``setup.late``, ``fixed.moved``, ``bound.release``, ``bound.earliest``, ``bound.deadline``,
``bound.latest``, ``calendar.start``, ``calendar.window``.
"""

from __future__ import annotations

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.opening import covers, done_at, is_open

__all__ = ["check_times"]


def check_times(facts: Facts) -> None:
    """Check machine, length and bounds of each operation (batches are measured as a whole)."""
    for placing in facts.placed.values():
        _check_place(facts, placing)
        _check_bounds(facts, placing)
        if not placing.oven:
            _check_length(facts, placing)


def _check_place(facts: Facts, placing: Placing) -> None:
    """Check that the operation may run where it is placed, from 0 on, and where it was fixed."""
    at, op = placing.at, placing.op
    if at.outsourced:
        if op.outsource is None:
            facts.report("mode.outsourced", placing)
    elif placing.mode is None:
        facts.report("mode.machine", placing, machine=at.machine)
    if at.start < 0 or at.setup_start < 0:
        facts.report("time.negative", placing, start=at.start, setup_start=at.setup_start)
    if at.setup_start > at.start:
        facts.report("setup.late", placing, setup_start=at.setup_start, start=at.start)
    if op.fixed and (at.machine, at.start) != (op.fixed.machine, op.fixed.start):
        facts.report("fixed.moved", placing, machine=op.fixed.machine, start=op.fixed.start)


def _check_bounds(facts: Facts, placing: Placing) -> None:
    """Check the instants before which it may not start and after which it may not end."""
    at, op, job = placing.at, placing.op, placing.job
    if at.start < job.release:
        facts.report("bound.release", placing, start=at.start, limit=job.release)
    if op.earliest is not None and at.start < op.earliest:
        facts.report("bound.earliest", placing, start=at.start, limit=op.earliest)
    if job.deadline is not None and at.end > job.deadline:
        facts.report("bound.deadline", placing, end=at.end, limit=job.deadline)
    if op.latest is not None and at.end > op.latest:
        facts.report("bound.latest", placing, end=at.end, limit=op.latest)


def _check_length(facts: Facts, placing: Placing) -> None:
    """Resumable work rests while closed; other work lies inside one window."""
    at, work = placing.at, placing.work()
    if placing.mode is None and not at.outsourced:
        return
    # Our calendars say nothing about work that others do.
    windows = None if at.outsourced else placing.windows
    if placing.op.resumable:
        if not is_open(windows, at.start):
            facts.report("calendar.start", placing, start=at.start)
        end = done_at(windows, at.start, work)
        if end != at.end:
            facts.report("time.length", placing, end=at.end, expected=end, work=work)
        return
    if at.end != at.start + work:
        facts.report("time.length", placing, end=at.end, expected=at.start + work, work=work)
    if not covers(windows, at.start, at.end):
        facts.report("calendar.window", placing, start=at.start, end=at.end)
