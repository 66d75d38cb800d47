"""Who sets machines up, and what that holds back: work and set-ups of the same people.

A schedule does not say who sets up. One assignment is taken as given, as the sequence on the
machines is: each set-up in order of time takes the least versatile who is able and free.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from sanpin.base.calendar import OpenTime
from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.opening import Windows
from sanpin.factory.engine.check.setters import Crew, Setup, assign
from sanpin.factory.engine.critical.kinds import Bound, LinkKind
from sanpin.factory.engine.critical.levels import Key
from sanpin.factory.model import Resource

__all__ = ["Setters", "find_setters"]


class Busy(NamedTuple):
    """A stretch in which somebody works or sets up, for which operation."""

    start: int
    end: int
    key: Key
    setup: Setup | None


class Setters(NamedTuple):
    """The set-ups of a schedule with whoever does them.

    Attributes
    ----------
    crew : the workers by skill
    loads : members of the oven load of each operation; alone on a machine
    open_time : returns open windows to ask
    setups : those of the load of each operation for which somebody is named
    busy : when each worker works or sets up, in order of time
    """

    crew: Crew
    loads: Mapping[Key, tuple[Placing, ...]]
    open_time: Callable[[Windows], OpenTime]
    setups: Mapping[Key, list[Setup]]
    busy: Mapping[str, list[Busy]]

    def bounds(self, placing: Placing, free: int, source: Key | None) -> Iterator[Bound]:
        """Yield when there was somebody for the set-up, and when own workers had set up elsewhere.

        Parameters
        ----------
        free, source : instant at which the machine was free, and the operation that left it
        """
        first = self.loads[placing.job.id, placing.op.id][0]
        for setup in self.setups.get((first.job.id, first.op.id), ()):
            found = self._first_able(setup, free)
            if found is not None:
                start, name, before = found
                ready = start + setup.end - setup.start
                if before is None:
                    yield Bound(LinkKind.CALENDAR, name, ready, free, source)
                else:
                    yield Bound(LinkKind.WORKER, name, ready, before.end, before.key)
        for worker in placing.workers:
            before = self._before(worker.id, placing.at.start)
            if before is not None and before.setup and not self._others(before.setup, worker.id):
                yield Bound(LinkKind.WORKER, worker.id, before.end, before.end, before.key)

    def _first_able(self, setup: Setup, free: int) -> tuple[int, str, Busy | None] | None:
        """Return when a set-up could begin at the earliest, by whom, and what that one did before.

        None when the machine itself allows no earlier.
        """
        machine = setup.placing.machine
        alone = self.open_time(self.crew.facts.common((machine,)) if machine else None)
        least = alone.fits(free, setup.end - setup.start)
        options = [
            self._able_from(worker, setup, least)
            for worker in self.crew.skilled[setup.skill]
            if self.crew.facts.reaches(worker, setup.placing)
        ]
        start, name, before = min(options, key=lambda option: option[0])
        return (start, name, before) if start > least else None

    def _able_from(
        self, worker: Resource, setup: Setup, start: int
    ) -> tuple[int, str, Busy | None]:
        """Return the same of one worker, everything else that all do staying as it is."""
        machine = setup.placing.machine
        resources = (machine, worker) if machine else (worker,)
        opening = self.open_time(self.crew.facts.common(resources))
        length, before = setup.end - setup.start, None
        busy = self.busy.get(worker.id, [])
        at = max(0, bisect_right(busy, start, key=lambda each: each.start) - 1)
        start = opening.fits(start, length)
        while at < len(busy) and busy[at].start < start + length:
            if busy[at].end > start and busy[at].setup is not setup:
                before = busy[at]
                start = opening.fits(before.end, length)
            at += 1
        return start, worker.id, before

    def _before(self, name: str, start: int) -> Busy | None:
        """Return what a worker did last before an instant."""
        busy = self.busy.get(name, [])
        at = bisect_right(busy, start, key=lambda each: each.end)
        return busy[at - 1] if at else None

    def _others(self, setup: Setup, name: str) -> bool:
        """Tell whether somebody else was able and free to set up."""
        able = self.crew.able(setup, {})
        return any(each != name and not self._sets_up(each, setup) for each in able)

    def _sets_up(self, name: str, setup: Setup) -> bool:
        """Tell whether a worker sets something up meanwhile."""
        busy = self.busy.get(name, [])
        at = bisect_right(busy, setup.start, key=lambda each: each.end)
        return at < len(busy) and busy[at].start < setup.end


def find_setters(
    facts: Facts,
    loads: Mapping[Key, tuple[Placing, ...]],
    open_time: Callable[[Windows], OpenTime],
) -> Setters:
    """Find who does the set-ups of a schedule.

    Parameters
    ----------
    loads : members of the oven load of each operation; alone on a machine
    open_time : returns open windows to ask
    """
    crew, named = assign(facts)
    busy: dict[str, list[Busy]] = defaultdict(list)
    setups: dict[Key, list[Setup]] = defaultdict(list)
    for setup, name in named:
        first = loads[setup.placing.job.id, setup.placing.op.id][0]
        key = first.job.id, first.op.id
        setups[key].append(setup)
        busy[name].append(Busy(setup.start, setup.end, key, setup))
    for key, placing in facts.placed.items():
        for worker in placing.workers:
            if placing.at.end > placing.at.start:
                busy[worker.id].append(Busy(placing.at.start, placing.at.end, key, None))
    for spans in busy.values():
        spans.sort(key=lambda each: each[:2])
    return Setters(crew, loads, open_time, setups, busy)
