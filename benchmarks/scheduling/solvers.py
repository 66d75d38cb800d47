"""The sides of a comparison: how each is started, and how its answer becomes a schedule file.

Ours is the command, as people use it. The peers are scripts in processes of their own with the
same limit. They answer with machine, workers and start of every operation; these are placed in
order of start by `placing`, as early as the rules allow, so that no peer fails on a detail of our
format. The checker then judges everyone alike.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.common import sanpin_command
from benchmarks.scheduling.data import ARTEFACTS, Instance
from benchmarks.scheduling.placing import place_file
from benchmarks.scheduling.process import Finished, run_limited

__all__ = ["PYJOBSHOP", "SOLVERS", "Answer", "Case"]

HERE = Path(__file__).resolve().parent
PYJOBSHOP = "SANPIN_PEER_PYJOBSHOP"

TIMES = 4
"""How often a search is cancelled, each time with its part of the limit."""


@dataclass(frozen=True)
class Case:
    """One run: who solves what, for how long, with which seed.

    Attributes
    ----------
    role : what the run is for, where one solver has several
    options : constants of our search that are set otherwise, or what a peer is told
    """

    instance: Instance
    solver: str
    seconds: float
    seed: int = 0
    role: str = ""
    workers: int = 2
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells this run from the others of its claim."""
        extra = ",".join(f"{name}={value}" for name, value in sorted(self.options.items()))
        limit, seed = f"{self.seconds:g} s", f"seed {self.seed}"
        return "|".join((self.instance.name, self.solver, limit, seed, self.role, extra))


@dataclass(frozen=True)
class Answer:
    """What came of a run: the process, the schedule file if there is one, what it tells."""

    process: Finished
    schedule: Path | None
    detail: dict[str, Any]


def solve_ours(case: Case, folder: Path) -> Answer:
    """Run `sanpin factory solve`, or the same search with parts of it switched off."""
    out = folder / "schedule.json"
    common = ["--seconds", f"{case.seconds:g}", "--workers", str(case.workers)]
    common += ["--seed", str(case.seed), "--out", str(out)]
    file = [str(case.instance.path), "--format", case.instance.form]
    if case.options:
        given = json.dumps(dict(case.options))
        command = [sys.executable, str(HERE / "variant.py"), *file, *common, "--set", given]
    else:
        command = sanpin_command("factory", "solve", *file, *common, "--json")
    done = run_limited(command, case.seconds)
    if not out.is_file():
        return Answer(done, None, {"errors": done.errors[-400:]})
    told = json.loads(out.read_bytes())
    kept = ("status", "bound", "gap", "steps", "engine_version")
    detail = {name: told.get(name) for name in kept}
    trace = told.get("trace") or []
    detail["first_seconds"] = trace[0][0] if trace else None
    detail["last_gain_seconds"] = trace[-1][0] if trace else None
    return Answer(done, out if told["operations"] else None, detail)


def solve_cancelled(case: Case, folder: Path) -> Answer:
    """Cancel our search several times; the last schedule is the answer."""
    out = folder / "schedule.json"
    command = [sys.executable, str(HERE / "cancelling.py"), str(case.instance.path)]
    command += [case.instance.form, f"{case.seconds / TIMES:g}", str(case.workers)]
    done = run_limited([*command, str(case.seed), str(TIMES), str(out)], case.seconds)
    detail = json.loads(done.output) if done.code == 0 else {"errors": done.errors[-400:]}
    return Answer(done, out if out.is_file() else None, detail)


def solve_rules(case: Case, folder: Path) -> Answer:
    """Run every dispatch rule once; the best schedule is the answer."""
    out = folder / "schedule.json"
    command = [sys.executable, str(HERE / "peer_rules.py"), str(case.instance.path)]
    only = case.options.get("rule")
    command += [case.instance.form, str(out), *([str(only)] if only else [])]
    done = run_limited(command, case.seconds)
    detail = json.loads(done.output) if done.code == 0 else {"errors": done.errors[-400:]}
    return Answer(done, out if out.is_file() else None, detail)


def solve_cpsat(case: Case, folder: Path) -> Answer:
    """Run CP-SAT on a model written by hand, with the best dispatch schedule as hint if asked."""
    command = [sys.executable, str(HERE / "peer_cpsat.py"), str(case.instance.path)]
    command += [case.instance.form, f"{case.seconds:g}", str(case.workers), str(case.seed)]
    command += [str(folder / "choices.json")]
    if case.options.get("hint"):
        hint = folder / "hint"
        hint.mkdir(exist_ok=True)
        found = solve_rules(Case(case.instance, "rules", case.seconds), hint)
        command += [str(found.schedule)] if found.schedule else []
    return _placed(case, folder, command)


def solve_pyjobshop(case: Case, folder: Path) -> Answer:
    """Run PyJobShop in an environment of its own on the problem in our native format."""
    native = folder / "problem.json"
    file = [str(case.instance.path), "--format", case.instance.form, "--out", str(native)]
    converted = run_limited(sanpin_command("factory", "convert", *file), 0)
    if not native.is_file():
        return Answer(converted, None, {"errors": converted.errors[-400:]})
    command = [os.environ[PYJOBSHOP], str(HERE / "peer_pyjobshop.py"), str(native)]
    command += [f"{case.seconds:g}", str(case.workers), str(folder / "choices.json")]
    return _placed(case, folder, command)


def solve_published(case: Case, folder: Path) -> Answer:
    """Place the published machine sequences of a real factory as early as possible."""
    command = [sys.executable, str(HERE / "published.py"), str(case.instance.path)]
    command += [case.instance.form, case.instance.note, str(folder / "choices.json")]
    return _placed(case, folder, command)


def _placed(case: Case, folder: Path, command: list[str]) -> Answer:
    """Run a peer and place what it chose."""
    choices = folder / "choices.json"
    done = run_limited(command, case.seconds)
    if not choices.is_file():
        return Answer(done, None, {"errors": done.errors[-400:], "code": done.code})
    told = json.loads(choices.read_bytes())
    out = folder / "schedule.json"
    detail = {name: each for name, each in told.items() if name != "choices"}
    if not told["choices"]:
        return Answer(done, None, detail)
    place_file(case.instance.path, case.instance.form, told["choices"], out)
    return Answer(done, out, detail)


SOLVERS: dict[str, Callable[[Case, Path], Answer]] = {
    "sanpin": solve_ours,
    "cancelled": solve_cancelled,
    "rules": solve_rules,
    "cpsat": solve_cpsat,
    "pyjobshop": solve_pyjobshop,
    "published": solve_published,
}


def digest_files(solver: str) -> list[Path]:
    """Return the files on which the answers of a solver depend; they date its records."""
    source = ARTEFACTS.parent.parent / "src" / "sanpin" / "factory"
    ours = sorted([*(source / "engine").rglob("*.py"), *(source / "model").rglob("*.py")])
    own = {
        "cpsat": ["peer_cpsat.py", "cpsat_model.py", "placing.py"],
        "pyjobshop": ["peer_pyjobshop.py", "placing.py"],
        "published": ["published.py", "placing.py"],
    }
    return [HERE / name for name in own[solver]] if solver in own else ours
