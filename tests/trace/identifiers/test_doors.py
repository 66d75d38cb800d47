"""The doors to identifiers: the command and the two routes."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.settings import set_setting

GTIN = "09521234567899"


def test_the_command_answers_each_line(sanpin: Any, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "kind": "ai", "value": f"(01){GTIN}(21)S"},
        {"id": "b", "kind": "ai", "value": "(01)09521234567890"},
    ]
    file, table = tmp_path / "codes.jsonl", tmp_path / "table.csv"
    file.write_bytes(b"\n".join(map(orjson.dumps, lines)))
    table.write_text("952,7\n", encoding="utf-8")
    answer = sanpin("trace", "parse", file, "--gcp-table", table)
    first, second = map(orjson.loads, answer.out.splitlines())
    assert (answer.code, first["ok"], second["ok"]) == (1, True, False)
    assert first["urn"] == "urn:epc:id:sgtin:9521234.056789.S"
    assert second["errors"][0]["at"] == 17
    answer = sanpin("trace", "parse", file, "--fix-check-digit")
    assert (answer.code, answer.out.count('"ok":true')) == (0, 2)


def test_the_command_reads_standard_input(sanpin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    line = orjson.dumps({"id": 1, "value": GTIN})
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(line)))
    answer = sanpin("trace", "parse", "-")
    assert (answer.code, orjson.loads(answer.out)["key"]) == (0, "01")


def test_the_command_answers_one_value(sanpin: Any) -> None:
    good = sanpin("trace", "parse", "--value", "-7", "--kind", "lint", "--linter", "cset82")
    assert (good.code, orjson.loads(good.out)["ok"]) == (0, True)
    bad = sanpin("trace", "parse", "--value", "(01)09521234567890", "--lang", "zh")
    record = orjson.loads(bad.out)
    assert bad.code == 1
    assert "校验码" in record["errors"][0]["message"]
    urn = sanpin(
        "trace", "parse", "--value", GTIN, "--gcp-length", "9", "--stem", "https://x.example"
    )
    record = orjson.loads(urn.out)
    assert record["urn"] == "urn:epc:idpat:sgtin:952123456.0789.*"
    assert record["dl"] == f"https://x.example/01/{GTIN}"


def test_the_command_refuses_files_that_cannot_be_read(sanpin: Any, tmp_path: Path) -> None:
    answer = sanpin("trace", "parse", tmp_path / "none.jsonl", "--json")
    assert answer.code == 1
    assert "none.jsonl" in answer.err
    table = tmp_path / "table.csv"
    table.write_text("952,7\nx\n", encoding="utf-8")
    answer = sanpin("trace", "parse", "--value", GTIN, "--gcp-table", table)
    assert answer.code == 1
    assert "Line 2" in answer.err


def test_the_route_answers_one_code(ctx: Context, site: TestClient) -> None:
    got = site.get("/api/v1/trace/parse", params={"epc": f"(01){GTIN}(21)S"}).json()
    assert (got["ok"], got["canonical"]) == (True, f"https://id.gs1.org/01/{GTIN}/21/S")
    assert got["urn"] is None
    set_setting(ctx, "trace.prefix_lengths", {"952": 7})
    got = site.get("/api/v1/trace/parse", params={"epc": f"(01){GTIN}(21)S"}).json()
    assert got["urn"] == "urn:epc:id:sgtin:9521234.056789.S"
    wrong = {"epc": "(01)09521234567890", "fix_check_digit": "true"}
    assert site.get("/api/v1/trace/parse", params=wrong).json()["ok"]
    asked = {"epc": "(01)09521234567890"}
    got = site.get("/api/v1/trace/parse", params=asked, headers={"accept-language": "zh"}).json()
    assert got["errors"][0]["code"] == "trace.identifier.check_digit"
    assert "校验码" in got["errors"][0]["message"]


def test_the_route_answers_many_codes(site: TestClient) -> None:
    codes = [{"id": 1, "value": GTIN}, {"id": 2, "value": "nothing"}, {"id": 3}]
    got = site.post("/api/v1/trace/parse", json=codes).json()
    assert [(one["id"], one["ok"]) for one in got] == [(1, True), (2, False), (3, False)]
    assert site.post("/api/v1/trace/parse", json=[]).status_code == 422
