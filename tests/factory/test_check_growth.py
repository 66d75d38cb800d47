"""The work of the checker grows with the operations, not with their square."""

import sys
from collections import Counter

import pytest

from sanpin.factory.engine.check import check
from sanpin.factory.model import (
    Attribute,
    BatchNeed,
    Hold,
    Job,
    Material,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
    WorkerNeed,
)
from sanpin.factory.model import ScheduledOperation as Op


def crowd(size, *, apart):
    """Return a problem of many jobs that use the same things, one after the other or at once."""
    jobs, rows = [], []
    for at in range(size):
        mode = Mode("m", 2, uses={"steam": 1})
        first = Operation(
            "a", (mode,), WorkerNeed("sew"), "sew", "die", {"c": "xy"[at % 2]},
            hold=Hold("vat", 1, "b"), consumes={"clay": 1},
        )  # fmt: skip
        second = Operation("b", (Mode("kiln", 1),), batch=BatchNeed("F"), produces={"clay": 1})
        jobs.append(Job(f"j{at}", (first, second), item=f"i{at % 7}"))
        start = 10 * at * apart + 4
        rows.append(Op(f"j{at}", "a", "m", start, start + 2, start - 3, ("anna",)))
        late = 10 * at * apart + 8 if apart else 900
        rows.append(Op(f"j{at}", "b", "kiln", late, late + 1, late, batch=f"{at * apart}"))
    kind = ResourceKind
    resources = (
        Resource("m", setup="t", initial={"c": "y"}),
        Resource("kiln", kind.OVEN, capacity=1),
        Resource("anna", kind.WORKER, skills={"sew": 100}),
        Resource("die", kind.TOOL),
        Resource("steam", kind.POOL),
        Resource("vat", kind.TANK),
    )
    clean = {"every_batches": 2, "duration": 1}
    table = SetupTable({"c": Attribute({}, 3, clean)})
    return Problem(
        tuple(jobs), resources, setups={"t": table}, materials=(Material("clay", 1, (), 99),)
    ), rows


def calls(size, *, apart):
    """Return how many functions are called to check so many jobs, and the codes found."""
    problem, rows = crowd(size, apart=apart)
    count = 0

    def note(frame, what, _argument):
        nonlocal count
        count += what in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        report = check(problem, rows)
    finally:
        sys.setprofile(before)
    return count, Counter(violation.code for violation in report.violations)


OVERLOADED = {
    "machine.overlap", "worker.overlap", "worker.setup", "tool.overlap", "pool.overload",
    "tank.overload", "tank.mixed", "material.short", "batch.size",
}  # fmt: skip


@pytest.mark.parametrize(("apart", "codes"), [(True, set()), (False, OVERLOADED)])
def test_four_times_the_operations_take_about_four_times_the_work(apart, codes):
    few, found = calls(150, apart=apart)
    many, _ = calls(600, apart=apart)
    assert many < 5 * few
    assert set(found) == codes
