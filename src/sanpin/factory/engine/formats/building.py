"""Parts from which the readers of public sets build problems, each made once and shared.

A file of a million operations repeats few names, waits and modes. Sharing them keeps its
problem small and makes reading it several times faster; frozen parts may be shared freely.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sanpin.base import N_
from sanpin.factory.engine.formats.numbers import MOST_OPERATIONS, too_many
from sanpin.factory.model import After, Job, Mode, Operation, Resource, ResourceKind

__all__ = ["FOREVER", "Modes", "chain", "link", "numbered"]

FOREVER = 10**12
"""The end of a window that never ends: beyond any schedule, and exact as a float too."""

_NO_AMOUNTS: Mapping[str, int] = {}
_NO_ATTRIBUTES: Mapping[str, str] = {}


class Modes:
    """Modes by machine, duration and worker."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, int, int], Mode] = {}

    def make(self, machine: int, duration: int, worker: int = -1) -> Mode:
        """Return the mode of a machine, run by a worker when one is named.

        Parameters
        ----------
        machine, worker : numbers from 0; -1 for no worker
        duration : in the unit of the file
        """
        key = (machine, duration, worker)
        mode = self._made.get(key)
        if mode is None:
            crew = (str(worker),) if worker >= 0 else ()
            mode = self._made[key] = Mode(str(machine), duration, 0, _NO_AMOUNTS, crew)
        return mode


def numbered(count: int, kind: ResourceKind = ResourceKind.MACHINE) -> tuple[Resource, ...]:
    """Return resources named by their number from 0."""
    return tuple(Resource(str(number), kind) for number in range(count))


def link(name: str) -> tuple[After, ...]:
    """Return the wait for the end of one operation."""
    return (After(name),)


def chain(form: str, routes: Iterable[Sequence[tuple[Mode, ...]]]) -> tuple[Job, ...]:
    """Return jobs whose operations follow each other, all named by their number from 0.

    Parameters
    ----------
    form : name of the format, for errors
    routes : of each job the modes of its operations

    Raises
    ------
    InputError
        ``factory.problem.too_large``
    """
    names: list[str] = []
    waits: list[tuple[After, ...]] = [()]
    jobs = []
    count = 0
    for number, route in enumerate(routes):
        count += len(route)
        if count > MOST_OPERATIONS:
            raise too_many(form, count, MOST_OPERATIONS, N_("operations"))
        while len(names) < len(route):
            names.append(str(len(names)))
            waits.append(link(names[-1]))
        operations = tuple(
            Operation(
                name,
                modes,
                attributes=_NO_ATTRIBUTES,
                after=wait,
                consumes=_NO_AMOUNTS,
                produces=_NO_AMOUNTS,
            )
            for name, modes, wait in zip(names, route, waits, strict=False)
        )
        jobs.append(Job(str(number), operations))
    return tuple(jobs)
