"""In which ways an operation can be done at all, and the least time each takes.

Everything here is optimistic: workers are taken as the fastest who could be there, and as open
when enough of them are. What is impossible even so is impossible.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from sanpin.base.calendar import NEVER, OpenTime, intersect, merge
from sanpin.factory.engine.causes.cause import Cause
from sanpin.factory.engine.possible import too_small
from sanpin.factory.model import Job, Mode, Operation, Problem, Resource, ResourceKind

__all__ = ["Plant", "Way"]

Windows = list[tuple[int, int]]
ALWAYS: Windows = [(-NEVER, NEVER)]


@dataclass(frozen=True, slots=True)
class Way:
    """A mode, or None outside, with its least work and the time in which it can go on."""

    mode: Mode | None
    work: int
    time: OpenTime
    resumable: bool
    site: str

    def earliest(self, ready: int) -> tuple[int, int]:
        """Return the earliest start and end not before an instant; `NEVER` when there is none."""
        if not self.resumable:
            start = self.time.fits(ready, self.work)
            return start, start + self.work if start < NEVER else NEVER
        start = self.time.next_open(ready)
        return start, self.time.finish(start, self.work) if start < NEVER else NEVER


class Plant:
    """A problem with the open time of machines and crews, found once.

    Parameters
    ----------
    problem : jobs and resources
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.calendars: dict[tuple[str, str, int, str], OpenTime] = {}
        self.crews: dict[tuple[str, str], list[Resource]] = {}

    def ways(self, op: Operation, job: Job) -> tuple[list[Way], list[Cause]]:
        """Return the ways of an operation, and why others are none."""
        found, causes = [], []
        for mode in op.modes:
            if op.fixed and op.fixed.machine != mode.machine:
                continue
            cause = self._lack(op, mode, {"job": job.id, "op": op.id})
            if cause is None:
                found.append(self._way(op, mode))
            else:
                causes.append(cause)
        if op.outsource and not op.fixed:
            found.append(Way(None, op.outsource.duration, OpenTime(None), False, ""))
        return found, causes

    def able(self, skill: str, site: str) -> list[Resource]:
        """Return the workers with a skill who can be at a site, the fastest first."""
        if (skill, site) not in self.crews:
            self.crews[skill, site] = sorted(
                (
                    worker
                    for worker in self.problem.workers.values()
                    if skill in worker.skills
                    and (worker.site in ("", "*") or not site or worker.site == site)
                ),
                key=lambda worker: -worker.skills[skill],
            )
        return self.crews[skill, site]

    def opened(self, resource: Resource) -> Windows:
        """Return the windows of a resource."""
        if not resource.calendar:
            return ALWAYS
        return merge(self.problem.calendars.get(resource.calendar, ()))

    def _lack(self, op: Operation, mode: Mode, names: dict[str, object]) -> Cause | None:
        """Return why a mode can never be used, if so."""
        problem, machine = self.problem, self.problem.processors[mode.machine]
        small = too_small(problem, op, mode)
        if small is not None:
            return Cause("capacity", {**names, "resource": small.id, "limit": small.capacity})
        if op.worker:
            able = [w for w in self.able(op.worker.skill, machine.site) if w.id not in mode.crew]
            if len(able) < op.worker.count:
                skill = op.worker.skill
                return Cause("worker", {**names, "resource": skill, "limit": len(able)})
        return None

    def _way(self, op: Operation, mode: Mode) -> Way:
        """Return the fastest way to use a mode."""
        machine = self.problem.processors[mode.machine]
        work, need = mode.duration, op.worker
        if need:
            able = [w for w in self.able(need.skill, machine.site) if w.id not in mode.crew]
            pace = able[need.count - 1].skills[need.skill]
            work = -(-mode.duration * 100 // (min(pace, 100) if mode.crew else pace))
        resumable = op.resumable and machine.kind is not ResourceKind.OVEN
        return Way(mode, work, self._time(op, mode, machine), resumable, machine.site)

    def _time(self, op: Operation, mode: Mode, machine: Resource) -> OpenTime:
        """Return when the machine, its named crew and enough other workers are open."""
        skill, count = (op.worker.skill, op.worker.count) if op.worker else ("", 0)
        key = (machine.id, skill, count, "\0".join(mode.crew))
        if key not in self.calendars:
            windows = self.opened(machine)
            for name in mode.crew:
                windows = intersect(windows, self.opened(self.problem.workers[name]))
            if count:
                able = self.able(skill, machine.site)
                windows = intersect(windows, staffed([self.opened(w) for w in able], count))
            self.calendars[key] = OpenTime(windows)
        return self.calendars[key]


def staffed(calendars: list[Windows], count: int) -> Windows:
    """Return when at least so many of some calendars are open."""
    change: dict[int, int] = {}
    for windows in calendars:
        for start, end in windows:
            change[start] = change.get(start, 0) + 1
            change[end] = change.get(end, 0) - 1
    instants = sorted(change)
    levels = accumulate(change[t] for t in instants)
    enough = [
        (start, end)
        for start, end, level in zip(instants, instants[1:], levels, strict=False)
        if level >= count
    ]
    return merge(enough)
