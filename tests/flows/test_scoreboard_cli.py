"""``sanpin scoreboard``: the JSON of the door, words for people, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.flows.conftest import KeepLoop

from sanpin.app.cli import main
from sanpin.kit.context import Context

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sanpin(ctx: Context, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give a runner of command lines in the workspace: exit code, output, errors."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main(["scoreboard", *words, "--workspace", str(ctx.workspace.path)])
        return code, *capfd.readouterr()

    return run


def ask(sanpin: Command, *words: str) -> Any:
    """Run the command with --json and return its document."""
    code, out, err = sanpin(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_an_empty_workspace_has_no_figures_of_its_own(sanpin: Command) -> None:
    answer = ask(sanpin)
    assert set(answer) == {"firm", "published"}
    assert answer["firm"] == {"variety": {}, "quality": {}, "brand": {}}


def test_published_figures_have_the_columns_of_the_door(sanpin: Command) -> None:
    names = ["pillar", "indicator", "region", "sector", "kind", "value", "unit", "period", "source"]
    for one in ask(sanpin, "--region", "Shanghai")["published"]:
        assert list(one)[: len(names)] == names
        assert one["region"] == "Shanghai"


def test_an_industry_narrows_the_published_figures(sanpin: Command) -> None:
    part = ask(sanpin, "--industry", "fashion")["published"]
    assert 0 < len(part) < len(ask(sanpin)["published"])


def test_the_firm_has_its_seventeen_figures(sanpin: Command, keep_loop: KeepLoop) -> None:
    keep_loop()
    firm = ask(sanpin)["firm"]
    assert {pillar: len(figures) for pillar, figures in firm.items()} == {
        "variety": 7,
        "quality": 5,
        "brand": 5,
    }
    for figures in firm.values():
        for one in figures.values():
            assert {"value", "unit", "previous"} <= set(one)


def test_orders_that_no_loop_has_seen_are_computed(sanpin: Command, orders: Context) -> None:
    firm = ask(sanpin)["firm"]
    assert firm["variety"]["active_items"]["value"] == 4
    assert "first_pass_yield" not in firm["quality"]


def test_words_for_people(sanpin: Command, keep_loop: KeepLoop) -> None:
    keep_loop()
    code, out, _ = sanpin()
    assert code == 0
    assert "Variety\n" in out
    assert "First-pass yield" in out
    assert "97.0" in out


def test_words_for_people_in_chinese(sanpin: Command, keep_loop: KeepLoop) -> None:
    keep_loop()
    _, out, _ = sanpin("--lang", "zh")
    assert "一次合格率" in out
    assert "项公开数据" in out


def test_missing_orders_are_said(sanpin: Command) -> None:
    assert "No orders yet" in sanpin()[1]


@pytest.mark.parametrize("words", [("--region", "Atlantis"), ("--industry", "alchemy")])
def test_unknown_names_are_refused_with_the_known_ones(
    sanpin: Command, words: tuple[str, str]
) -> None:
    code, out, err = sanpin(*words, "--json")
    assert (code, out) == (1, "")
    assert words[1] in err
    assert "Use one of" in err


def test_wrong_usage_exits_two(sanpin: Command) -> None:
    assert sanpin("--pillar", "variety")[0] == 2
