"""Commands of the factory: files, exit codes, and exactly one JSON document."""

import orjson
import pytest

from sanpin.app.cli import main
from sanpin.factory.cli import solving
from sanpin.factory.engine.causes import CAUSES, LIMITS
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.engine.solve import NOTHING
from sanpin.factory.model.clock import clock_of


@pytest.fixture
def files(tmp_path, make_plant, ft06):
    """Write a plant and a job shop."""
    (tmp_path / "plant.json").write_bytes(problem_bytes(make_plant(1)))
    (tmp_path / "ft06.txt").write_bytes(ft06)
    return tmp_path


def run(capfdbinary, *words):
    """Run a command line; return exit code, standard output and standard error."""
    code = main([str(word) for word in words])
    out, err = capfdbinary.readouterr()
    return code, out, err


def test_solve_then_check(files, capfdbinary):
    code, out, _ = run(
        capfdbinary, "factory", "solve", files / "plant.json", "--format", "sanpin",
        "--seconds", 30, "--steps", 6, "--workers", 1, "--seed", 2,
        "--out", files / "s.json", "--json",
    )  # fmt: skip
    assert code == 0
    summary = orjson.loads(out)
    assert {"status", "objective", "bound", "gap", "seconds", "steps", "terms"} <= set(summary)
    assert summary["steps"] == 6
    written = orjson.loads((files / "s.json").read_bytes())
    assert written["format"] == "sanpin.factory.schedule/1"
    assert written["objective"] == summary["objective"]
    code, out, _ = run(capfdbinary, "factory", "check", files / "plant.json", files / "s.json")
    report = orjson.loads(out)
    assert code == 0
    assert report["valid"] is True
    assert report["violations"] == []
    assert report["objective"] == summary["objective"]
    assert report["terms"] == pytest.approx(summary["terms"])


def test_a_job_shop_is_proved_and_named_by_numbers(files, capfdbinary):
    code, out, err = run(
        capfdbinary, "factory", "solve", files / "ft06.txt", "--steps", 40, "--seconds", 60,
        "--out", files / "s.json", "--json",
    )  # fmt: skip
    assert code == 0
    assert b"jsp" in err
    assert orjson.loads(out)["objective"] == 55
    rows = orjson.loads((files / "s.json").read_bytes())["operations"]
    assert {row["machine"] for row in rows} == set("012345")
    code, _, _ = run(
        capfdbinary, "factory", "check", files / "ft06.txt", files / "s.json", "--format", "jsp"
    )
    assert code == 0


def test_without_json_people_get_a_line(files, capfdbinary):
    code, out, _ = run(
        capfdbinary, "factory", "solve", files / "plant.json", "--steps", 2, "--out",
        files / "s.json", "--lang", "zh",
    )  # fmt: skip
    assert code == 0
    assert "目标值" in out.decode()


def test_check_says_no_and_why(files, capfdbinary):
    run(capfdbinary, "factory", "solve", files / "plant.json", "--steps", 2, "--out", files / "s")
    rows = orjson.loads((files / "s").read_bytes())
    rows["operations"][0]["end"] += 1
    (files / "bad").write_bytes(orjson.dumps(rows))
    code, out, _ = run(capfdbinary, "factory", "check", files / "plant.json", files / "bad")
    report = orjson.loads(out)
    assert code == 1
    assert report["valid"] is False
    assert report["violations"][0]["code"] == "time.length"


@pytest.mark.parametrize("which", ["problem", "solution"])
def test_check_answers_in_json_even_when_a_file_cannot_be_read(files, capfdbinary, which):
    (files / "noise").write_bytes(b"\0\1\2")
    names = (files / "noise", files / "noise") if which == "problem" else (
        files / "plant.json", files / "noise")  # fmt: skip
    code, out, _ = run(capfdbinary, "factory", "check", *names)
    report = orjson.loads(out)
    assert code == 1
    assert report["valid"] is False
    assert report["violations"]
    code, out, _ = run(capfdbinary, "factory", "check", files / "nothing", files / "noise")
    assert code == 1
    assert orjson.loads(out)["violations"][0]["code"] == "factory.file.unreadable"


def test_an_infeasible_problem_is_told_with_its_causes(files, capfdbinary):
    problem = {
        "format": "sanpin.factory.problem/1",
        "resources": [{"id": "m"}],
        "jobs": [{"id": "j", "deadline": 3,
                  "operations": [{"id": "1", "modes": [{"machine": "m", "duration": 9}]}]}],
    }  # fmt: skip
    (files / "p.json").write_bytes(orjson.dumps(problem))
    code, out, _ = run(
        capfdbinary, "factory", "solve", files / "p.json", "--steps", 3, "--out", files / "s.json",
        "--json",
    )  # fmt: skip
    assert code == 1
    assert orjson.loads(out)["status"] == "infeasible"
    written = orjson.loads((files / "s.json").read_bytes())
    assert written["operations"] == []
    assert written["causes"] == ["j: must end by 3, but operation 1 cannot end before 9."]


def test_refused_input_writes_nothing_and_names_the_places(files, capfdbinary):
    (files / "p.json").write_bytes(
        b'{"format": "sanpin.factory.problem/1", "resources": [], "jobs": [{"id": 1}]}'
    )
    code, out, err = run(
        capfdbinary, "factory", "solve", files / "p.json", "--out", files / "s.json", "--json"
    )
    assert (code, out) == (1, b"")
    assert b"factory.problem.not_text: $.jobs[0].id" in err
    assert not (files / "s.json").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("solve",),
        ("solve", "plant.json"),
        ("solve", "plant.json", "--out", "s", "--seconds", "0"),
        ("solve", "plant.json", "--out", "s", "--steps", "-1"),
        ("solve", "plant.json", "--out", "s", "--workers", "-1"),
        ("solve", "plant.json", "--out", "s", "--format", "abc"),
        ("solve", "plant.json", "--out", "s", "--colour", "red"),
        ("check", "plant.json"),
        ("check", "plant.json", "s", "--format", "abc"),
    ],
)
def test_wrong_usage_is_two(files, capfdbinary, monkeypatch, words):
    monkeypatch.chdir(files)
    code, out, _ = run(capfdbinary, "factory", *words)
    assert (code, out) == (2, b"")
    assert not (files / "s").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"2 2\n0 x", b"--format"),
        (b'{"a"', b"--format"),
        (b" ".join([b"3"] * 750), b"--instance"),
        (b"a,b\n1,2\n", b"sanpin import"),
    ],
)
def test_remedies_are_those_of_the_command_line(files, capfdbinary, content, said):
    (files / "p").write_bytes(content)
    code, _, err = run(capfdbinary, "factory", "bound", files / "p")
    assert code == 1 and said in err
    report = orjson.loads(run(capfdbinary, "factory", "check", files / "p", files / "s")[1])
    assert said.decode() in report["violations"][0]["message"]


def test_check_names_a_missing_file_in_the_language_of_the_line(files, capfdbinary):
    words = ("--lang", "zh", "factory", "check", files / "plant.json", files / "nosuch.json")
    report = orjson.loads(run(capfdbinary, *words)[1])
    assert "cannot be read" not in report["violations"][0]["message"]


@pytest.mark.parametrize("place", ["file/s.json", "folder"])
def test_a_place_that_cannot_be_written_is_named_before_the_search(
    files, capfdbinary, monkeypatch, place
):
    (files / "file").write_bytes(b"")
    (files / "folder").mkdir()
    monkeypatch.setattr(solving, "_search", lambda *_: pytest.fail("it searched first"))
    words = ("factory", "solve", files / "plant.json", "--steps", 1, "--out", files / place)
    code, _, err = run(capfdbinary, *words)
    assert code == 1
    assert str(files / place).encode() in err
    assert not list((files / "folder").iterdir())


def test_convert_writes_the_native_form(files, capfdbinary):
    code, _, _ = run(
        capfdbinary, "factory", "convert", files / "ft06.txt", "--out", files / "native.json"
    )
    assert code == 0
    record = orjson.loads((files / "native.json").read_bytes())
    assert len(record["jobs"]) == 6
    code, out, _ = run(
        capfdbinary, "factory", "solve", files / "native.json", "--steps", 40, "--seconds", 60,
        "--out", files / "s.json", "--json",
    )  # fmt: skip
    assert orjson.loads(out)["objective"] == 55
    assert code == 0


@pytest.mark.parametrize("verb", ["plan", "schedule", "late"])
def test_views_of_an_empty_workspace_say_what_to_do(workspace, capfdbinary, verb):
    code, out, err = run(capfdbinary, "factory", verb, "--workspace", workspace.path, "--json")
    assert (code, out) == (1, b"")
    assert b"sanpin loop run" in err


def test_what_is_refused_is_said_once_with_code_record_and_remedy(files, capfdbinary):
    """In the reader's language, reasons and findings within findings included."""
    (files / "bad.txt").write_bytes(b"2 2\n0 1 1\n0 1 1 2\n")
    code, _, err = run(
        capfdbinary, "factory", "convert", files / "bad.txt", "--out", files / "p.json",
        "--lang", "zh",
    )  # fmt: skip
    said = err.decode()
    assert code == 1
    assert "factory.problem.syntax: 第 2 行不符合 jsp 格式：数字太少。" in said
    assert "对照格式检查" in said
    record = {
        "format": "sanpin.factory.problem/1",
        "resources": [{"id": "m"}],
        "jobs": [
            {"id": "A7", "operations": [{"id": "1", "modes": [{"machine": "x", "duration": 1}]}]},
            {"id": "A8", "operations": [{"id": "1", "modes": [{"machine": "m"}]}]},
        ],
    }
    (files / "p.json").write_bytes(orjson.dumps(record))
    code, _, err = run(capfdbinary, "factory", "bound", files / "p.json", "--lang", "zh")
    lines = err.decode().splitlines()
    assert code == 1
    assert [line.split(":")[0] for line in lines[1:3]] == [
        "factory.problem.missing",
        "factory.problem.unknown",
    ]
    assert "A8 / 1" in lines[1]
    assert "A7 / 1" in lines[2]
    assert lines[3].startswith("问题文件有 2 处错误")
    assert "lacks" not in lines[3]
    assert len(lines) == 5, "each finding once, then the summary and the remedy"
    assert "请" in lines[1], "each with what to do about it"
    record["jobs"].pop()
    (files / "p.json").write_bytes(orjson.dumps(record))
    code, _, err = run(capfdbinary, "factory", "bound", files / "p.json", "--format", "sanpin")
    (line,) = err.decode().splitlines()
    assert line == (
        "factory.problem.unknown: $.jobs[0].operations[0].modes[0].machine: there is no “x”. "
        "(A7 / 1) Correct the name, or add the record that bears it."
    )


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("form", ["auto", "sanpin", "jsp"])
def test_an_empty_file_is_called_empty(files, capfdbinary, content, form):
    (files / "empty").write_bytes(content)
    words = ("--format", form, "--out", files / "s.json")
    code, out, err = run(capfdbinary, "factory", "solve", files / "empty", *words)
    assert (code, out) == (1, b"")
    assert err.decode().splitlines()[0] == "factory.problem.empty_file: The file is empty."
    code, _, err = run(capfdbinary, "factory", "solve", files / "empty", *words, "--lang", "zh")
    assert "文件是空的。" in err.decode()


def test_causes_are_said_in_the_language_of_the_line(files, capfdbinary):
    mode = {"machine": "m", "duration": 9}
    problem = {
        "format": "sanpin.factory.problem/1",
        "resources": [{"id": "m"}],
        "jobs": [{"id": "j", "deadline": 3, "operations": [{"id": "1", "modes": [mode]}]}],
    }
    (files / "p.json").write_bytes(orjson.dumps(problem))
    words = ("factory", "solve", files / "p.json", "--steps", 3, "--out", files / "s.json")
    said = {}
    for language in ("en", "zh"):
        code, out, _ = run(capfdbinary, *words, "--lang", language)
        assert code == 1
        said[language] = out.decode().splitlines()
    assert said["en"][1] == "j: must end by 3, but operation 1 cannot end before 9."
    assert said["zh"][0] == "任何排程都不能满足全部限制："
    assert said["zh"][1].startswith("j：须在 3 前结束")


def test_obstacles_are_told_by_date_where_the_problem_begins_at_one():
    clock = clock_of("2026-03-02T00:00:00+08:00", "min")
    causes = [
        "j: must end by 400, but operation 60 cannot end before 648.",
        "j/1: may wait 5 after 2, but comes 8 later.",
    ]
    lines = solving._obstacles(causes, clock, "min").splitlines()
    assert lines[1] == (
        "j: must end by 2026-03-02 06:40, but operation 60 cannot end before 2026-03-02 10:48."
    )
    assert lines[2] == "j/1: may wait 5 min after 2, but comes 8 min later."


@pytest.mark.parametrize(
    "causes, heading",
    [
        ([CAUSES["transport"]], "No schedule can keep all limits:"),
        ([LIMITS["deadline"], LIMITS["calendar"]], "These limits exclude each other:"),
        (["{job}: {rule}"], "No schedule was found that keeps all limits:"),
        ([NOTHING], None),
    ],
)
def test_a_heading_says_no_more_than_was_proved(causes, heading):
    fields = dict.fromkeys(("job", "op", "after", "limit", "resource"), "a")
    written = [text.format(**fields, rule="machine.overlap") for text in causes]
    lines = solving._obstacles(written).splitlines()
    assert lines[: -len(written)] == ([heading] if heading else [])
    if "{rule}" not in causes[0]:  # which is said with more words than it is written
        assert lines[-len(written) :] == written
