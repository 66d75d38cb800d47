"""``sanpin demo``: which workspace it makes, re-uses and throws away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sanpin.app import demo
from sanpin.base import StateError
from sanpin.demand import service as demand
from sanpin.flows import company
from sanpin.flows.loop import run_loop
from sanpin.kit.context import Context, open_context
from sanpin.kit.files import import_file
from sanpin.kit.workspace import Workspace

Sanpin = Callable[..., Any]


@pytest.fixture
def small(company_files: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Let the demo load a small company instead of the packaged one; list where it did."""
    loaded: list[Path] = []

    def load(ctx: Context, progress: object = None) -> None:
        loaded.append(ctx.workspace.path)
        import_file(ctx, company_files / "orders.xlsx", kind="orders")

    monkeypatch.setattr(company, "load_sample_company", load)
    return loaded


@pytest.fixture
def company_files(request: pytest.FixtureRequest) -> Path:
    """Give the folder with the files of the small company."""
    return Path(request.getfixturevalue("company"))


def test_the_first_time_computes_and_the_second_re_uses(
    sanpin: Sanpin, small: list[Path], tmp_path: Path
) -> None:
    """The same answer, one load, one loop."""
    words = ["demo", "--no-serve", "--workspace", tmp_path / "demo", "--json"]
    first, second = sanpin(*words), sanpin(*words)
    assert (first.code, second.code) == (0, 0)
    assert first.value == second.value
    assert first.value["orders"] == 601 and first.value["workspace"] == str(tmp_path / "demo")
    assert small == [tmp_path / "demo"]
    assert "computed earlier" in sanpin(*words[:-1]).out
    with open_context(Workspace.open(tmp_path / "demo")) as ctx:
        assert ctx.workspace.sample
        assert demand.count_lines(ctx) == 601


def test_it_is_remembered_as_the_one_made_last(
    sanpin: Sanpin, small: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands from anywhere find it, and say so."""
    sanpin("demo", "--no-serve", "--workspace", tmp_path / "demo")
    monkeypatch.chdir("/")
    found = sanpin("status", "--json")
    assert found.value["workspace"] == str(tmp_path / "demo")
    assert str(tmp_path / "demo") in found.err


def test_the_folder_may_be_named_by_the_environment(
    sanpin: Sanpin, small: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The option goes before it; without both it has a place of its own."""
    monkeypatch.setenv("SANPIN_WORKSPACE", str(tmp_path / "variable"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    sanpin("demo", "--no-serve")
    sanpin("demo", "--no-serve", "--workspace", tmp_path / "option")
    monkeypatch.delenv("SANPIN_WORKSPACE")
    sanpin("demo", "--no-serve")
    assert small == [tmp_path / "variable", tmp_path / "option", tmp_path / "data/sanpin/demo"]


def test_fresh_throws_away_only_what_the_workspace_is_made_of(
    sanpin: Sanpin, small: list[Path], tmp_path: Path
) -> None:
    """Whatever else lies in the folder stays."""
    folder = tmp_path / "demo"
    words = ["demo", "--no-serve", "--workspace", folder]
    sanpin(*words)
    (folder / "thesis.docx").write_text("years of work")
    old = sorted(folder.rglob("*.parquet"))
    assert old and sanpin(*words, "--fresh").code == 0
    assert small == [folder, folder]
    assert (folder / "thesis.docx").read_text() == "years of work"
    assert not set(old) & set(folder.rglob("*.parquet"))


@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_a_workspace_of_someones_own_is_left_alone(
    sanpin: Sanpin, small: list[Path], tmp_path: Path, fresh: list[str]
) -> None:
    """Neither filled nor thrown away; told in both languages."""
    sanpin("init", tmp_path / "own")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "own").rglob("*.toml")}
    for language, text in (("en", "is not a sample workspace"), ("zh", "不是示例工作区")):
        refused = sanpin(
            "demo", "--no-serve", *fresh, "--workspace", tmp_path / "own", "--lang", language
        )
        assert (refused.code, refused.out) == (1, "")
        assert str(tmp_path / "own") in refused.err and text in refused.err
    assert small == []
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_was_interrupted_is_done_again(
    sanpin: Sanpin, small: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A demo that ended in the middle of its loop begins with loading; nothing is doubled."""
    folder = tmp_path / "demo"
    with monkeypatch.context() as patch:
        patch.setattr("sanpin.flows.loop.running._Loop.forecast", _interrupt)
        assert sanpin("demo", "--no-serve", "--workspace", folder).code == 130
    again = sanpin("demo", "--no-serve", "--workspace", folder, "--json")
    assert (again.code, again.value["orders"]) == (0, 601)
    assert small == [folder, folder]
    states = [run["state"] for run in sanpin("runs", "list", "--workspace", folder, "--json").value]
    assert "cancelled" in states and "running" not in states


def _interrupt(_loop: object) -> None:
    raise KeyboardInterrupt


def test_the_answer_moves_with_the_folder(
    sanpin: Sanpin, small: list[Path], tmp_path: Path
) -> None:
    """A workspace that was moved names its new place."""
    sanpin("demo", "--no-serve", "--workspace", tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    moved = sanpin("demo", "--no-serve", "--workspace", tmp_path / "new", "--json")
    assert moved.value["workspace"] == str(tmp_path / "new")
    assert len(small) == 1


def test_summary_and_address_go_their_own_ways(
    sanpin: Sanpin, small: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``--json`` standard output holds the answer alone, and the address is told beside it."""
    from sanpin.app import server

    served: list[str] = []
    monkeypatch.setattr(
        server, "run_server", lambda _app, place: served.append(str(place.getsockname()[1]))
    )
    answer = sanpin("demo", "--workspace", tmp_path / "demo", "--json")
    assert (answer.code, answer.value["orders"]) == (0, 601)
    assert f"http://127.0.0.1:{served[0]}" in answer.err
    people = sanpin("demo", "--workspace", tmp_path / "demo")
    assert "601 order lines" in people.out and "http://" not in people.out


def test_two_demos_do_not_make_the_same_workspace(tmp_path: Path) -> None:
    """The second finds the first's."""
    first = demo.demo_workspace(tmp_path / "demo", fresh=False)
    second = demo.demo_workspace(tmp_path / "demo", fresh=False)
    assert first == second and first.sample
    own = Workspace.create(tmp_path / "own")
    with pytest.raises(StateError) as refused:
        demo.demo_workspace(own.path, fresh=True)
    assert refused.value.code == "demo.workspace.not_sample"
    assert refused.value.fields == {"path": str(own.path)}


def test_figures_of_the_floor_carry_the_mark_of_the_sample(
    small: list[Path], company_files: Path, tmp_path: Path
) -> None:
    """Only in a workspace of the demo; those of the orders never."""
    workspace = Workspace.create(tmp_path / "sample", sample=True)
    with open_context(workspace) as ctx:
        for name in ("orders.xlsx", "stock.csv", "resources.csv", "routings.csv"):
            import_file(ctx, company_files / name)
        quality = run_loop(ctx)["scoreboard"]["quality"]
    assert quality["first_pass_yield"]["sample"] and not quality["return_rate"]["sample"]
