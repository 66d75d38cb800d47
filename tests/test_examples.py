"""The examples run as they stand and say what they promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
LONGEST = 60

SAYS = {
    "forecast_orders": ("cancelled_order", "bulk_order", "non_product", "total", "RMSSE"),
    "schedule_shop": ("objective", "order C is", "calendar glazing", "\nvalid "),
    "scoreboard_figures": ("Variety", "Effective number of items", "Customers who bought again"),
    "target_pace": ("4.65 % a year", "behind", "stated_pace"),
    "trace_lot": ("35 events", "BLANK-3", "non_conformant", "5 lots, 22 containers"),
    "working_time": ("2025-01-26 Sun works", "2025-01-28 Tue off", "day 11"),
}
"""What the output of each example must hold: its point, not its every figure."""


def run(path: Path, folder: Path, *arguments: str) -> str:
    """Run an example as a reader would, in an empty folder, and return what it printed."""
    env = {**os.environ, "XDG_CONFIG_HOME": str(folder), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-W", "error", str(path), *arguments]
    done = subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(folder.iterdir()) == [], "an example leaves nothing behind"
    return done.stdout


def test_every_example_has_its_expectation() -> None:
    """A new example says here what it is for."""
    assert {path.stem for path in EXAMPLES} == set(SAYS)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(path: Path, tmp_path: Path) -> None:
    """Each prints what it promises, twice the same."""
    said = run(path, tmp_path)
    for words in SAYS[path.stem]:
        assert words in said, words
    assert run(path, tmp_path) == said


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short_and_needs_no_house(path: Path) -> None:
    """The library works without store, web and command line, in a page of code."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < LONGEST
    assert f"python examples/{path.name}" in text
    used = re.findall(r"from (sanpin[\w.]*) import", text)
    assert used
    house = re.compile(r"sanpin\.(kit|app)\b|\.(store|service|api|cli|pages)\b")
    assert [name for name in used if house.search(name)] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_documentation_names_every_example(path: Path) -> None:
    """Readers find the examples from the page of the library."""
    for language in ("en", "zh"):
        assert path.name in (ROOT / "docs" / language / "library.md").read_text(encoding="utf-8")


def test_an_example_takes_a_file_of_ones_own(tmp_path: Path) -> None:
    """The path on the command line replaces the packaged orders."""
    lines = (ROOT / "examples/data/orders.csv").read_text(encoding="utf-8").splitlines()
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "mine.csv").write_text("\n".join(lines[:200]) + "\n", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    said = run(ROOT / "examples/forecast_orders.py", empty, str(folder / "mine.csv"))
    assert said.startswith("199 order lines")
