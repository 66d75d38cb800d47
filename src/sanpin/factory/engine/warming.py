"""Compiling of all kernels: tiny problems of every class are solved with a few steps.

Kernels are compiled for the types that they are first called with and kept on disk. After this
every search in a new process only loads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from sanpin.base import Budget, InputError
from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.solve import Params, schedule
from sanpin.factory.model import (
    After,
    Attribute,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    SetupTable,
)

__all__ = ["shops", "warm"]

STEPS = 4
"""Rounds of each search; kernels are compiled when a search is made and in its first rounds."""

LIMIT = 120.0
"""Seconds for one problem; compiling all of its kernels takes much less."""


def warm(plants: Iterable[Problem]) -> int:
    """Compile every kernel by solving small problems, and return how many were solved.

    Parameters
    ----------
    plants : small plants that use the features of the model; shops for the makespan are added
    """
    solved = 0
    for problem in (*shops(), *plants):
        lower_bounds(problem)
        try:
            schedule(problem, Params(seconds=LIMIT, steps=STEPS), budget=Budget(LIMIT))
        except InputError:
            # What the search refuses has no kernels either.
            continue
        solved += 1
    return solved


def shops() -> tuple[Problem, ...]:
    """Return shops for every kind of kernel.

    A job shop, a flexible shop, a hybrid flow shop, and machines with set-ups and weighted dues.
    """
    return (_shop(1), _shop(3), _line(), _parallel())


def _shop(choices: int) -> Problem:
    """Return a shop of six jobs on five machines, with so many machines to choose from."""
    random = Random(choices)
    jobs = []
    for number in range(6):
        operations = []
        for step, first in enumerate(random.sample(range(5), 5)):
            modes = tuple(
                Mode(str((first + other) % 5), random.randint(1, 20)) for other in range(choices)
            )
            after = (After(str(step - 1)),) if step else ()
            operations.append(Operation(str(step), modes, after=after))
        jobs.append(Job(str(number), tuple(operations)))
    return Problem(tuple(jobs), tuple(Resource(str(number)) for number in range(5)))


def _line() -> Problem:
    """Return eight jobs that pass three stages of two equal machines."""
    random, jobs = Random(8), []
    for number in range(8):
        operations = []
        for stage in range(3):
            length, after = random.randint(1, 20), (After(str(stage - 1)),) if stage else ()
            modes = tuple(Mode(f"{stage}-{machine}", length) for machine in range(2))
            operations.append(Operation(str(stage), modes, after=after))
        jobs.append(Job(str(number), tuple(operations)))
    machines = tuple(Resource(f"{stage}-{machine}") for stage in range(3) for machine in range(2))
    return Problem(tuple(jobs), machines)


def _parallel() -> Problem:
    """Return weighted jobs with due dates and set-ups on two machines."""
    random = Random(0)
    colours = ("white", "red", "black")
    matrix = {a: {b: random.randint(1, 5) for b in colours if b != a} for a in colours}
    jobs = tuple(
        Job(
            str(number),
            (
                Operation(
                    "0",
                    (Mode("0", random.randint(2, 9)), Mode("1", random.randint(2, 9))),
                    attributes={"colour": random.choice(colours)},
                ),
            ),
            due=random.randint(5, 60),
            weight=random.randint(1, 5),
        )
        for number in range(12)
    )
    return Problem(
        jobs,
        tuple(Resource(str(number), setup="paint") for number in range(2)),
        setups={"paint": SetupTable({"colour": Attribute(matrix)})},
        objective={"tardiness": 1, "setup": 1},
    )
