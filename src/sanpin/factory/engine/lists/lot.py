"""A schedule that a search works on: its memory, and its way from and to placed operations."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant
from sanpin.factory.engine.lists.layout import Floats, Ints, make_room
from sanpin.factory.engine.lists.leaving import with_left_out
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["Lot", "copy_decisions", "line_up", "put_last", "read_operations", "take_over"]


class Lot:
    """Decisions and what follows from them, as flat arrays and as tables by name.

    Attributes
    ----------
    ints, worth : what kernels work on
    order, position : the list of operations and its inverse
    mode, load, delay : decisions per operation; neighbours of the same load share an oven
    record, cost : what became of each operation, see the columns in `layout`
    job_end : latest end per job
    state : what the plant does after the operations placed so far; its first cell is a sum of
        hashes of all others, by which equal states are known
    after_state : that sum after each place of the list
    mark, mark_at : the state kept at some places of the list, and which these are
    before_on, after_on : neighbours on the same machine
    last_on : last operation of each machine, -1 for none
    pushed, forced, picked : number of the trial in which a predecessor of an operation changed, its
        decisions did, or it was moved
    old_record, old_cost, old_op : what a trial has overwritten
    job_seen, old_job, old_job_end : the same of jobs
    log, old_log : start, end, amount and latest end so far of what pools and stocks saw
    before_top, after_top : latest end up to and after each place of the list
    segment, edit : stretch of the list and decisions before a trial
    stain : span of time in which a trial has changed what each pool and each stock saw
    seen_after : first instant at which pools and stocks are looked at from a place of the list on
    slack : how much later an operation may end until its job does
    guess, guessed : what the end of a job is thought to change by a trial, and that trial
    best_order, best_mode, best_load, best_delay, best_record : the best schedule so far
    event : room to replay a pool
    shelf : supply and use of what expires in order of time, see the places in `layout`
    met : by calendar the worker last thought of who has it, see the columns in `layout`
    value : objective, breach, their changes by a trial, see the places in `layout`
    """

    order: Ints
    mode: Ints
    load: Ints
    delay: Ints
    record: Ints
    best_order: Ints
    best_mode: Ints
    best_load: Ints
    best_delay: Ints
    best_record: Ints
    value: Floats

    def __init__(self, plant: Plant, seed: int) -> None:
        count, jobs = plant.size(at.OPERATIONS), plant.size(at.JOBS)
        marks, size, rows = plant.size(at.MARKS), plant.size(at.STATE_SIZE), plant.size(at.LOG_ROWS)
        width = at.CREW_AT + plant.size(at.WIDTH)
        records, logs = (count, width), (rows, at.LOG_WIDTH)
        odd: dict[str, tuple[int, ...]] = {
            "record": records,
            "old_record": records,
            "best_record": records,
            "job_end": (jobs,),
            "job_seen": (jobs,),
            "old_job": (jobs,),
            "old_job_end": (jobs,),
            "state": (size,),
            "mark": (marks, size),
            "mark_at": (marks,),
            "log": logs,
            "old_log": logs,
            "edit": (at.MOST_EDITS, at.EDIT_WIDTH),
            "stain": (plant.size(at.POOL_COUNT) + plant.size(at.MATERIALS), 2),
            "seen_after": (count + 1, at.LOOKS),
            "last_on": (plant.size(at.MACHINES),),
            "guessed": (jobs,),
            "event": (2 * rows,),
            "shelf": (plant.size(at.SHELF_SIZE),),
            "met": (plant.calendar.shape[0], at.MET_WIDTH),
        }
        whole = {name: odd.get(name, (count,)) for name in at.LOT_TABLES}
        decimal = {"cost": (count,), "old_cost": (count,), "guess": (jobs,), "value": (at.VALUES,)}
        self.ints, self.worth, views = make_room(at.LOT_HEAD, whole, decimal)
        self.__dict__.update(views)
        for name in ("order", "position", "load"):
            views[name][:] = np.arange(count)
        self.mode[:] = plant.op[:, at.MODES]
        for name in ("record", "before_on", "after_on", "last_on"):
            views[name][...] = -1
        # An odd number far from 0 keeps the generator from starting slowly.
        self.ints[at.CHANCE] = (seed * 2 + 1) * 0x2545F4914F6CDD1D % (1 << 62) + 1
        self.ints[at.LABEL] = count

    def kept(self) -> list[Ints | Floats]:
        """Return a copy of the best schedule so far."""
        return [table.copy() for table in self._best()]

    def restore(self, kept: Iterable[Ints | Floats]) -> None:
        """Take a copy as the best schedule again."""
        for table, old in zip(self._best(), kept, strict=True):
            table[...] = old

    def _best(self) -> list[Ints | Floats]:
        """Return what the best schedule is kept in."""
        tables = self.best_order, self.best_mode, self.best_load, self.best_delay, self.best_record
        return [*tables, self.value[at.BEST : at.BEST_BROKEN + 1]]


def copy_decisions(source: Lot, target: Lot) -> None:
    """Copy what decides the best schedule, and who did what in it; `total` works it off."""
    target.order[:] = source.best_order
    target.mode[:] = source.best_mode
    target.load[:] = source.best_load
    target.delay[:] = source.best_delay
    target.record[...] = source.best_record
    target.ints[at.LABEL] = max(target.ints[at.LABEL], source.ints[at.LABEL])


def line_up(plant: Plant, lot: Lot, topological: Ints) -> None:
    """Let one job follow the other, each operation on its machine.

    First come jobs with an operation whose start is fixed, by that, then the others by due date.
    What no rule keeps may be kept so: a tank that is drained before anyone fills it again.
    """
    rank = np.empty_like(topological)
    rank[topological] = np.arange(rank.size)
    jobs = plant.op[:, at.JOB]
    fixed = np.full(plant.size(at.JOBS), at.FAR)
    np.minimum.at(fixed, jobs, np.where(plant.op[:, at.FIXED] < 0, at.FAR, plant.op[:, at.FIXED]))
    lot.order[:] = np.lexsort((rank, jobs, plant.job[jobs, at.DUE], fixed[jobs]))
    lot.load[:] = np.arange(rank.size)
    lot.delay[:] = 0


def put_last(plant: Plant, lot: Lot, topological: Ints, along: int) -> int:
    """Let jobs that break limits follow all others, which stay where they are.

    Jobs whose products others may wait for stay as well, and so does all if most break some.

    Parameters
    ----------
    along : operations at the end of the list whose jobs go along: what must not follow what a
        machine made last may follow one of them

    Returns
    -------
    The place in the list of the first job that was put last.
    """
    jobs, count = plant.op[:, at.JOB], topological.size
    broken = np.isin(lot.load, lot.load[lot.record[:, at.BREACH] > 0])
    if 2 * int(np.isin(jobs, jobs[broken]).sum()) > count:
        return count
    broken[lot.order[count - along :]] = True
    makers = jobs[plant.op[:, at.MAKES] < plant.op[:, at.MAKES_END]]
    last = np.isin(jobs, np.setdiff1d(jobs[broken], makers))
    rank = np.empty_like(topological)
    rank[topological] = np.arange(count)
    moved = np.flatnonzero(last)
    moved = moved[np.lexsort((rank[moved], jobs[moved], plant.job[jobs[moved], at.DUE]))]
    lot.order[:] = np.concatenate([lot.order[~last[lot.order]], moved])
    # Loads are named after a member; those that stay need one that stays.
    stay = np.flatnonzero(~last)
    names, first = np.unique(lot.load[stay], return_index=True)
    lot.load[stay] = stay[first][np.searchsorted(names, lot.load[stay])]
    lot.load[moved], lot.delay[moved] = moved, 0
    lot.delay[stay] = np.maximum(0, lot.record[stay, at.START])
    return count - moved.size


def read_operations(problem: Problem, plant: Plant, lot: Lot) -> tuple[ScheduledOperation, ...]:
    """Return the best schedule of a lot in order of time."""
    names = [(job.id, op.id, op.tool) for job in problem.jobs for op in job.operations]
    machines, workers = list(problem.processors), list(problem.workers)
    machine_of, record = plant.mode[:, at.MACHINE].tolist(), lot.best_record.tolist()
    ovens = plant.machine[:, at.OVEN].tolist()
    placed: list[ScheduledOperation] = []
    loads: dict[tuple[int, int], str] = {}
    for op in lot.best_order.tolist():
        row = record[op]
        if row[at.CHOSEN] < 0:
            continue
        job, name, tool = names[op]
        machine = machine_of[row[at.CHOSEN]]
        batch = ""
        if machine >= 0 and ovens[machine]:
            # One machine has one load at a time, but zero-length loads may share an instant.
            batch = loads.setdefault((machine, row[at.INPUT]), f"b{len(loads)}")
        placed.append(
            ScheduledOperation(
                job,
                name,
                machines[machine] if machine >= 0 else "",
                row[at.START],
                row[at.END],
                row[at.SETUP_START],
                tuple(workers[worker] for worker in row[at.CREW_AT :] if worker >= 0),
                (tool,) if tool and machine >= 0 else (),
                batch,
            )
        )
    # Operations without length keep the order of the list among equals.
    placed.sort(key=lambda each: (each.start, each.end))
    return tuple(placed)


def take_over(
    problem: Problem,
    plant: Plant,
    lot: Lot,
    operations: Iterable[ScheduledOperation],
    topological: Ints,
) -> None:
    """Make a lot decide like a schedule: its order, machines, workers, loads.

    Operations that the schedule does not place keep their decisions and come last, unless they
    belong to routings, which are not chosen then.

    Parameters
    ----------
    topological : all operations, predecessors first
    """
    number = {
        (job.id, op.id): place
        for place, (job, op) in enumerate((j, o) for j in problem.jobs for o in j.operations)
    }
    machines = {name: place for place, name in enumerate(problem.processors)}
    workers = {name: place for place, name in enumerate(problem.workers)}
    order: list[int] = []
    seen: set[int] = set()
    labels: dict[tuple[str, str], int] = {}
    for each in sorted(operations, key=lambda each: (each.start, each.end)):
        op = number.get((each.job, each.op))
        if op is None or op in seen:
            continue
        seen.add(op)
        order.append(op)
        machine = machines.get(each.machine, -1)
        lot.mode[op] = _mode_of(plant, lot, op, machine, each.end - each.start)
        lot.load[op] = labels.setdefault((each.machine, each.batch or str(op)), op)
        # What fills a tank must not start sooner, though the tank may seem free.
        lot.delay[op] = each.start if plant.op[op, at.HOLD] >= 0 else 0
        crew = [workers[name] for name in each.workers if name in workers]
        for place in range(plant.size(at.WIDTH)):
            lot.record[op, at.CREW_AT + place] = crew[place] if place < len(crew) else -1
        lot.record[op, at.CHOSEN] = lot.mode[op]
        lot.record[op, at.WORK] = _work_of(plant, int(lot.mode[op]), crew)
    rest = [op for op in lot.order.tolist() if op not in seen]
    for op in rest:
        if plant.op[op, at.OPTIONAL]:
            lot.mode[op] = plant.op[op, at.MODES_END]
    gathered = np.array(_gathered(lot, order + rest), dtype=np.int64)
    lot.order[:] = with_left_out(plant, lot.mode, lot.load, gathered, topological)


def _gathered(lot: Lot, order: list[int]) -> list[int]:
    """Bring the members of each load together, at the first of them."""
    members: dict[int, list[int]] = {}
    for op in order:
        members.setdefault(int(lot.load[op]), []).append(op)
    return [op for group in members.values() for op in group]


def _mode_of(plant: Plant, lot: Lot, op: int, machine: int, length: int) -> int:
    """Return the mode on a machine whose duration is nearest to a length."""
    modes = range(int(plant.op[op, at.MODES]), int(plant.op[op, at.MODES_END]))
    fitting = [mode for mode in modes if plant.mode[mode, at.MACHINE] == machine]
    if not fitting:
        return int(lot.mode[op])
    return min(fitting, key=lambda mode: abs(int(plant.mode[mode, at.DURATION]) - length))


def _work_of(plant: Plant, mode: int, crew: list[int]) -> int:
    """Return the work of an operation with its crew."""
    duration, group = int(plant.mode[mode, at.DURATION]), int(plant.mode[mode, at.GROUP])
    if group < 0:
        return duration
    able = dict(plant.able[plant.group[group, 0] : plant.group[group, 1], : at.HOURS].tolist())
    slowest = min((able.get(worker, 100) for worker in crew), default=100)
    return -(-duration * 100 // slowest)
