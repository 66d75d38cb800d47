"""Schedules that come from outside: they are checked before anything is built on them."""

from __future__ import annotations

from collections.abc import Sequence

from sanpin.base import N_, InputError
from sanpin.base.errors import Problem as Finding
from sanpin.factory.engine.check import CheckReport, Violation, check, check_solution
from sanpin.factory.engine.check.reading import read_solution
from sanpin.factory.model import Problem, Schedule, ScheduledOperation

__all__ = ["checked", "read_schedule"]

MOST = 100

WHOLE = {
    "schedule.not_json": N_("The schedule is not JSON: {reason}."),
    "schedule.repeated_key": N_("The key “{key}” is written twice in one object."),
    "schedule.format": N_("The schedule does not say that its format is {expected}."),
    "schedule.operations": N_("The schedule has no list of operations."),
}
"""What is said of files that are no schedules."""


def read_schedule(problem: Problem, content: bytes) -> Schedule:
    """Read a schedule file of a problem.

    Parameters
    ----------
    content : bytes of a ``sanpin.factory.schedule/1`` file

    Returns
    -------
    The schedule with its terms and objective counted anew; what the file claims is not read.

    Raises
    ------
    InputError
        ``factory.schedule.unreadable`` when it is none, ``factory.schedule.invalid`` with every
        violation, at most a hundred
    """
    placed, _ = read_solution(content)
    return _accepted(placed, check_solution(problem, content))


def checked(problem: Problem, schedule: Schedule) -> Schedule:
    """Return a schedule with its terms and objective counted anew, or refuse it.

    Raises
    ------
    InputError
        ``factory.schedule.invalid`` with every violation, at most a hundred
    """
    return _accepted(schedule.operations, check(problem, schedule))


def _accepted(operations: Sequence[ScheduledOperation], report: CheckReport) -> Schedule:
    """Return the operations as a schedule, or raise what is wrong with them."""
    if report.violations and report.violations[0].code in WHOLE:
        raise InputError(
            "factory.schedule.unreadable",
            "{first}",
            hint=N_("Give a file as sanpin factory solve writes it."),
            problems=[_finding(report.violations[0])],
            first=_finding(report.violations[0]),
        )
    if report.violations:
        raise InputError(
            "factory.schedule.invalid",
            N_("The schedule breaks {count} rules. The first: {first}"),
            hint=N_("List them with sanpin factory check, and correct the schedule."),
            problems=[_finding(each) for each in report.violations[:MOST]],
            count=len(report.violations),
            first=_finding(report.violations[0]),
        )
    return Schedule(tuple(operations), objective=report.objective, terms=report.terms)


def _finding(violation: Violation) -> Finding:
    """Return a violation as a finding with its figures."""
    figures = ", ".join(f"{name} {value}" for name, value in violation.figures.items())
    fields = {"code": violation.code, "job": violation.job, "op": violation.op, "figures": figures}
    if violation.code in WHOLE:
        return Finding(violation.code, WHOLE[violation.code], {**fields, **violation.figures})
    if not violation.job:
        return Finding(violation.code, N_("{code} ({figures})") if figures else "{code}", fields)
    text = N_("{code} at {job}/{op} ({figures})") if figures else N_("{code} at {job}/{op}")
    return Finding(violation.code, text, fields)
