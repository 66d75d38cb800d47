"""The commands: exact JSON, text for people, exit codes for good, bad and empty input."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from sanpin.app.cli import main
from sanpin.kit.files import read_table
from sanpin.kit.workspace import Workspace
from sanpin.trace.engine.epcis import read_document, validate
from sanpin.trace.sample import sample_documents


class Shell:
    """Runs commands in a workspace and keeps what they print."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of a command."""
        self._capture.readouterr()
        try:
            code = main(["trace", *words, "--workspace", str(self.folder)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = self._capture.readouterr()
        return code, out, err

    def json(self, *words: str) -> Any:
        """The one JSON document that a good command prints."""
        code, out, err = self.run(*words, "--json")
        assert (code, out.count("\n")) == (0, 1), err
        return orjson.loads(out)


@pytest.fixture
def shell(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(workspace.path, capsys)


@pytest.fixture
def documents(tmp_path: Path) -> list[str]:
    paths = []
    for number, data in enumerate(sample_documents()):
        path = tmp_path / f"sample-{number}.json"
        path.write_bytes(data)
        paths.append(str(path))
    return paths


@pytest.fixture
def loaded(shell: Shell, documents: list[str]) -> Shell:
    assert shell.run("capture", *documents)[0] == 0
    return shell


def test_capture_counts_and_knows_again(shell: Shell, documents: list[str]) -> None:
    first = shell.json("capture", *documents)
    assert list(first) == [
        "files",
        "events",
        "captured",
        "duplicates",
        "rejected",
        "seconds",
        "errors",
    ]
    assert (first["files"], first["events"], first["captured"]) == (1, 35, 35)
    again = shell.json("capture", *documents)
    assert (again["captured"], again["duplicates"]) == (0, 35)
    code, out, _ = shell.run("capture", *documents)
    assert code == 0
    assert "0 of 35 events captured, 35 known already" in out


def test_refused_files_end_with_one_and_are_named(
    shell: Shell, documents: list[str], tmp_path: Path
) -> None:
    bad, empty = tmp_path / "bad.json", tmp_path / "empty.json"
    bad.write_bytes(sample_documents()[0].replace(b'"OBSERVE"', b'"CREATE"', 1))
    empty.write_bytes(b"")
    code, out, _ = shell.run("capture", str(bad), str(empty), "--json")
    record = orjson.loads(out)
    assert (code, record["captured"], record["rejected"]) == (1, 0, 35)
    assert [(e["file"], e["code"], e["path"]) for e in record["errors"]] == [
        (str(bad), "trace.event.action", "action"),
        (str(empty), "trace.document.empty", None),
    ]
    code, out, _ = shell.run("capture", str(bad), "--error-behaviour", "proceed")
    assert code == 1
    assert "34 of 35 events captured" in out
    assert f"{bad}:1:action" in out
    assert shell.run("capture", str(bad), "--lang", "zh")[1] != out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["capture"], 2, "No file was named"),
        (["capture", "/nowhere/file.json"], 1, "cannot be read"),
        (["back", "???"], 1, "no code that is understood"),
        (["back", "urn:x:never"], 1, "No event of yours names urn:x:never"),
        (["history", "(01)09521234567898"], 1, "check digit"),
        (["recall"], 1, "Nothing was named"),
        (["recall", "urn:x:a", "--from", "yesterday"], 1, "no date and time"),
        (["events", "--epc", ""], 1, "nothing to read"),
        (["capture", "x", "--error-behaviour", "maybe"], 2, ""),
        (["nothing"], 2, ""),
        (["back"], 2, "EPC is missing"),
        (["back", "--depth"], 2, "no option --depth"),
        (["recall", "--form", "x"], 2, "no option --form"),
        (["capture", "--lenient"], 2, "no option --lenient"),
        (["validate", "--leniant"], 2, "no option --leniant"),
        (["hash"], 2, "No file was named"),
    ],
)
def test_refusals_have_their_exit_code(
    shell: Shell, words: list[str], code: int, said: str
) -> None:
    found, out, err = shell.run(*words)
    assert found == code
    assert said in err
    assert out == "" or code == 2


def test_a_query_is_nothing_to_capture(shell: Shell, tmp_path: Path) -> None:
    asked = tmp_path / "query.json"
    asked.write_bytes(
        orjson.dumps({"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                      "name": "Mine", "query": {"EQ_action": ["ADD"]}})
    )  # fmt: skip
    assert shell.run("validate", str(asked))[0] == 0
    code, out, _ = shell.run("capture", str(asked), "--json")
    record = orjson.loads(out)
    assert (code, record["events"]) == (1, 0)
    assert [error["code"] for error in record["errors"]] == ["trace.capture.query"]


def test_a_refused_query_is_told_once(shell: Shell, tmp_path: Path) -> None:
    for words, said in (
        (["--param", "EQ_nothing=1"], "EQ_nothing"),
        (["--param", "GE_eventTime=2026"], "GE_eventTime"),
    ):
        err = shell.run("events", *words)[2]
        assert sum(said in line for line in err.splitlines()) == 1
    listed = tmp_path / "list.json"
    listed.write_text("[]")
    code, _, err = shell.run("events", "--query", str(listed))
    assert (code, '"EQ_bizStep": ["shipping"]' in err, "{" in err) == (1, True, False)


def test_questions_print_their_json(loaded: Shell, codes: Any) -> None:
    back = loaded.json("back", codes.mug)
    assert [node["depth"] for node in back["nodes"]] == [0, 1, 1, 2]
    forward = loaded.json("forward", codes.brackets("CLAY", "C-0301"))
    assert forward["root"] == codes.clay
    assert len(forward["nodes"]) == 27
    history = loaded.json("history", codes.mug)
    assert len(history["events"]) == 14
    recall = loaded.json("recall", codes.clay, codes.lot("CLAY", "C-0302"))
    assert recall["seeds"] == [codes.clay, codes.lot("CLAY", "C-0302")]
    assert recall["counts"]["products"] == 8


def test_events_print_a_query_document(loaded: Shell, codes: Any) -> None:
    for words in (["events", "--epc", codes.clay, "--json"], ["events", "--epc", codes.clay]):
        code, out, _ = loaded.run(*words)
        assert code == 0
        document = read_document(out.encode())
        assert (document.kind, len(document.events)) == ("query-document", 3)
        assert validate(document).valid
    few = loaded.run("events", "--param", "perPage=4")
    assert len(read_document(few[1].encode()).events) == 4
    assert "--all" in few[2]


def test_questions_print_text_for_people(loaded: Shell, codes: Any) -> None:
    assert loaded.run("back", codes.mug)[1].splitlines()[0] == f"{codes.mug}  120"
    assert f"  {codes.lot('GLAZE', 'G-0301')}  90 KGM" in loaded.run("back", codes.mug)[1]
    assert "shipping" in loaded.run("history", codes.mug)[1]
    text = loaded.run("recall", codes.clay)[1]
    assert text.startswith("5 products must come back; 22 containers carry them.")
    assert f"{codes.mug}  on_hand" in text


def test_standard_input_is_a_file_and_a_list(
    loaded: Shell, codes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(sample_documents()[0])))
    assert loaded.json("capture", "-")["duplicates"] == 35
    both = f"{codes.clay}\n\n{codes.mug}\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(both))
    assert loaded.json("recall", "-")["seeds"] == [codes.clay, codes.mug]
    for listed in (both, f"lot,reason\n{codes.clay},cracks\n{codes.mug},cracks\n"):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(listed.encode())))
        assert loaded.json("recall", "--seeds", "-")["seeds"] == [codes.clay, codes.mug]


@pytest.mark.parametrize("door", ["back", "forward", "history"])
def test_standard_input_holds_one_code(
    loaded: Shell, codes: Any, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"\n{codes.mug}\n"))
    assert loaded.json(door, "-") == loaded.json(door, codes.mug)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, _, err = loaded.run(door, "-")
    assert (code, "nothing to read" in err) == (1, True)


def test_standard_input_holds_a_query_or_the_code_of_one(
    loaded: Shell, codes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b'{"perPage": 4}')))
    assert len(read_document(loaded.run("events", "--query", "-")[1].encode()).events) == 4
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{codes.clay}\n"))
    assert len(read_document(loaded.run("events", "--epc", "-")[1].encode()).events) == 3


def test_a_recall_takes_its_seeds_from_files_and_fills_a_table(
    loaded: Shell, codes: Any, tmp_path: Path
) -> None:
    """Codes a line, or the first column of a table under any heading; all lines as a workbook."""
    lots = [codes.clay, codes.lot("CLAY", "C-0302")]
    (tmp_path / "lots.txt").write_text("\n".join(lots))
    (tmp_path / "lots.csv").write_text("lot,reason\n" + "".join(f"{lot},cracks\n" for lot in lots))
    wanted = loaded.json("recall", *lots)
    (tmp_path / "bad.csv").write_text("bad,why\n" + "".join(f"{lot},cracks\n" for lot in lots))
    for name in ("lots.txt", "lots.csv", "bad.csv"):
        found = loaded.json("recall", "--seeds", str(tmp_path / name))
        assert found | {"seconds": 0} == wanted | {"seconds": 0}
    table = tmp_path / "recall.xlsx"
    assert loaded.run("recall", lots[0], "--seeds", str(tmp_path / "lots.txt"),
                      "--xlsx", str(table))[0] == 0  # fmt: skip
    rows = read_table(table)
    assert rows.frame["c0"].to_list() == [line["id"] for line in wanted["affected"]]
    assert loaded.run("recall", "--seeds", str(tmp_path / "none.txt"))[0] == 1
