"""Unrelated parallel machines of a semiconductor back end: labelled blocks of decimal hours.

The first line names the blocks' sizes: machines, jobs, maintenance. Then `R` ready times of the
machines, `P` durations machine x job, `PM` durations machine x maintenance, `ELEG` and `ELEG_PM`
who can do what (0 or 1), `MDS` the first set-up machine x job, `SDS` with a block `M_k` per
machine of set-ups job x job, `S_PM` set-ups before maintenance. Numbers are separated by
semicolons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.base import N_
from sanpin.factory.engine.formats.building import FOREVER, Modes
from sanpin.factory.engine.formats.changeovers import KIND, START, classes_of, table_of
from sanpin.factory.engine.formats.numbers import (
    MOST_MACHINES,
    MOST_NUMBERS,
    NO_BLOCK,
    bad_file,
    read_decimals,
    too_many,
)
from sanpin.factory.model import Job, Operation, Problem, Resource, SetupTable

__all__ = ["read_upmsp"]

FORM = "upmsp"

SECONDS = 3600
LABEL = re.compile(rb"^[ \t]*([A-Za-z]\w*)[^\n]*$", re.MULTILINE)
STRANGE = re.compile(rb"[^0-9.;eE+\-\s]")

Lengths = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Plant:
    """The blocks of a file in whole seconds; maintenance stands behind the jobs.

    Attributes
    ----------
    ready : (machines,)
    time, able, opening : duration, whether it can, first set-up; (machines, tasks)
    between : set-ups from row to column; (machines, tasks, tasks)
    """

    ready: Lengths
    time: Lengths
    able: NDArray[np.bool_]
    opening: Lengths
    between: Lengths


def read_upmsp(content: bytes) -> Problem:
    """Read parallel machines with set-ups per machine and pair of jobs, in seconds.

    Job j is named "j" with the operation "0"; maintenance is named by the numbers after the last
    job, as in the published sequences. A machine is closed before its ready time.

    Notes
    -----
    The instances of Geurtsen, Adan and Akçay (2024), doi 10.1007/s10696-023-09511-z. The paper
    minimises the makespan, or completion times weighed with tardiness; the files have no due
    dates, so that the makespan is the objective here. After maintenance a machine is set up as
    at its start. Hours are rounded to seconds.

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line, ``factory.problem.too_large``
    """
    plant = _read_plant(content)
    machines = len(plant.time)
    kinds = classes_of([*plant.between, *plant.between.transpose(0, 2, 1), plant.opening.T])
    heads = sorted(set(kinds))
    names = [str(head) for head in heads]
    tables: dict[bytes, tuple[str, SetupTable]] = {}
    resources = []
    calendars = {}
    for machine in range(machines):
        between = plant.between[machine][np.ix_(heads, heads)]
        opening = plant.opening[machine][heads]
        # Machines of one type have the same table; it is kept once under the first one's name.
        key = between.tobytes() + opening.tobytes()
        if key not in tables:
            tables[key] = (str(machine), table_of(between, opening, names))
        ready = int(plant.ready[machine])
        if ready:
            calendars[str(machine)] = ((ready, FOREVER),)
        resources.append(
            Resource(
                str(machine),
                calendar=str(machine) if ready else "",
                setup=tables[key][0],
                initial={KIND: START},
            )
        )
    return Problem(
        _jobs(plant, kinds),
        tuple(resources),
        unit="s",
        calendars=calendars,
        setups=dict(tables.values()),
    )


def _jobs(plant: _Plant, kinds: list[int]) -> tuple[Job, ...]:
    """Return jobs and maintenance, each of one operation on the machines that can do it."""
    modes = Modes()
    jobs = []
    for task, kind in enumerate(kinds):
        able = np.flatnonzero(plant.able[:, task]).tolist()
        ways = tuple(modes.make(machine, int(plant.time[machine, task])) for machine in able)
        jobs.append(Job(str(task), (Operation("0", ways, attributes={KIND: str(kind)}),)))
    return tuple(jobs)


class _Blocks:
    """The labelled blocks of a file.

    Parameters
    ----------
    content : the file
    """

    def __init__(self, content: bytes) -> None:
        self.content = content.removeprefix(b"\xef\xbb\xbf")
        found = list(LABEL.finditer(self.content))
        ends = [*(match.start() for match in found[1:]), len(self.content)][: len(found)]
        self.spans = {
            match.group(1).decode(): (match.end(), end)
            for match, end in zip(found, ends, strict=True)
        }

    def read(self, label: str, *shape: int) -> NDArray[np.float64]:
        """Return the numbers of a block, which must fill a shape."""
        if label not in self.spans:
            raise bad_file(FORM, self.content.count(b"\n") + 1, NO_BLOCK, label=label)
        start, end = self.spans[label]
        line = self.content.count(b"\n", 0, start) + 1
        block = self.content[start:end]
        strange = STRANGE.search(block)
        if strange:
            place = line + block.count(b"\n", 0, strange.start())
            word = repr(strange.group().decode("latin-1"))
            raise bad_file(FORM, place, N_("{word} is no part of a number"), word=word)
        values = read_decimals(block.replace(b";", b" "), FORM, line)
        if len(values) != int(np.prod(shape)):
            wanted = " x ".join(map(str, shape))
            reason = N_("the block “{label}” holds {count} numbers, not {wanted}")
            raise bad_file(FORM, line, reason, label=label, count=len(values), wanted=wanted)
        return values.reshape(shape)

    def seconds(self, label: str, *shape: int) -> Lengths:
        """Return the hours of a block in whole seconds."""
        hours = self.read(label, *shape)
        if hours.size and hours.max() > FOREVER / SECONDS**2:
            reason = N_("{hours} h in the block “{label}” are too many")
            raise bad_file(FORM, 1, reason, label=label, hours=f"{hours.max():g}")
        return np.rint(hours * SECONDS).astype(np.int64)


def _read_plant(content: bytes) -> _Plant:
    """Read all blocks and put maintenance behind the jobs."""
    blocks = _Blocks(content)
    head = blocks.read("Machines", 3).tolist()
    if not all(value == int(value) <= MOST_MACHINES for value in head):
        raise too_many(FORM, int(max(head)), MOST_MACHINES, N_("machines"))
    machines, jobs, upkeep = (int(value) for value in head)
    if not machines or not jobs:
        raise bad_file(FORM, 2, N_("there is no machine or no job"))
    # The largest blocks come first: what a header claims is compared before it is made.
    listed = [blocks.seconds(f"M_{machine}", jobs, jobs) for machine in range(machines)]
    opening = blocks.seconds("MDS", machines, jobs)
    before = blocks.seconds("S_PM", machines, upkeep)
    tasks = jobs + upkeep
    if machines * tasks * tasks > MOST_NUMBERS:
        raise too_many(FORM, machines * tasks * tasks, MOST_NUMBERS, N_("set-ups"))
    between = np.zeros((machines, tasks, tasks), np.int64)
    between[:, :jobs, :jobs] = np.array(listed).reshape(machines, jobs, jobs)
    between[:, :, jobs:] = before[:, None, :]
    between[:, jobs:, :jobs] = opening[:, None, :]
    eligible = [blocks.read("ELEG", machines, jobs), blocks.read("ELEG_PM", machines, upkeep)]
    able = np.hstack(eligible) > 0
    for task in np.flatnonzero(~able.any(axis=0))[:1].tolist():
        raise bad_file(FORM, 1, N_("no machine can do the task {task}"), task=task)
    return _Plant(
        ready=blocks.seconds("R", machines),
        time=np.hstack(
            [blocks.seconds("P", machines, jobs), blocks.seconds("PM", machines, upkeep)]
        ),
        able=able,
        opening=np.hstack([opening, before]),
        between=between,
    )
