"""Time as masks of bits: bit t stands for the unit from t to t + 1."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from sanpin.factory.model import Job, Mode, Operation, Problem, Resource, ResourceKind

HORIZON = 240
ALWAYS = (1 << HORIZON) - 1


def span(start: int, end: int) -> int:
    """Return the mask of the units from start to end."""
    return ((1 << max(0, end - start)) - 1) << start


def opened(problem: Problem, *resources: Resource | None) -> int:
    """Return the mask in which all resources are open."""
    mask = ALWAYS
    for each in resources:
        if each is not None and each.calendar:
            here = 0
            for start, end in problem.calendars[each.calendar]:
                here |= span(min(start, HORIZON), min(end, HORIZON))
            mask &= here
    return mask


def whole(mask: int, start: int, end: int) -> bool:
    """Tell whether work that may not rest can stand there; nothing may stand at a closing."""
    if start == end:
        return bool(mask >> start & 1) or (start > 0 and bool(mask >> (start - 1) & 1))
    return span(start, end) & ~mask == 0


def rested(mask: int, start: int, work: int) -> int | None:
    """Return when so many open units from the start on are over."""
    t = start
    while work:
        if t >= HORIZON:
            return None
        work -= mask >> t & 1
        t += 1
    return t


def ceiling(share: Fraction, work: int) -> int:
    """Return the share of the work in whole units, rounded up."""
    units = 0
    while units < share * work:
        units += 1
    return units


Way = tuple[Mode | None, tuple[str, ...], int]
"""A mode (None: outside), the workers, and the units of work."""


def ways(problem: Problem, job: Job, op: Operation) -> list[Way]:
    """Return every way to do an operation."""
    found: list[Way] = []
    for mode in op.modes:
        if op.fixed and op.fixed.machine != mode.machine:
            continue
        site = problem.processors[mode.machine].site
        there = {
            name: who
            for name, who in problem.workers.items()
            if who.site in ("", "*") or not site or who.site == site
        }
        if not set(mode.crew) <= set(there):
            continue
        need = op.worker
        able = [
            name
            for name, who in there.items()
            if need and need.skill in who.skills and name not in mode.crew
        ]
        for chosen in combinations(able, need.count if need else 0):
            paces = [there[name].skills[need.skill] for name in chosen if need]
            paces += [100] * (len(mode.crew) or not chosen)
            work = slowed(mode.duration, min(paces))
            found.append((mode, (*mode.crew, *chosen), work))
    if op.outsource and not op.fixed:
        found.append((None, (), op.outsource.duration))
    return found


def slowed(duration: int, pace: int) -> int:
    """Return the least units of work that, at this pace, make up the duration."""
    units = 0
    while units * pace < duration * 100:
        units += 1
    return units


def is_oven(problem: Problem, mode: Mode | None) -> bool:
    """Tell whether a mode runs in loads."""
    return mode is not None and problem.processors[mode.machine].kind is ResourceKind.OVEN
