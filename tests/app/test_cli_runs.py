"""The command line's list of Runs: steps below their Run, and comparisons in few lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sanpin.kit.context import open_context
from sanpin.kit.runs import start_run
from sanpin.kit.workspace import Workspace

Sanpin = Callable[..., Any]


@pytest.fixture
def runs(inside: Path) -> list[str]:
    """Keep two loops of two steps each; return the ids of the loops, the older first."""
    found = []
    with open_context(Workspace.open(inside)) as ctx:
        for late in (3, 1):
            with start_run(ctx, "loop", "run") as loop:
                for domain, verb in (("demand", "intake"), ("demand", "forecast")):
                    with start_run(ctx, domain, verb):
                        pass
                loop.metrics({"late_orders": late, "note": "text", "lots": 4})
            found.append(loop.id)
    return found


def test_steps_are_left_out_unless_asked_for(sanpin: Sanpin, runs: list[str]) -> None:
    lines = sanpin("runs", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == runs[::-1]
    lines = sanpin("runs", "list", "--steps").out.splitlines()
    assert [line.startswith("  ") for line in lines] == [False, True, True] * 2
    assert ["demand.intake" in line for line in lines] == [False, True, False] * 2
    assert len(sanpin("runs", "list", "--steps", "--limit", "1").out.splitlines()) == 3


def test_the_json_is_complete(sanpin: Sanpin, runs: list[str]) -> None:
    listed = sanpin("runs", "list", "--json").value
    assert len(listed) == 6
    assert {run["parent"] for run in listed if run["domain"] == "demand"} == set(runs)


def test_whoever_names_a_verb_finds_its_steps(sanpin: Sanpin, runs: list[str]) -> None:
    words = ("runs", "list", "--domain", "demand", "--verb", "intake")
    assert len(sanpin(*words).out.splitlines()) == 2
    assert len(sanpin(*words, "--json").value) == 2
    assert len(sanpin("runs", "list", "--domain", "loop", "--json").value) == 2


def test_a_comparison_names_what_differs(sanpin: Sanpin, runs: list[str]) -> None:
    said = sanpin("runs", "compare", *runs).out.strip()
    assert said == "late_orders: 3 -> 1 (-2)"
    assert "All figures are the same." in sanpin("runs", "compare", runs[0], runs[0]).out
    assert set(sanpin("runs", "compare", *runs, "--json").value["metrics"]) == {
        "late_orders",
        "lots",
    }


def test_a_failure_is_told_in_the_readers_language(sanpin: Sanpin, inside: Path) -> None:
    """The JSON keeps what was stored; a record of its text alone is shown as it is."""
    (inside / "o.csv").write_text("order_id,item,quantity,time\n1,mug,-2,2024-01-03\n")
    assert sanpin("import", "o.csv").code == 0
    assert sanpin("loop", "run").code == 1
    english = sanpin("runs", "show", "last").out
    assert "error.text: No order line before 2024-01-04 is a sale of goods.\n" in english
    chinese = sanpin("--lang", "zh", "runs", "show", "last").out
    assert "error.code: demand.orders.no_sales" in chinese
    assert "error.text: 2024-01-04之前没有任何订单行是货物销售。" in chinese
    assert "No order line" not in chinese and "See the corrections" not in chinese
    kept = sanpin("--lang", "zh", "runs", "show", "last", "--json").value["error"]
    assert kept["fields"]["day"] == "2024-01-04" and kept["text"].startswith("No order line")


def test_where_nobody_and_no_key_is_listed_it_is_said(sanpin: Sanpin, inside: Path) -> None:
    for noun, english, chinese in (
        ("user", "There are no users yet.", "还没有用户。"),
        ("key", "There are no keys yet.", "还没有密钥。"),
    ):
        assert sanpin(noun, "list").out == f"{english}\n"
        assert sanpin("--lang", "zh", noun, "list").out == f"{chinese}\n"
        assert sanpin(noun, "list", "--json").value == []
