"""What a well-formed problem must also satisfy: ids that exist, no cycle, enough of everything.

What is refused here makes a problem meaningless or certainly infeasible. Whether a schedule
exists is for the search to find out; these tests are cheap and never refuse a feasible one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from operator import itemgetter

from sanpin.base import N_
from sanpin.base.calendar import NEVER, OpenTime
from sanpin.factory.engine.formats.rules import Findings
from sanpin.factory.model import Job, Operation, Problem, Resource, ResourceKind

__all__ = ["check_references"]


_PROCESSOR = ("machine", "oven")


def check_references(problem: Problem, findings: Findings) -> None:
    """Note every dangling reference, duplicate, cycle and certain shortage.

    Parameters
    ----------
    problem : as it was built, faults replaced by harmless values
    findings : where to note what is wrong, with the path in the file
    """
    for _, named in groupby(sorted(map(_bearer, problem.resources)), key=itemgetter(0)):
        _duplicates((name for _, name in named), "$.resources", findings)
    _duplicates((job.id for job in problem.jobs), "$.jobs", findings)
    _duplicates((material.id for material in problem.materials), "$.materials", findings)
    _duplicates(problem.sites, "$.sites", findings)
    for at, leg in enumerate(problem.transport):
        for site in (leg.source, leg.target):
            _known(site, problem.sites, f"$.transport[{at}]", findings)
    for at, resource in enumerate(problem.resources):
        _check_resource(resource, problem, f"$.resources[{at}]", findings)
    opening = _Opening(problem)
    for at, job in enumerate(problem.jobs):
        _check_job(job, problem, opening, f"$.jobs[{at}]", findings)
    _check_supply(problem, findings)


class _Opening:
    """Open time by calendar, made once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.made: dict[str, OpenTime] = {}

    def of(self, resource: Resource) -> OpenTime:
        """Return the open time of a resource."""
        name = resource.calendar
        if name not in self.made:
            self.made[name] = OpenTime(self.problem.calendars.get(name) if name else None)
        return self.made[name]


def _bearer(resource: Resource) -> tuple[str, str]:
    """Return what must be unique: machines and workers are never asked for in one place."""
    return ("processor" if resource.kind.processes else resource.kind.value, resource.id)


def _duplicates(ids: Iterable[str], path: str, findings: Findings) -> None:
    """Note every id that occurs more than once."""
    for name, count in Counter(ids).items():
        if count > 1 and name:
            findings.add("duplicate", N_("{path}: the id “{name}” occurs {count} times."), path,
                         name=name, count=count)  # fmt: skip


def _known(name: str, known: Iterable[str], path: str, findings: Findings) -> bool:
    """Note a name that nothing bears; empty names were reported where they were read."""
    if not name or name in known:
        return bool(name)
    findings.add("unknown", N_("{path}: there is no “{name}”."), path, name=name)
    return False


def _check_resource(resource: Resource, problem: Problem, path: str, findings: Findings) -> None:
    """Note a calendar, set-up table or site that is not there."""
    _known(resource.calendar, problem.calendars, f"{path}.calendar", findings)
    _known(resource.setup, problem.setups, f"{path}.setup", findings)
    # Workers and tools may be usable everywhere; a machine stands somewhere.
    everywhere = resource.site == "*" and not resource.kind.processes
    if problem.sites and not everywhere:
        _known(resource.site, problem.sites, f"{path}.site", findings)


def _check_job(
    job: Job, problem: Problem, opening: _Opening, path: str, findings: Findings
) -> None:
    """Note what is wrong within a job: nothing to do, unknown names, operations in a circle."""
    if not job.operations:
        findings.add("empty", N_("{path} has no operation."), path)
    _duplicates((op.id for op in job.operations), f"{path}.operations", findings)
    ids = {op.id for op in job.operations}
    for at, op in enumerate(job.operations):
        here = f"{path}.operations[{at}]"
        for link, after in enumerate(op.after):
            _known(after.op, ids, f"{here}.after[{link}].op", findings)
        if op.hold:
            _known(op.hold.until, ids, f"{here}.hold.until", findings)
        _check_operation(op, job, problem, opening, here, findings)
    for at, names in enumerate(job.alternatives):
        for name in names:
            _known(name, ids, f"{path}.alternatives[{at}]", findings)
    try:
        TopologicalSorter({op.id: [a.op for a in op.after] for op in job.operations}).prepare()
    except CycleError as error:
        findings.add("cycle", N_("{path}: the operations {chain} wait for each other."), path,
                     chain=" → ".join(error.args[1]))  # fmt: skip


def _check_operation(
    op: Operation, job: Job, problem: Problem, opening: _Opening, path: str, findings: Findings
) -> None:
    """Note unknown or unfit machines, pools, tools, tanks, materials and people of an operation."""
    if not op.modes and not op.outsource:
        findings.add("no_mode", N_("{path} names no machine."), path)
    for at, mode in enumerate(op.modes):
        _kind(mode.machine, problem, _PROCESSOR, f"{path}.modes[{at}].machine", findings)
        for pool in mode.uses:
            _kind(pool, problem, ("pool", "worker"), f"{path}.modes[{at}].uses.{pool}", findings)
    _kind(op.tool, problem, ("tool",), f"{path}.tool", findings)
    if op.hold:
        _kind(op.hold.tank, problem, ("tank",), f"{path}.hold.tank", findings)
    if op.fixed:
        fixable = {mode.machine for mode in op.modes}
        _known(op.fixed.machine, fixable, f"{path}.fixed.machine", findings)
    materials = {material.id for material in problem.materials}
    for name in (*op.consumes, *op.produces):
        _known(name, materials, path, findings)
    _check_people(op, problem, path, findings)
    if op.modes and not op.outsource:
        _check_opening(op, job, problem, opening, path, findings)


def _kind(
    name: str, problem: Problem, kinds: tuple[str, ...], path: str, findings: Findings
) -> None:
    """Note a resource that is unknown or of a kind that cannot serve here."""
    named = {
        "machine": problem.processors, "oven": problem.processors, "worker": problem.workers,
        "tool": problem.tools, "tank": problem.tanks, "pool": problem.pools,
    }  # fmt: skip
    if any(name in named[kind] for kind in kinds):
        return
    if _known(
        name, (name,) if any(name in each for each in named.values()) else (), path, findings
    ):
        findings.add("kind", N_("{path}: “{name}” is of another kind than {kinds}."), path,
                     name=name, kinds=", ".join(kinds))  # fmt: skip


def _check_people(op: Operation, problem: Problem, path: str, findings: Findings) -> None:
    """Note a skill that too few workers have, whenever they work."""
    needs = [(op.worker.skill, op.worker.count)] if op.worker else []
    if op.setup_worker:
        needs.append((op.setup_worker, 1))
    for skill, count in needs:
        able = sum(r.kind == ResourceKind.WORKER and skill in r.skills for r in problem.resources)
        if skill and able < count:
            findings.add("no_worker", N_("{path}: {able} know “{skill}”, {count} are needed."),
                         path, able=able, skill=skill, count=count)  # fmt: skip


def _check_opening(
    op: Operation, job: Job, problem: Problem, opening: _Opening, path: str, findings: Findings
) -> None:
    """Note an operation for which no machine is ever open long enough."""
    ready = max(job.release, op.earliest or 0)
    for mode in op.modes:
        machine = problem.processors.get(mode.machine)
        if machine is None:
            return
        time = opening.of(machine)
        if op.resumable and machine.kind != ResourceKind.OVEN:
            begin = time.next_open(ready)
            end = time.finish(begin, mode.duration) if begin < NEVER else NEVER
        else:
            end = time.fits(ready, mode.duration)
        if end < NEVER:
            return
    findings.add("calendar_ends", N_("{path}: no machine is open long enough for it."), path)


def _check_supply(problem: Problem, findings: Findings) -> None:
    """Note materials of which all supply together is less than the operations need."""
    need: Counter[str] = Counter()
    made: Counter[str] = Counter()
    for job in problem.jobs:
        optional = {name for names in job.alternatives for name in names}
        for op in job.operations:
            made.update(op.produces)
            # Operations of alternatives may never run. Only a shortage that is certain is noted,
            # so that what they make counts and what they take does not.
            if op.id not in optional:
                need.update(op.consumes)
    for at, material in enumerate(problem.materials):
        supply = material.on_hand + sum(quantity for _, quantity in material.arrivals)
        supply += made[material.id]
        if need[material.id] > supply:
            findings.add("material_short", N_("{path}: {need} “{name}” needed, {supply} come."),
                         f"$.materials[{at}]", name=material.id, need=need[material.id],
                         supply=supply)  # fmt: skip
