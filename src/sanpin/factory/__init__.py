"""Factory: plan, schedule, run and explain a plant with several sites.

The library door works without store, web or command line::

    from sanpin.factory import check, read, schedule
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sanpin.factory.model import Problem, Schedule

if TYPE_CHECKING:
    from sanpin.factory.engine.check import CheckReport, check
    from sanpin.factory.engine.solve import schedule

__all__ = ["CheckReport", "Problem", "Schedule", "check", "read", "schedule"]


def read(path: str | Path, form: str = "auto", *, instance: int | None = None) -> Problem:
    """Read a scheduling problem from a file; see `engine.formats` for the known forms.

    Parameters
    ----------
    path : the file, plain, ``.gz`` or a ``.zip`` with one member
    form : a format such as ``sanpin`` or ``jsp``, or ``auto`` to guess from content and name
    instance : number from 1 of an instance; required where a file holds several

    Raises
    ------
    InputError
        ``factory.problem.*``, with every finding of the file and its place
    """
    from sanpin.factory.engine.formats import read_problem

    file = Path(path)
    return read_problem(file.read_bytes(), form, name=file.name, instance=instance)


def __getattr__(name: str) -> object:
    """Load the checker and the search when first asked for: the solver library starts slowly."""
    if name in ("check", "CheckReport"):
        from sanpin.factory.engine import check as checking

        return getattr(checking, name)
    if name == "schedule":
        from sanpin.factory.engine.solve import schedule as solve

        return solve
    raise AttributeError(name)
