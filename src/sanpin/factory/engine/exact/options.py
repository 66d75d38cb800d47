"""The ways to run an operation: machine, pace of its workers and the time in which all are open.

How long work takes depends on the slowest worker, and when it may go on depends on the
calendars of all of them. Workers alike in both are alike to the model, so that a way names
only the slowest pace and the calendars met, and separate literals choose the people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sanpin.factory.engine.exact.index import Index, Windows, reaches
from sanpin.factory.engine.exact.opening import finish
from sanpin.factory.model import Mode, Resource, ResourceKind, ScheduledOperation

__all__ = ["Option", "eligible", "hinted", "options_of"]


@dataclass(frozen=True, slots=True)
class Option:
    """A mode (None outside the plant) with the pace and calendars of those who work.

    Attributes
    ----------
    machine : empty outside the plant
    oven : whether the machine takes loads, which decide the length
    work : open units, with the slowest worker
    windows : time in which the machine and all workers are open
    pace : percent of the slowest worker chosen; 0 where none is to be chosen
    calendars : those of the chosen workers that the machine and named workers do not have
    """

    mode: Mode | None
    machine: str
    oven: bool
    work: int
    windows: Windows
    pace: int = 0
    calendars: frozenset[str] = frozenset()


def eligible(index: Index, op: int, mode: Mode) -> list[Resource]:
    """Return the workers who may be chosen for a mode, beside those whom it names."""
    need = index.ops[op].worker
    if need is None:
        return []
    site = index.site(mode.machine)
    return [
        worker
        for worker in index.problem.workers.values()
        if need.skill in worker.skills and worker.id not in mode.crew and reaches(worker, site)
    ]


def options_of(index: Index, op: int) -> list[Option]:
    """Return all ways to run an operation that its fixing leaves.

    Notes
    -----
    Of modes alike in machine, length and named workers only the cheapest counts: a schedule
    does not name its mode, and the checker reads the cheapest that fits.
    """
    operation = index.ops[op]
    best: dict[tuple[str, int, tuple[str, ...]], Mode] = {}
    for mode in operation.modes:
        if operation.fixed is None or mode.machine == operation.fixed.machine:
            key = (mode.machine, mode.duration, tuple(sorted(mode.crew)))
            if key not in best or mode.cost < best[key].cost:
                best[key] = mode
    found = [option for mode in best.values() for option in _inside(index, op, mode)]
    if operation.outsource is not None and operation.fixed is None:
        found.append(Option(None, "", False, operation.outsource.duration, None))
    return found


def _inside(index: Index, op: int, mode: Mode) -> list[Option]:
    """Return the ways of one mode: one for each slowest pace and set of calendars."""
    problem, need = index.problem, index.ops[op].worker
    machine = problem.processors[mode.machine]
    oven = machine.kind == ResourceKind.OVEN
    base = {machine.calendar, *(problem.workers[name].calendar for name in mode.crew)}
    if need is None:
        return [Option(mode, machine.id, oven, mode.duration, index.opening(base))]
    kinds = Counter(
        ("" if worker.calendar in base else worker.calendar, worker.skills[need.skill])
        for worker in eligible(index, op, mode)
    )
    found = []
    for calendars, pace in _mixtures(kinds, need.count):
        slowest = min(pace, 100) if mode.crew else pace
        work = -(-mode.duration * 100 // slowest)
        windows = index.opening(base | calendars)
        found.append(Option(mode, machine.id, oven, work, windows, pace, calendars))
    return found


def _mixtures(kinds: Counter[tuple[str, int]], count: int) -> list[tuple[frozenset[str], int]]:
    """Return the sets of calendars and slowest paces that exactly `count` workers can have."""
    reached: set[tuple[int, frozenset[str], int]] = {(0, frozenset(), 0)}
    for (calendar, pace), number in sorted(kinds.items()):
        more = set()
        for taken, calendars, slowest in reached:
            for extra in range(1, min(number, count - taken) + 1):
                both = calendars | {calendar} if calendar else calendars
                more.add((taken + extra, both, min(slowest, pace) if slowest else pace))
        reached |= more
    found = {(calendars, slowest) for taken, calendars, slowest in reached if taken == count}
    return sorted(found, key=lambda each: (sorted(each[0]), each[1]))


def hinted(index: Index, op: int, options: list[Option], at: ScheduledOperation) -> int | None:
    """Return the place of the option that a placed operation uses, None if none fits.

    Parameters
    ----------
    options : as `options_of` returns them
    at : where the operation stands
    """
    fits = [place for place, option in enumerate(options) if _used(index, op, option, at)]
    # Of several sets of calendars the largest is the true one: the others are parts of it.
    return max(fits, key=lambda place: len(options[place].calendars), default=None)


def _used(index: Index, op: int, option: Option, at: ScheduledOperation) -> bool:
    """Tell whether machine, people and length of a placed operation are those of an option."""
    operation = index.ops[op]
    crew = option.mode.crew if option.mode else ()
    if option.machine != at.machine or not set(crew) <= set(at.workers):
        return False
    if option.pace and operation.worker:
        people = [index.problem.workers[name] for name in at.workers if name not in crew]
        paces = [each.skills.get(operation.worker.skill, 0) for each in people]
        if min(paces, default=0) != option.pace:
            return False
        if not option.calendars <= {each.calendar for each in people}:
            return False
    resting = option.windows if operation.resumable else None
    return option.oven or finish(resting, at.start, option.work) == at.end
