"""Weighted tardiness with sequence-dependent set-ups: one machine, labelled blocks.

Blocks: `Process Times:`, `Weights:`, `Duedates:` with a number per job, and `Setup Times:` with
lines `i j s`, the set-up from job i to job j; i = -1 stands for what comes before the first job.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.base import N_
from sanpin.factory.engine.formats.building import Modes
from sanpin.factory.engine.formats.changeovers import KIND, START, classes_of, table_of
from sanpin.factory.engine.formats.numbers import (
    BELOW_ZERO,
    NO_BLOCK,
    Rows,
    bad_file,
    read_rows,
)
from sanpin.factory.model import Job, Operation, Problem, Resource

__all__ = ["read_wtsds"]

FORM = "wtsds"

BLOCKS = (b"Process Times:", b"Weights:", b"Duedates:", b"Setup Times:")
END = b"End Problem Specification"


def read_wtsds(content: bytes) -> Problem:
    """Read one machine with set-ups; the objective is the weighted tardiness.

    Notes
    -----
    The format of Cicirello (2003), CMU-RI-TR-03-17. Job j is named "j" and has the one operation
    "0" on machine "0". Set-ups stand in a table of classes; before the first job is `start`.

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line
    """
    blocks = _blocks(content)
    times, weights, dues = (_amounts(block) for block in blocks[:3])
    count = len(times)
    if not len(weights) == len(dues) == count:
        line = int(blocks[1].lines[0])
        reason = N_("there are {times} times, {weights} weights and {dues} due dates")
        raise bad_file(FORM, line, reason, times=count, weights=len(weights), dues=len(dues))
    lengths = _lengths(blocks[3], count)
    between, opening = lengths[:count], lengths[count]
    kinds = classes_of((between, between.T, opening[:, None]))
    heads = sorted(set(kinds))
    names = [str(head) for head in heads]
    table = table_of(between[np.ix_(heads, heads)], opening[heads], names)
    modes = Modes()
    jobs = tuple(
        Job(
            str(job),
            (Operation("0", (modes.make(0, time),), attributes={KIND: str(kinds[job])}),),
            due=due,
            weight=weight,
        )
        for job, (time, weight, due) in enumerate(zip(times, weights, dues, strict=True))
    )
    machine = Resource("0", setup="0", initial={KIND: START})
    return Problem(jobs, (machine,), setups={"0": table}, objective={"tardiness": 1})


def _blocks(content: bytes) -> list[Rows]:
    """Return the numbers of the blocks, with their lines in the file."""
    found = []
    place = 0
    for label, following in zip(BLOCKS, (*BLOCKS[1:], END), strict=True):
        start = content.find(label, place)
        place = content.find(following, max(start, 0))
        if start < 0 or place < 0:
            missing = label if start < 0 else following
            raise bad_file(FORM, content.count(b"\n") + 1, NO_BLOCK, label=missing.decode())
        # Blank lines before the block keep the numbers of its lines right.
        lead = b"\n" * content.count(b"\n", 0, start)
        found.append(read_rows(lead + content[start + len(label) : place], FORM))
    return found


def _amounts(rows: Rows) -> list[int]:
    """Return the numbers of a block, none of them below zero."""
    for place in np.flatnonzero(rows.values < 0)[:1].tolist():
        raise bad_file(FORM, rows.line_of(place), BELOW_ZERO)
    amounts: list[int] = rows.values.tolist()
    return amounts


def _lengths(rows: Rows, count: int) -> NDArray[np.int64]:
    """Return the set-ups from row to column; the last row is the start of the machine.

    A job does not follow itself, so that the diagonal need not be listed.
    """
    # Compared before anything of size count x count is made.
    triples = rows.values[: len(rows.values) // 3 * 3].reshape(-1, 3)
    if len(rows.values) % 3 or not count * count <= len(triples) <= count * (count + 1):
        reason = N_("{count} set-ups do not suit {jobs} jobs")
        raise bad_file(FORM, int(rows.lines[-1]), reason, count=len(triples), jobs=count)
    source, target, length = triples.T
    wrong = (source < -1) | (source >= count) | (target < 0) | (target >= count) | (length < 0)
    for row in np.flatnonzero(wrong)[:1].tolist():
        reason = N_("“{triple}” is no set-up: two jobs and a length are expected")
        triple = " ".join(map(str, triples[row].tolist()))
        raise bad_file(FORM, rows.line_of(3 * row), reason, triple=triple)
    lengths = np.full((count + 1, count), -1, np.int64)
    lengths[source, target] = length
    np.fill_diagonal(lengths, np.maximum(lengths.diagonal(), 0))
    for row, column in np.argwhere(lengths < 0)[:1].tolist():
        reason = N_("the set-up from {row} to {column} is missing")
        raise bad_file(FORM, int(rows.lines[-1]), reason, row=row, column=column)
    return lengths
