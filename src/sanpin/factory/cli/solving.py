"""Commands on problem files; they need no workspace."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from sanpin.base import N_, Budget, InputError, SanpinError
from sanpin.kit.cli import UsageError, cli_progress, output_json, print_result, say

if TYPE_CHECKING:
    from sanpin.factory.model import Problem, Schedule

__all__ = ["check", "convert", "solve"]

START_SECONDS = 2.5
"""Start-up that does not count against the time of a search; what is longer shortens it."""

Form = Annotated[
    Literal["auto", "sanpin", "jsp", "fjsp"],
    Parameter(name="--format", help=N_("Format of the problem.")),
]
Out = Annotated[Path, Parameter(help=N_("File to write."))]


def solve(
    file: Path,
    /,
    *,
    out: Out,
    form: Form = "auto",
    seconds: float = 30.0,
    steps: int | None = None,
    workers: int = 1,
    seed: int = 0,
) -> int:
    """Search for the best schedule of a problem file.

    Parameters
    ----------
    file
        The problem; .gz and one-member .zip are read too.
    seconds
        Time limit of the search.
    steps
        Steps instead of the clock: the same steps and seed give the same schedule.
    workers
        Threads of the solver on whole problems; 0 takes all cores.
    seed
        Seed of all chance.

    Returns
    -------
    0 for a schedule, 1 when the problem is infeasible.
    """
    _check_numbers(seconds, steps, workers)
    whole = Budget(seconds + START_SECONDS)
    from sanpin.factory.engine.formats.writer import schedule_bytes
    from sanpin.factory.engine.solve import Params, schedule
    from sanpin.factory.model import Status

    problem = _problem(file, form)
    params = Params(seconds=seconds, steps=steps, workers=workers or _cores())
    budget = Budget(min(seconds, whole.remaining))
    try:
        with _interruptible(budget), cli_progress(N_("Searching")) as progress:

            def report(*figures: float) -> None:
                progress(min(figures[-1] / seconds, 1.0), "")

            found = schedule(problem, params, seed=seed, budget=budget, report=report)
    except SanpinError as error:
        _tell_problems(error)
        raise
    _write(out, schedule_bytes(found))
    print_result(_summary(found), lambda: _line(found))
    return 1 if found.status is Status.INFEASIBLE else 0


def check(file: Path, solution: Path, /, *, form: Form = "auto") -> int:
    """Check a schedule file against every rule of its problem; always prints JSON.

    Parameters
    ----------
    file
        The problem.
    solution
        The schedule.

    Returns
    -------
    0 when the schedule is valid, 1 when it is not or a file cannot be read.
    """
    from sanpin.factory.engine.check import check_solution

    try:
        record = check_solution(_problem(file, form, quiet=True), _read(solution)).record()
    except SanpinError as error:
        record = _refused(error)
    sys.stdout.buffer.write(_json(record) + b"\n")
    sys.stdout.buffer.flush()
    return 0 if record["valid"] else 1


def convert(file: Path, /, *, out: Out, form: Form = "auto") -> None:
    """Write a problem of any known format in the native one.

    Parameters
    ----------
    file
        The problem.
    """
    from sanpin.factory.engine.formats.writer import problem_bytes

    _write(out, problem_bytes(_problem(file, form)))


def _check_numbers(seconds: float, steps: int | None, workers: int) -> None:
    if not 0 < seconds < 1e6 or workers < 0 or (steps is not None and steps < 1):
        raise UsageError(say(N_("--seconds and --steps must be above 0, --workers 0 or more.")))


def _cores() -> int:
    import os

    return os.cpu_count() or 1


def _problem(file: Path, form: str, *, quiet: bool = False) -> Problem:
    """Read the problem, saying on standard error as which format it was read."""
    from sanpin.factory.engine.formats import guess_format, read_problem, unpack

    content = _read(file)
    try:
        if form == "auto":
            content = unpack(content)
            form = guess_format(content, file.name)
            if not quiet:
                sys.stderr.write(say(N_("Read as {form}."), form=form) + "\n")
        return read_problem(content, form, name=file.name)
    except SanpinError as error:
        if not quiet:
            _tell_problems(error)
        raise


def _read(file: Path) -> bytes:
    """Read a file.

    Raises
    ------
    InputError
        ``factory.file.unreadable``
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            "factory.file.unreadable",
            N_("The file {path} cannot be read."),
            hint=N_("Check the name and the permissions."),
            path=str(file),
        ) from error


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all: it is renamed into place when it is complete.

    Raises
    ------
    InputError
        ``factory.file.unwritable``
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.partial")
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        raise InputError(
            "factory.file.unwritable",
            N_("The file {path} cannot be written."),
            hint=N_("Check the folder, its permissions and the space on the disk."),
            path=str(file),
        ) from error


def _tell_problems(error: SanpinError) -> None:
    """List every finding on standard error; the summary line follows from the caller."""
    for each in error.problems:
        sys.stderr.write(f"{each.code}: {say(each.message, **each.fields)}\n")


def _refused(error: SanpinError) -> dict[str, Any]:
    """Return a refusal as a check report."""
    found = [
        {"code": each.code, "job": "", "op": "", "message": str(each), **each.fields}
        for each in error.problems
    ]
    whole = {"code": error.code, "job": "", "op": "", "message": str(error)}
    return {"valid": False, "violations": found or [whole], "terms": {}, "objective": None}


def _json(record: object) -> bytes:
    from sanpin.kit.plain import dump

    return dump(record, indent=not output_json())


def _summary(found: Schedule) -> dict[str, Any]:
    """Return the figures of a search as JSON values, without its operations."""
    return {
        "status": found.status.value,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "seconds": found.seconds,
        "steps": found.steps,
        "repeatable": found.repeatable,
        "terms": dict(found.terms),
        "causes": list(found.causes),
    }


def _line(found: Schedule) -> str:
    """Return the result in one line, or what stands in the way."""
    if found.causes:
        return "\n".join((say(N_("No schedule keeps all limits:")), *found.causes))
    return say(
        N_("{status}: objective {objective}, bound {bound}, {steps} steps in {seconds} s."),
        status=found.status.value,
        objective=found.objective,
        bound=found.bound,
        steps=found.steps,
        seconds=round(found.seconds, 1),
    )


@contextmanager
def _interruptible(budget: Budget) -> Iterator[None]:
    """Let Ctrl-C end the search with the best schedule so far."""
    before = signal.signal(signal.SIGINT, lambda *_: budget.cancel())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
