"""How full machines are: work, set-up and open time, in all and day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.base.calendar import OpenTime, Window
from sanpin.factory.model import Problem, Schedule, ScheduledOperation

__all__ = ["DayLoad", "MachineLoad", "loads_by_day", "machine_loads"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MachineLoad:
    """Use of a machine between the origin and the end of the schedule, in open time.

    Attributes
    ----------
    work, setup, open : in the problem's unit; work and set-up that rest while closed do not count
    """

    machine: str
    site: str
    work: int
    setup: int
    open: int

    @property
    def utilisation(self) -> float:
        """Work and set-up as a share of open time."""
        return (self.work + self.setup) / self.open if self.open else 0.0


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What is asked of a machine on one day: `work` and `setup` in `open` time.

    Attributes
    ----------
    day : number of the span from the origin, 0 for the first
    """

    machine: str
    day: int
    work: int
    setup: int
    open: int

    @property
    def share(self) -> float:
        """Work and set-up as a share of the day's open time."""
        return (self.work + self.setup) / self.open if self.open else 0.0


def machine_loads(problem: Problem, schedule: Schedule) -> list[MachineLoad]:
    """Return how each machine is used until the schedule ends, fullest first."""
    horizon = _horizon(schedule)
    if not horizon:
        return []
    machines = list(problem.processors.values())
    number = {machine.id: place for place, machine in enumerate(machines)}
    spans = [
        (number[use.machine], use.setup_start, use.start, use.end)
        for use in _uses(schedule)
        if use.machine
    ]
    used, *instants = np.array(spans, dtype=np.int64).reshape(-1, 4).T
    calendars = np.array([machine.calendar for machine in machines])
    work, setup, opened = np.zeros((3, len(machines)), dtype=np.int64)
    for calendar in set(calendars):
        here = calendars[used] == calendar
        windows = OpenTime(problem.calendars.get(calendar, ()) if calendar else None).windows
        begins, starts, ends = (_open_before(windows, each[here]) for each in instants)
        np.add.at(setup, used[here], starts - begins)
        np.add.at(work, used[here], ends - starts)
        whole = _open_before(windows, np.array([0, horizon]))
        opened[calendars == calendar] = whole[1] - whole[0]
    loads = [
        MachineLoad(machine.id, machine.site, *figures)
        for machine, figures in zip(
            machines, np.stack((work, setup, opened), axis=1).tolist(), strict=True
        )
    ]
    return sorted(loads, key=lambda load: (-load.utilisation, load.machine))


def _uses(schedule: Schedule) -> Iterable[ScheduledOperation]:
    """Return each use of a machine: a load of an oven is one, however many operations share it."""
    return {
        (each.machine, each.batch or (each.job, each.op)): each for each in schedule.operations
    }.values()


def _open_before(windows: Sequence[Window], instants: Ints) -> Ints:
    """Return the open units before instants, since the first window."""
    if not windows:
        return np.zeros_like(instants)
    starts, ends = np.array(windows).T
    before = np.cumsum(ends - starts) - (ends - starts)
    place = np.searchsorted(starts, instants, "right") - 1
    there = before[place] + np.minimum(instants, ends[place]) - starts[place]
    return np.where(place >= 0, there, 0)


def _horizon(schedule: Schedule) -> int:
    """Return when the last operation ends."""
    return max((each.end for each in schedule.operations), default=0)


def loads_by_day(problem: Problem, schedule: Schedule, day_length: int) -> list[DayLoad]:
    """Return work, set-up and open time per machine and span of `day_length` from the origin.

    Parameters
    ----------
    day_length : in the problem's unit, such as 1440 for days in minutes

    Returns
    -------
    One entry per machine and day up to the end of the schedule, idle days included.
    """
    openings = {
        name: OpenTime(problem.calendars.get(machine.calendar, ()) if machine.calendar else None)
        for name, machine in problem.processors.items()
    }
    work: dict[tuple[str, int], int] = defaultdict(int)
    setup: dict[tuple[str, int], int] = defaultdict(int)
    for each in _uses(schedule):
        if each.machine:
            opening = openings[each.machine]
            _spread(work, each.machine, each.start, each.end, day_length, opening)
            _spread(setup, each.machine, each.setup_start, each.start, day_length, opening)
    days = range(-(-_horizon(schedule) // day_length))
    return [
        DayLoad(
            machine.id,
            day,
            work[machine.id, day],
            setup[machine.id, day],
            openings[machine.id].open_between(day * day_length, (day + 1) * day_length),
        )
        for machine in problem.resources
        if machine.kind.processes
        for day in days
    ]


def _spread(
    into: dict[tuple[str, int], int],
    machine: str,
    start: int,
    end: int,
    day_length: int,
    opening: OpenTime,
) -> None:
    """Add the open time of a span to the days on which it lies."""
    if start == end:
        return
    # Floor and ceiling with integers: the last day is the one in which the span ends.
    for day in range(start // day_length, -(-end // day_length)):
        span = max(start, day * day_length), min(end, (day + 1) * day_length)
        into[machine, day] += opening.open_between(*span)
