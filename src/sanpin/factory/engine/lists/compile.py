"""Compile a problem into the flat arrays of a `Plant`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.formats.collection import paused_collection
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.holds import Holds
from sanpin.factory.engine.lists.job_rows import JobRows
from sanpin.factory.engine.lists.known import Known
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, make_room
from sanpin.factory.model import TERMS, Problem, Resource, ResourceKind

__all__ = ["Plant", "compile_plant"]


class Plant:
    """A compiled problem: flat arrays for kernels, and their tables by name for everyone else.

    Attributes
    ----------
    ints, prices : what kernels read
    op, mode, link, machine, job : one row each, see the columns in `layout`
    after : successors, by ``op[:, NEXT]``
    last : operations that nothing has to follow, by ``job[:, ENDS]``
    window : start, end and open time before it, of all calendars one after the other
    calendar : first and end row in `window`
    both : calendar of the time open in two calendars, -1 where it was not needed
    table : of change-overs, see the columns in `layout`
    clean : loads, units and length of what must be cleaned, by table
    kind : value and length of staying the same, by class and what must be cleaned
    routing : first and end row in `step`, by ``job[:, ROUTINGS]``
    step : operations of routings
    salt : factors by which cells of the state are hashed
    length : change-over lengths by pair of classes
    travel, fare : duration (-1 for no way) and cost by pair of sites
    group : first and end row in `able`
    able : worker and pace in percent, those with the fewest skills first
    worker : calendar, first and end in `member`
    member : groups of a worker
    crew : workers whom modes name
    need : material and amount, consumed (`USES`) and produced (`MAKES`)
    pool : pool and amount that modes take
    material : first and end row in `arrival`, first rows of what is made and drawn in the log, life
    arrival : instant and cumulated amount
    tool : first piece and number of pieces
    room : capacity of a pool and its first row in the log
    hold, freed : what is held in tanks, and the same in the order of who drains them
    tank : capacity, first row in the log, and rows of `hold`
    price, rate_machine, rate_worker, rate_tool : costs
    weight : tardiness and earliness weight of jobs
    aim : weights of the objective
    """

    op: Ints
    mode: Ints
    link: Ints
    machine: Ints
    job: Ints
    calendar: Ints
    group: Ints
    able: Ints
    length: Ints
    after: Ints
    need: Ints
    material: Ints
    arrival: Ints
    price: Floats
    weight: Floats
    aim: Floats

    def __init__(self, whole: dict[str, Ints], decimal: dict[str, Floats], sizes: Ints) -> None:
        shapes = {name: whole[name].shape for name in at.PLANT_TABLES}
        prices = {name: decimal[name].shape for name in at.PRICE_TABLES}
        self.ints, self.prices, views = make_room(at.PLANT_HEAD, shapes, prices)
        tables: dict[str, Ints | Floats] = {**whole, **decimal}
        for name, view in views.items():
            view[...] = tables[name]
        self.ints[at.MACHINES : at.MACHINES + sizes.size] = sizes
        self.__dict__.update(views)

    def size(self, which: int) -> int:
        """Return one of the single numbers, such as `layout.WIDTH`."""
        return int(self.ints[which])


SPACING = 32
"""Places of the list between two marks of the state."""


def compile_plant(problem: Problem) -> Plant:
    """Compile a problem.

    Parameters
    ----------
    problem : jobs, resources and weights

    Returns
    -------
    Flat arrays; operations are numbered in file order, job by job.
    """
    with paused_collection():
        return Compiler(problem).plant()


class Compiler:
    """Put the tables of a problem together, those of its jobs and those of its resources."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.known = Known(problem)
        self.holds = Holds(problem)
        self.counts = 0

    def plant(self) -> Plant:
        """Read everything and put the arrays together."""
        known = self.known
        machine = [self._machine(each) for each in known.machines]
        self.rows = JobRows(self.problem, known)
        sizes = self._sizes()
        window, calendar, both = known.hours.arrays()
        table, length, cleaned = known.changes.arrays()
        travel, fare = self._sites()
        group = list(accumulate((len(each) for each in known.able), initial=0))
        member, worker = self._members()
        arrival, material = self._materials()
        pieces = list(accumulate((tool.capacity for tool in known.tools), initial=0))
        self.holds.mark(self.rows.op)
        whole = {
            **self.rows.whole,
            "machine": _table(machine, at.MACHINE_WIDTH),
            "window": window,
            "calendar": calendar,
            "both": both,
            "table": table,
            "length": length,
            "travel": travel,
            "group": _table(list(pairwise(group)), 2),
            "able": _table(
                [(*pair, worker[pair[0], 0]) for each in known.able for pair in each], at.ABLE_WIDTH
            ),
            "worker": worker,
            "member": member,
            "material": material,
            "arrival": arrival,
            "tool": _table(
                [(first, t.capacity) for first, t in zip(pieces, known.tools, strict=False)], 2
            ),
            "room": self._rooms(),
            "hold": self.holds.hold,
            "freed": self.holds.freed,
            "tank": self.holds.table(self._logged() - len(self.holds.hold)),
            "clean": _table(cleaned.clean, at.CLEAN_WIDTH),
            "kind": _table(cleaned.kind, 2),
            "salt": _salt(int(sizes[at.STATE_SIZE - at.MACHINES])),
        }
        decimal = {
            **self.rows.decimal,
            "fare": fare,
            "rate_machine": _rates(known.machines),
            "rate_worker": _rates(known.workers),
            "rate_tool": _rates(known.tools),
            "aim": np.array([self.problem.objective.get(name, 0.0) for name in TERMS], dtype=float),
        }
        return Plant(whole, decimal, sizes)

    def _machine(self, machine: Resource) -> tuple[int, ...]:
        """Return the row of a machine."""
        changes = self.known.changes
        table = changes.number(machine.setup)
        self.counts += changes.counts(table)
        return (
            self.known.hours.number(machine.calendar),
            self.known.site_of[machine.site],
            int(machine.kind == ResourceKind.OVEN),
            machine.capacity,
            table,
            changes.class_of(table, machine.initial),
            self.counts - changes.counts(table),
        )

    def _sizes(self) -> NDArray[np.int64]:
        """Count everything and lay out the state."""
        known, rows = self.known, self.rows
        counts = [
            len(known.machines), len(known.workers), sum(tool.capacity for tool in known.tools),
            len(known.material_of), len(known.able), len(known.pool_of), known.width,
            self._logged(), len(self.holds.tanks), self._haste(), sum(self._shelves()),
        ]  # fmt: skip
        machines, workers, pieces, materials, groups, pools = counts[:6]
        parts = [1, 2 * machines, machines, workers, pieces, *4 * [materials]]
        parts += [pools, pools, groups, at.TANK_CELLS * len(self.holds.tanks), self.counts]
        # The last part: by its being empty one knows that nobody sets up.
        parts.append(2 * workers if (rows.whole["mode"][:, at.SETTERS] >= 0).any() else 0)
        places = list(accumulate(parts))
        counts += [*places, rows.count, len(self.problem.jobs), max(1, rows.count // SPACING)]
        paid = any(resource.cost_per_unit for resource in self.problem.resources)
        counts.append(int(bool(paid and self.problem.objective.get("cost"))))
        counts.append(max([100, *(pace for each in known.able for _, pace in each)]))
        return np.array(counts, dtype=np.int64)

    def _shelves(self) -> list[int]:
        """Return the room that supply and use of each material take that expires."""
        flows = zip(self.problem.materials, self.rows.makers, self.rows.users, strict=True)
        # What is there at the beginning counts as an arrival.
        return [
            at.SHELF_HEAD + 2 * (len(each.arrivals) + 1 + makers + users) if users else 0
            for each, makers, users in flows
        ]

    def _haste(self) -> int:
        """Count where an early start may do harm: what follows may come too late, or expire."""
        waits = np.count_nonzero(self.rows.whole["link"][:, at.MAX_LAG] < FAR)
        expiring = zip(self.rows.makers, self.rows.users, strict=True)
        return int(waits) + sum(used for made, used in expiring if made)

    def _logged(self) -> int:
        """Count the rows of the log: pools, what is made, what is drawn, holds."""
        rows = self.rows
        return sum(rows.pool_users) + sum(rows.makers) + sum(rows.users) + len(self.holds.hold)

    def _sites(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return travel time and fare by pair of sites; unlisted ways of closed sites are -1."""
        names = list(self.known.site_of)
        travel = np.zeros((len(names), len(names)), dtype=np.int64)
        fare = np.zeros((len(names), len(names)), dtype=np.float64)
        closed = self.problem.closed_sites
        for a, source in enumerate(names):
            for b, target in enumerate(names):
                leg = self.problem.journeys.get((source, target))
                if leg is not None:
                    travel[a, b], fare[a, b] = leg.duration, leg.cost
                elif source != target and source and target and {source, target} & closed:
                    travel[a, b] = -1
        return travel, fare

    def _members(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the groups of all workers, and each worker's calendar and part of them."""
        groups: list[list[int]] = [[] for _ in self.known.workers]
        for number, able in enumerate(self.known.able):
            for worker, _ in able:
                groups[worker].append(number)
        ends = list(accumulate((len(each) for each in groups), initial=0))
        rows = [
            (self.known.hours.number(worker.calendar), ends[number], ends[number + 1])
            for number, worker in enumerate(self.known.workers)
        ]
        flat = [group for each in groups for group in each]
        return np.array(flat, dtype=np.int64), _table(rows, 3)

    def _materials(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return cumulated arrivals, and each material's part of them and of the log."""
        arrival: list[tuple[int, int]] = []
        rows = []
        log, shelves = sum(self.rows.pool_users), accumulate(self._shelves(), initial=0)
        made, used = self.rows.makers, self.rows.users
        flows = zip(self.problem.materials, made, used, shelves, strict=False)
        for material, makers, users, shelf in flows:
            first, total = len(arrival), 0
            for instant, amount in [(0, material.on_hand), *sorted(material.arrivals)]:
                total += amount
                arrival.append((instant, total))
            life = FAR if material.shelf_life is None else material.shelf_life
            rows.append((first, len(arrival), log, life, log + makers, shelf))
            log += makers + users
        return _table(arrival, 2), _table(rows, at.MATERIAL_WIDTH)

    def _rooms(self) -> NDArray[np.int64]:
        """Return capacity and first row in the log of every pool."""
        firsts = list(accumulate(self.rows.pool_users, initial=0))
        pools = self.problem.pools.values()
        return _table([(p.capacity, first) for p, first in zip(pools, firsts, strict=False)], 2)


def _salt(size: int) -> NDArray[np.int64]:
    """Return odd factors of chance for the cells of the state, always the same ones."""
    return np.random.default_rng(1).integers(-(1 << 62), 1 << 62, size) * 2 + 1


def _table(rows: Sequence[Sequence[int]], width: int) -> NDArray[np.int64]:
    """Return rows as a matrix, also when there are none."""
    return np.array(rows, dtype=np.int64).reshape(-1, width)


def _rates(resources: Sequence[Resource]) -> NDArray[np.float64]:
    """Return what holding each resource costs."""
    return np.array([resource.cost_per_unit for resource in resources], dtype=np.float64)
