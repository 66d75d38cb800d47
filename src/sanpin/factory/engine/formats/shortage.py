"""What is certainly not enough: people, open time, material, and room in numbers.

These tests are cheap and never refuse a problem that has a schedule. They look at one operation
or one material at a time; what is short only in combination is for the search to find out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sanpin.base import N_
from sanpin.base.calendar import NEVER, OpenTime, intersect
from sanpin.factory.engine.formats.rules import ROOT, Findings, Path
from sanpin.factory.model import Job, Mode, Operation, Problem, Resource, ResourceKind

__all__ = ["Supply", "check_magnitude", "check_shortage"]

MOST = 2**62
"""Sums of an objective stay below this, half of what 64 bits hold."""


class Supply:
    """People by skill and open time by calendars, made once for all operations."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.able: dict[str, list[Resource]] = {}
        for worker in problem.workers.values():
            for skill in worker.skills:
                self.able.setdefault(skill, []).append(worker)
        self._made: dict[tuple[str, ...], OpenTime | None] = {}
        self._people: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        # Most operations of a plant ask the same few questions.
        self._ends: dict[tuple[object, ...], bool] = {}

    def check_operation(
        self, op: Operation, job: Job, certain: bool, path: Path, findings: Findings
    ) -> None:
        """Note an operation for which too few people or no open time will ever be found.

        Parameters
        ----------
        op, job : the operation and its job
        certain : whether it is done in every schedule; else only a skill that nobody has is noted
        path, findings : where to note what
        """
        certain = certain and not op.outsource
        for skill, count, key in self._needs(op):
            able = max([self._reaching(skill, mode.machine) for mode in op.modes], default=0)
            if skill and able < (count if certain else 1) and op.modes:
                findings.add("no_worker", N_("{path}: {able} know “{skill}”, {count} are needed."),
                             (path, key),
                             hint=N_("Give the skill to more workers, or ask for fewer."),
                             able=able, skill=skill, count=count)  # fmt: skip
        if op.modes and certain and not self._fits_any(op, job):
            findings.add("calendar_ends", N_("{path}: no machine is open long enough for it."),
                         path,
                         hint=N_("Extend the calendars of its machines and workers."))  # fmt: skip

    def _needs(self, op: Operation) -> Iterator[tuple[str, int, str]]:
        """Yield skill, number of workers and key of what an operation asks of people."""
        if op.worker:
            yield op.worker.skill, op.worker.count, "worker"
        if op.setup_worker:
            yield op.setup_worker, 1, "setup_worker"

    def _reaching(self, skill: str, machine: str) -> int:
        """Return how many of those who know a skill can come to a machine."""
        site = self.problem.processors[machine].site if machine in self.problem.processors else ""
        return sum(count for _, _, count in self._teams(skill, site))

    def _fits_any(self, op: Operation, job: Job) -> bool:
        """Tell whether some mode could be run if nothing else were to be done."""
        ready = max(job.release, op.earliest or 0)
        for mode in op.modes:
            machine = self.problem.processors.get(mode.machine)
            # Unknown machines, and skills that nobody near has, were noted already.
            if machine is None or (op.worker and not self._teams(op.worker.skill, machine.site)):
                return True
            if any(
                self._fits(calendars, work, ready, op.resumable and not _is_oven(machine))
                for calendars, work in self._ways(op, mode, machine)
            ):
                return True
        return False

    def _ways(
        self, op: Operation, mode: Mode, machine: Resource
    ) -> Iterator[tuple[tuple[str, ...], int]]:
        """Yield the calendars that must be open together, and the least work then needed."""
        own = [machine.calendar] if machine.calendar else []
        own += [
            self.problem.workers[name].calendar
            for name in mode.crew
            if name in self.problem.workers and self.problem.workers[name].calendar
        ]
        if op.worker is None:
            yield tuple(own), mode.duration
            return
        for calendar, percent, _ in self._teams(op.worker.skill, machine.site):
            calendars = (*own, calendar) if calendar else tuple(own)
            yield calendars, -(-mode.duration * 100 // max(percent, 1))

    def _teams(self, skill: str, site: str) -> list[tuple[str, int, int]]:
        """Return calendars of those who know a skill, with the best pace and the head count."""
        key = (skill, site)
        if key not in self._people:
            found: dict[str, tuple[int, int]] = {}
            for worker in self.able.get(skill, ()):
                # A worker of another site does not come; one without a site may.
                if not site or worker.site in ("", "*", site):
                    best, count = found.get(worker.calendar, (0, 0))
                    pace = max(best, worker.skills[skill])
                    found[worker.calendar] = pace, count + 1
            self._people[key] = [(name, *team) for name, team in found.items()]
        return self._people[key]

    def _fits(self, calendars: tuple[str, ...], work: int, ready: int, resumable: bool) -> bool:
        """Tell whether work finds its time while all of some calendars are open."""
        key = (calendars, work, ready, resumable)
        if key not in self._ends:
            time = self._open(calendars)
            if time is None:
                self._ends[key] = True
            elif resumable:
                begin = time.next_open(ready)
                self._ends[key] = begin < NEVER and time.finish(begin, work) < NEVER
            else:
                self._ends[key] = time.fits(ready, work) < NEVER
        return self._ends[key]

    def _open(self, calendars: tuple[str, ...]) -> OpenTime | None:
        """Return the time in which all of some calendars are open; None for always."""
        if calendars not in self._made:
            known = [
                self.problem.calendars[name] for name in calendars if name in self.problem.calendars
            ]
            common = list(known[0]) if known else []
            for windows in known[1:]:
                common = intersect(common, windows)
            self._made[calendars] = OpenTime(common) if known else None
        return self._made[calendars]


def _is_oven(machine: Resource) -> bool:
    """Tell whether a machine is an oven, which is never interrupted."""
    return machine.kind is ResourceKind.OVEN


def check_shortage(problem: Problem, findings: Findings) -> None:
    """Note materials that never suffice, and numbers too large to be added up."""
    _check_material(problem, findings)
    check_magnitude(problem, findings)


def _check_material(problem: Problem, findings: Findings) -> None:
    """Note materials of which all supply together is less than the operations need."""
    need: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for job in problem.jobs:
        optional = {name for names in job.alternatives for name in names}
        for op in job.operations:
            if op.produces:
                made.update(op.produces)
            # Operations of alternatives may never run. Only a shortage that is certain is noted,
            # so that what they make counts and what they take does not.
            if op.consumes and op.id not in optional:
                need.update(op.consumes)
    for at, material in enumerate(problem.materials):
        supply = material.on_hand + sum(quantity for _, quantity in material.arrivals)
        supply += made[material.id]
        if need[material.id] > supply:
            findings.add("material_short", N_("{path}: {need} “{name}” needed, {supply} come."),
                         ((ROOT, "materials"), at),
                         hint=N_("Raise the stock or add an arrival, or take jobs out."),
                         name=material.id, need=need[material.id], supply=supply)  # fmt: skip


def check_magnitude(problem: Problem, findings: Findings) -> None:
    """Note a problem whose objective could leave 64 bits.

    Notes
    -----
    No operation of a schedule without needless waits ends after `_horizon`. Every term is at
    most that times its weights, summed over jobs; stability counts 100 and a move per operation.
    """
    horizon = _horizon(problem)
    weights = sum(max(job.weight, job.earliness_weight, 1) for job in problem.jobs) + 100
    rates = sum(resource.cost_per_unit for resource in problem.resources) + 1
    largest = max(map(float, problem.objective.values()), default=1)
    costs = sum(
        max((mode.cost for mode in op.modes), default=0)
        + (op.outsource.cost if op.outsource else 0)
        for job in problem.jobs
        for op in job.operations
    )
    count = problem.operation_count + 1
    if max(largest, 1) * ((weights + rates + count) * (horizon + 100) + costs) >= MOST:
        findings.add("overflow", N_("{path}: with times up to {horizon} its sums exceed 64 bits."),
                     (ROOT, "objective"),
                     hint=N_("Choose a larger unit of time, or smaller weights."),
                     horizon=horizon)  # fmt: skip


def _horizon(problem: Problem) -> int:
    """Return an instant by which everything can be done, one after the other.

    All closed time lies before the start of a calendar's last window, or never ends.
    """
    work = begin = 0
    pace = _slowest(problem)
    between = _longest_change(problem) + max((leg.duration for leg in problem.transport), default=0)
    for job in problem.jobs:
        begin = max(begin, job.release)
        for op in job.operations:
            longest = max([mode.duration for mode in op.modes], default=0)
            if op.worker:
                longest = -(-longest * 100 // pace)
            if op.outsource:
                longest = max(longest, op.outsource.duration)
            waits = max([after.min_lag for after in op.after], default=0)
            work += longest + waits + between
            begin = max(begin, op.earliest or 0, op.fixed.start if op.fixed else 0)
    closed = [start for windows in problem.calendars.values() for start, _ in windows[-1:]]
    arrivals = [time for each in problem.materials for time, _ in each.arrivals]
    return begin + max(closed, default=0) + max(arrivals, default=0) + work


def _slowest(problem: Problem) -> int:
    """Return the least efficiency of a worker in percent, 100 at most."""
    paces = [percent for each in problem.workers.values() for percent in each.skills.values()]
    return max(min([*paces, 100]), 1)


def _longest_change(problem: Problem) -> int:
    """Return a length that no change-over exceeds."""
    longest = 0
    for table in problem.setups.values():
        parts = (
            max([length for row in one.matrix.values() for length in row.values()], default=0)
            + one.default
            for one in table.attributes.values()
        )
        longest = max(longest, sum(parts))
    return longest
