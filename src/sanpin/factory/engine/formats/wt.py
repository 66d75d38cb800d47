"""Weighted tardiness on one machine: per instance n durations, n weights, n due dates.

The files of the OR-Library hold 125 instances of one size, one after the other, and do not say
the size: it follows from how many numbers there are.
"""

from __future__ import annotations

from sanpin.base import N_, InputError
from sanpin.factory.engine.formats.building import Modes
from sanpin.factory.engine.formats.numbers import BELOW_ZERO, bad_file, read_rows
from sanpin.factory.model import Job, Operation, Problem, Resource

__all__ = ["INSTANCES", "choose_instance", "read_wt"]

FORM = "wt"

INSTANCES = 125


def read_wt(content: bytes, instance: int | None) -> Problem:
    """Read one instance of a file; the objective is the weighted tardiness.

    Parameters
    ----------
    content : the file
    instance : which of its instances, counted from 1

    Notes
    -----
    The format of Crauwels, Potts and Van Wassenhove (1998). Job j is named "j" and has the one
    operation "0" on machine "0".

    Raises
    ------
    InputError
        ``factory.problem.syntax``, ``factory.problem.instance``
    """
    rows = read_rows(content, FORM)
    size, rest = divmod(len(rows.values), 3 * INSTANCES)
    if rest:
        reason = N_("{count} numbers are not {instances} x 3 x n")
        line, count = int(rows.lines[-1]), len(rows.values)
        raise bad_file(FORM, line, reason, count=count, instances=INSTANCES)
    chosen = choose_instance(instance, INSTANCES)
    own = rows.values.reshape(INSTANCES, 3, size)[chosen - 1]
    if own.min() < 0:
        raise bad_file(FORM, int(rows.lines[0]), BELOW_ZERO)
    modes = Modes()
    jobs = tuple(
        Job(str(number), (Operation("0", (modes.make(0, time),)),), due=due, weight=weight)
        for number, (time, weight, due) in enumerate(own.T.tolist())
    )
    return Problem(jobs, (Resource("0"),), objective={"tardiness": 1})


def choose_instance(instance: int | None, count: int) -> int:
    """Return the number of an instance from 1, once it is known to be there.

    Parameters
    ----------
    instance : as asked for; None takes the only one
    count : how many the file holds

    Raises
    ------
    InputError
        ``factory.problem.instance`` when none is named among several, or when there is no such
    """
    chosen = 1 if instance is None and count == 1 else instance
    if chosen is None or not 1 <= chosen <= count:
        raise InputError(
            "factory.problem.instance",
            N_("The file holds several instances, 1 to {count}.")
            if instance is None
            else N_("The file holds instances 1 to {count}, but not {asked}."),
            hint=N_("Give the number of one of them."),
            count=count,
            asked=instance,
        )
    return chosen
