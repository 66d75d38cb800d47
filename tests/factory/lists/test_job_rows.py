"""The tables of jobs beside the problem that they were read from, name by name."""

import pytest

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import compile_plant
from sanpin.factory.engine.lists.layout import FAR


def spans(row, first):
    """Return the rows from one column of a table to the next."""
    return range(row[first], row[first + 1])


def modes_of(problem, plant, op):
    """Yield machine, length, pools and workers of the modes of an operation."""
    machines, pools = list(problem.processors), list(problem.pools)
    workers = list(problem.workers)
    for number in spans(plant.op[op], at.MODES):
        row = plant.mode[number]
        if row[at.MACHINE] >= 0:
            uses = {pools[plant.pool[n, 0]]: plant.pool[n, 1] for n in spans(row, at.POOLS)}
            crew = tuple(workers[plant.crew[n]] for n in spans(row, at.CREW))
            yield machines[row[at.MACHINE]], int(row[at.DURATION]), uses, crew


@pytest.mark.parametrize("seed", range(80))
def test_tables_say_what_the_problem_says(make_plant, seed):
    problem = make_plant(seed, jobs=5)
    plant = compile_plant(problem)
    materials = [material.id for material in problem.materials]
    op = 0
    for number, job in enumerate(problem.jobs):
        base, row = op, plant.job[number]
        assert list(spans(row, at.OPS)) == list(range(base, base + len(job.operations)))
        names = [each.id for each in job.operations]
        optional = {name for routing in job.alternatives for name in routing}
        sinks = set()
        for each in job.operations:
            here = plant.op[op]
            assert here[at.JOB] == number
            assert here[at.OPTIONAL] == (each.id in optional)
            fixed = each.fixed.start if each.fixed else 0
            assert here[at.EARLIEST] == max(job.release, each.earliest or 0, fixed)
            limits = [limit for limit in (job.deadline, each.latest) if limit is not None]
            assert here[at.LATEST] == min(limits, default=FAR)
            links = [plant.link[n] for n in spans(here, at.BEFORE)]
            told = [(names[link[at.OTHER] - base], link[at.MIN_LAG]) for link in links]
            assert told == [(link.op, link.min_lag) for link in each.after]
            after = [n for n, other in enumerate(job.operations) for a in other.after
                     if a.op == each.id]  # fmt: skip
            assert [plant.after[n] - base for n in spans(here, at.NEXT)] == after
            if all(names[n] in optional for n in after):
                sinks.add(op)
            for first, needs in ((at.USES, each.consumes), (at.MAKES, each.produces)):
                rows = [plant.need[n] for n in spans(here, first)]
                assert {materials[n]: amount for n, amount in rows} == dict(needs)
            if each.fixed is None:
                ours = {(m, d, tuple(sorted(u.items())), c) for m, d, u, c in
                        modes_of(problem, plant, op)}  # fmt: skip
                theirs = {(m.machine, m.duration, tuple(sorted(m.uses.items())), m.crew)
                          for m in each.modes}  # fmt: skip
                assert ours <= theirs
                looks = [(m, d, frozenset(c)) for m, d, _, c in ours]
                assert set(looks) == {(m.machine, m.duration, frozenset(m.crew))
                                      for m in each.modes}  # fmt: skip
                assert len(looks) == len(set(looks))
            op += 1
        assert {plant.last[n] for n in spans(row, at.ENDS)} == sinks
    assert op == len(plant.op)
