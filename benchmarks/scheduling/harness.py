"""Run the cases of a claim, one after the other, and keep every finished one.

A quick run measures a seeded choice of instances anew. A full run goes over all of them, may be
stopped at any time, and goes on where it stopped: every finished case is one line of a file under
``.artefacts/benchmarks``. Lines of another version of the code are not used again. It takes the
instances in such an order that those done are at any time a fair choice; what is finished when
its minutes are over is summed up as a part.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.common import sanpin_command, write_result
from benchmarks.scheduling.data import ARTEFACTS, Instance, in_turn, open_data
from benchmarks.scheduling.process import run_limited
from benchmarks.scheduling.solvers import PYJOBSHOP, SOLVERS, Answer, Case, digest_files

__all__ = ["Claim", "main", "run_case"]

KEPT = (
    "instance", "family", "solver", "seconds", "seed", "role", "options", "objective", "valid",
    "ratio", "wall_seconds", "peak_mib",
)  # fmt: skip
"""What a result keeps of each run."""


@dataclass(frozen=True)
class Claim:
    """A claim: its instances, its runs, and how they are summed up.

    Attributes
    ----------
    instances : all instances, from the folder of open data
    quick : names of those that a quick run measures
    cases : the runs over some instances; told whether the run is full
    summarise : the figures of the result from the records
    """

    name: str
    instances: Callable[[Path], list[Instance]]
    quick: Callable[[list[Instance]], list[Instance]]
    cases: Callable[[list[Instance], bool], list[Case]]
    summarise: Callable[[list[dict[str, Any]]], dict[str, Any]]


def main(claim: Claim, arguments: Sequence[str] | None = None) -> None:
    """Measure a claim as the command line asks and keep the result."""
    asked = _arguments(claim.name, arguments)
    data = open_data()
    if data is None:
        print(
            f"{claim.name}: skipped; SANPIN_OPEN_DATA must name the folder of open data.",
            file=sys.stderr,
        )
        return
    cases = planned(claim, data, asked)
    if asked.list:
        _list(cases)
        return
    protocol = "full" if asked.full else "quick"
    store = ARTEFACTS / claim.name / f"{'trial' if asked.trial else protocol}.jsonl"
    if not asked.full and not asked.resume:
        store.unlink(missing_ok=True)
    records = measure(cases, store, asked.minutes)
    result = {
        "protocol": protocol if len(records) == len(cases) else "part",
        "planned": len({case.instance.name for case in cases}),
        **_setting(records),
        **claim.summarise(records),
        "runs": [_short(record) for record in records],
    }
    if asked.trial or asked.only:
        print(json.dumps(result, indent=2, ensure_ascii=False))
        return
    write_result(claim.name, result)


def _arguments(name: str, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"bench {name}")
    parser.add_argument("--full", action="store_true", help="all instances, resumable")
    parser.add_argument("--seeds", type=int, default=5, help="of a full run, at most")
    parser.add_argument("--ours", action="store_true", help="leave out the peers")
    parser.add_argument("--minutes", type=float, help="with --full: sum up what is done by then")
    parser.add_argument("--resume", action="store_true", help="go on with the last quick run")
    parser.add_argument("--only", nargs="+", default=[], help="instances by name; prints only")
    parser.add_argument("--trial", type=float, help="this limit for all runs; prints only")
    parser.add_argument("--list", action="store_true", help="say what would run, and for how long")
    asked = parser.parse_args(arguments)
    if asked.minutes is not None and not asked.full:
        parser.error("--minutes needs --full: a quick run is measured whole")
    return asked


def planned(claim: Claim, data: Path, asked: argparse.Namespace) -> list[Case]:
    """Return the cases that the command line asks for; peers that are not at hand are left out."""
    instances = claim.instances(data)
    if asked.only:
        instances = [each for each in instances if each.name in asked.only]
    elif not asked.full:
        instances = claim.quick(instances)
    else:
        instances = in_turn(instances)
    cases = [case for case in claim.cases(instances, asked.full) if case.seed < asked.seeds]
    if asked.ours:
        cases = [case for case in cases if case.solver == "sanpin"]
    if not os.environ.get(PYJOBSHOP):
        if any(case.solver == "pyjobshop" for case in cases):
            print(f"without PyJobShop: {PYJOBSHOP} names no Python that has it", file=sys.stderr)
        cases = [case for case in cases if case.solver != "pyjobshop"]
    if asked.trial:
        cases = [replace(case, seconds=asked.trial) for case in cases]
    return cases


def _list(cases: list[Case]) -> None:
    """Print every run and the sum of their limits."""
    for case in cases:
        print(case.key)
    total = sum(case.seconds for case in cases)
    print(f"{len(cases)} runs, {total / 60:.1f} minutes of search", file=sys.stderr)


def measure(cases: list[Case], store: Path, minutes: float | None = None) -> list[dict[str, Any]]:
    """Run what is not in the store yet; return the records of all cases.

    Parameters
    ----------
    minutes : after which no run is begun any more; then what is finished comes back
    """
    until = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
    known = _known(store)
    records = []
    if any(case.solver in ("sanpin", "rules") for case in cases):
        # Kernels are compiled once for an installation; that is no part of any figure.
        run_limited(sanpin_command("factory", "warm"), 600)
    for at, case in enumerate(cases, 1):
        digest = f"{digest_of(case.solver)} {case.instance.path.name}"
        record = known.get((case.key, digest))
        if record is None and time.monotonic() > until:
            break
        if record is None:
            today = datetime.now(UTC).date().isoformat()
            record = {"key": case.key, "digest": digest, "date": today, **run_case(case)}
            store.parent.mkdir(parents=True, exist_ok=True)
            with store.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(record, ensure_ascii=False) + "\n")
        records.append(record)
        told = f"{record['objective']} valid={record['valid']}" if record["placed"] else "unsolved"
        print(f"[{at}/{len(cases)}] {case.key}: {told}", file=sys.stderr, flush=True)
    return records


def _known(store: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the finished cases of a store; a line cut short by a stop is passed over."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    if store.is_file():
        for line in store.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):
                record = json.loads(line)
                found[record["key"], record["digest"]] = record
    return found


@lru_cache
def digest_of(solver: str) -> str:
    """Return a short digest of the code on which a solver's answers depend."""
    content = hashlib.sha256()
    for path in digest_files(solver):
        content.update(path.read_bytes())
    return content.hexdigest()[:12]


def run_case(case: Case) -> dict[str, Any]:
    """Run one case, check its schedule, return the record."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        answer = SOLVERS[case.solver](case, Path(name))
        verdict = _verdict(case.instance, answer)
    record = {
        "instance": case.instance.name,
        "family": case.instance.family,
        "solver": case.solver,
        "seconds": case.seconds,
        "seed": case.seed,
        "role": case.role,
        "options": dict(case.options),
        **verdict,
        "wall_seconds": round(answer.process.seconds, 2),
        "peak_mib": round(answer.process.peak_mib),
        "load": round(load, 2),
        "detail": answer.detail,
    }
    best, reached = case.instance.best, verdict["objective"]
    if best and verdict["valid"]:
        record["ratio"] = round(reached / best, 5)
    return record


def _verdict(instance: Instance, answer: Answer) -> dict[str, Any]:
    """Return what the checker says of the schedule that came of a run."""
    if answer.schedule is None:
        return {"placed": False, "valid": False, "objective": None}
    from sanpin.factory.engine.check import check_solution

    problem = problem_of(instance.path, instance.form)
    report = check_solution(problem, answer.schedule.read_bytes())
    found = {"placed": True, "valid": report.valid, "objective": report.objective}
    found["terms"] = {name: each for name, each in report.terms.items() if each}
    if not report.valid:
        found["violations"] = len(report.violations)
        found["first_violations"] = [each.record() for each in report.violations[:3]]
    return found


@lru_cache(maxsize=1)
def problem_of(path: Path, form: str) -> Any:
    """Read a problem; the runs on one instance follow each other."""
    from sanpin.factory import read

    return read(path, form)


def _setting(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the figures were measured with."""
    return {
        "instances": sorted({record["instance"] for record in records}),
        "seeds": sorted({record["seed"] for record in records if record["solver"] == "sanpin"}),
        "measured": sorted({record["date"] for record in records}),
        "load": [min(r["load"] for r in records), max(r["load"] for r in records)]
        if records
        else [],
        "ortools": version("ortools"),
        "solvers": sorted({record["solver"] for record in records}),
    }


def _short(record: dict[str, Any]) -> dict[str, Any]:
    """Return one run as it stands in the result: without what only helps while measuring."""
    short = {name: record[name] for name in KEPT if record.get(name) not in (None, {}, "")}
    for name in ("first_seconds", "steps", "best", "delays"):
        if record["detail"].get(name) is not None:
            short[name] = record["detail"][name]
    return short
