"""The independent checker: the law of the factory, sharing no code with the search.

It reads only the problem and the placed operations, lists every violation with its figures
and recomputes every term of the objective. What each code means is said where it is raised.

`reading` reads schedule files, `facts` sets each placed operation beside its meaning in the
problem, `opening` knows calendars. Then one module per family of rules (`times`, `batches`,
`machines`, `people`, `links`, `rooms`, `stock`) reports what is broken, and `terms` computes
the objective anew. A rule never stops at its first violation and never repairs anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from sanpin.factory.engine.check.batches import check_batches
from sanpin.factory.engine.check.facts import Facts, gather
from sanpin.factory.engine.check.links import check_links
from sanpin.factory.engine.check.machines import check_machines
from sanpin.factory.engine.check.people import check_people
from sanpin.factory.engine.check.reading import WHOLE, read_solution
from sanpin.factory.engine.check.report import CheckReport, Violation
from sanpin.factory.engine.check.rooms import check_pools, check_tanks, check_tools
from sanpin.factory.engine.check.stock import check_stock
from sanpin.factory.engine.check.terms import compute_terms, weigh
from sanpin.factory.engine.check.times import check_times
from sanpin.factory.model import Problem, Schedule, ScheduledOperation

__all__ = ["CheckReport", "Violation", "check", "check_solution"]


def check(problem: Problem, schedule: Schedule | Iterable[ScheduledOperation]) -> CheckReport:
    """Check placed operations against every rule of the problem.

    Returns
    -------
    All violations, and the terms and objective of the operations as they stand.

    Parameters
    ----------
    problem : jobs, resources and weights
    schedule : a schedule, or its placed operations alone; the figures it claims are not read
    """
    placed = schedule.operations if isinstance(schedule, Schedule) else tuple(schedule)
    return _report(gather(problem, placed))


def check_solution(problem: Problem, content: bytes) -> CheckReport:
    """Check a schedule file; what cannot be read is a violation too.

    Of a file that is no schedule at all only that is reported.

    Parameters
    ----------
    problem : jobs, resources and weights
    content : bytes of a ``sanpin.factory.schedule/1`` file
    """
    placed, unreadable = read_solution(content)
    if any(each.code in WHOLE for each in unreadable):
        return CheckReport(tuple(unreadable), {}, None)
    report = _report(gather(problem, placed))
    return CheckReport((*unreadable, *report.violations), report.terms, report.objective)


def _report(facts: Facts) -> CheckReport:
    """Run every rule and gather what was found."""
    for rule in (
        check_times,
        check_batches,
        check_machines,
        check_people,
        check_tools,
        check_links,
        check_pools,
        check_tanks,
        check_stock,
    ):
        rule(facts)
    # Terms come last: the rules of machines note the length of each set-up, which costs.
    terms = compute_terms(facts)
    return CheckReport(tuple(facts.violations), terms, weigh(terms, facts.problem.objective))
