"""The checker against an oracle that walks through time unit by unit."""

from dataclasses import replace
from random import Random

import pytest

from sanpin.factory.engine.check import check
from sanpin.factory.engine.solve import Params, schedule


def opened(problem, resource, t):
    """Tell whether a resource is open in the unit that begins at `t`."""
    windows = problem.calendars.get(resource.calendar)
    return not resource.calendar or any(a <= t < b for a, b in windows)


def valid(problem, rows):
    """Judge a schedule of a plain plant with no arithmetic but counting units."""
    specs = {(j.id, o.id): (j, o) for j in problem.jobs for o in j.operations}
    busy = {}
    for row in rows:
        job, op = specs[row.job, row.op]
        machine = problem.processors[row.machine]
        modes = [mode for mode in op.modes if mode.machine == row.machine]
        if not modes or row.start < job.release or row.setup_start > row.start:
            return False
        units = [t for t in range(row.start, row.end) if opened(problem, machine, t)]
        if len(units) != modes[0].duration or units[:1] != [row.start]:
            return False
        if units[-1:] != [row.end - 1]:
            return False
        if not op.resumable and len(units) != row.end - row.start:
            return False
        for t in range(row.setup_start, row.end):
            if busy.setdefault((row.machine, t), row) is not row:
                return False
        if not ordered(problem, rows, row, op):
            return False
    return all(prepared(problem, rows, specs, machine) for machine in problem.resources)


def ordered(problem, rows, row, op):
    """Judge the predecessors of one operation."""
    for after in op.after:
        before = next(each for each in rows if (each.job, each.op) == (row.job, after.op))
        sites = [problem.processors[m].site for m in (before.machine, row.machine)]
        lag = after.min_lag + sum(
            leg.duration for leg in problem.transport if [leg.source, leg.target] == sites
        )
        if after.transfer is None:
            ready = before.end
        else:
            machine = problem.processors[before.machine]
            spec = next(j for j in problem.jobs if j.id == row.job)
            prior = next(o for o in spec.operations if o.id == after.op)
            work = next(m.duration for m in prior.modes if m.machine == before.machine)
            left = -(-work * after.transfer.numerator // after.transfer.denominator)
            ready = before.start
            while left:
                left -= opened(problem, machine, ready)
                ready += 1
            if row.end < before.end + lag:
                return False
        if row.start < ready + lag:
            return False
    return True


def prepared(problem, rows, specs, machine):
    """Judge the setups of one machine."""
    table = problem.setups.get(machine.setup)
    former = machine.initial
    queue = sorted((r for r in rows if r.machine == machine.id), key=lambda r: r.setup_start)
    for row in queue:
        attributes = specs[row.job, row.op][1].attributes
        needs = []
        for name, attribute in (table.attributes if table else {}).items():
            old, new = former.get(name), attributes.get(name)
            if old is not None and new is not None and old != new:
                needs.append(attribute.matrix.get(old, {}).get(new, attribute.default))
        length = (sum(needs) if table and table.combine == "sum" else max(needs, default=0)) or 0
        if row.setup_start + length > row.start:
            return False
        units = range(row.setup_start, row.setup_start + length)
        if not all(opened(problem, machine, t) for t in units):
            return False
        former = attributes
    return True


@pytest.mark.parametrize("seed", range(40))
def test_checker_and_oracle_agree_on_schedules_and_their_neighbours(make_plant, seed):
    problem = make_plant(seed, jobs=4, plain=True)
    rows = list(schedule(problem, Params(seconds=60, steps=1), seed=seed).operations)
    assert check(problem, rows).valid
    assert valid(problem, rows)
    random = Random(seed)
    verdicts = set()
    for _ in range(60):
        at = random.randrange(len(rows))
        near = list(rows)
        near[at] = moved(random, problem, near[at])
        verdicts.add(valid(problem, near))
        assert check(problem, near).valid == valid(problem, near), near[at]
    assert False in verdicts


def moved(random, problem, row):
    """Return an operation shifted, stretched, moved to another machine or set up otherwise."""
    step = random.choice((-9, -3, -1, 1, 3, 9))
    kind = random.randrange(4)
    if kind == 0 and row.setup_start + step >= 0:
        return replace(
            row, start=row.start + step, end=row.end + step, setup_start=row.setup_start + step
        )
    if kind == 1:
        return replace(row, end=max(row.start, row.end + step))
    if kind == 2:
        return replace(row, machine=random.choice(["m0", "m1", "m2", "m3"]))
    return replace(row, setup_start=max(0, row.setup_start + step))
