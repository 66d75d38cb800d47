"""Why a problem that is well-formed has no schedule.

First come conditions that every schedule must meet: an operation that is alone in the plant and
still too late, decisions that exclude each other, materials that come too late, stretches with
more work than open time, changes that no order avoids. Each is quick, and what it reports is
enough by itself. Where none of them tells, limits are set aside by halves with the help of a
solver, until a set is left of which each is needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from sanpin.base import Budget
from sanpin.factory.engine.causes.cause import (
    CAUSES,
    LIMITS,
    RULE,
    RULES,
    Cause,
    is_proven,
    read_cause,
    timed,
)
from sanpin.factory.engine.causes.changes import check_changes
from sanpin.factory.engine.causes.limits import Feasible, conflict
from sanpin.factory.engine.causes.load import check_fixed, check_load
from sanpin.factory.engine.causes.spans import Span, spans
from sanpin.factory.engine.causes.stock import check_materials, stocked
from sanpin.factory.engine.causes.ways import Plant
from sanpin.factory.model import Problem

__all__ = [
    "CAUSES",
    "LIMITS",
    "RULE",
    "RULES",
    "Cause",
    "Feasible",
    "find_causes",
    "is_proven",
    "read_cause",
    "timed",
]

MOST = 20


def find_causes(
    problem: Problem, budget: Budget | None = None, feasible: Feasible | None = None
) -> tuple[Cause, ...]:
    """Find why a problem has no schedule.

    Parameters
    ----------
    problem : well-formed; references are not looked at again
    budget : for the slower tests and the questions to the solver
    feasible : a solver that tells whether a problem has a schedule, None when it does not know

    Returns
    -------
    At most twenty causes of which each is enough by itself; or limits that only together cannot
    hold, with `together` set; or nothing when nothing was found, which proves nothing.
    """
    limit = budget or Budget()
    causes = _unique(_quick(problem, limit))
    if causes or feasible is None or limit.exhausted:
        return causes[:MOST]
    return conflict(problem, feasible, limit)[:MOST]


def _quick(problem: Problem, budget: Budget) -> Iterable[Cause]:
    """Yield what excludes every schedule by itself, the plainest first."""
    plant = Plant(problem)
    ready = stocked(problem)
    sure: dict[tuple[str, str], Span] = {}
    alone = True
    for job in problem.jobs:
        ways = spans(plant, job, ready)
        # A job is impossible only if all its routings are; the first tells why.
        if all(way.causes for way in ways):
            alone = False
            yield from ways[0].causes
        elif len(ways) == 1:
            sure.update({(job.id, name): span for name, span in ways[0].spans.items()})
    if alone:
        yield from check_fixed(plant, sure)
        yield from check_materials(problem, sure)
        yield from check_changes(problem, sure)
        yield from check_load(plant, sure, budget)


def _unique(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """Return causes without repetition."""
    found: dict[str, Cause] = {}
    for cause in causes:
        found.setdefault(str(cause), cause)
    return tuple(found.values())
