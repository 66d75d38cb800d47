"""Trying everything: which operation starts next, when, where and with whom.

Operations are placed in order of their starts. Where an earlier start can never do harm it is
enough to place each as early as its place in the order allows: by induction each then starts no
later than in any schedule with that order. Longest waits, tanks, shelf lives, set-up workers
and objectives that are not regular (earliness, holding costs, stability) make earlier starts
harmful: then every instant is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations, product
from random import Random

from tests.factory.oracles.clock import HORIZON, Way, is_oven, ways
from tests.factory.oracles.place import (
    Placed,
    Rows,
    free,
    ready,
    setups,
    stocked,
    tanks,
    timed,
)
from tests.factory.oracles.value import fixed_part, least_late, value

from sanpin.factory.model import Job, Operation, Problem, ScheduledOperation

Task = tuple[Job, Operation]


class TooLargeError(Exception):
    """More trials are needed than were allowed."""


def best_objective(problem: Problem, *, nodes: int = 200_000) -> float | None:
    """Return the least objective of any schedule, None when there is none before the horizon."""
    found = best_schedule(problem, nodes=nodes)
    return found[0] if found else None


def best_schedule(
    problem: Problem, *, nodes: int = 200_000
) -> tuple[float, tuple[ScheduledOperation, ...]] | None:
    """Return the least objective with a schedule that has it.

    Parameters
    ----------
    problem : small, with weights that are not negative
    nodes : trials after which `TooLargeError` is raised
    """
    search = _Search(problem, nodes)
    for tasks in routings(problem):
        search.run(tasks)
    return None if search.rows is None else (search.best, written(search.rows))


def some_schedule(
    problem: Problem, seed: int = 0, *, nodes: int = 5_000
) -> tuple[ScheduledOperation, ...] | None:
    """Return a valid schedule with choices by chance, None when none is found in time."""
    random = Random(seed)
    tasks = random.choice(list(routings(problem)))
    search = _Search(problem, nodes, random)
    with suppress(TooLargeError):
        search.run(tasks)
    return None if search.rows is None else written(search.rows)


def routings(problem: Problem) -> Iterator[list[Task]]:
    """Yield the operations of every choice of alternatives, each after its predecessors."""
    for chosen in product(*(job.alternatives or ((),) for job in problem.jobs)):
        tasks = []
        for job, names in zip(problem.jobs, chosen, strict=True):
            optional = {name for each in job.alternatives for name in each}
            done: list[str] = []
            here = [op for op in job.operations if op.id in names or op.id not in optional]
            while len(done) < len(here):
                for op in here:
                    waits = {a.op for a in op.after} & {o.id for o in here}
                    if op.id not in done and waits <= set(done):
                        done.append(op.id)
                        tasks.append((job, op))
        yield tasks


def written(rows: Rows) -> tuple[ScheduledOperation, ...]:
    """Return placed operations as a schedule."""
    return tuple(
        ScheduledOperation(
            p.job.id, p.op.id, p.machine, p.start, p.end, p.setup_start, p.workers,
            (p.op.tool,) if p.op.tool and p.mode else (), f"b{p.load}" if p.load else "",
        )
        for p in rows
    )  # fmt: skip


def harmful(problem: Problem) -> bool:
    """Tell whether an earlier start may do harm."""
    ops = [op for job in problem.jobs for op in job.operations]
    weights = problem.objective
    return (
        any(after.max_lag is not None for op in ops for after in op.after)
        or any(op.hold or op.setup_worker for op in ops)
        or any(m.shelf_life is not None for m in problem.materials)
        or any(weights.get(name) for name in ("earliness", "stability"))
        or bool(weights.get("cost") and any(r.cost_per_unit for r in problem.resources))
    )


@dataclass
class _Search:
    """Depth first with bounds; with `random` the first schedule found is enough."""

    problem: Problem
    nodes: int
    random: Random | None = None
    best: float = float("inf")
    rows: Rows | None = None
    ways: dict[tuple[str, str], list[Way]] = field(default_factory=dict)
    work: dict[tuple[str, str], int] = field(default_factory=dict)
    order: dict[tuple[str, str], int] = field(default_factory=dict)
    harmful: bool = False

    def run(self, tasks: Sequence[Task]) -> None:
        """Place all tasks in every order."""
        self.harmful = harmful(self.problem)
        names = [(job.id, op.id) for job in self.problem.jobs for op in job.operations]
        self.order = {name: place for place, name in enumerate(names)}
        for job, op in tasks:
            self.ways[job.id, op.id] = ways(self.problem, job, op)
            units = [units for _, _, units in self.ways[job.id, op.id]]
            self.work[job.id, op.id] = min(units, default=0)
        self.place((), tuple(tasks), 0)

    def place(self, rows: Rows, left: tuple[Task, ...], now: int) -> None:
        """Place one more load in every way that can still be better."""
        if self.random is not None and self.rows is not None:
            return
        if not left:
            total = value(self.problem, rows)
            if total < self.best - 1e-9 and tanks(self.problem, rows):
                self.best, self.rows = total, rows
            return
        loads = list(self.loads(rows, left))
        if self.random is not None:
            self.random.shuffle(loads)
        base = fixed_part(self.problem, rows)
        for load in loads:
            members = {(job.id, op.id) for (job, op), _ in load}
            rest = tuple(t for t in left if (t[0].id, t[1].id) not in members)
            for t in self.instants(rows, load, now):
                if base + least_late(self.problem, rows, left, self.work, t) >= self.best - 1e-9:
                    break
                self.nodes -= 1
                if self.nodes < 0:
                    raise TooLargeError
                stood = False
                for new in self.stand(rows, load, t):
                    stood = True
                    after = (*rows, *new)
                    bound = fixed_part(self.problem, after) + least_late(
                        self.problem, after, rest, self.work, t
                    )
                    if bound < self.best - 1e-9 and tanks(self.problem, after):
                        self.place(after, rest, t)
                if stood and not self.harmful:
                    break

    def instants(self, rows: Rows, load: Sequence[tuple[Task, Way]], now: int) -> range:
        """Return the instants to try.

        Of loads that start together, all orders are the same unless one has no length; only the
        order of the problem is tried.
        """
        (job, op), _ = load[0]
        if op.fixed:
            return range(max(now, op.fixed.start), op.fixed.start + 1)
        together = [p for p in rows if p.start == now]
        firsts: dict[tuple[object, ...], int] = {}
        for p in together:
            key = (p.load,) if p.load else (p.job.id, p.op.id)
            firsts.setdefault(key, self.order[p.job.id, p.op.id])
        empty = any(p.start == p.end for p in together)
        later = not empty and any(each > self.order[job.id, op.id] for each in firsts.values())
        wait = self.random.choice((0, 0, 0, 1, 3)) if self.random else 0
        return range(now + later + wait, HORIZON)

    def loads(self, rows: Rows, left: Sequence[Task]) -> Iterator[tuple[tuple[Task, Way], ...]]:
        """Yield what may start next: an operation in one of its ways, or an oven load."""
        placed = {(p.job.id, p.op.id) for p in rows}
        waiting = {(job.id, op.id) for job, op in left}
        able = [
            (job, op)
            for job, op in left
            if not any((job.id, a.op) in waiting and (job.id, a.op) not in placed for a in op.after)
        ]
        ovens: dict[tuple[str, str], list[Task]] = {}
        for job, op in able:
            for way in self.ways[job.id, op.id]:
                mode = way[0]
                if mode is not None and is_oven(self.problem, mode):
                    family = op.batch.family if op.batch else f"alone {job.id} {op.id}"
                    tasks = ovens.setdefault((mode.machine, family), [])
                    if (job, op) not in tasks:
                        tasks.append((job, op))
                else:
                    yield (((job, op), way),)
        for (machine, _), tasks in ovens.items():
            for count in range(1, len(tasks) + 1):
                for members in combinations(tasks, count):
                    room = sum(op.batch.size if op.batch else 1 for _, op in members)
                    if room <= self.problem.processors[machine].capacity:
                        choices = [
                            [(m, way) for way in self.ways[m[0].id, m[1].id]
                             if way[0] and way[0].machine == machine]
                            for m in members
                        ]  # fmt: skip
                        yield from product(*choices)

    def stand(self, rows: Rows, load: Sequence[tuple[Task, Way]], t: int) -> Iterator[list[Placed]]:
        """Yield the load as it can stand at an instant, with each of its set-ups."""
        longest = max(way[2] for _, way in load)
        number = len(rows) + 1 if is_oven(self.problem, load[0][1][0]) else 0
        timely = []
        for (job, op), (mode, workers, work) in load:
            raw = Placed(job, op, mode, workers, work, t, t, t, 0, number)
            new = timed(self.problem, raw, longest)
            if new is None or not ready(self.problem, rows, new):
                return
            timely.append(new)
        if not free(self.problem, rows, timely) or not stocked(self.problem, (*rows, *timely)):
            return
        # An earlier set-up is only ever better for who sets up.
        yield from setups(self.problem, rows, timely, all_starts=False)
