"""What a compiler knows before it reads jobs: numbers for resources, sites, calendars, groups."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sanpin.factory.engine.lists.changes import Changes
from sanpin.factory.engine.lists.hours import Hours
from sanpin.factory.model import Mode, Operation, Problem, Resource

__all__ = ["Known", "Way"]

Way = tuple[int, int, int, int]
"""Machine, class of change-overs, group of workers and group of setters of a mode."""


class Known:
    """Numbers for everything that has a name; groups and calendars grow while jobs are read.

    Parameters
    ----------
    problem : of which machines, workers and all other resources are numbered in file order

    Attributes
    ----------
    groups : of workers, by skill and site
    able : by group its workers and their pace
    width : most workers of an operation
    """

    def __init__(self, problem: Problem) -> None:
        self.machines = list(problem.processors.values())
        self.workers = list(problem.workers.values())
        self.tools = list(problem.tools.values())
        self.machine_of = _numbers(self.machines)
        self.worker_of = _numbers(self.workers)
        self.tool_of = _numbers(self.tools)
        self.pool_of = _numbers(problem.pools.values())
        self.material_of = {each.id: number for number, each in enumerate(problem.materials)}
        names = {"": 0}
        for resource in problem.resources:
            names.setdefault(resource.site, len(names))
        self.site_of = names
        self.hours = Hours(problem.calendars)
        self.changes = Changes(problem.setups)
        self.groups: dict[tuple[str, int], int] = {}
        self.able: list[list[tuple[int, int]]] = []
        self.width = 0
        self._asked: dict[tuple[Any, ...], tuple[int, int, int, int]] = {}
        self._group_hours: list[tuple[int, ...]] = []

    def way(self, op: Operation, mode: Mode) -> Way:
        """Return the numbers of a mode; all that is open for its people is made known."""
        people = (op.worker.skill, op.worker.count) if op.worker else ("", 0)
        asked = mode.machine, people, op.setup_worker, mode.crew
        if asked not in self._asked:
            self._asked[asked] = self._answer(*asked)
        number, table, group, setters = self._asked[asked]
        return number, self.changes.class_of(table, op.attributes), group, setters

    def _answer(
        self, name: str, people: tuple[str, int], setter: str, crew: tuple[str, ...]
    ) -> tuple[int, int, int, int]:
        """Return machine, table of change-overs, and groups of workers and setters."""
        number = self.machine_of[name]
        machine = self.machines[number]
        table = self.changes.number(machine.setup)
        skill, count = people if people[1] else ("", 0)
        group = self._group(skill, machine.site) if skill else -1
        count = count if skill else 0
        self.width = max(self.width, len(crew) + count)
        self.hours.cover(
            self.hours.number(machine.calendar),
            *((self._hours_of(self.workers[self.worker_of[each]]),) for each in crew),
            *((self._group_hours[group],) * count if count else ()),
        )
        setters = self._group(setter, machine.site) if setter and table >= 0 else -1
        return number, table, group, setters

    def _group(self, skill: str, site: str) -> int:
        """Return the number of the workers with a skill who reach a site."""
        key = skill, self.site_of[site]
        if key not in self.groups:
            self.groups[key] = len(self.groups)
            found = [
                (len(worker.skills), number, worker.skills[skill])
                for number, worker in enumerate(self.workers)
                if skill in worker.skills and (worker.site in ("", "*", site) or not site)
            ]
            self.able.append([(number, pace) for _, number, pace in sorted(found)])
            used = {self._hours_of(self.workers[number]) for _, number, _ in found}
            self._group_hours.append(tuple(sorted(used)))
        return self.groups[key]

    def _hours_of(self, resource: Resource) -> int:
        """Return the number of the calendar of a resource."""
        return self.hours.number(resource.calendar)


def _numbers(resources: Iterable[Resource]) -> dict[str, int]:
    """Number resources by id."""
    return {resource.id: number for number, resource in enumerate(resources)}
