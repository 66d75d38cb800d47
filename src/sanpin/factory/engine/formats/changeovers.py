"""Change-overs given per pair of jobs, as tables by class of job.

Public sets list a length for every pair of jobs on every machine. Jobs that are alike in all of
them form a class, so that tables stay small: a real plant has few kinds of tools, not many jobs.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.model import Attribute, SetupTable

__all__ = ["START", "classes_of", "table_of"]

START = "start"
"""What stands before the first job of a machine."""

KIND = "kind"
"""The attribute by which tables tell classes of jobs apart."""


def classes_of(lengths: Sequence[NDArray[np.int64]]) -> list[int]:
    """Return the class of each job: jobs with equal rows and columns are of one class.

    Parameters
    ----------
    lengths : arrays of which all rows belong to jobs in their order; (jobs, any)

    Returns
    -------
    Of each job the number of the first job of its class.
    """
    rows = np.ascontiguousarray(np.hstack(lengths))
    first: dict[bytes, int] = {}
    return [first.setdefault(row.tobytes(), job) for job, row in enumerate(rows)]


def table_of(
    between: NDArray[np.int64], opening: NDArray[np.int64], names: Sequence[str]
) -> SetupTable:
    """Return the change-overs of one machine by class.

    Parameters
    ----------
    between : length from row to column; (classes, classes), equal ones included
    opening : length before the first job; (classes,)
    names : of the classes

    Notes
    -----
    The most frequent length is the default and is not listed, except where a class follows
    itself: there the model takes 0 for what is not listed.
    """
    values, counts = np.unique(between, return_counts=True)
    default = int(values[counts.argmax()]) if len(values) else 0
    listed = {START: dict(zip(names, opening.tolist(), strict=True))}
    for source, row in zip(names, between.tolist(), strict=True):
        kept = {
            target: length
            for target, length in zip(names, row, strict=True)
            if length != (0 if target == source else default)
        }
        if kept:
            listed[source] = kept
    return SetupTable({KIND: Attribute(listed, default)})
