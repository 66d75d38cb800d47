"""``sanpin trace validate | hash | convert``: exact records, text for people, exit codes."""

from __future__ import annotations

import gzip
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from sanpin.app.cli import main
from sanpin.trace.engine.epcis import read_document

EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T08:30:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "epcList": ["urn:epc:id:sgtin:9521234.056789.A"],
    "x:note": "7",
}
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def document(*events: dict[str, Any], **more: Any) -> bytes:
    root = {
        "@context": [CONTEXT, {"x": "https://x.example/"}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }
    return orjson.dumps(root | more, option=orjson.OPT_INDENT_2)


class Shell:
    """Runs commands on files in a folder and keeps what they print."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def file(self, name: str, data: bytes) -> str:
        """Write a file; its name."""
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a command."""
        self._capture.readouterr()
        try:
            code = main(["trace", *words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = self._capture.readouterr()
        return code, out, err


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def test_validation_prints_one_record_for_each_file(shell: Shell) -> None:
    good = shell.file("good.json", document(EVENT))
    bad = shell.file("bad.json", document(EVENT, EVENT | {"action": "OBSERV"}))
    broken = shell.file("broken.json", document(EVENT)[:-9])
    code, out, _ = shell.run("validate", good, bad, broken, "--json")
    first, second, third = (orjson.loads(line) for line in out.splitlines())
    assert code == 1
    assert first == {
        "file": good, "valid": True, "format": "json", "version": "2.0", "kind": "document",
        "events": 1, "errors": [],
    }  # fmt: skip
    (error,) = second["errors"]
    assert (second["valid"], second["events"]) == (False, 2)
    assert error == {
        "code": "trace.event.action",
        "message": "action: “OBSERV” is none of ADD, OBSERVE, DELETE.",
        "line": 27,
        "column": 19,
        "path": "action",
        "event": 2,
    }
    assert '"OBSERV"' in document(EVENT, EVENT | {"action": "OBSERV"}).decode().splitlines()[26]
    assert third["errors"][0]["code"] == "trace.document.json"
    assert third["valid"] is False
    assert shell.run("validate", good)[0] == 0


def test_validation_tells_people_where_to_look(shell: Shell) -> None:
    bad = shell.file("bad.json", document(EVENT | {"bizStep": "glazing"}))
    code, out, _ = shell.run("validate", bad)
    assert code == 1
    assert f"{bad}: not valid" in out
    assert f"{bad}:22:20  bizStep: “glazing”" in out
    code, out, _ = shell.run("validate", bad, "--lenient")
    assert code == 0
    assert f"{bad}: valid, 1 events" in out
    assert "△" in out
    code, out, _ = shell.run("validate", bad, "--lenient", "--json", "--lang", "zh")
    record = orjson.loads(out)
    assert (code, record["valid"], record["errors"]) == (0, True, [])
    assert (
        record["passed"][0]["message"] == "bizStep：“glazing”既不是核心业务词汇中的词，也不是 URI。"
    )


@pytest.mark.parametrize(
    ("data", "record"),
    [
        (orjson.dumps(EVENT | {"@context": {"x": "https://x/"}}), ("json", "2.0", "event", 1)),
        (orjson.dumps([EVENT | {"@context": {"x": "https://x/"}}]), ("json", "2.0", "document", 1)),
        (
            orjson.dumps({"@context": "https://x/query-schema.json", "EQ_action": ["ADD"]}),
            ("json", "2.0", "query", 0),
        ),
        (
            b'<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2" '
            b'creationDate="2026-03-01T00:00:00Z"><EPCISBody><EventList/></EPCISBody>'
            b"</e:EPCISDocument>",
            ("xml", "1.2", "document", 0),
        ),
    ],
)
def test_validation_says_what_a_document_is(
    shell: Shell, data: bytes, record: tuple[object, ...]
) -> None:
    for written in (data, gzip.compress(data)):
        _, out, _ = shell.run("validate", shell.file("one", written), "--json")
        found = orjson.loads(out)
        assert found["valid"], found
        assert (found["format"], found["version"], found["kind"], found["events"]) == record


def test_hashes_are_printed_in_order(shell: Shell) -> None:
    one = shell.file("one.json", document(EVENT, EVENT | {"action": "DELETE"}))
    code, out, _ = shell.run("hash", one)
    lines = out.splitlines()
    assert code == 0
    assert len(set(lines)) == 2
    assert all(line.startswith("ni:///sha-256;") for line in lines)
    _, out, _ = shell.run("hash", one, "--json", "--prehash")
    record = orjson.loads(out)
    assert record["file"] == one
    assert record["hashes"] == lines
    assert record["prehashes"][1].startswith("eventType=ObjectEventeventTime=2026-03-01T00:30")
    _, out, _ = shell.run("hash", one, "--prehash")
    assert out.splitlines()[::2] == lines
    assert out.splitlines()[1::2] == record["prehashes"]


def test_hashes_leave_out_what_a_document_names(shell: Shell) -> None:
    """Also when it is named behind the events."""
    plain = shell.file("plain.json", document({k: v for k, v in EVENT.items() if k != "x:note"}))
    more = {"x:ignoreFields": ["x:note"]}
    named = shell.file("named.json", document(EVENT, **more))
    assert shell.run("hash", plain)[1] == shell.run("hash", named)[1]


def test_the_quirks_of_the_reference_are_an_option(shell: Shell) -> None:
    one = shell.file("one.json", document(EVENT | {"x:yes": True}))
    assert "yes=true" in shell.run("hash", one, "--prehash")[1]
    assert "yes=True" in shell.run("hash", one, "--prehash", "--reference-quirks")[1]


def test_documents_come_from_standard_input(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.BytesIO):
        """Input that cannot be rewound."""

        def seekable(self) -> bool:
            return False

    for command in (("validate", "-"), ("hash", "-"), ("convert", "-", "--to", "json")):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Pipe(document(EVENT))))
        code, out, err = shell.run(*command)
        assert (code, bool(out)) == (0, True), err


def test_conversion_there_and_back(shell: Shell) -> None:
    one = shell.file("one.json", document(EVENT))
    target = str(shell.folder / "one.xml")
    assert shell.run("convert", one, "--to", "xml", "--out", target) == (0, "", "")
    assert shell.run("hash", target)[1] == shell.run("hash", one)[1]
    code, out, _ = shell.run("convert", target, "--to", "json")
    assert code == 0
    assert [dict(raw.body) for raw in read_document(out.encode()).events] == [EVENT]
    _, out, _ = shell.run("convert", one, "--to", "xml-1.2")
    assert read_document(out.encode()).version == "1.2"


def test_conversion_writes_identifiers_as_asked(shell: Shell) -> None:
    one = shell.file("one.json", document(EVENT))
    code, out, _ = shell.run(
        "convert", one, "--to", "json", "--epc-format", "Always_GS1_Digital_Link"
    )
    assert code == 0
    assert "https://id.gs1.org/01/09521234567899/21/A" in out
    links = shell.file("links.json", out.encode())
    code, out, err = shell.run("convert", links, "--to", "xml", "--epc-format", "Always_EPC_URN")
    assert (code, out) == (1, "")
    assert "prefix length is not known" in err
    table = shell.file("table.csv", b"9521234,7\n")
    code, out, err = shell.run(
        "convert", links, "--to", "xml", "--epc-format", "Always_EPC_URN", "--gcp-table", table
    )
    assert code == 0, err
    assert "urn:epc:id:sgtin:9521234.056789.A" in out


def test_a_refused_conversion_leaves_nothing_behind(shell: Shell) -> None:
    report = {"sensorReport": [{"type": "Temperature", "value": 1}]}
    one = shell.file("one.json", document(EVENT, EVENT | {"sensorElementList": [report]}))
    target = shell.folder / "old.xml"
    code, out, err = shell.run("convert", one, "--to", "xml-1.2", "--out", str(target))
    assert (code, out) == (1, "")
    assert "EPCIS 1.2 cannot say sensorElementList" in err
    assert sorted(path.name for path in shell.folder.iterdir()) == ["one.json"]
    assert shell.run("convert", one, "--to", "xml-1.2")[:2] == (1, "")
    missing = str(shell.folder / "no" / "folder.xml")
    code, _, err = shell.run("convert", one, "--to", "xml", "--out", missing)
    assert code == 1
    assert "There is no folder" in err


def test_a_converted_file_has_usual_rights_and_a_date(shell: Shell) -> None:
    target = shell.folder / "new.json"
    plain = shell.folder / "plain"
    plain.touch()
    empty = shell.file("empty.json", b"[]")
    assert shell.run("convert", empty, "--to", "json", "--out", str(target))[0] == 0
    assert target.stat().st_mode == plain.stat().st_mode
    assert shell.run("validate", str(target))[0] == 0


def test_a_bad_file_costs_no_hashes_of_the_others(shell: Shell) -> None:
    good = shell.file("good.json", document(EVENT))
    bad = shell.file("bad.json", document(EVENT)[:-9])
    code, out, err = shell.run("hash", good, bad, good, "--json")
    first, second, third = (orjson.loads(line) for line in out.splitlines())
    assert (code, list(first), len(first["hashes"])) == (1, ["file", "hashes"], 1)
    assert first == third
    assert (second["file"], second["errors"][0]["code"]) == (bad, "trace.document.json")
    assert f"▲ {bad}: " in err
    code, out, err = shell.run("hash", bad, good)
    assert (code, first["hashes"][0] in out) == (1, True)


def test_a_pipe_is_written_to_and_not_replaced(shell: Shell, tmp_path: Path) -> None:
    """Neither are devices: whoever converts into /dev/null must not put a file in its place."""
    one = shell.file("one.json", document(EVENT))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        assert shell.run("convert", one, "--to", "xml", "--out", str(pipe)) == (0, "", "")
        assert b"<epcis:EPCISDocument" in read.result(30)
    assert pipe.is_fifo()


def test_wrong_lines_are_refused(shell: Shell) -> None:
    one = shell.file("one.json", document(EVENT))
    assert shell.run("validate")[0] == 2
    assert shell.run("hash", str(shell.folder / "absent.json"))[0] == 1
    assert shell.run("convert", one)[0] == 2
    assert shell.run("convert", one, "--to", "csv")[0] == 2
    _, out, _ = shell.run("validate", str(shell.folder / "absent.json"), "--json")
    record = orjson.loads(out)
    assert (record["valid"], record["events"], record["format"]) == (False, 0, None)
