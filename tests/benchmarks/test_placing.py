"""Choices of peers become schedules that the checker accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.scheduling.placing import meet, place, setup_length, work_of

from sanpin.factory.engine.check import check_solution
from sanpin.factory.engine.formats import read_problem


def problem(**more: Any) -> Any:
    """Read a small problem: two machines with breaks, a slow worker, a change-over, a tool."""
    ops = [
        {"id": "1", "modes": [{"machine": "A", "duration": 6}], "attributes": {"colour": "red"},
         "resumable": True, "worker": {"skill": "make"}},
        {"id": "2", "modes": [{"machine": "B", "duration": 4}], "tool": "die", "resumable": True,
         "after": [{"op": "1", "min_lag": 2}]},
    ]  # fmt: skip
    record = {
        "format": "sanpin.factory.problem/1",
        "calendars": {"day": [[0, 10], [15, 25], [30, 100]], "late": [[4, 20], [28, 90]]},
        "setups": {"paint": {"attributes": {"colour": {"default": 3}}}},
        "sites": [{"id": "X"}, {"id": "Y"}],
        "transport": [{"from": "X", "to": "Y", "duration": 5}],
        "resources": [
            {"id": "A", "calendar": "day", "setup": "paint", "site": "X",
             "initial": {"colour": "blue"}},
            {"id": "B", "site": "Y"},
            {"id": "W", "kind": "worker", "calendar": "late", "skills": {"make": 50}, "site": "*"},
            {"id": "die", "kind": "tool", "capacity": 1, "site": "*"},
        ],
        "jobs": [
            {"id": "J", "operations": ops},
            {"id": "K", "operations": [{**ops[0], "attributes": {"colour": "blue"}}, ops[1]]},
        ],
        "objective": {"makespan": 1, "setup": 1},
    } | more  # fmt: skip
    return read_problem(json.dumps(record).encode(), "sanpin")


CHOICES = [
    ["K", "1", "A", ["W"], 30],
    ["J", "2", "B", [], 20],
    ["J", "1", "A", ["W"], 4],
    ["K", "2", "B", [], 90],
]


def test_choices_are_placed_as_early_as_the_rules_allow() -> None:
    """Breaks, the pace of the worker, the change-over, transport and the tool are kept."""
    placed = {(each["job"], each["op"]): each for each in place(problem(), CHOICES)}
    # Six units at half pace are twelve; open for both are 4-10, 15-20, 28-...; 28-30 machine shut.
    assert (placed["J", "1"]["start"], placed["J", "1"]["end"]) == (4, 31)
    assert placed["J", "2"]["start"] == 31 + 2 + 5
    assert placed["K", "1"]["setup_start"] == 31
    assert placed["K", "1"]["start"] == 34


def test_the_checker_accepts_what_is_placed() -> None:
    """The judge shares no code with the placing."""
    content = {"format": "sanpin.factory.schedule/1", "operations": place(problem(), CHOICES)}
    report = check_solution(problem(), json.dumps(content).encode())
    assert report.violations == ()
    assert report.terms["setup"] == 6


def test_an_order_against_precedence_is_put_right() -> None:
    """A predecessor goes first whatever the peer says of starts."""
    choices = [[*each[:4], 100 - each[4]] for each in CHOICES]
    content = {"format": "sanpin.factory.schedule/1", "operations": place(problem(), choices)}
    assert check_solution(problem(), json.dumps(content).encode()).violations == ()


@pytest.mark.parametrize(
    ("before", "after", "length"),
    [({"colour": "red"}, {"colour": "blue"}, 3), ({"colour": "red"}, {"colour": "red"}, 0),
     ({}, {"colour": "red"}, 0), (None, {"colour": "red"}, 0), ({"colour": "red"}, {}, 0)],
)  # fmt: skip
def test_change_overs_follow_the_attributes(before: Any, after: Any, length: int) -> None:
    """Nothing before, or an attribute that one side lacks, costs nothing."""
    assert setup_length(problem(), "A", before, after) == length


def test_work_follows_the_pace() -> None:
    """Without a worker the duration stands."""
    shop = problem()
    first, second = shop.jobs[0].operations
    assert work_of(shop, first, "A", ["W"]) == 12
    assert work_of(shop, second, "B", []) == 4


def test_windows_meet() -> None:
    """Half-open windows that only touch have nothing in common."""
    assert meet(None, [(1, 2)]) == [(1, 2)]
    assert meet([(0, 5), (8, 12)], [(5, 8), (9, 20)]) == [(9, 12)]


def test_published_sequences_become_choices(tmp_path: Path) -> None:
    """Lines are machines in the order of the problem; blank lines have no work."""
    from benchmarks.scheduling import published

    record = {
        "format": "sanpin.factory.problem/1",
        "resources": [{"id": "0"}, {"id": "1"}],
        "jobs": [
            {"id": name, "operations": [{"id": "0", "modes": [
                {"machine": machine, "duration": 2} for machine in ("0", "1")]}]}
            for name in ("0", "1", "2")
        ],
    }  # fmt: skip
    shop, sequences, out = (tmp_path / name for name in ("shop.json", "seq.txt", "out.json"))
    shop.write_text(json.dumps(record))
    sequences.write_text("\n2;0\n\n")
    published.main(shop, "sanpin", sequences, out)
    told = json.loads(out.read_text())
    assert told["choices"] == [["2", "0", "1", [], 0], ["0", "0", "1", [], 1]]
    assert told["left_out"] == ["1"]
