"""Compile a problem into the flat arrays of a `Plant`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.formats.collection import paused_collection
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.changes import Changes
from sanpin.factory.engine.lists.holds import Holds
from sanpin.factory.engine.lists.hours import Hours
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, pack
from sanpin.factory.model import TERMS, Job, Mode, Operation, Problem, Resource, ResourceKind

__all__ = ["Compiler", "Plant", "compile_plant"]


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
        whole = {name: whole[name] for name in at.PLANT_TABLES}
        decimal = {name: decimal[name] for name in at.PRICE_TABLES}
        self.ints, self.prices, views = pack(at.PLANT_HEAD, whole, decimal)
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
    """Numbers for everything that has a name, and the tables that grow while reading jobs."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.machines = list(problem.processors.values())
        self.workers = list(problem.workers.values())
        self.tools = list(problem.tools.values())
        self.machine_of = _numbers(self.machines)
        self.worker_of = _numbers(self.workers)
        self.tool_of = _numbers(self.tools)
        self.pool_of = _numbers(problem.pools.values())
        self.material_of = {each.id: number for number, each in enumerate(problem.materials)}
        names = {"": 0}
        for resource in problem.resources:
            names.setdefault(resource.site, len(names))
        self.site_of = names
        self.hours = Hours(problem.calendars)
        self.changes = Changes(problem.setups)
        self.holds = Holds(problem)
        self.old = {
            (job, op): (self.machine_of.get(machine, -1), start)
            for job, op, machine, start in problem.baseline
        }
        self.families: dict[str, int] = {}
        self.single = 0
        self.asked: dict[tuple[Any, ...], dict[str, tuple[int, int, int, int]]] = {}
        self.groups: dict[tuple[str, int], int] = {}
        self.able: list[list[tuple[int, int]]] = []
        self.group_hours: list[tuple[int, ...]] = []
        self.rows: dict[str, list[Any]] = defaultdict(list)
        self.pool_users = [0] * len(self.pool_of)
        self.makers = [0] * len(self.material_of)
        self.users = [0] * len(self.material_of)
        self.width = 0
        self.counts = 0

    def plant(self) -> Plant:
        """Read everything and put the arrays together."""
        machine = [self._machine(each) for each in self.machines]
        for number, job in enumerate(self.problem.jobs):
            self._job(number, job)
        sizes = self._sizes()
        window, calendar, both = self.hours.arrays()
        table, length, cleaned = self.changes.arrays()
        travel, fare = self._sites()
        rows = self.rows
        group = list(accumulate((len(each) for each in self.able), initial=0))
        member, worker = self._members()
        arrival, material = self._materials()
        pieces = list(accumulate((tool.capacity for tool in self.tools), initial=0))
        op = _table(rows["op"], at.OP_WIDTH)
        self.holds.mark(op)
        whole = {
            "op": op,
            "mode": _table(rows["mode"], at.MODE_WIDTH),
            "link": _table(rows["link"], at.LINK_WIDTH),
            "machine": _table(machine, at.MACHINE_WIDTH),
            "job": _table(rows["job"], at.JOB_WIDTH),
            "after": np.array(rows["after"], dtype=np.int64),
            "last": np.array(rows["last"], dtype=np.int64),
            "window": window,
            "calendar": calendar,
            "both": both,
            "table": table,
            "length": length,
            "travel": travel,
            "group": _table(list(pairwise(group)), 2),
            "able": _table([pair for each in self.able for pair in each], 2),
            "worker": worker,
            "member": member,
            "crew": np.array(rows["crew"], dtype=np.int64),
            "need": _table(rows["need"], 2),
            "pool": _table(rows["pool"], 2),
            "material": material,
            "arrival": arrival,
            "tool": _table(
                [(first, t.capacity) for first, t in zip(pieces, self.tools, strict=False)], 2
            ),
            "room": self._rooms(),
            "hold": self.holds.hold,
            "freed": self.holds.freed,
            "tank": self.holds.table(self._logged() - len(self.holds.hold)),
            "clean": _table(cleaned.clean, at.CLEAN_WIDTH),
            "kind": _table(cleaned.kind, 2),
            "routing": _table(rows["routing"], 2),
            "step": np.array(rows["step"], dtype=np.int64),
            "salt": _salt(int(sizes[at.STATE_SIZE - at.MACHINES])),
        }
        decimal = {
            "fare": fare,
            "price": np.array(rows["price"], dtype=np.float64),
            "rate_machine": _rates(self.machines),
            "rate_worker": _rates(self.workers),
            "rate_tool": _rates(self.tools),
            "weight": np.array(rows["weight"], dtype=np.float64).reshape(-1, 2),
            "aim": np.array([self.problem.objective.get(name, 0.0) for name in TERMS], dtype=float),
        }
        return Plant(whole, decimal, sizes)

    def _machine(self, machine: Resource) -> tuple[int, ...]:
        """Return the row of a machine."""
        table = self.changes.number(machine.setup)
        self.counts += self.changes.counts(table)
        return (
            self.hours.number(machine.calendar),
            self.site_of[machine.site],
            int(machine.kind == ResourceKind.OVEN),
            machine.capacity,
            table,
            self.changes.class_of(table, machine.initial),
            self.counts - self.changes.counts(table),
        )

    def _job(self, number: int, job: Job) -> None:
        """Add a job and its operations."""
        base = len(self.rows["op"])
        place = {op.id: base + offset for offset, op in enumerate(job.operations)}
        after: dict[str, list[str]] = defaultdict(list)
        for op in job.operations:
            for link in op.after:
                after[link.op].append(op.id)
        optional = {name for names in job.alternatives for name in names}
        sinks = {op.id for op in job.operations if optional.issuperset(after[op.id])}
        deadline = FAR if job.deadline is None else job.deadline
        for op in job.operations:
            modes = self._modes(op, op.id in optional)
            before, needs = self._links(op, place), self._needs(op)
            first = len(self.rows["after"])
            self.rows["after"] += [place[name] for name in after[op.id]]
            latest = FAR if op.latest is None else op.latest
            start = op.fixed.start if op.fixed else 0
            was = self.old.get((job.id, op.id), (-2, 0))
            self.rows["op"].append((
                number, max(job.release, op.earliest or 0, start), min(deadline, latest),
                *modes, *before, first, len(self.rows["after"]),
                op.worker.count if op.worker else 0, self.tool_of.get(op.tool, -1),
                int(op.resumable), *needs,
                self._family(op), op.batch.size if op.batch else 1,
                op.fixed.start if op.fixed else -1, int(op.id in sinks), *was,
                len(op.after), int(op.id in optional), -1, 0, 0,
            ))  # fmt: skip
        first = len(self.rows["last"])
        self.rows["last"] += [place[op.id] for op in job.operations if op.id in sinks]
        due = FAR if job.due is None else job.due
        self.rows["job"].append((
            due, job.release, first, len(self.rows["last"]), job.priority, job.quantity,
            *self._routings(job, place), base, len(self.rows["op"]),
        ))  # fmt: skip
        self.rows["weight"].append((job.weight, job.earliness_weight))

    def _family(self, op: Operation) -> int:
        """Return a number for the family of an oven operation, a new one if it has none."""
        following = len(self.families) + self.single
        if op.batch:
            return self.families.setdefault(op.batch.family, following)
        self.single += 1
        return following

    def _routings(self, job: Job, place: Mapping[str, int]) -> tuple[int, int]:
        """Add the routings that a job chooses from."""
        first = len(self.rows["routing"])
        for names in job.alternatives:
            begin = len(self.rows["step"])
            self.rows["step"] += [place[name] for name in names]
            self.rows["routing"].append((begin, len(self.rows["step"])))
        return first, len(self.rows["routing"])

    def _modes(self, op: Operation, optional: bool) -> tuple[int, int]:
        """Add the modes of an operation; a fixed one keeps those of its machine."""
        first, begin = len(self.rows["mode"]), len(self.rows["pool"])
        self._inside(op)
        # It runs in one mode, and is logged once by each pool.
        for pool in {pool for pool, _ in self.rows["pool"][begin:]}:
            self.pool_users[pool] += 1
        if op.outsource and (op.fixed is None or not op.fixed.machine):
            self.rows["mode"].append((-1, op.outsource.duration, -1, -1, 0, 0, 0, 0, -1))
            self.rows["price"].append(op.outsource.cost)
        end = len(self.rows["mode"])
        if optional:
            self.rows["mode"].append((-1, 0, -1, -1, 0, 0, 0, 0, -1))
            self.rows["price"].append(0)
        return first, end

    def _inside(self, op: Operation) -> None:
        """Add the modes of an operation on machines."""
        modes, pools, crews = self.rows["mode"], self.rows["pool"], self.rows["crew"]
        prices, kinds = self.rows["price"], dict[int, int]()
        need = (op.worker.skill, op.worker.count) if op.worker else ()
        pool, crew, alone = len(pools), len(crews), self._those_asking(need, op.setup_worker, ())
        for mode in _told_apart(op.modes):
            name = mode.machine
            if op.fixed is not None and name != op.fixed.machine:
                continue
            asked = self._those_asking(need, op.setup_worker, mode.crew) if mode.crew else alone
            if name not in asked:
                asked[name] = self._asked(op, mode)
            machine, table, group, setters = asked[name]
            if table not in kinds:
                kinds[table] = self.changes.class_of(table, op.attributes)
            first, begin = pool, crew
            if mode.uses:
                pools += [(self.pool_of[each], amount) for each, amount in mode.uses.items()]
                pool = len(pools)
            if mode.crew:
                crews += [self.worker_of[each] for each in mode.crew]
                crew = len(crews)
            modes.append((
                machine, mode.duration, kinds[table], group, first, pool, begin, crew, setters,
            ))  # fmt: skip
            prices.append(mode.cost)

    def _those_asking(self, *people: Any) -> dict[str, tuple[int, int, int, int]]:
        """Return what is known by machine of operations that ask for the same people."""
        return self.asked.setdefault(people, {})

    def _asked(self, op: Operation, mode: Mode) -> tuple[int, int, int, int]:
        """Return machine, table, workers and setters of a mode.

        All that is open for them is made known.
        """
        number = self.machine_of[mode.machine]
        machine = self.machines[number]
        table = self.changes.number(machine.setup)
        skill = op.worker.skill if op.worker and op.worker.count else ""
        group = self._group(skill, machine.site) if skill else -1
        count = op.worker.count if skill and op.worker else 0
        self.width = max(self.width, len(mode.crew) + count)
        self.hours.cover(
            self.hours.number(machine.calendar),
            *((self.hours.number(self.problem.workers[name].calendar),) for name in mode.crew),
            *((self.group_hours[group],) * count if count else ()),
        )
        setters = -1
        if op.setup_worker and table >= 0:
            setters = self._group(op.setup_worker, machine.site)
        return number, table, group, setters

    def _group(self, skill: str, site: str) -> int:
        """Return the number of the workers with a skill who reach a site."""
        key = skill, self.site_of[site]
        if key not in self.groups:
            self.groups[key] = len(self.groups)
            found = [
                (len(worker.skills), number, worker.skills[skill])
                for number, worker in enumerate(self.workers)
                if skill in worker.skills and (worker.site in ("", "*", site) or not site)
            ]
            self.able.append([(number, pace) for _, number, pace in sorted(found)])
            used = {self.hours.number(self.workers[number].calendar) for _, number, _ in found}
            self.group_hours.append(tuple(sorted(used)))
        return self.groups[key]

    def _links(self, op: Operation, place: Mapping[str, int]) -> tuple[int, int]:
        """Add the predecessors of an operation."""
        first = len(self.rows["link"])
        for link in op.after:
            share = link.transfer
            self.rows["link"].append((
                place[link.op], link.min_lag, FAR if link.max_lag is None else link.max_lag,
                share.numerator if share else 0, share.denominator if share else 1,
            ))  # fmt: skip
        return first, len(self.rows["link"])

    def _needs(self, op: Operation) -> tuple[int, int, int, int]:
        """Add what an operation consumes and produces."""
        need = self.rows["need"]
        first = len(need)
        for name, amount in op.consumes.items():
            need.append((self.material_of[name], amount))
            if self.problem.materials[self.material_of[name]].shelf_life is not None:
                self.users[self.material_of[name]] += 1
        middle = len(need)
        for name, amount in op.produces.items():
            need.append((self.material_of[name], amount))
            self.makers[self.material_of[name]] += 1
        return first, middle, middle, len(need)

    def _sizes(self) -> NDArray[np.int64]:
        """Count everything and lay out the state."""
        counts = [
            len(self.machines), len(self.workers), sum(tool.capacity for tool in self.tools),
            len(self.material_of), len(self.able), len(self.pool_of), self.width,
            self._logged(), len(self.holds.tanks), self._haste(), sum(self._shelves()),
        ]  # fmt: skip
        machines, workers, pieces, materials, groups, pools = counts[:6]
        parts = [1, 2 * machines, machines, workers, pieces, *4 * [materials]]
        setters = any(mode[at.SETTERS] >= 0 for mode in self.rows["mode"])
        parts += [pools, pools, groups, at.TANK_CELLS * len(self.holds.tanks), self.counts]
        # The last part: by its being empty one knows that nobody sets up.
        parts.append(2 * workers if setters else 0)
        places = list(accumulate(parts))
        operations = len(self.rows["op"])
        counts += [*places, operations, len(self.problem.jobs), max(1, operations // SPACING)]
        paid = any(resource.cost_per_unit for resource in self.problem.resources)
        counts.append(int(bool(paid and self.problem.objective.get("cost"))))
        return np.array(counts, dtype=np.int64)

    def _shelves(self) -> list[int]:
        """Return the room that supply and use of each material take that expires."""
        flows = zip(self.problem.materials, self.makers, self.users, strict=True)
        # What is there at the beginning counts as an arrival.
        return [
            at.SHELF_HEAD + 2 * (len(each.arrivals) + 1 + makers + users) if users else 0
            for each, makers, users in flows
        ]

    def _haste(self) -> int:
        """Count where an early start may do harm: what follows may come too late, or expire."""
        waits = sum(link[at.MAX_LAG] < FAR for link in self.rows["link"])
        expiring = zip(self.makers, self.users, strict=True)
        return int(waits) + sum(used for made, used in expiring if made)

    def _logged(self) -> int:
        """Count the rows of the log: pools, what is made, what is drawn, holds."""
        return sum(self.pool_users) + sum(self.makers) + sum(self.users) + len(self.holds.hold)

    def _sites(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return travel time and fare by pair of sites; unlisted ways of closed sites are -1."""
        names = list(self.site_of)
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
        groups: list[list[int]] = [[] for _ in self.workers]
        for number, able in enumerate(self.able):
            for worker, _ in able:
                groups[worker].append(number)
        ends = list(accumulate((len(each) for each in groups), initial=0))
        rows = [
            (self.hours.number(worker.calendar), ends[number], ends[number + 1])
            for number, worker in enumerate(self.workers)
        ]
        flat = [group for each in groups for group in each]
        return np.array(flat, dtype=np.int64), _table(rows, 3)

    def _materials(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return cumulated arrivals, and each material's part of them and of the log."""
        arrival: list[tuple[int, int]] = []
        rows = []
        log, shelves = sum(self.pool_users), accumulate(self._shelves(), initial=0)
        flows = zip(self.problem.materials, self.makers, self.users, shelves, strict=False)
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
        firsts = list(accumulate(self.pool_users, initial=0))
        pools = self.problem.pools.values()
        return _table([(p.capacity, first) for p, first in zip(pools, firsts, strict=False)], 2)


def _told_apart(modes: Sequence[Mode]) -> Iterable[Mode]:
    """Return the modes that a schedule can tell apart by machine, length and workers.

    Of those that look alike the cheapest is meant, as the checker reads it.
    """
    if len(modes) == 1 or len({mode.machine for mode in modes}) == len(modes):
        return modes
    found: dict[tuple[str, int, frozenset[str]], Mode] = {}
    for mode in modes:
        look = mode.machine, mode.duration, frozenset(mode.crew)
        known = found.setdefault(look, mode)
        if (mode.cost, sum(mode.uses.values())) < (known.cost, sum(known.uses.values())):
            found[look] = mode
    return found.values()


def _salt(size: int) -> NDArray[np.int64]:
    """Return odd factors of chance for the cells of the state, always the same ones."""
    return np.random.default_rng(1).integers(-(1 << 62), 1 << 62, size) * 2 + 1


def _numbers(resources: Any) -> dict[str, int]:
    """Number resources by id."""
    return {resource.id: number for number, resource in enumerate(resources)}


def _table(rows: Sequence[Sequence[int]], width: int) -> NDArray[np.int64]:
    """Return rows as a matrix, also when there are none."""
    return np.array(rows, dtype=np.int64).reshape(-1, width)


def _rates(resources: Sequence[Resource]) -> NDArray[np.float64]:
    """Return what holding each resource costs."""
    return np.array([resource.cost_per_unit for resource in resources], dtype=np.float64)
