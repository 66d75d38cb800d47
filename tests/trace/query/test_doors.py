"""Queries at our own doors: command line and API give the same documents and tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import orjson
import pytest
from starlette.testclient import TestClient

from sanpin.app.cli import main
from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import read_document, validate

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(chain: Context, capfd: pytest.CaptureFixture[str]) -> Run:
    """Give a command line on the sample chain."""

    def call(*words: str) -> tuple[int, str, str]:
        code = main(["trace", "events", "--workspace", str(chain.workspace.path), *words])
        out = capfd.readouterr()
        return code, out.out, out.err

    return call


@pytest.fixture
def client(site: TestClient, chain: Context) -> TestClient:
    """Give a client of a server on the sample chain."""
    return site


def events_in(text: str | bytes) -> list[dict[str, Any]]:
    document = read_document(text.encode() if isinstance(text, str) else text)
    assert validate(document).valid
    return [dict(event.body) for event in document.events]


def times(events: list[dict[str, Any]]) -> list[str]:
    return [event["eventTime"] for event in events]


def test_conditions_are_joined(run: Run, codes: Any) -> None:
    everything = events_in(run("--all")[1])
    assert len(everything) == 35
    assert times(everything) == sorted(times(everything))
    some = events_in(run("--param", "EQ_bizStep=shipping|receiving")[1])
    assert {event["bizStep"] for event in some} == {"shipping", "receiving"}
    twice = run("--param", "EQ_bizStep=shipping", "--param", "EQ_bizStep=receiving")[1]
    assert events_in(twice) == some
    few = events_in(run("--param", "EQ_bizStep=shipping|receiving", "--epc", codes.clay)[1])
    assert 0 < len(few) < len(some)


def test_conditions_come_from_a_file(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "query.json"
    file.write_bytes(orjson.dumps({"query": {"EQ_action": ["ADD"], "orderBy": "eventTime"}}))
    found = events_in(run("--query", str(file))[1])
    assert times(found) == sorted(times(found), reverse=True)
    assert {event["action"] for event in found} == {"ADD"}
    narrower = events_in(run("--query", str(file), "--param", "EQ_action=OBSERVE")[1])
    assert {event["action"] for event in narrower} == {"OBSERVE"}
    file.write_text("{", encoding="utf-8")
    assert run("--query", str(file))[0] == 1


def test_more_than_a_page_is_said(run: Run) -> None:
    code, out, err = run("--param", "perPage=5")
    assert (code, len(events_in(out))) == (0, 5)
    assert "--all" in err
    code, out, err = run("--param", "perPage=5", "--all")
    assert (len(events_in(out)), err) == (35, "")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--param", "EQ_bizStep"], "NAME=VALUE"),
        (["--param", "EQ_bizStep=jumping"], "jumping"),
        (["--param", "GE_eventTime=2026-03-01T00:00:00"], "offset"),
        (["--param", "GE_eventDate=2026-03-01T00:00:00Z"], "GE_eventTime"),
        (["--epc", "(01)09521234567898"], "check digit"),
        (["--query", "nowhere.json"], "nowhere.json"),
    ],
)
def test_mistakes_are_told(run: Run, words: list[str], part: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert part in err


def test_formats_hold_the_same_events(run: Run, tmp_path: Path) -> None:
    names = [event["eventID"] for event in events_in(run("--all")[1])]
    table = list(csv.DictReader(io.StringIO(run("--format", "csv")[1].removeprefix("\ufeff"))))
    assert [row["Event"] for row in table] == names
    assert all(row["Time"].endswith("+08:00") for row in table)
    book = tmp_path / "events.xlsx"
    assert run("--format", "xlsx", "--out", str(book))[:2] == (0, "")
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == names
    file = tmp_path / "events.xml"
    assert run("--format", "xml", "--all", "--out", str(file))[0] == 0
    assert [event["eventID"] for event in events_in(file.read_bytes())] == names
    assert ElementTree.parse(file).getroot().tag.endswith("EPCISQueryDocument")


def test_empty_answers_keep_their_form(run: Run) -> None:
    nothing = ("--param", "EQ_eventID=urn:x:never")
    assert events_in(run(*nothing)[1]) == []
    assert run(*nothing, "--format", "csv")[1].count("\n") == 1


def test_the_api_answers_alike(client: TestClient, run: Run, codes: Any) -> None:
    asked = {"epc": codes.clay, "EQ_action": "ADD|OBSERVE"}
    answer = client.get("/api/v1/trace/events", params=asked)
    assert events_in(answer.content) == events_in(
        run("--epc", codes.clay, "--param", "EQ_action=ADD|OBSERVE")[1]
    )
    page = client.get("/api/v1/trace/events?perPage=20")
    rest = client.get(page.headers["link"].split(">")[0][1:])
    assert len(events_in(page.content)) + len(events_in(rest.content)) == 35
    assert "link" not in rest.headers
    complete = client.get("/api/v1/trace/events?perPage=20&all=true")
    assert len(events_in(complete.content)) == 35
    table = client.get("/api/v1/trace/events?format=csv&lang=zh")
    assert table.text.splitlines()[0].startswith("\ufeff事件")
    assert len(table.text.splitlines()) == 36
    xml = client.get("/api/v1/trace/events?format=xml")
    assert xml.headers["content-type"].startswith("application/xml")
    assert len(events_in(xml.content)) == 35


def test_refusals_of_the_api_are_our_own(client: TestClient) -> None:
    answer = client.get("/api/v1/trace/events?EQ_colour=red&all=true")
    assert (answer.status_code, answer.json()["code"]) == (400, "trace.query.parameter")
    assert answer.json()["type"] == "urn:sanpin:problem:trace.query.parameter"
    assert client.get("/api/v1/trace/events?epc=???").status_code == 422
