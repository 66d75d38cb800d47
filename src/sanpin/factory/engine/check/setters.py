"""Who sets machines up: workers whom the schedule does not name.

Code ``worker.setup``: nobody with the skill is there, open and free for the whole set-up. A
schedule names the workers of the work, not those of the set-up, so that any assignment will do
in which nobody does two things at once. A load needs one worker for each skill that its members
ask for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.opening import covers
from sanpin.factory.model import Resource

__all__ = ["Crew", "Setup", "assign", "check_setters"]

EFFORT = 1_000_000
"""Assignments looked at per group of set-ups; nearly all groups need less than a hundred."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A set-up that needs somebody with a skill."""

    start: int
    end: int
    skill: str
    placing: Placing


def check_setters(facts: Facts) -> None:
    """Find for each setup that needs one a skilled worker who is there and free.

    Notes
    -----
    Set-ups overlap in groups. First each in order of time takes the able worker with the fewest
    skills; where this leaves one without, all assignments of its group are followed. That some
    assignment exists is hard to tell in general (list colouring of an interval graph, Biro,
    Hujter and Tuza 1992); beyond `EFFORT` the check may report too much.
    """
    crew = Crew(facts)
    for group in _groups(facts):
        if _greedy(crew, group) is None:
            for setup in _without(crew, group):
                facts.report("worker.setup", setup.placing, skill=setup.skill)


def assign(facts: Facts) -> tuple[Crew, list[tuple[Setup, str]]]:
    """Name somebody for each set-up of a valid schedule, the least versatile who is able and free.

    Where that would leave one of a group without, nobody is named for the group.

    Returns
    -------
    The workers, and each set-up with whoever does it.
    """
    crew = Crew(facts)
    named: list[tuple[Setup, str]] = []
    for group in _groups(facts):
        named += zip(group, _greedy(crew, group) or (), strict=False)
    return crew, named


def _setups(facts: Facts) -> Iterator[Setup]:
    """Yield each set-up and skill that somebody must have for it."""
    for load in _loads(facts):
        first = load[0]
        length = facts.setup_length.get((first.job.id, first.op.id), 0)
        if length:
            start = first.at.setup_start
            asking = {m.op.setup_worker: m for m in reversed(load) if m.op.setup_worker}
            for skill, placing in asking.items():
                yield Setup(start, start + length, skill, placing)


def _loads(facts: Facts) -> Iterator[Sequence[Placing]]:
    """Yield what is set up: operations on machines, and whole loads of ovens."""
    for placing in facts.placed.values():
        if placing.op.setup_worker and not placing.oven:
            yield (placing,)
    yield from facts.loads


class Crew:
    """The workers by skill, the least versatile first, and when operations hold them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.skilled: dict[str, list[Resource]] = defaultdict(list)
        for worker in sorted(facts.problem.workers.values(), key=lambda w: (len(w.skills), w.id)):
            for skill in worker.skills:
                self.skilled[skill].append(worker)
        self.held: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for placing in facts.placed.values():
            for worker in placing.workers:
                if placing.at.end > placing.at.start:
                    self.held[worker.id].append((placing.at.start, placing.at.end))
        for spans in self.held.values():
            spans.sort()
        # Of the spans that begin before an instant, the one that lasts longest decides.
        self.latest = {
            name: list(accumulate((until for _, until in spans), max))
            for name, spans in self.held.items()
        }

    def able(self, setup: Setup, busy: Mapping[str, int]) -> Iterator[str]:
        """Yield who can do a set-up, given until when each sets up already."""
        start, end = setup.start, setup.end
        for worker in self.skilled[setup.skill]:
            if (
                busy.get(worker.id, start) <= start
                and self.facts.reaches(worker, setup.placing)
                and covers(self.facts.windows(worker), start, end)
                and self._free(worker.id, start, end)
            ):
                yield worker.id

    def _free(self, name: str, start: int, end: int) -> bool:
        """Tell whether no operation holds a worker within a span."""
        before = bisect_left(self.held.get(name, ()), (end, end))
        return before == 0 or self.latest[name][before - 1] <= start


def _groups(facts: Facts) -> Iterator[list[Setup]]:
    """Part set-ups in order of time where nothing is being set up."""
    group: list[Setup] = []
    until = 0
    for setup in sorted(_setups(facts), key=lambda s: (s.start, s.placing.rank)):
        if group and setup.start >= until:
            yield group
            group = []
        group.append(setup)
        until = max(until, setup.end)
    if group:
        yield group


def _greedy(crew: Crew, group: Sequence[Setup]) -> list[str] | None:
    """Return who sets up when the least versatile are taken first, None if one finds nobody."""
    busy: dict[str, int] = {}
    found = []
    for setup in group:
        free = next(crew.able(setup, busy), None)
        if free is None:
            return None
        busy[free] = setup.end
        found.append(free)
    return found


def _without(crew: Crew, group: Sequence[Setup]) -> list[Setup]:
    """Follow all assignments in order of time; return those whom no assignment serves."""
    states: list[frozenset[tuple[str, int]]] = [frozenset()]
    most = max(1, EFFORT // len(group))
    unserved = []
    for setup in group:
        reached: dict[frozenset[tuple[str, int]], None] = {}
        able = list(crew.able(setup, {}))
        for state in states:
            # Only who still sets up matters for what comes.
            active = {(who, until) for who, until in state if until > setup.start}
            taken = {who for who, _ in active}
            for who in able:
                if who not in taken:
                    reached[frozenset((*active, (who, setup.end)))] = None
            if len(reached) > most:
                break
        if reached:
            states = list(reached)
        else:
            unserved.append(setup)
    return unserved
