"""The peers' models: right on small problems that are worked out by hand or by brute force."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from benchmarks.scheduling import harness, peer_cpsat
from benchmarks.scheduling.cpsat_model import (
    NotBuiltError,
    build,
    equal_groups,
    lengths_of,
)
from benchmarks.scheduling.data import Instance
from benchmarks.scheduling.solvers import Case

from sanpin.base.calendar import NEVER, OpenTime
from sanpin.factory.engine.formats import read_problem

FORM = "sanpin.factory.problem/1"


def native(**record: Any) -> bytes:
    """Return a problem file."""
    return json.dumps({"format": FORM, **record}).encode()


def op(name: str, *machines: str, duration: int = 2, **more: Any) -> dict[str, Any]:
    """Return an operation that takes the same time on each of some machines."""
    modes = [{"machine": machine, "duration": duration} for machine in machines]
    return {"id": name, "modes": modes, **more}


def solve(content: bytes, folder: Path, solver: str = "cpsat", **more: Any) -> dict[str, Any]:
    """Run a peer through the harness and return the record."""
    path = folder / "problem.json"
    path.write_bytes(content)
    return harness.run_case(Case(Instance("p", "p", "sanpin", path), solver, 5, **more))


@pytest.mark.parametrize("seed", range(60))
def test_the_time_that_work_takes_is_that_of_the_calendar(seed: int) -> None:
    """Every start of every length against the calendar's own answer."""
    chance = random.Random(seed)
    windows, at = [], 0
    for _ in range(chance.randint(1, 6)):
        start = at + chance.randint(1, 4)
        at = start + chance.randint(1, 6)
        windows.append((start, at))
    work, resumable = chance.randint(0, 9), chance.random() < 0.7
    calendar, wanted = OpenTime(windows), {}
    for opens, closes in windows:
        for start in range(opens, closes):
            end = calendar.finish(start, work) if resumable else start + work
            if end < NEVER and (resumable or end <= closes):
                wanted[start] = end - start
    found = {
        start: length
        for length, spans in lengths_of(tuple(windows), work, resumable).items()
        for least, most in spans
        for start in range(least, most + 1)
    }
    assert found == wanted


def test_groups_of_equals_are_found() -> None:
    """Two machines that are always offered together; one more breaks the symmetry."""
    jobs = [{"id": name, "operations": [op("1", "A", "B")]} for name in "xyz"]
    resources = [{"id": name} for name in "ABC"]
    shop = read_problem(native(resources=resources, jobs=jobs), "sanpin")
    assert equal_groups(shop) == {"A": ("A", "B"), "B": ("A", "B")}
    jobs.append({"id": "w", "operations": [op("1", "A")]})
    assert equal_groups(read_problem(native(resources=resources, jobs=jobs), "sanpin")) == {}


def test_stages_of_equal_machines_reach_the_optimum(tmp_path: Path) -> None:
    """Four jobs of two on two machines, then one of one: 2 + 2 + 1."""
    after = [{"op": "1"}]
    jobs = [
        {"id": str(n), "operations": [op("1", "A", "B"), op("2", "C", duration=1, after=after)]}
        for n in range(4)
    ]
    record = solve(native(resources=[{"id": name} for name in "ABC"], jobs=jobs), tmp_path)
    assert record["valid"]
    assert record["objective"] == 6
    assert record["detail"]["status"] == "OPTIMAL"


def plant() -> bytes:
    """A plant with breaks, workers of two paces, change-overs, due dates, a tool, two sites."""

    def job(name: str, colour: str, due: int) -> dict[str, Any]:
        first = op("1", "A", "B", duration=4, attributes={"colour": colour}, resumable=True)
        last = op("2", "C", duration=3, tool="die", after=[{"op": "1", "min_lag": 1}])
        first["worker"] = {"skill": "make"}
        return {"id": name, "due": due, "weight": 2, "operations": [first, last]}

    return native(
        calendars={"day": [[0, 9], [12, 40], [45, 90]], "early": [[0, 20], [25, 90]]},
        setups={"paint": {"attributes": {"colour": {"default": 2}}}},
        sites=[{"id": "X"}, {"id": "Y"}],
        transport=[{"from": "X", "to": "Y", "duration": 2}],
        resources=[
            {"id": "A", "calendar": "day", "setup": "paint", "site": "X"},
            {"id": "B", "calendar": "day", "setup": "paint", "site": "X"},
            {"id": "C", "site": "Y"},
            {"id": "V", "kind": "worker", "calendar": "early", "skills": {"make": 50}, "site": "*"},
            {"id": "W", "kind": "worker", "skills": {"make": 100}, "site": "*"},
            {"id": "die", "kind": "tool", "capacity": 1, "site": "*"},
        ],
        jobs=[job("J", "red", 9), job("K", "blue", 14), job("L", "red", 12)],
        objective={"tardiness": 1, "setup": 3},
    )


def test_a_plant_is_solved_with_and_without_a_hint(tmp_path: Path) -> None:
    """Both prove the same value, and the checker finds it in the placed schedule."""
    plain = solve(plant(), tmp_path)
    hinted = solve(plant(), tmp_path, options={"hint": True})
    for record in (plain, hinted):
        assert record["valid"], json.dumps(record)
        assert record["detail"]["status"] == "OPTIMAL"
        assert record["objective"] == pytest.approx(record["detail"]["claimed"])
    assert plain["objective"] == hinted["objective"]
    assert hinted["detail"]["hint_complete"]


def test_what_no_model_is_written_for_is_refused_by_name(tmp_path: Path) -> None:
    """The record says why; the hint is then the answer."""
    jobs = [{"id": "J", "operations": [op("1", "A", batch={"family": "f", "size": 1})]}]
    content = native(resources=[{"id": "A", "kind": "oven", "capacity": 2}], jobs=jobs)
    with pytest.raises(NotBuiltError, match="ovens"):
        build(read_problem(content, "sanpin"), {})
    assert "ovens" in solve(content, tmp_path)["detail"]["status"]


def test_overlapping_operations_and_fixed_ones(tmp_path: Path) -> None:
    """The successor starts at half of six and ends no earlier; a fixed one stays."""
    ops = [
        op("1", "A", duration=6, resumable=True),
        op("2", "B", duration=4, resumable=True, after=[{"op": "1", "transfer": 0.5}]),
        op("3", "C", duration=1, resumable=True, fixed={"machine": "C", "start": 5}),
    ]
    shut = {"id": "B", "calendar": "late"}
    record = solve(
        native(
            calendars={"late": [[4, 6], [7, 30]]}, resources=[{"id": "A"}, shut, {"id": "C"}],
            jobs=[{"id": "J", "operations": ops}],
        ),
        tmp_path,
    )  # fmt: skip
    assert record["valid"], json.dumps(record)
    assert record["objective"] == 9


def test_every_rule_is_run_and_the_best_kept(tmp_path: Path) -> None:
    """The record names it and holds what each reached."""
    record = solve(plant(), tmp_path, "rules")
    reached = record["detail"]["reached"]
    assert record["valid"]
    assert len(reached) == 15
    assert record["objective"] == min(reached.values()) == reached[record["detail"]["best"]]
    one = solve(plant(), tmp_path, "rules", options={"rule": "ATCS"})
    assert list(one["detail"]["reached"]) == ["ATCS"]


def test_a_schedule_of_ours_is_checked_and_timed(tmp_path: Path) -> None:
    """The command's own file is read; a variant goes through the library."""
    record = solve(plant(), tmp_path, "sanpin", role="whole")
    assert record["valid"]
    assert record["detail"]["first_seconds"] >= 0
    assert record["peak_mib"] > 10


def test_a_peer_that_fails_is_unsolved(tmp_path: Path) -> None:
    """What it said stands in the record."""
    record = solve(b"no problem at all", tmp_path)
    assert not record["placed"]
    assert record["objective"] is None
    assert record["detail"]["errors"]


def test_machines_of_a_group_are_handed_out_without_overlap() -> None:
    """The one that is free first takes the next."""
    jobs = [{"id": str(n), "operations": [op("1", "A", "B", duration=n + 1)]} for n in range(5)]
    shop = read_problem(native(resources=[{"id": "A"}, {"id": "B"}], jobs=jobs), "sanpin")
    from ortools.sat.python import cp_model

    built, solver = build(shop, {}), cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(built.model) == cp_model.OPTIMAL
    ends: dict[str, int] = {}
    for job, _, machine, _, start in sorted(peer_cpsat._choices(built, solver), key=lambda c: c[4]):
        assert start >= ends.get(machine, 0)
        ends[machine] = start + int(job) + 1
    assert max(ends.values()) == 8
