"""Sweeps against pairs: shared capacities, mixed tanks, costs of what is held, and files."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.factory.engine.check import check, check_solution
from sanpin.factory.model import (
    Hold,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    WorkerNeed,
)
from sanpin.factory.model import ScheduledOperation as Op

SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 5), st.integers(1, 3), st.sampled_from("xyz")),
    min_size=1,
    max_size=8,
)


def tanks(spans, capacity, mixed):
    """Return a problem and schedule in which each span holds an amount of an item in one tank."""
    jobs, rows, resources = [], [], []
    for at, (start, length, amount, item) in enumerate(spans):
        fill = Operation("fill", (Mode(f"f{at}", 0),), hold=Hold("t", amount, "drain"))
        jobs.append(Job(f"j{at}", (fill, Operation("drain", (Mode(f"d{at}", 0),))), item=item))
        rows.append(Op(f"j{at}", "fill", f"f{at}", start, start, start))
        end = start + length
        rows.append(Op(f"j{at}", "drain", f"d{at}", end, end, end))
        resources += [Resource(f"f{at}"), Resource(f"d{at}")]
    tank = Resource("t", ResourceKind.TANK, capacity=capacity, mixed=mixed)
    return Problem(tuple(jobs), (*resources, tank)), rows


@given(spans=SPANS, capacity=st.integers(1, 6))
def test_tanks_are_judged_as_unit_by_unit(spans, capacity):
    problem, rows = tanks(spans, capacity, mixed=False)
    found = {violation.code for violation in check(problem, rows).violations}
    held = [[(n, i) for s, long, n, i in spans if s <= t < s + long] for t in range(20)]
    over = any(sum(n for n, _ in here) > capacity for here in held)
    mixed = any(len({i for _, i in here}) > 1 for here in held)
    assert ("tank.overload" in found, "tank.mixed" in found) == (over, mixed)
    apart, rows = tanks(spans, capacity, mixed=True)
    assert "tank.mixed" not in {violation.code for violation in check(apart, rows).violations}


@given(spans=SPANS, capacity=st.integers(0, 3))
def test_tools_and_pools_are_judged_as_unit_by_unit(spans, capacity):
    jobs, rows, resources = [], [], []
    for at, (start, length, amount, _) in enumerate(spans):
        mode = Mode(f"m{at}", length, uses={"steam": amount})
        jobs.append(Job(f"j{at}", (Operation("o", (mode,), tool="die"),)))
        rows.append(Op(f"j{at}", "o", f"m{at}", start, start + length, start))
        resources.append(Resource(f"m{at}"))
    resources.append(Resource("die", ResourceKind.TOOL, capacity=capacity))
    resources.append(Resource("steam", ResourceKind.POOL, capacity=capacity))
    report = check(Problem(tuple(jobs), tuple(resources)), rows)
    held = [[n for s, long, n, _ in spans if s <= t < s + long] for t in range(20)]
    wanted = {"tool.overlap"} if any(len(here) > capacity for here in held) else set()
    wanted |= {"pool.overload"} if any(sum(here) > capacity for here in held) else set()
    assert {violation.code for violation in report.violations} == wanted


def test_held_resources_cost_from_the_setup_to_the_end():
    op = Operation("o", (Mode("m", 4, 0.5),), worker=WorkerNeed("sew", 2), tool="die")
    problem = Problem(
        jobs=(Job("j", (op,)),),
        resources=(
            Resource("m", cost_per_unit=1),
            Resource("w", ResourceKind.WORKER, skills={"sew": 100}, cost_per_unit=10),
            Resource("v", ResourceKind.WORKER, skills={"sew": 50}, cost_per_unit=100),
            Resource("die", ResourceKind.TOOL, cost_per_unit=1000),
        ),
        objective={"cost": 2, "makespan": 1},
    )
    report = check(problem, [Op("j", "o", "m", 5, 13, 2, ("v", "w"), ("die",))])
    assert report.valid
    # The slower of the two takes 8; all are held for 11 from the set-up on.
    assert report.terms["cost"] == 0.5 + 11 * 1111
    assert report.objective == 2 * report.terms["cost"] + 13


PROBLEM = Problem((Job("j", (Operation("o", (Mode("m", 4),)),)),), (Resource("m"),))
ROW = {"job": "j", "op": "o", "machine": "m", "start": 0, "end": 4}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)  # fmt: skip


@given(key=st.sampled_from([*ROW, "setup_start", "workers", "tools", "batch", "outsourced"]),
       value=VALUES)  # fmt: skip
def test_any_value_anywhere_gives_a_verdict(key, value):
    row = {**ROW, key: value}
    file = {"format": "sanpin.factory.schedule/1", "operations": [row]}
    report = check_solution(PROBLEM, orjson.dumps(file))
    assert report.valid == (not report.violations)
    orjson.dumps(report.record())


@given(content=st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_bytes_of_any_kind_are_named_errors(content):
    report = check_solution(PROBLEM, content)
    assert not report.valid
    codes = {violation.code for violation in report.violations}
    assert codes & {"schedule.not_json", "schedule.format"}


def test_a_cut_file_is_named():
    whole = orjson.dumps({"format": "sanpin.factory.schedule/1", "operations": [ROW]})
    assert check_solution(PROBLEM, whole).valid
    assert check_solution(PROBLEM, b"\xef\xbb\xbf" + whole).valid
    for end in range(len(whole)):
        assert check_solution(PROBLEM, whole[:end]).violations[0].code == "schedule.not_json"


@pytest.mark.parametrize("depth", [10, 100_000])
def test_deep_files_do_not_exhaust_the_reader(depth):
    report = check_solution(PROBLEM, b"[" * depth + b"]" * depth)
    assert report.violations[0].code in {"schedule.not_json", "schedule.format"}


def test_every_malformed_row_is_named_and_the_others_are_checked():
    rows = [{**ROW, "op": "x"}, {**ROW, "start": None}, {"job": 7}, [], ROW]
    file = {"format": "sanpin.factory.schedule/1", "operations": rows, "objective": "?"}
    report = check_solution(PROBLEM, orjson.dumps(file))
    found = [(v.code, v.figures.get("row"), v.figures.get("keys")) for v in report.violations]
    assert found == [
        ("schedule.malformed", 1, ["start"]),
        ("schedule.malformed", 2, ["job", "op", "machine", "start", "end"]),
        ("schedule.malformed", 3, ["operation"]),
        ("operation.unknown", None, None),
    ]
