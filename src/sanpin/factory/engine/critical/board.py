"""A schedule laid out for walking back: what ran before what, and what was taken when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from sanpin.base.calendar import OpenTime
from sanpin.factory.engine.check.facts import Facts, Placing, gather
from sanpin.factory.engine.check.machines import check_machines
from sanpin.factory.engine.critical.kinds import Bound
from sanpin.factory.engine.critical.levels import Key, Span, Steps, stock, taken
from sanpin.factory.engine.critical.setters import Setters, find_setters
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["Board", "TankSpan", "key_of", "lay_out"]


@dataclass(frozen=True, slots=True)
class TankSpan:
    """What one operation keeps in a tank, and who drains it."""

    start: int
    end: int
    amount: int
    item: str
    drain: Key


@dataclass(frozen=True)
class Board:
    """A schedule with what came before each operation on each of its resources.

    Attributes
    ----------
    facts : each placed operation beside its meaning
    loads : members of the oven load of each operation; alone on a machine
    former : first member of what its machine did before
    mates : what each of its workers did before, by worker and operation
    followers : operations that may not start too long after each operation
    tanks : what is kept in each tank
    bounds : what holds each operation back, as far as anybody has asked
    """

    facts: Facts
    loads: Mapping[Key, tuple[Placing, ...]]
    former: Mapping[Key, Placing]
    mates: Mapping[tuple[str, Key], Placing]
    followers: Mapping[Key, list[tuple[Placing, int]]]
    tanks: Mapping[str, list[TankSpan]]
    bounds: dict[Key, tuple[Bound, ...]] = field(default_factory=dict)
    _steps: dict[tuple[str, str], Steps] = field(default_factory=dict)
    _open: dict[int, OpenTime] = field(default_factory=dict)

    @cached_property
    def setters(self) -> Setters | None:
        """Who sets machines up; None where no operation asks for anybody."""
        asked = any(placing.op.setup_worker for placing in self.facts.placed.values())
        return find_setters(self.facts, self.loads, self.open_time) if asked else None

    def setup(self, placing: Placing) -> int:
        """Return the length of the set-up before an operation's load."""
        first = self.loads[key_of(placing)][0]
        return self.facts.setup_length.get(key_of(first), 0)

    def opening(self, placing: Placing) -> OpenTime:
        """Return the time in which the machine and all workers of an operation are open."""
        return self.open_time(placing.windows)

    def open_time(self, windows: Sequence[tuple[int, int]] | None) -> OpenTime:
        """Return open windows of the facts to ask, made once: many operations share them."""
        # The facts keep the windows, so that no other ones can come to have their identity.
        if id(windows) not in self._open:
            self._open[id(windows)] = OpenTime(windows)
        return self._open[id(windows)]

    def tool(self, name: str) -> Steps:
        """Return how many pieces of a tool are in use."""
        held = (p for p in self.facts.placed.values() if p.op.tool == name and not p.at.outsourced)
        return self._made("tool", name, ((p.at.start, p.at.end, 1, key_of(p)) for p in held))

    def pool(self, name: str) -> Steps:
        """Return how much of a pool is in use."""
        held = (p for p in self.facts.placed.values() if p.mode and p.mode.uses.get(name))
        spans = ((p.at.start, p.at.end, p.mode.uses[name], key_of(p)) for p in held if p.mode)
        return self._made("pool", name, spans)

    def tank(self, name: str) -> Steps:
        """Return how much is in a tank."""
        kept = self.tanks.get(name, ())
        return self._made("tank", name, ((s.start, s.end, s.amount, s.drain) for s in kept))

    def stock(self, name: str) -> Steps:
        """Return how much of a material is left."""
        if ("material", name) not in self._steps:
            material = next(m for m in self.facts.problem.materials if m.id == name)
            placed = self.facts.placed.values()
            self._steps["material", name] = stock(
                material,
                ((p.at.start, p.op.consumes[name]) for p in placed if name in p.op.consumes),
                (
                    (p.at.end, p.op.produces[name], key_of(p))
                    for p in placed
                    if name in p.op.produces
                ),
            )
        return self._steps["material", name]

    def _made(self, kind: str, name: str, spans: Iterable[Span]) -> Steps:
        """Return the steps of a resource, counted once when first asked for."""
        if (kind, name) not in self._steps:
            self._steps[kind, name] = taken(spans)
        return self._steps[kind, name]


def key_of(placing: Placing) -> Key:
    """Return job and operation of a placing."""
    return placing.job.id, placing.op.id


def lay_out(problem: Problem, operations: Iterable[ScheduledOperation]) -> Board:
    """Lay out the placed operations of a valid schedule."""
    facts = gather(problem, operations)
    check_machines(facts)
    loads = _loads(facts)
    return Board(facts, loads, _former(loads), _mates(facts), _followers(facts), _tank_spans(facts))


def _loads(facts: Facts) -> dict[Key, tuple[Placing, ...]]:
    """Return the members of each operation's oven load, in the order of the schedule."""
    shared: dict[tuple[str, str], list[Placing]] = defaultdict(list)
    for placing in facts.placed.values():
        if placing.oven and placing.at.batch:
            shared[placing.at.machine, placing.at.batch].append(placing)
    loads = {key_of(member): tuple(load) for load in shared.values() for member in load}
    return {key: loads.get(key, (placing,)) for key, placing in facts.placed.items()}


def _former(loads: Mapping[Key, tuple[Placing, ...]]) -> dict[Key, Placing]:
    """Return what each operation's machine did before its load."""
    queues: dict[str, list[tuple[Placing, ...]]] = defaultdict(list)
    for key, load in loads.items():
        if load[0].machine is not None and key == key_of(load[0]):
            queues[load[0].machine.id].append(load)
    former: dict[Key, Placing] = {}
    for queue in queues.values():
        queue.sort(key=lambda load: _order(load[0], load[0].at.setup_start))
        for before, load in pairwise(queue):
            former.update((key_of(member), before[0]) for member in load)
    return former


def _mates(facts: Facts) -> dict[tuple[str, Key], Placing]:
    """Return what each worker of an operation did before it."""
    held: dict[str, list[Placing]] = defaultdict(list)
    for placing in facts.placed.values():
        for worker in placing.workers:
            held[worker.id].append(placing)
    mates: dict[tuple[str, Key], Placing] = {}
    for name, queue in held.items():
        queue.sort(key=lambda placing: _order(placing, placing.at.start))
        for before, placing in pairwise(queue):
            mates[name, key_of(placing)] = before
    return mates


def _order(placing: Placing, begin: int) -> tuple[int, int, int]:
    """Order what one resource does by time; of two things without length the first written."""
    return begin, placing.at.end, placing.rank


def _followers(facts: Facts) -> dict[Key, list[tuple[Placing, int]]]:
    """Return for each operation the successors with a longest wait, and that wait."""
    found: dict[Key, list[tuple[Placing, int]]] = defaultdict(list)
    for placing in facts.placed.values():
        for after in placing.op.after:
            if after.max_lag is not None and (placing.job.id, after.op) in facts.placed:
                found[placing.job.id, after.op].append((placing, after.max_lag))
    return found


def _tank_spans(facts: Facts) -> dict[str, list[TankSpan]]:
    """Return what is kept in each tank, from the filling to the draining operation."""
    spans: dict[str, list[TankSpan]] = defaultdict(list)
    for placing in facts.placed.values():
        hold = placing.op.hold
        drain = facts.placed.get((placing.job.id, hold.until)) if hold else None
        if hold is None or drain is None:
            continue
        start = placing.at.start if hold.source == "start" else placing.at.end
        end = drain.at.end if hold.until_end else drain.at.start
        item = placing.job.item or placing.job.id
        spans[hold.tank].append(TankSpan(start, end, hold.amount, item, key_of(drain)))
    return spans
