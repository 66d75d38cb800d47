"""Rules between operations of a job: order, waits, transport, transfer batches.

Codes: ``transport.none`` (no way between the sites), ``order.early`` (started before the
predecessor handed over, travel and least wait included), ``order.overtakes`` (ended before an
overlapping predecessor), ``order.late`` (waited longer than allowed).
"""

from __future__ import annotations

from math import ceil

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.opening import done_at
from sanpin.factory.model import After

__all__ = ["check_links", "travel"]


def check_links(facts: Facts) -> None:
    """Check every predecessor that is placed; those of routings not chosen do not bind."""
    for placing in facts.placed.values():
        for after in placing.op.after:
            before = facts.placed.get((placing.job.id, after.op))
            if before is not None:
                _check_link(facts, before, placing, after)


def travel(facts: Facts, before: Placing, placing: Placing) -> tuple[int, float] | None:
    """Return duration and cost of the way between two operations, None where there is none.

    Notes
    -----
    Within a site, between unlisted open sites, and to or from work outside the plant the way is
    free. Only a closed site cannot be reached unless a journey is listed.
    """
    if not facts.has_ways:
        return 0, 0
    source, target = facts.site(before), facts.site(placing)
    leg = facts.problem.journeys.get((source, target))
    if leg is not None:
        return leg.duration, leg.cost
    closed = facts.problem.closed_sites
    if source != target and source and target and (source in closed or target in closed):
        return None
    return 0, 0


def _check_link(facts: Facts, before: Placing, placing: Placing, after: After) -> None:
    """Check one pair of operations: ready, not overtaking, not too late."""
    way = travel(facts, before, placing)
    if way is None:
        facts.report("transport.none", placing, source=facts.site(before),
                     target=facts.site(placing))  # fmt: skip
    lag = after.min_lag + (way[0] if way else 0)
    ready = _handed_over(before, after) + lag
    if placing.at.start < ready:
        facts.report("order.early", placing, after=after.op, start=placing.at.start, ready=ready)
    if after.transfer is not None and placing.at.end < before.at.end + lag:
        facts.report("order.overtakes", placing, after=after.op, end=placing.at.end,
                     least=before.at.end + lag)  # fmt: skip
    if after.max_lag is not None and placing.at.start > before.at.end + after.max_lag:
        facts.report("order.late", placing, after=after.op, start=placing.at.start,
                     latest=before.at.end + after.max_lag)  # fmt: skip


def _handed_over(before: Placing, after: After) -> int:
    """Return when the predecessor hands over: at its end, or when the share is done.

    The share is rounded up to whole units of work and worked off in the open time of the
    predecessor, since resting time hands nothing over.
    """
    if after.transfer is None:
        return before.at.end
    work = ceil(after.transfer * before.work())
    resumable = before.op.resumable and not before.oven and not before.at.outsourced
    done = done_at(before.windows if resumable else None, before.at.start, work)
    return before.at.end if done is None else done
