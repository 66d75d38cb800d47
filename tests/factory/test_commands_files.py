"""More commands on files: every option, good, bad and empty input, and the schemas of outputs."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import sleep

import jsonschema_rs
import orjson
import pytest

from sanpin.app.cli import main
from sanpin.base import InputError
from sanpin.factory.cli import solving
from sanpin.factory.engine import choosing
from sanpin.factory.engine import solve as engine
from sanpin.factory.engine.formats import FORMATS
from sanpin.factory.engine.formats.native import read_native
from sanpin.factory.engine.formats.writer import problem_bytes
from sanpin.factory.sample.plants import FEATURES
from sanpin.factory.service import warming
from sanpin.kit.machine_code import MachineCode

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


@pytest.fixture
def files(tmp_path, make_plant, ft06, monkeypatch):
    """Write a plant, a job shop, a schedule of the plant, and stand in their folder."""
    (tmp_path / "plant.json").write_bytes(problem_bytes(make_plant(1)))
    (tmp_path / "ft06.txt").write_bytes(ft06)
    (tmp_path / "empty").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capfdbinary):
    """Run a command of the factory; return exit code, standard output and standard error."""

    def go(*words):
        code = main(["factory", *(str(word) for word in words)])
        return code, *capfdbinary.readouterr()

    return go


@pytest.fixture
def solved(files, run):
    """Solve the plant with few steps and return what was written."""
    assert run("solve", "plant.json", "--steps", 3, "--out", "s.json")[0] == 0
    return files / "s.json"


def test_no_rounds_repeat_what_was_cancelled_before_the_first(files, run):
    for out in ("one.json", "two.json"):
        assert run("solve", "plant.json", "--steps", 0, "--out", out)[0] == 0
    one, two = (orjson.loads((files / out).read_bytes()) for out in ("one.json", "two.json"))
    assert one["steps"] == 0
    assert one["operations"] == two["operations"] != []


def of_schema(name, content):
    """Return a JSON document that follows a schema of the documentation."""
    schema = orjson.loads((SCHEMAS / f"factory-{name}.json").read_bytes())
    value = orjson.loads(content)
    jsonschema_rs.validate(schema, value)
    return value


def test_schemas_describe_every_output(files, run, solved):
    of_schema("schedule", solved.read_bytes())
    out = run("solve", "plant.json", "--steps", 2, "--out", "t.json", "--json")[1]
    of_schema("solve", out)
    good = of_schema("report", run("check", "plant.json", "s.json")[1])
    assert good["valid"]
    bad = of_schema("report", run("check", "plant.json", "empty")[1])
    assert not bad["valid"]
    of_schema("bound", run("bound", "plant.json", "--json")[1])
    of_schema("critical", run("critical", "plant.json", "s.json", "--job", "j0", "--json")[1])
    made = ("generate", "--kind", "pharma", "--machines", 9, "--jobs", 3, "--out", "p.json")
    of_schema("generate", run(*made, "--json")[1])


def test_an_infeasible_schedule_follows_the_schema_too(files, run):
    problem = {
        "format": "sanpin.factory.problem/1",
        "resources": [{"id": "m"}],
        "jobs": [{"id": "j", "deadline": 3,
                  "operations": [{"id": "1", "modes": [{"machine": "m", "duration": 9}]}]}],
    }  # fmt: skip
    (files / "p.json").write_bytes(orjson.dumps(problem))
    code, out, _ = run("solve", "p.json", "--steps", 3, "--out", "s.json", "--json")
    assert code == 1
    summary = {"status", "objective", "bound", "gap", "seconds", "steps", "terms"}
    assert of_schema("solve", out).keys() == summary, "exactly what is promised"
    written = of_schema("schedule", (files / "s.json").read_bytes())
    assert written["status"] == "infeasible"
    assert written["causes"]


# solve


def test_weights_of_the_line_replace_those_of_the_file(files, run):
    words = ("solve", "plant.json", "--steps", 2, "--out", "s.json", "--json", "--objective")
    code, out, _ = run(*words, "makespan=2", "setup=0.5")
    summary = orjson.loads(out)
    assert code == 0
    terms = summary["terms"]
    assert summary["objective"] == 2 * terms["makespan"] + 0.5 * terms["setup"]
    code, out, _ = run(*words, "makespan=2", "--objective", "setup=0.5")
    assert orjson.loads(out)["objective"] == summary["objective"]


def test_a_start_is_never_made_worse(files, run):
    run("solve", "plant.json", "--steps", 4, "--seed", 5, "--out", "good.json")
    best = orjson.loads((files / "good.json").read_bytes())
    code, out, _ = run(
        "solve", "plant.json", "--steps", 1, "--start", "good.json", "--out", "s.json", "--json"
    )
    assert code == 0
    assert orjson.loads(out)["objective"] <= best["objective"]
    assert orjson.loads(run("check", "plant.json", "s.json")[1])["valid"]


def test_a_start_that_breaks_rules_is_refused_with_all_of_them(files, run, solved):
    rows = orjson.loads(solved.read_bytes())
    rows["operations"][0]["end"] += 1
    rows["operations"][1]["machine"] = "nowhere"
    (files / "bad.json").write_bytes(orjson.dumps(rows))
    twice = solved.read_bytes().replace(b'"operations"', b'"operations":[],"operations"')
    (files / "twice.json").write_bytes(twice)
    for name, code, remedy in (
        ("bad.json", b"mode.machine", b"sanpin factory check"),
        ("empty", b"schedule.not_json", b"sanpin factory solve"),
        ("twice.json", b"operations", b"sanpin factory solve"),
    ):
        result, out, err = run("solve", "plant.json", "--start", name, "--out", "t.json")
        assert (result, out) == (1, b"")
        assert code in err
        assert remedy in err
        assert b"operation.missing" not in err
    assert not (files / "t.json").exists()
    result, _, err = run("solve", "plant.json", "--start", "none.json", "--out", "t.json")
    assert result == 1
    assert b"none.json" in err


def test_the_library_refuses_a_start_that_breaks_rules(make_plant):
    problem = make_plant(2)
    found = engine.schedule(problem, engine.Params(seconds=60, steps=1))
    again = engine.schedule(problem, engine.Params(seconds=60, steps=1), start=found, seed=9)
    assert again.objective <= found.objective
    late = replace(found, operations=found.operations[1:])
    with pytest.raises(InputError, match=r"operation\.missing") as error:
        engine.schedule(problem, engine.Params(seconds=60, steps=1), start=late)
    assert error.value.code == "factory.schedule.invalid"


def test_interrupting_writes_the_best_so_far(files, run, monkeypatch):
    def interrupted(*words, report, **options):
        pressed = []

        def press(*figures):
            report(*figures)
            if not pressed:
                pressed.append(True)
                signal.raise_signal(signal.SIGINT)

        return original(*words, report=press, **options)

    original = engine.schedule
    monkeypatch.setattr(engine, "schedule", interrupted)
    code, out, _ = run("solve", "plant.json", "--seconds", 60, "--out", "s.json", "--json")
    assert code == 0
    assert orjson.loads(out)["status"] == "cancelled"
    assert orjson.loads((files / "s.json").read_bytes())["status"] == "cancelled"
    assert orjson.loads(run("check", "plant.json", "s.json")[1])["valid"]


def test_an_interrupt_while_the_file_is_read_still_gives_a_schedule(files, run, monkeypatch):
    def read(*words, **options):
        signal.raise_signal(signal.SIGINT)
        return original(*words, **options)

    original = solving.read_file
    monkeypatch.setattr(solving, "read_file", read)
    code, out, _ = run("solve", "plant.json", "--seconds", 60, "--out", "s.json", "--json")
    assert code == 0
    assert orjson.loads(out)["status"] == "cancelled"
    assert orjson.loads(run("check", "plant.json", "s.json")[1])["valid"]


def test_a_second_interrupt_ends_the_command(files, run, monkeypatch):
    def read(*words, **options):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        return original(*words, **options)

    original = solving.read_file
    monkeypatch.setattr(solving, "read_file", read)
    assert run("solve", "plant.json", "--seconds", 60, "--out", "s.json")[0] == 130
    assert not (files / "s.json").exists()


def test_all_cores_are_one_word(files, run, monkeypatch):
    seen = []

    def watched(problem, params, **options):
        seen.append(params.workers)
        return original(problem, params, **options)

    original = engine.schedule
    monkeypatch.setattr(engine, "schedule", watched)
    monkeypatch.setattr(solving, "_cores", lambda: 3)
    for workers in (0, 2):
        words = ("solve", "plant.json", "--steps", 1, "--workers", workers, "--out", "s.json")
        assert run(*words)[0] == 0
    assert seen == [3, 2]
    monkeypatch.undo()
    assert solving._cores() >= 1


def test_progress_comes_at_most_ten_times_a_second(monkeypatch):
    now, told = [100.0], []
    monkeypatch.setattr(solving.time, "monotonic", lambda: now[0])
    report = solving._reporting(lambda share, text: told.append((share, text)), 20.0)
    for step in range(100):
        now[0] += 0.01
        report(1000.0 - step, 0, step, 0.01 * step)
    assert 9 <= len(told) <= 11
    assert told[0] == (0.0, "1,000")
    assert all(0 <= share <= 1 for share, _ in told)


@pytest.mark.parametrize("verb", ["solve", "convert", "bound"])
def test_an_empty_or_missing_problem_is_refused_and_nothing_written(files, run, verb):
    out = () if verb == "bound" else ("--out", "s.json")
    for name in ("empty", "nothing.json"):
        for form in ("auto", *FORMATS):
            code, text, err = run(verb, name, "--format", form, *out)
            assert (code, text) == (1, b"")
            assert err.strip()
    assert not (files / "s.json").exists()


def test_refusals_speak_chinese(files, run):
    code, _, err = run("bound", "nothing.json", "--lang", "zh")
    assert code == 1
    assert "无法读取文件" in err.decode()
    code, _, err = run("critical", "plant.json", "empty", "--job", "j0", "--lang", "zh")
    assert "排程不是 JSON" in err.decode()
    code, _, err = run("generate", "--kind", "toys", "--out", "p.json", "--lang", "zh")
    assert code == 2
    assert "garment, icecream, pharma" in err.decode()
    assert "须为" in err.decode()


@pytest.mark.parametrize(
    "words",
    [
        ("solve", "plant.json", "--out", "s", "--objective", "beauty=1"),
        ("solve", "plant.json", "--out", "s", "--objective", "setup=-1"),
        ("solve", "plant.json", "--out", "s", "--objective", "setup=nan"),
        ("solve", "plant.json", "--out", "s", "--objective", "setup"),
        ("solve", "plant.json", "--out", "s", "--instance", "0"),
        ("solve", "plant.json", "--out", "s", "--seconds", "nan"),
        ("convert", "plant.json"),
        ("convert", "plant.json", "--out", "s", "--format", "abc"),
        ("bound",),
        ("bound", "plant.json", "--format", "abc"),
        ("critical", "plant.json", "s.json"),
        ("critical", "plant.json", "--job", "j0"),
        ("generate", "--out", "s"),
        ("generate", "--kind", "toys", "--out", "s"),
        ("generate", "--kind", "garment", "--out", "s", "--without", "robots"),
        ("generate", "--kind", "garment", "--out", "s", "--only", "robots"),
        ("solve", "plant.json", "--out", "s", "--seed", -3),
        ("solve", "plant.json", "--out", "s", "--seed", 10**30),
        ("generate", "--kind", "garment", "--out", "s", "--seed", -1),
        ("solve", "plant.json", "--out", "s", "--workers", "1.5"),
        ("solve", "plant.json", "--out", "s", "--steps", "1.9"),
        ("solve", "plant.json", "--out", "s", "--seed", "1.0"),
        ("solve", "plant.json", "--out", "s", "--instance", "1.5"),
        ("solve", "plant.json", "--objective", "--out", "s"),
        ("solve", "plant.json", "--out", "s", "--objective", "setup=1", "setup=2"),
        ("generate", "--kind", "garment", "--out", "s", "--jobs", "9.5"),
        ("warm", "now"),
    ],
)
def test_wrong_usage_is_two_and_says_so(files, run, words):
    code, out, err = run(*words)
    assert (code, out) == (2, b"")
    assert err.strip()
    assert not (files / "s").exists()


def test_of_many_findings_check_lists_a_hundred_and_counts_the_rest(files, run):
    plant = orjson.loads((files / "plant.json").read_bytes())
    plant["jobs"][0] |= {f"key{at}": 1 for at in range(160)}
    (files / "bad.json").write_bytes(orjson.dumps(plant))
    code, out, _ = run("check", "bad.json", "bad.json", "--format", "sanpin")
    rows = of_schema("report", out)["violations"]
    assert (code, len(rows)) == (1, 101)
    assert {row["code"] for row in rows[:100]} == {"factory.problem.unknown_key"}
    assert all(row["hint"] for row in rows[:100])
    assert rows[100]["code"] == "factory.problem.invalid"
    assert (rows[100]["count"], rows[100]["listed"]) == (160, 100)
    assert "160 errors; 100 are listed" in rows[100]["message"]


def test_check_says_as_what_it_read_the_problem(files, run, solved):
    assert run("check", "plant.json", solved)[2] == b"Read as sanpin.\n"
    assert run("check", "plant.json", solved, "--format", "sanpin")[2] == b""


def test_a_record_is_named_even_if_its_id_is_a_word_of_the_sentence(files, run):
    plant = {
        "format": "sanpin.factory.problem/1",
        "resources": [{"id": "m"}, {"id": "w", "kind": "worker", "capacity": 2}],
        "jobs": [
            {"id": "0", "operations": [{"id": "1", "modes": [{"machine": "m"}]}]},
            {"id": "a", "due": "soon", "operations": [{"id": "1", "modes": []}]},
        ],
    }
    (files / "bad.json").write_bytes(orjson.dumps(plant))
    said = run("bound", "bad.json", "--format", "sanpin")[2].decode()
    assert "a worker does one thing at a time. (w)" in said
    assert "(0 / 1)" in said
    assert "$.jobs[1].due must be a whole number. (a)" in said


def test_a_schedule_is_written_through_links_and_into_pipes(files, run):
    (files / "link.json").symlink_to(files / "real.json")
    assert run("solve", "plant.json", "--steps", 1, "--out", "link.json")[0] == 0
    assert (files / "link.json").is_symlink()
    assert of_schema("schedule", (files / "real.json").read_bytes())
    os.mkfifo(files / "pipe")
    with ThreadPoolExecutor(1) as aside:
        read = aside.submit((files / "pipe").read_bytes)
        assert run("convert", "plant.json", "--out", "pipe")[0] == 0
        assert read.result(60) == (files / "plant.json").read_bytes()
    assert (files / "pipe").is_fifo()
    code, _, err = run("convert", "plant.json", "--out", "plant.json/under")
    assert code == 1
    assert b"factory.file.unwritable" in err
    assert b"no folder" in err


def test_weights_that_leave_64_bits_are_refused_before_the_search(files, run):
    words = ("solve", "plant.json", "--seconds", 60, "--out", "s", "--objective")
    code, out, err = run(*words, "makespan=1e17")
    assert (code, out) == (1, b"")
    assert b"factory.problem.overflow" in err
    assert not (files / "s").exists()


def test_sample_plants_have_an_end(files, run):
    code, _, err = run("generate", "--kind", "garment", "--jobs", 10**7, "--out", "s")
    assert code == 1
    assert b"100000 jobs" in err or b"100,000 jobs" in err
    assert not (files / "s").exists()


# bound, critical


def test_a_bound_is_told_in_words_and_as_json(files, run, solved):
    code, out, _ = run("bound", "ft06.txt", "--format", "jsp")
    assert code == 0
    assert b"No schedule is better than" in out
    value = orjson.loads(run("bound", "ft06.txt", "--format", "jsp", "--json")[1])
    assert 47 <= value["bound"] <= 55
    assert value["weights"] == {"makespan": 1}
    assert value["terms"]["makespan"] == value["bound"]
    least = orjson.loads(run("bound", "plant.json", "--json")[1])["bound"]
    assert least <= orjson.loads(solved.read_bytes())["objective"]


def test_a_chain_is_told_line_by_line(files, run, solved):
    words = ("critical", "plant.json", "s.json", "--job", "j0")
    code, out, _ = run(*words, "--json")
    assert code == 0
    value = orjson.loads(out)
    ends = [row["end"] for row in orjson.loads(solved.read_bytes())["operations"]
            if row["job"] == "j0"]  # fmt: skip
    assert value["end"] == max(ends)
    lines = run(*words)[1].decode().splitlines()
    assert len(lines) == len(value["links"])
    assert lines[-1].startswith("j0/")
    chinese = run(*words, "--lang", "zh")[1].decode()
    assert "自" in chinese


def test_every_kind_of_link_has_words():
    from sanpin.factory.cli.judging import KINDS
    from sanpin.factory.engine.critical import LinkKind
    from sanpin.kit.i18n import translate

    assert set(KINDS) == set(LinkKind)
    assert all(translate(word, "zh-CN") != word for word in KINDS.values())


def test_a_chain_of_nothing_or_of_an_invalid_schedule_is_refused(files, run, solved):
    code, out, err = run("critical", "plant.json", "s.json", "--job", "nobody")
    assert (code, out) == (1, b"")
    assert "“nobody”".encode() in err
    rows = orjson.loads(solved.read_bytes())
    rows["operations"] = rows["operations"][1:]
    (files / "bad.json").write_bytes(orjson.dumps(rows))
    code, out, err = run("critical", "plant.json", "bad.json", "--job", "j0")
    assert (code, out) == (1, b"")
    assert b"operation.missing" in err


# generate, warm


@pytest.mark.parametrize("kind", ["garment", "icecream", "pharma"])
def test_a_generated_plant_is_a_problem_file(files, run, kind):
    words = ("--kind", kind, "--jobs", 4, "--machines", 8, "--seed", 3, "--out", "p.json")
    code, out, _ = run("generate", *words)
    assert code == 0
    assert out.startswith(b"SAMPLE")
    assert len(read_native((files / "p.json").read_bytes()).jobs) == 4
    before = (files / "p.json").read_bytes()
    run("generate", *words)
    assert (files / "p.json").read_bytes() == before


def test_features_are_chosen_by_name(files, run):
    words = ("generate", "--kind", "icecream", "--jobs", 8, "--machines", 8, "--out", "p.json")
    assert run(*words, "--without", "tanks", "workers", "--without", "waits")[0] == 0
    problem = read_native((files / "p.json").read_bytes())
    operations = [op for job in problem.jobs for op in job.operations]
    assert not any(op.hold or op.worker for op in operations)
    assert any(op.batch for op in operations)
    assert run(*words, "--only", "setups")[0] == 0
    problem = read_native((files / "p.json").read_bytes())
    assert problem.setups
    assert not problem.calendars
    assert {"tanks", "workers", "waits", "setups"} <= FEATURES


def test_too_few_machines_are_refused(files, run):
    code, out, err = run("generate", "--kind", "garment", "--machines", 3, "--out", "p.json")
    assert (code, out) == (1, b"")
    assert b"7 machines" in err
    assert not (files / "p.json").exists()


def test_warming_compiles_every_part_then_knows_that_it_did(files, run, monkeypatch):
    from sanpin.factory.engine.warming import PARTS
    from sanpin.factory.service import warming as service

    monkeypatch.setattr(MachineCode, "folder", files / "cache")
    # What other tests have compiled is of these sources and stays.
    monkeypatch.setattr(MachineCode, "forget", lambda _: None)
    assert not service.is_warm()
    assert service.compile_kernels(["lists"]) == sum(part.search == "lists" for part in PARTS)
    assert service.is_warm(["lists"])
    assert not service.is_warm()
    code, out, _ = run("warm", "--json")
    assert code == 0
    assert of_schema("warm", out)["parts"] == sum(part.search == "sequences" for part in PARTS)
    assert service.is_warm()
    assert of_schema("warm", run("warm", "--json")[1])["parts"] == 0
    assert run("warm", "--lang", "zh")[1].decode().startswith("用时")


def test_loading_a_search_takes_nothing_of_its_time(files, run, monkeypatch):
    monkeypatch.setattr(choosing, "warm", lambda searches: sleep(0.7))
    words = ("solve", "plant.json", "--seconds", 0.6, "--out", "s.json", "--json")
    found = of_schema("solve", run(*words)[1])
    assert found["seconds"] < 1
    assert found["steps"] > 0


def test_who_needs_one_search_waits_for_that_one_only(tmp_path, monkeypatch):
    """While another process compiles, and does not go on to compile what that one has done."""
    monkeypatch.setattr(MachineCode, "folder", tmp_path)
    monkeypatch.setattr(warming, "_compile", lambda searches: pytest.fail(f"compiled {searches}"))
    with warming._one_at_a_time() as is_here, ThreadPoolExecutor() as pool:
        assert is_here
        with warming._one_at_a_time() as is_another:
            assert not is_another
        waiting = pool.submit(warming.compile_kernels, ["lists"])
        with pytest.raises(TimeoutError):
            waiting.result(3 * warming._WAIT)
        warming._CODE.mark("lists").touch()
        assert waiting.result(30) == 0
    assert not warming.is_warm(["sequences"])


def test_warming_knows_every_module_with_entries(pytestconfig):
    sources = (pytestconfig.rootpath / "src/sanpin/factory/engine").rglob("*.py")
    compiled = {
        ".".join(source.with_suffix("").relative_to(pytestconfig.rootpath / "src").parts)
        for source in sources
        if "@entry\n" in source.read_text() or "@maker\n" in source.read_text()
    }
    script = (
        "import sys; from sanpin.factory.engine.warming import warm; warm(); "
        f"print(sorted({compiled} - set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert compiled
    assert loaded.stdout.strip() == b"[]"
