"""Placing operations one after the other: the state of a plant while a schedule grows.

Each machine only grows at its end. `trial` says when an operation could run next on a machine,
with setup, calendar, crew, tool, materials, pools and oven loads exact; `commit` does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sanpin.base.calendar import NEVER, OpenTime
from sanpin.factory.engine.search.shop import OUTSIDE, Link, Shop, Way
from sanpin.factory.engine.search.supply import Ledger, Pool, Tool
from sanpin.factory.model import Resource, ResourceKind

__all__ = ["Line", "Slot"]

# Constraints push a start to and fro; what has not settled by then counts as impossible.
ROUNDS = 64


@dataclass(slots=True)
class Slot:
    """Where an operation would go: way, times, setup and crew.

    `joins` an oven load; `wait` is how long machine and goods stand ready for a worker, a
    tool, a pool or a material.

    Attributes
    ----------
    way : machine and duration
    start, end : of the work
    setup_start, setup : start and length of the set-up; the length is 0 where none is needed
    crew : workers who hold it from start to end
    """

    way: Way
    start: int
    end: int
    setup_start: int
    setup: int
    crew: tuple[Resource, ...] = ()
    joins: bool = False
    wait: int = 0


@dataclass(slots=True)
class Load:
    """The last load of an oven.

    Attributes
    ----------
    family : what may join
    room : free places
    number : running number of the load on its oven
    """

    family: str
    room: int
    start: int
    end: int
    setup_start: int
    number: int


class Line:
    """A schedule under construction.

    Attributes
    ----------
    free : per machine, the end of what it did last
    last : per machine, the class of what it did last, -1 for nothing known
    slots : per operation, where it is; None while it is not placed
    batch : per operation, the name of its oven load
    rich : per operation, whether workers, tools, materials or pools have a say
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        machines = len(shop.machines)
        self.free = [0] * machines
        self.last = list(shop.first_class)
        self.slots: list[Slot | None] = [None] * shop.size
        self.batch = [""] * shop.size
        self.loads: list[Load | None] = [None] * machines
        self.worker_free: dict[str, int] = {}
        resources = shop.problem.resources
        self.tools = {r.id: Tool(r.capacity) for r in resources if r.kind == ResourceKind.TOOL}
        self.pools = [Pool(r.capacity) for r in resources if r.kind == ResourceKind.POOL]
        self.stocks = {m.id: Ledger(m.on_hand, m.arrivals) for m in shop.problem.materials}
        self.oven = [machine.kind == ResourceKind.OVEN for machine in shop.machines]
        self.opening = [shop.opening(machine) for machine in shop.machines]
        self.rich = [
            bool(op.worker or op.tool or op.consumes or any(way.uses for way in ways))
            for op, ways in zip(shop.ops, shop.ways, strict=True)
        ]

    def ready(self, op: int, machine: int) -> int:
        """Return when all predecessors have handed over, `NEVER` where no transport goes."""
        t = self.shop.earliest[op]
        for link in self.shop.before[op]:
            slot = self._placed(link.op)
            travel = self.shop.travel(slot.way.machine, machine)
            if travel < 0:
                return NEVER
            handed = slot.end if link.transfer is None else self._handed(link, slot)
            t = max(t, handed + link.min_lag + travel)
        return t

    def _placed(self, op: int) -> Slot:
        """Return the slot of an operation that is known to be placed."""
        slot = self.slots[op]
        assert slot is not None
        return slot

    def _handed(self, link: Link, slot: Slot) -> int:
        """Return when the shared part of a predecessor's work is done."""
        shop, share = self.shop, link.transfer
        if share is None:
            return slot.end
        op = shop.ops[link.op]
        machine = slot.way.machine
        work = ceil(share * self._work(link.op, slot.way, slot.crew))
        if machine == OUTSIDE or not op.resumable or self.oven[machine]:
            return slot.start + work
        opening = shop.opening(shop.machines[machine], *slot.crew)
        return slot.start + work if opening is None else opening.finish(slot.start, work)

    def _least_end(self, op: int, machine: int) -> int:
        """Return the earliest end that predecessors with transfer batches allow."""
        least = 0
        for link in self.shop.before[op]:
            if link.transfer is not None:
                slot = self._placed(link.op)
                travel = max(0, self.shop.travel(slot.way.machine, machine))
                least = max(least, slot.end + link.min_lag + travel)
        return least

    def _work(self, op: int, way: Way, crew: Sequence[Resource]) -> int:
        """Return the open units that an operation takes; the slowest of the crew sets the pace."""
        need = self.shop.ops[op].worker
        if need is None or not crew:
            return way.duration
        # Ceiling with integers, as the checker computes it: the two must never differ by a unit.
        return -(-way.duration * 100 // min(worker.skills[need.skill] for worker in crew))

    def trial(self, op: int, way: Way, ready: int) -> Slot | None:
        """Return the earliest slot at the end of the way's machine, None where there is none.

        Parameters
        ----------
        op : operation
        way : machine and duration
        ready : instant from which it may start there

        Returns
        -------
        The slot, with nothing changed; `commit` takes it.
        """
        if way.machine == OUTSIDE:
            return Slot(way, ready, ready + way.duration, ready, 0)
        if self.oven[way.machine]:
            joined = self._join(op, way, ready)
            if joined is not None:
                return joined
        machine = way.machine
        setup = self.shop.setup(machine, self.last[machine], op)
        opening = self.opening[machine]
        begin = self.free[machine]
        if setup < 0 or ready >= NEVER:
            return None
        # A set-up lies in one window and may be done before the goods are there.
        if setup and opening is not None:
            begin = opening.fits(begin, setup)
        t = max(begin + setup, ready)
        if self.rich[op]:
            slot = self._rich(op, way, t)
        else:
            start, end = self._run(op, opening, t, way.duration, machine)
            slot = Slot(way, start, end, 0, 0)
        if slot is None or slot.end >= NEVER:
            return None
        slot.setup, slot.setup_start = setup, begin if setup else slot.start
        if self.rich[op]:
            slot.wait = slot.start - (t if opening is None else opening.next_open(t))
        return slot

    def _run(
        self, op: int, opening: OpenTime | None, t: int, work: int, machine: int
    ) -> tuple[int, int]:
        """Return start and end of work that may begin at `t`.

        Returns
        -------
        Start and end; `NEVER` twice where it cannot run. Ovens never rest in the middle of a load.
        """
        resumable = self.shop.ops[op].resumable and not self.oven[machine]
        least = self._least_end(op, machine) if self.shop.overlaps[op] else 0
        if opening is None:
            t = max(t, least - work)
            return t, t + work
        if resumable and not least:
            start = opening.next_open(t)
            return (start, opening.finish(start, work)) if start < NEVER else (NEVER, NEVER)
        for _ in range(ROUNDS):
            start = opening.next_open(t) if resumable else opening.fits(t, work)
            if start >= NEVER:
                break
            end = opening.finish(start, work) if resumable else start + work
            if end >= least:
                return start, end
            t = start + max(1, least - end)
        return NEVER, NEVER

    def _rich(self, op: int, way: Way, t: int) -> Slot | None:
        """Raise the start until tool, crew, pools and materials agree.

        Each constraint can only push the start later, so that the loop climbs to the earliest start
        on which all of them agree, or gives up.
        """
        spec = self.shop.ops[op]
        for _ in range(ROUNDS):
            begin = t
            if spec.tool:
                t = self.tools[spec.tool].free_from(t)
            found = self._staffed(op, way, t)
            if found is None:
                return None
            t = found.start
            for pool, amount in way.uses:
                t = max(t, self.pools[pool].free_from(t, found.end, amount))
            for name, amount in spec.consumes.items():
                t = max(t, self.stocks[name].available(t, amount))
            if t >= NEVER:
                return None
            if t == found.start and (not spec.tool or self.tools[spec.tool].free_from(t) == t):
                return found
            t = max(t, begin + 1)
        return None

    def _staffed(self, op: int, way: Way, t: int) -> Slot | None:
        """Choose the crew that ends first; of equals the workers with the fewest skills.

        Crews are neighbours in the list of able workers, by when they come free: trying all
        combinations would cost more than a slightly later worker does.
        """
        machine = self.shop.machines[way.machine]
        need = self.shop.ops[op].worker
        if need is None:
            start, end = self._run(op, self.opening[way.machine], t, way.duration, way.machine)
            return None if end >= NEVER else Slot(way, start, end, 0, 0)
        able = [worker for worker in self.shop.crews[op] if _reaches(worker, machine)]
        if need.count > 1:
            able.sort(key=lambda worker: self.worker_free.get(worker.id, 0))
        crews = [tuple(able[at : at + need.count]) for at in range(len(able) - need.count + 1)]
        best: Slot | None = None
        for crew in crews:
            best = self._with_crew(op, way, t, crew, best)
        return best

    def _with_crew(
        self, op: int, way: Way, t: int, crew: tuple[Resource, ...], best: Slot | None
    ) -> Slot | None:
        """Return the slot with this crew if it ends before the best one so far."""
        for worker in crew:
            t = max(t, self.worker_free.get(worker.id, 0))
        work = self._work(op, way, crew)
        if best is not None and t + work >= best.end:
            return best
        opening = self.shop.opening(self.shop.machines[way.machine], *crew)
        start, end = self._run(op, opening, t, work, way.machine)
        if end >= NEVER or (best is not None and end >= best.end):
            return best
        return Slot(way, start, end, 0, 0, crew)

    def _join(self, op: int, way: Way, ready: int) -> Slot | None:
        """Add to the oven's last load where family, room, time and length allow."""
        load, need = self.loads[way.machine], self.shop.ops[op].batch
        if load is None or need is None or need.family != load.family or ready > load.start:
            return None
        if need.size > load.room or self.shop.class_of(way.machine, op) != self.last[way.machine]:
            return None
        if load.start + way.duration > load.end:
            return None
        if self.rich[op]:
            slot = self._rich(op, way, load.start)
            if slot is None or slot.start != load.start or slot.end > load.end:
                return None
            crew = slot.crew
        else:
            crew = ()
        return Slot(way, load.start, load.end, load.setup_start, 0, crew, joins=True)

    def commit(self, op: int, slot: Slot) -> None:
        """Place an operation for good."""
        self.slots[op] = slot
        machine, spec = slot.way.machine, self.shop.ops[op]
        if machine != OUTSIDE:
            if self.oven[machine]:
                self._fill(op, slot)
            self.free[machine] = slot.end
            self.last[machine] = self.shop.class_of(machine, op)
        for worker in slot.crew:
            self.worker_free[worker.id] = slot.end
        if spec.tool and machine != OUTSIDE:
            self.tools[spec.tool].take(slot.start, slot.end)
        for pool, amount in slot.way.uses:
            self.pools[pool].take(slot.start, slot.end, amount)
        for name, amount in spec.consumes.items():
            self.stocks[name].use(slot.start, amount)
        for name, amount in spec.produces.items():
            self.stocks[name].supply(slot.end, amount)

    def _fill(self, op: int, slot: Slot) -> None:
        """Put an operation into the oven's load, or begin a new load."""
        machine, need = slot.way.machine, self.shop.ops[op].batch
        size = need.size if need else 1
        load = self.loads[machine]
        if slot.joins and load is not None:
            load.room -= size
        else:
            number = load.number + 1 if load else 0
            capacity = self.shop.machines[machine].capacity
            family = need.family if need else f"only {op}"
            load = self.loads[machine] = Load(
                family, capacity - size, slot.start, slot.end, slot.setup_start, number
            )
        self.batch[op] = f"{self.shop.machines[machine].id}-{load.number}"


def _reaches(worker: Resource, machine: Resource) -> bool:
    """Tell whether a worker can stand at a machine: same site, or one of them has none."""
    return worker.site in ("", "*") or not machine.site or worker.site == machine.site
