"""Recall cases through the interface and the commands: the same JSON, the same refusals."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from sanpin.app.cli import main
from sanpin.kit.context import Context
from sanpin.kit.http import routes_of
from sanpin.trace import service

CASES = "/api/v1/trace/recalls"
PALLET = "(00)095212340000000914"


@pytest.fixture
def started(chain: Context, site: TestClient, codes: Any) -> dict[str, Any]:
    body = {"seeds": [codes.clay], "title": "Clay", "reason": "Lead"}
    answer = site.post(CASES, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_case_over_the_interface(started: dict[str, Any], site: TestClient) -> None:
    address = f"{CASES}/{started['id']}"
    assert (started["state"], started["products"], started["drill"]) == ("open", 5, False)
    assert {row["kind"] for row in started["holders"]} == {"delivered", "held"}
    back = site.post(f"{address}/returns", json={"code": PALLET})
    assert back.status_code == 201
    (row,) = back.json()["returns"]
    assert (row["verdict"], row["quantity"], row["uom"]) == ("counted", 120, None)
    assert site.post(f"{address}/notices", json={}).json() == {"left": 0}
    texts = site.get(f"{address}/notices").json()["notices"][0]["texts"]
    assert [one["language"] for one in texts] == ["en", "zh-CN"]
    closed = site.post(f"{address}/close", json={"conclusion": "Done."}).json()
    assert (closed["state"], closed["recovered"]) == ("closed", 0.5)
    assert closed["watch"].keys() == {"scope", "notices", "closed"}
    late = site.post(f"{address}/returns", json={"code": PALLET})
    assert (late.status_code, late.json()["code"]) == (409, "trace.case.closed")
    chinese = site.get(f"{CASES}/none", headers={"accept-language": "zh-CN"})
    assert chinese.status_code == 404 and "没有召回案件" in chinese.text


def test_tables_hold_everything(started: dict[str, Any], site: TestClient, codes: Any) -> None:
    address = f"{CASES}/{started['id']}"
    total = started["products"] + started["containers"]
    page = site.get(f"{address}/lines?limit=10").json()
    following = site.get(f"{address}/lines?limit=1000&after={page['next']}").json()
    assert len(page["affected"]) == 10 and following["next"] is None
    lines = page["affected"] + following["affected"]
    whole = site.post("/api/v1/trace/recall", json={"seeds": [codes.clay]}).json()
    assert lines == whole["affected"]
    csv = pl.read_csv(io.BytesIO(site.get(f"{address}/lines?format=csv").content))
    assert csv.height == total
    for name, rows in (("dues", 3), ("returns", 0)):
        book = load_workbook(io.BytesIO(site.get(f"{address}/{name}?format=xlsx").content))
        assert len(list(book.worksheets[0].values)) == rows + 1
    assert len(site.get(f"{address}/dues").json()["dues"]) == 3
    scope = site.get(f"{CASES}/scope", params={"epc": codes.clay, "to": "2026-03-05T00:00:00Z"})
    assert scope.json()["counts"]["products"] == 3
    table = site.get(f"{CASES}/scope", params={"epc": codes.clay, "format": "csv"})
    assert pl.read_csv(io.BytesIO(table.content)).height == total


def test_the_list_goes_on_behind_its_last(started: dict[str, Any], site: TestClient) -> None:
    site.post(CASES, json={"seeds": started["seeds"], "drill": True})
    first = site.get(f"{CASES}?limit=1").json()
    assert first["recalls"][0]["drill"] and first["next"]
    second = site.get(f"{CASES}?limit=10&before={first['next']}").json()
    assert [one["id"] for one in second["recalls"]] == [started["id"]]
    assert second["next"] is None


def test_a_notice_over_the_interface(chain: Context, site: TestClient) -> None:
    answer = site.post("/api/v1/trace/notice", json={"text": "Celadon mug, lot MUG-2"})
    found = answer.json()
    assert found["lots"][0]["id"].endswith("/10/MUG-2")
    assert found["looked_at"] == {"products": 4, "lots": 3}
    assert site.post("/api/v1/trace/notice", json={"text": ""}).status_code == 422


def test_every_route_of_recalls_has_its_role(site: TestClient) -> None:
    """Reading needs a viewer; changing needs a planner, but for questions that store nothing."""
    declared = {
        path: role and role.value
        for path, methods, role in routes_of(site.app)  # type: ignore[arg-type]
        if "POST" in methods and ("recall" in path or "notice" in path)
    }
    asked = {"/api/v1/trace/notice", "/trace/notice", "/api/v1/trace/recall"}
    assert {path for path, role in declared.items() if role == "viewer"} == asked
    assert len(declared) == 12
    assert {role for path, role in declared.items() if path not in asked} <= {None, "planner"}


class Shell:
    """Runs commands and reads what they print."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capture = folder, capture

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        self._capture.readouterr()
        try:
            code = main(["trace", *words, "--workspace", str(self.folder)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *self._capture.readouterr()

    def json(self, *words: str, code: int = 0) -> Any:
        """The one document that a command prints."""
        found, out, err = self.run(*words, "--json")
        assert (found, out.count("\n")) == (code, 1), err
        return orjson.loads(out)


@pytest.fixture
def shell(chain: Context, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(chain.workspace.path, capsys)


def test_a_case_over_the_commands(shell: Shell, chain: Context, codes: Any) -> None:
    case = shell.json("recalls", "start", codes.clay, "--title", "Clay", "--reason", "Lead")
    assert case == service.case_record(chain, case["id"])
    back = shell.json("recalls", "return", case["id"], PALLET)
    assert back["returns"][0]["quantity"] == 120
    again = shell.json("recalls", "return", case["id"], PALLET, "urn:x:1", code=1)
    assert [row["verdict"] for row in again["returns"]] == ["repeated", "unknown"]
    kilos = ("--quantity", "30", "--uom", "KGM")
    assert shell.json("recalls", "return", case["id"], codes.clay, *kilos)["returns"]
    assert shell.json("recalls", "told", case["id"], "1") == {"left": 1}
    assert shell.json("recalls", "told", case["id"]) == {"left": 0}
    code, out, _ = shell.run("recalls", "show", case["id"], "--lang", "en")
    assert code == 0 and "120 / 120 EA" in out and "Clay" in out
    closed = shell.json("recalls", "close", case["id"], "--conclusion", "Done.")
    assert closed["state"] == "closed"
    assert [one["id"] for one in shell.json("recalls", "list")["recalls"]] == [case["id"]]
    code, _, err = shell.run("recalls", "show", "none", "--lang", "zh-CN")
    assert code == 1 and "没有召回案件" in err


def test_seeds_and_workbook_of_a_recall(shell: Shell, codes: Any, tmp_path: Path) -> None:
    seeds, book = tmp_path / "lots.csv", tmp_path / "scope.xlsx"
    seeds.write_text("批号\nC-0301\n", "utf-8")
    found = shell.json("recall", "--seeds", str(seeds), "--xlsx", str(book))
    assert found["seeds"] == [codes.clay]
    rows = list(load_workbook(book).worksheets[0].values)
    assert len(rows) == len(found["affected"]) + 1 and rows[0][0] == "id"
    drill = shell.json("recalls", "start", "--seeds", str(seeds), "--drill")
    assert drill["drill"] and shell.run("recalls", "list", "--lang", "en")[1].count("DRILL") == 1
    refused = shell.run("recall", "--seeds", str(tmp_path / "none.csv"))
    assert refused[0] == 1


def test_a_notice_over_the_commands(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_text("召回公告 Celadon mug 批号：MUG-1", "utf-8")
    assert shell.json("notice", str(path))["lots"][0]["id"].endswith("MUG-1")
    assert "MUG-1" in shell.run("notice", str(path))[1]
    path.write_text("Toys")
    assert shell.json("notice", str(path), code=1)["lots"] == []
