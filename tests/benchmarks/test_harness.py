"""Runs are kept one by one, resumed, summed up; without data a claim is skipped."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.scheduling import harness
from benchmarks.scheduling.data import Instance, draw, in_turn
from benchmarks.scheduling.harness import Claim, measure
from benchmarks.scheduling.solvers import Case

SHOP = "2 2\n0 3 1 2\n1 2 0 4\n"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """A job shop of four operations whose best makespan is 7."""
    path = tmp_path / "tiny.txt"
    path.write_text(SHOP)
    return Instance("tiny", "tiny", "jsp", path, 7, 7)


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace running by noting what would have run."""
    asked: list[str] = []

    def run(case: Case) -> dict[str, Any]:
        asked.append(case.key)
        return {
            "instance": case.instance.name, "family": "tiny", "solver": case.solver,
            "seconds": case.seconds, "seed": case.seed, "role": case.role, "options": {},
            "placed": True, "valid": True, "objective": 7, "ratio": 1.0, "load": 0.0,
            "wall_seconds": 1.0, "peak_mib": 10, "detail": {"steps": 3},
        }  # fmt: skip

    monkeypatch.setattr(harness, "run_case", run)
    monkeypatch.setattr(harness, "run_limited", lambda command, seconds: None)
    return asked


def test_a_stopped_measurement_goes_on(
    instance: Instance, answered: list[str], tmp_path: Path
) -> None:
    """What stands in the file is not run again; half a line is passed over."""
    store = tmp_path / "runs.jsonl"
    cases = [Case(instance, "sanpin", 1, seed) for seed in range(3)]
    measure(cases[:2], store)
    store.write_text(store.read_text() + '{"key": "tiny|san')
    store.write_text(store.read_text() + "\n")
    records = measure(cases, store)
    assert answered == [case.key for case in cases]
    assert [record["seed"] for record in records] == [0, 1, 2]


def test_runs_of_other_code_are_not_used_again(
    instance: Instance, answered: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest of the code stands in every line."""
    store = tmp_path / "runs.jsonl"
    measure([Case(instance, "sanpin", 1)], store)
    monkeypatch.setattr(harness, "digest_of", lambda solver: "another")
    measure([Case(instance, "sanpin", 1)], store)
    assert len(answered) == 2


def test_digests_differ_between_ours_and_the_peers() -> None:
    """A change of the search leaves the records of CP-SAT usable."""
    assert harness.digest_of("sanpin") != harness.digest_of("cpsat")
    assert harness.digest_of("sanpin") == harness.digest_of("rules")


def claim(instance: Instance) -> Claim:
    """A claim on one instance with two runs."""
    return Claim(
        "tiny",
        lambda data: [instance],
        lambda known: known,
        lambda chosen, full: [Case(each, "sanpin", 60, seed) for each in chosen for seed in (0, 1)],
        lambda records: {"figures": {"count": len(records)}},
    )


def test_a_trial_prints_and_keeps_no_result(
    instance: Instance, answered: list[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Its limits are those of the command line."""
    (tmp_path / "factory").mkdir()
    monkeypatch.setenv("SANPIN_OPEN_DATA", str(tmp_path))
    monkeypatch.setattr(harness, "ARTEFACTS", tmp_path / "artefacts")
    monkeypatch.setattr(harness, "write_result", lambda *_: pytest.fail("a trial is no result"))
    harness.main(claim(instance), ["--trial", "2"])
    result = json.loads(capsys.readouterr().out)
    assert result["protocol"] == "quick"
    assert result["figures"] == {"count": 2}
    assert answered == ["tiny|sanpin|2 s|seed 0||", "tiny|sanpin|2 s|seed 1||"]
    assert result["runs"][0]["steps"] == 3


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Results that are kept, instead of files; a folder of open data without data."""
    (tmp_path / "factory").mkdir()
    results: list[dict[str, Any]] = []
    monkeypatch.setenv("SANPIN_OPEN_DATA", str(tmp_path))
    monkeypatch.setattr(harness, "ARTEFACTS", tmp_path / "artefacts")
    monkeypatch.setattr(harness, "write_result", lambda name, result: results.append(result))
    return results


def test_a_measurement_is_kept_with_its_protocol(
    instance: Instance, answered: list[str], kept: list[dict[str, Any]]
) -> None:
    """A quick run starts anew each time."""
    for arguments in ([], [], ["--full"], ["--full"]):
        harness.main(claim(instance), arguments)
    assert [result["protocol"] for result in kept] == ["quick", "quick", "full", "full"]
    assert len(answered) == 6
    assert kept[0]["seeds"] == [0, 1]


def test_what_is_finished_in_time_is_summed_up_as_a_part(
    instance: Instance, answered: list[str], kept: list[dict[str, Any]]
) -> None:
    """A full run may be asked for fewer seeds, without peers, and in sittings."""
    harness.main(claim(instance), ["--full", "--minutes", "0"])
    assert (kept[0]["protocol"], kept[0]["runs"], answered) == ("part", [], [])
    harness.main(claim(instance), ["--full", "--seeds", "1", "--ours"])
    assert (kept[1]["protocol"], kept[1]["seeds"], len(answered)) == ("full", [0], 1)
    harness.main(claim(instance), ["--full", "--minutes", "0"])
    assert (kept[2]["protocol"], kept[2]["instances"], kept[2]["planned"]) == ("part", ["tiny"], 1)


def test_a_quick_run_is_measured_whole(
    instance: Instance, kept: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    """A part of it would be no fair choice."""
    with pytest.raises(SystemExit) as stopped:
        harness.main(claim(instance), ["--minutes", "1"])
    assert stopped.value.code == 2
    assert "--full" in capsys.readouterr().err
    assert kept == []


def test_every_beginning_of_a_full_run_is_a_choice_of_all_families() -> None:
    """Each family once, then each in proportion."""
    sizes = {"a": 27, "b": 9}
    known = [
        Instance(f"{kind}{n}", kind, "jsp", Path()) for kind in sizes for n in range(sizes[kind])
    ]
    order = in_turn(known)
    assert sorted(each.name for each in order) == sorted(each.name for each in known)
    assert {each.family for each in order[:2]} == {"a", "b"}
    assert [each.family for each in order[:12]].count("b") == 3


def test_without_open_data_a_claim_is_skipped(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so and fails nothing."""
    monkeypatch.delenv("SANPIN_OPEN_DATA", raising=False)
    harness.main(claim(instance), [])
    told = capsys.readouterr()
    assert "SANPIN_OPEN_DATA" in told.err
    assert told.out == ""


def test_pyjobshop_is_left_out_where_it_is_not_at_hand(
    instance: Instance, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others run all the same."""
    monkeypatch.delenv("SANPIN_PEER_PYJOBSHOP", raising=False)
    both = Claim(
        "tiny", lambda data: [instance], lambda known: known,
        lambda chosen, full: [Case(instance, name, 1) for name in ("sanpin", "pyjobshop")],
        lambda records: {},
    )  # fmt: skip
    asked = argparse.Namespace(full=False, only=[], trial=None, seeds=5, ours=False)
    assert [case.solver for case in harness.planned(both, Path(), asked)] == ["sanpin"]
    assert "SANPIN_PEER_PYJOBSHOP" in capsys.readouterr().err


def test_a_choice_takes_families_in_turn_and_repeats() -> None:
    """The same seed draws the same; no family is left out while there is room."""
    known = [Instance(f"{family}{n}", family, "jsp", Path()) for family in "abc" for n in range(9)]
    chosen = draw(known, 7)
    assert chosen == draw(list(known), 7)
    assert {each.family for each in chosen} == {"a", "b", "c"}
    assert len(chosen) == 7
    assert len({each.name for each in chosen}) == 7
    assert len(draw(known, 99)) == 27


def test_constants_of_the_engine_are_set_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not there is an error, not a variant that changes nothing."""
    from benchmarks.scheduling import process, variant

    monkeypatch.setattr(process, "GRACE_SECONDS", process.GRACE_SECONDS)
    variant.set_constant("benchmarks.scheduling.process.GRACE_SECONDS", [1, 2])
    assert process.GRACE_SECONDS == (1, 2)
    with pytest.raises(AttributeError):
        variant.set_constant("benchmarks.scheduling.process.NO_SUCH_THING", 1)


def test_a_process_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its memory and its end are still known."""
    from benchmarks.scheduling import process

    monkeypatch.setattr(process, "GRACE_SECONDS", 0.0)
    done = process.run_limited([sys.executable, "-c", "import time; time.sleep(60)"], 0.3)
    assert done.code == -9
    assert done.peak_mib > 1
    told = process.run_limited([sys.executable, "-c", "print('done')"], 60)
    assert (told.code, told.output) == (0, "done\n")
