"""Commands of master data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sanpin.base import SanpinError
from sanpin.kit.cli import use_options
from sanpin.kit.context import Context
from sanpin.kit.registry import domain, import_kinds
from sanpin.master.cli import app


def run(ctx: Context, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command on the workspace and return its output."""
    rest = use_options([*words, "--workspace", str(ctx.workspace.path)])
    app(rest, exit_on_error=False, result_action="return_value")
    return capsys.readouterr().out


def test_items_are_listed_and_shown(filled: Context, capsys: pytest.CaptureFixture[str]) -> None:
    listed = run(filled, capsys, "items", "list", "--family", "textile")
    assert "85099B" in listed
    assert "22423" not in listed
    short = run(filled, capsys, "items", "list", "--limit", "2")
    assert "2 of" in short
    found = json.loads(run(filled, capsys, "items", "list", "--search", "cake tins", "--json"))
    assert [item["code"] for item in found["items"]] == ["22720"]
    shown = run(filled, capsys, "items", "show", "22423")
    assert "PART-CERAMIC-MEDIUM" in shown
    value = json.loads(run(filled, capsys, "items", "show", "22423", "--json"))
    assert value["boms"][0]["item"] == "22423"


def test_bills_are_exploded(filled: Context, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(filled, capsys, "bom", "explode", "22423", "--quantity", "10").splitlines()
    assert lines[0] == "22423  10"
    assert any(line.startswith("    MAT-CLAY  4.1") for line in lines)
    value = json.loads(run(filled, capsys, "bom", "explode", "22423", "--json"))
    assert value["materials"]["PACK-LABEL"] == pytest.approx(1 / 0.99)
    uses = json.loads(run(filled, capsys, "bom", "where-used", "MAT-CLAY", "--json"))
    assert set(uses) == {"PART-CERAMIC-MEDIUM", "22423"}
    assert run(filled, capsys, "bom", "where-used", "22423").strip()
    with pytest.raises(SanpinError):
        run(filled, capsys, "bom", "explode", "none")


def test_other_lists_and_the_rule(filled: Context, capsys: pytest.CaptureFixture[str]) -> None:
    assert "SUP-CLAY" in run(filled, capsys, "partners")
    assert "hq" in run(filled, capsys, "sites", "--search", "plant")
    assert "two-shifts" in run(filled, capsys, "calendars", "list")
    assert json.loads(run(filled, capsys, "families", "--json"))["textile"] >= 1
    told = json.loads(run(filled, capsys, "family", "SET OF 3 RED GLASS JARS", "--json"))
    assert told == {
        "family": "glass",
        "attributes": {"colour": "red", "pieces": 3, "materials": ["glass"]},
    }


def test_windows_of_a_calendar(filled: Context, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("calendars", "windows", "day-shift", "--start", "2011-09-30", "--until", "2011-10-10")
    value = json.loads(run(filled, capsys, *words, "--json"))
    assert value["origin"] == "2011-09-30T00:00:00+08:00"
    days = {start // 1440 for start, _ in value["windows"]}
    assert days == {0, 8, 9}, "Friday, then the two made-up days"


def test_an_export_is_a_file(
    filled: Context, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "items.xlsx"
    value = json.loads(run(filled, capsys, "export", "items", "--out", str(out), "--json"))
    assert value["rows"] > 40
    assert out.stat().st_size > 1000


def test_the_house_knows_the_domain() -> None:
    found = domain("master")
    assert found.order == 90
    assert [entry.path for entry in found.nav] == ["/master"]
    assert {"items", "partners", "sites", "boms"} <= set(import_kinds())
