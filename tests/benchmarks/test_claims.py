"""The claims of scheduling: complete folders, true lists, a page that follows the results."""

from __future__ import annotations

import json
import os
import re
import runpy
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from benchmarks.scheduling import page
from benchmarks.scheduling.data import open_data
from benchmarks.scheduling.texts import CLAIMS, FIGURES

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "benchmarks"


@cache
def claim(name: str) -> Any:
    """Load a claim from its folder."""
    return runpy.run_path(str(FOLDER / name / "run.py"))["CLAIM"]


@cache
def data() -> Path:
    """Return the open data, or skip."""
    found = open_data()
    if found is None:
        pytest.skip("SANPIN_OPEN_DATA does not name the folder of open data")
    return found


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_sums_up_nothing_and_names_its_figures(name: str) -> None:
    """Without a record each figure is empty, and each has a label on the page."""
    found = claim(name).summarise([])["figures"]
    assert {key for key, texts in FIGURES.items() if texts.claim == name} == set(found)
    assert all(each["value"] is None and each["met"] is None for each in found.values())
    assert claim(name).name == name


@pytest.mark.parametrize("name", CLAIMS)
def test_the_readme_lists_what_a_quick_run_measures(name: str) -> None:
    """All instances of the quick run, and that it takes no longer than twenty minutes."""
    chosen = claim(name).quick(claim(name).instances(data()))
    text = " ".join((FOLDER / name / "README.md").read_text("utf-8").split())
    assert chosen
    assert [each.name for each in chosen if each.name not in re.split(r"[^\w-]+", text)] == []
    cases = claim(name).cases(chosen, False)
    assert sum(case.seconds for case in cases) <= 17.5 * 60, "leave time for reading and checking"
    assert {case.seed for case in cases} == {0}
    assert len({case.key for case in cases}) == len(cases)
    assert all(each.path.is_file() for each in chosen)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_full_run_has_every_instance_and_five_seeds(name: str) -> None:
    """Ours with five seeds on each."""
    known = claim(name).instances(data())
    cases = claim(name).cases(known, True)
    assert {case.instance.name for case in cases} == {each.name for each in known}
    assert {case.seed for case in cases if case.solver == "sanpin"} == set(range(5))
    assert len({case.key for case in cases}) == len(cases)


def test_published_values_lie_above_their_bounds() -> None:
    """And every instance of the sets with values has one."""
    for name in ("large-jobshop", "huge-jobshop", "flexible", "workers", "shops"):
        known = claim(name).instances(data())
        assert len(known) >= 4
        for each in known:
            assert each.best is not None, each.name
            assert each.bound is None or each.bound <= each.best


@pytest.mark.parametrize("at", [0, 1])
def test_the_page_shows_results_and_says_what_is_not_measured(
    at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures come from the result files alone."""
    monkeypatch.setattr(page, "ROOT", tmp_path)
    empty = page.claims_page(at)
    assert empty.count(("not measured yet", "尚未测量")[at]) == len(CLAIMS)
    folder = tmp_path / "benchmarks" / "memory"
    folder.mkdir(parents=True)
    result = {
        "date": "2026-01-02", "machine": {"cores": 2}, "protocol": "full", "seeds": [0, 1],
        "instances": ["a"], "figures": {"memory": {"value": 1234.5, "at_most": 1, "met": False}},
    }  # fmt: skip
    (folder / "result.json").write_text(json.dumps(result))
    filled = page.claims_page(at)
    assert filled.count(("not measured yet", "尚未测量")[at]) == len(CLAIMS) - 1
    assert ("| 1,234 | not met |", "| 1,234 | 未达到 |")[at] in filled
    assert "2026-01-02" in filled


def test_committed_results_are_of_this_form() -> None:
    """Each has its protocol, and figures that the page knows."""
    for name in CLAIMS:
        path = FOLDER / name / "result.json"
        if path.is_file():
            result = json.loads(path.read_text("utf-8"))
            assert result["protocol"] in ("quick", "part", "full")
            assert set(result["figures"]) <= set(FIGURES)


def test_no_data_are_named_in_the_repository() -> None:
    """The folder comes from the environment only."""
    for path in FOLDER.rglob("*.py"):
        assert "/shared/" not in path.read_text("utf-8"), path
    assert "SANPIN_OPEN_DATA" in (FOLDER / "scheduling" / "data.py").read_text("utf-8")
    assert os.environ.get("SANPIN_OPEN_DATA") is None or open_data() is not None


def test_what_the_ablation_switches_off_is_there() -> None:
    """Every constant that it sets is one of the engine, so that no variant changes nothing."""
    without = runpy.run_path(str(FOLDER / "ablation" / "run.py"))["WITHOUT"]
    for constants in without.values():
        for name in constants:
            module, _, constant = name.rpartition(".")
            assert isinstance(getattr(import_module(module), constant), int | float), name
