"""Commands: the JSON of the doors, exit codes, texts for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sanpin.app.cli import main
from sanpin.kit.workspace import Workspace

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def sanpin(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give a runner of command lines in a workspace: exit code, output, errors."""

    def run(*words: str) -> tuple[int, str, str]:
        code = main([*words, "--workspace", str(workspace.path)])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def ask(sanpin: Command, *words: str) -> Any:
    """Run a command with --json and return its document."""
    code, out, err = sanpin(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_targets_as_json(sanpin: Command) -> None:
    """The numbers of the two best-known targets."""
    found = {one["id"]: one for one in ask(sanpin, "sector", "targets")["targets"]}
    assert len(found) == 54
    shanghai = found["sh_fashion_scale_2025"]
    assert shanghai["required_pace"] == pytest.approx(4.65, abs=0.005)
    assert shanghai["on_pace"] is True
    assert found["cq_output_target_2022"]["state"] == "reached"
    assert found["sh_smart_factories_2025"]["actual"] is None


def test_targets_of_a_region_and_pillar_in_chinese(sanpin: Command) -> None:
    """Either language names the region; the answer speaks the chosen one."""
    words = ("sector", "targets", "--region", "Shanghai", "--pillar", "scale", "--lang", "zh")
    found = ask(sanpin, *words)["targets"]
    assert [one["region"] for one in found] == ["上海市", "上海市"]


def test_targets_for_people(sanpin: Command) -> None:
    """State, amounts, pace and warnings in words."""
    code, out, _ = sanpin("sector", "targets", "--region", "上海", "--pillar", "scale")
    assert code == 0
    assert "On pace: CNY 433.6 billion → at least CNY 520 billion (2025)" in out
    assert "needs +4.65 % a year" in out
    assert "5 % a year, which does not fit" in out


def test_figures_and_lists(sanpin: Command) -> None:
    """Every list is one JSON document."""
    assert len(ask(sanpin, "sector", "figures", "--region", "China")["figures"]) == 99
    assert {one["id"] for one in ask(sanpin, "sector", "regions")["regions"]} >= {"China"}
    assert ask(sanpin, "sector", "industries")["industries"][0]["id"] == "consumer_goods"
    code, out, _ = sanpin("sector", "figures", "--kind", "actual", "--lang", "zh")
    assert code == 0
    assert "4335.86亿元" in out


def test_tasks_are_listed_and_recorded(sanpin: Command) -> None:
    """Done is refused without evidence and kept with it."""
    assert len(ask(sanpin, "sector", "tasks")["tasks"]) == 209
    code, _, err = sanpin("sector", "task", "set", "s4_001", "--state", "done")
    assert code == 1
    assert "without evidence" in err
    words = ("sector", "task", "set", "s4_001", "--state", "done", "--evidence", "opened")
    assert ask(sanpin, *words)["evidence"] == "opened"
    (done,) = ask(sanpin, "sector", "tasks", "--state", "done")["tasks"]
    assert done["id"] == "s4_001"
    code, out, _ = sanpin("sector", "tasks", "--state", "done", "--lang", "zh")
    assert code == 0
    assert "已完成" in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("sector", "targets", "--pillar", "luck"), 2),
        (("sector", "targets", "--as-of", "soon"), 2),
        (("sector", "targets", "--region", "Mars"), 1),
        (("sector", "tasks", "--industry", "magic"), 1),
        (("sector", "task", "set", "nothing", "--state", "open"), 1),
    ],
)
def test_wrong_words_have_their_exit_codes(
    sanpin: Command, words: tuple[str, ...], code: int
) -> None:
    """2 for wrong usage, 1 for refused input; nothing on standard output."""
    found, out, err = sanpin(*words)
    assert (found, out) == (code, "")
    assert err
