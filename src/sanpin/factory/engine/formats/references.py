"""What a well-formed problem must also satisfy: known ids, no cycle, parts with a meaning.

What is refused here makes a problem meaningless. Whether there is enough of everything is asked
in `shortage`; whether a schedule exists is for the search to find out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import groupby
from operator import itemgetter

from sanpin.base import N_
from sanpin.factory.engine.formats.rules import ROOT, Findings, Path
from sanpin.factory.engine.formats.shortage import Supply, check_shortage
from sanpin.factory.model import Job, Operation, Problem, Resource, ResourceKind

__all__ = ["check_references"]


_PROCESSOR = ("machine", "oven")
_MOVABLE = (ResourceKind.WORKER, ResourceKind.TOOL, ResourceKind.POOL)
"""What may be usable everywhere; machines and tanks stand somewhere."""


def check_references(problem: Problem, findings: Findings) -> None:
    """Note every dangling reference, duplicate, cycle, senseless part and certain shortage.

    Parameters
    ----------
    problem : as it was built, faults replaced by harmless values
    findings : where to note what is wrong, with the path in the file
    """
    bearers = sorted(map(_bearer, problem.resources))
    for _, named in groupby(bearers, key=itemgetter(0)):
        _duplicates((name for _, name in named), (ROOT, "resources"), findings)
    _duplicates((job.id for job in problem.jobs), (ROOT, "jobs"), findings)
    _duplicates((each.id for each in problem.materials), (ROOT, "materials"), findings)
    _duplicates(problem.sites, (ROOT, "sites"), findings)
    legs = (f"{leg.source} → {leg.target}" for leg in problem.transport)
    _duplicates(legs, (ROOT, "transport"), findings)
    for at, leg in enumerate(problem.transport):
        for site in (leg.source, leg.target):
            _known(site, problem.sites, ((ROOT, "transport"), at), findings)
    for at, resource in enumerate(problem.resources):
        _check_resource(resource, problem, ((ROOT, "resources"), at), findings)
    names = _Names(problem)
    supply = Supply(problem)
    for at, job in enumerate(problem.jobs):
        _check_job(job, names, supply, ((ROOT, "jobs"), at), findings)
    check_shortage(problem, findings)


class _Names:
    """Which names are borne by what, looked up once for each operation."""

    def __init__(self, problem: Problem) -> None:
        self.kinds: dict[str, set[str]] = {}
        for resource in problem.resources:
            self.kinds.setdefault(resource.id, set()).add(resource.kind.value)
        self.materials = {material.id for material in problem.materials}
        self.ovens = {
            name for name, one in problem.processors.items() if one.kind is ResourceKind.OVEN
        }


def _bearer(resource: Resource) -> tuple[str, str]:
    """Return what must be unique: machines and workers are never asked for in one place."""
    return ("processor" if resource.kind.processes else resource.kind.value, resource.id)


def _duplicates(ids: Iterable[str], path: Path, findings: Findings) -> None:
    """Note every id that occurs more than once."""
    listed = list(ids)
    if len(set(listed)) == len(listed):
        return
    for name, count in Counter(listed).items():
        if count > 1 and name:
            findings.add("duplicate", N_("{path}: the id “{name}” occurs {count} times."), path,
                         hint=N_("Give each record an id of its own."),
                         name=name, count=count)  # fmt: skip


def _known(name: str, known: Collection[str], path: Path, findings: Findings) -> bool:
    """Note a name that nothing bears; empty names were reported where they were read."""
    if not name or name in known:
        return bool(name)
    findings.add("unknown", N_("{path}: there is no “{name}”."), path, name=name)
    return False


def _check_resource(resource: Resource, problem: Problem, path: Path, findings: Findings) -> None:
    """Note a calendar, set-up table or site that is not there."""
    if resource.capacity > 1 and resource.kind in (ResourceKind.MACHINE, ResourceKind.WORKER):
        findings.add("capacity", N_("{path}: a {kind} does one thing at a time."),
                     (path, "capacity"), kind=resource.kind.value,
                     hint=N_("List it several times, or choose another kind."))  # fmt: skip
    _known(resource.calendar, problem.calendars, (path, "calendar"), findings)
    _known(resource.setup, problem.setups, (path, "setup"), findings)
    everywhere = resource.site == "*"
    if (problem.sites or everywhere) and not (everywhere and resource.kind in _MOVABLE):
        _known(resource.site, problem.sites, (path, "site"), findings)


def _check_job(job: Job, names: _Names, supply: Supply, path: Path, findings: Findings) -> None:
    """Note what is wrong within a job: nothing to do, unknown names, operations in a circle."""
    if not job.operations:
        findings.add("empty", N_("{path} has no operation."), path,
                     hint=N_("Add its operations or leave the job out."))  # fmt: skip
    places = {op.id: at for at, op in enumerate(job.operations)}
    if len(places) < len(job.operations):
        _duplicates((op.id for op in job.operations), (path, "operations"), findings)
    forward = True
    optional = {name for group in job.alternatives for name in group}
    for at, op in enumerate(job.operations):
        here = ((path, "operations"), at)
        for link, after in enumerate(op.after):
            if after.op not in places:
                _known(after.op, places, (((here, "after"), link), "op"), findings)
            else:
                forward = forward and places[after.op] < at
        _check_operation(op, names, here, findings)
        supply.check_operation(op, job, op.id not in optional, here, findings)
    for at, group in enumerate(job.alternatives):
        for name in group:
            _known(name, places, ((path, "alternatives"), at), findings)
    # Operations that only wait for earlier ones in the file cannot wait for each other.
    if not forward:
        _check_cycle(job, path, findings)
    for at, op in enumerate(job.operations):
        if op.hold:
            _check_hold(op, job, places, (((path, "operations"), at), "hold"), findings)


def _check_cycle(job: Job, path: Path, findings: Findings) -> None:
    """Note operations that wait for each other."""
    try:
        TopologicalSorter({op.id: [a.op for a in op.after] for op in job.operations}).prepare()
    except CycleError as error:
        findings.add("cycle", N_("{path}: the operations {chain} wait for each other."), path,
                     hint=N_("Remove one of these predecessors."),
                     chain=" → ".join(error.args[1]))  # fmt: skip


def _check_operation(op: Operation, names: _Names, path: Path, findings: Findings) -> None:
    """Note unknown or unfit machines, pools, tools, tanks and materials of an operation."""
    if not op.modes and not op.outsource:
        findings.add("no_mode", N_("{path} names no machine."), path,
                     hint=N_("Add a mode, or say that it is done outside."))  # fmt: skip
    for at, mode in enumerate(op.modes):
        if names.kinds.get(mode.machine, _NOTHING).isdisjoint(_PROCESSOR):
            here = ((path, "modes"), at)
            _kind(mode.machine, names, _PROCESSOR, (here, "machine"), findings)
        for pool in mode.uses:
            here = ((path, "modes"), at)
            _kind(pool, names, ("pool", "worker"), ((here, "uses"), pool), findings)
    if op.tool:
        _kind(op.tool, names, ("tool",), (path, "tool"), findings)
    if op.fixed:
        fixable = {mode.machine for mode in op.modes}
        _known(op.fixed.machine, fixable, ((path, "fixed"), "machine"), findings)
    for name in (*op.consumes, *op.produces):
        _known(name, names.materials, path, findings)
    if op.batch and not any(mode.machine in names.ovens for mode in op.modes):
        findings.add("no_oven", N_("{path}: only an oven has batches, and it runs on none."), path,
                     hint=N_("Add a mode on an oven, or remove “batch”."))  # fmt: skip
    if op.hold:
        _kind(op.hold.tank, names, ("tank",), ((path, "hold"), "tank"), findings)


_NOTHING: frozenset[str] = frozenset()


def _kind(name: str, names: _Names, kinds: tuple[str, ...], path: Path, findings: Findings) -> None:
    """Note a resource that is unknown or of a kind that cannot serve here."""
    if not names.kinds.get(name, _NOTHING).isdisjoint(kinds):
        return
    if _known(name, names.kinds, path, findings):
        findings.add("kind", N_("{path}: “{name}” is of another kind than {kinds}."), path,
                     hint=N_("Name a resource of a kind that can serve here."),
                     name=name, kinds=", ".join(kinds))  # fmt: skip


def _check_hold(
    op: Operation, job: Job, places: Mapping[str, int], path: Path, findings: Findings
) -> None:
    """Note a tank that is drained by what does not follow the operation that fills it.

    Without that order the room would be given back before it is taken. An operation may hold a
    tank while it runs itself.
    """
    hold = op.hold
    if hold is None or not _known(hold.until, places, (path, "until"), findings):
        return
    if hold.until == op.id:
        follows = hold.source == "start" and hold.until_end
    else:
        follows = _waits_for(hold.until, op.id, job, places)
    if not follows:
        findings.add("hold_order", N_("{path}: “{until}” does not follow “{op}”."), path,
                     hint=N_("Let what drains the tank wait for what fills it."),
                     until=hold.until, op=op.id)  # fmt: skip


def _waits_for(later: str, earlier: str, job: Job, places: Mapping[str, int]) -> bool:
    """Tell whether an operation waits for another, directly or through others."""
    seen = {later}
    open_names = [later]
    while open_names:
        for after in job.operations[places[open_names.pop()]].after:
            if after.op == earlier:
                return True
            if after.op in places and after.op not in seen:
                seen.add(after.op)
                open_names.append(after.op)
    return False
