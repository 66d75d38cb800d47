"""The command that searches for a schedule; it needs no workspace."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime
from math import isfinite
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from sanpin.base import N_, Budget, Progress
from sanpin.factory.cli.files import (
    Form,
    Instance,
    Out,
    check_place,
    read_bytes,
    read_file,
    telling,
    write_bytes,
)
from sanpin.factory.cli.seeds import check_seed
from sanpin.kit.cli import UsageError, cli_progress, print_result, say
from sanpin.kit.whole import Whole

if TYPE_CHECKING:
    from sanpin.factory.engine.solve import Params
    from sanpin.factory.model import Problem, Schedule
    from sanpin.factory.model.clock import Clock

__all__ = ["solve"]

SPARE_SECONDS = 3.5
"""Reading and writing that do not count against the time of a search.

What is longer shortens the search: a whole command ends at most five seconds after the limit,
of which one is for starting Python and one for what is written at the end.
"""

SHOPS_PER_SECOND, PLANTS_PER_SECOND = 30_000, 7_000
"""Operations of shops, and of plants with more rules, that are checked and written in a second."""

BETWEEN_REPORTS = 0.1

STATUSES = {
    "optimal": N_("optimal"),
    "feasible": N_("feasible"),
    "infeasible": N_("infeasible"),
    "cancelled": N_("stopped early"),
}
"""Words for how a search ended."""


def solve(
    file: Path,
    /,
    *,
    out: Out,
    form: Form = "auto",
    instance: Instance = None,
    seconds: float = 30.0,
    steps: Whole | None = None,
    workers: Whole = 1,
    seed: Whole = 0,
    start: Path | None = None,
    objective: Annotated[Sequence[str], Parameter(consume_multiple=1, negative="")] = (),
) -> int:
    """Search for the best schedule of a problem file.

    Ctrl-C ends the search and writes the best schedule so far.

    Parameters
    ----------
    file
        The problem; .gz and one-member .zip are read too.
    seconds
        Time limit of the search.
    steps
        Steps instead of the clock: the same steps and seed give the same schedule.
    workers
        Threads of the search; 0 takes all cores.
    seed
        Seed of all chance.
    start
        A valid schedule of the problem to start from.
    objective
        Weights as NAME=WEIGHT, such as tardiness=2 setup=1, instead of those of the problem.

    Returns
    -------
    0 for a schedule, 1 when the problem is infeasible.
    """
    _check_numbers(seconds, steps, workers)
    check_seed(seed)
    weights = _weights(objective)
    from sanpin.factory.engine.formats.weights import weighed
    from sanpin.factory.engine.formats.writer import schedule_bytes
    from sanpin.factory.engine.solve import Params
    from sanpin.factory.engine.warming import PACKAGE, SEARCHES
    from sanpin.factory.model import Status
    from sanpin.kit.machine_code import MachineCode

    reading, stop = Budget(), Event()
    with _interruptible(stop):
        problem = read_file(file, form, instance)
        check_place(out)
        spent = reading.elapsed
        # The service, which can compile, takes longer to load than many a file takes to read.
        if not MachineCode.of(PACKAGE).has(SEARCHES):
            # Whoever gave a wrong file need not wait for kernels.
            _compile_kernels()
        whole = Budget(seconds + SPARE_SECONDS - spent)
        params = Params(seconds=seconds, steps=steps, workers=workers or _cores())
        with telling():
            problem = weighed(problem, weights)
            found = _search(problem, params, seed, start, whole, stop)
    write_bytes(out, schedule_bytes(found))
    print_result(_summary(found), lambda: _line(problem, found))
    return 1 if found.status is Status.INFEASIBLE else 0


def _search(
    problem: Problem,
    params: Params,
    seed: int,
    start: Path | None,
    whole: Budget,
    stop: Event,
) -> Schedule:
    """Run the search within what is left of the time of the whole command."""
    from sanpin.factory.engine.choosing import load_search
    from sanpin.factory.engine.incumbent import read_schedule
    from sanpin.factory.engine.solve import schedule

    known = None if start is None else read_schedule(problem, read_bytes(start))
    pace = SHOPS_PER_SECOND if load_search(problem) else PLANTS_PER_SECOND
    writing = problem.operation_count / pace
    budget = Budget(min(params.seconds, max(whole.remaining - writing, 0.5)), stop=stop)
    with cli_progress(N_("Searching")) as progress:
        report = _reporting(progress, params.seconds)
        with ThreadPoolExecutor(1) as aside:
            # Signals are answered by the main thread, which must not be inside a solver then.
            found = aside.submit(
                schedule, problem, params, seed=seed, budget=budget, report=report, start=known
            )
            while not wait((found,), BETWEEN_REPORTS).done:
                pass
            return found.result()


def _compile_kernels() -> None:
    """Compile the kernels: once for an installation, and no part of any time limit."""
    from sanpin.factory.service.warming import compile_kernels

    text = N_("Compiling the kernels of the search, once for this installation.")
    sys.stderr.write(say(text) + "\n")
    # There is nothing to keep yet: Ctrl-C ends the command.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        compile_kernels()
    finally:
        signal.signal(signal.SIGINT, before)


def _check_numbers(seconds: float, steps: int | None, workers: int) -> None:
    if not 0 < seconds < 1e6 or workers < 0 or (steps is not None and steps < 0):
        raise UsageError(say(N_("--seconds must be above 0, --steps and --workers 0 or more.")))


def _weights(words: Sequence[str]) -> dict[str, float]:
    """Return the weights of the objective by term."""
    from sanpin.factory.model import TERMS

    weights: dict[str, float] = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            weight = float(value)
        except ValueError:
            weight = -1.0
        if name not in TERMS or not (isfinite(weight) and weight >= 0):
            known = ", ".join(TERMS)
            text = N_("--objective takes NAME=WEIGHT, not “{word}”; the names are: {known}.")
            raise UsageError(say(text, word=word, known=known))
        if name in weights:
            raise UsageError(say(N_("--objective gives {name} more than once."), name=name))
        weights[name] = int(weight) if weight.is_integer() else weight
    return weights


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _reporting(progress: Progress, seconds: float) -> Callable[[float, float, int, float], None]:
    """Return a report that shows the objective at most ten times a second."""
    shown = -BETWEEN_REPORTS

    def report(objective: float, _bound: float, _step: int, elapsed: float) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown >= BETWEEN_REPORTS:
            shown = now
            progress(min(elapsed / seconds, 1.0), f"{objective:,.10g}")

    return report


def _summary(found: Schedule) -> dict[str, Any]:
    """Return the figures of a search as JSON values, without its operations."""
    return {
        "status": found.status.value,
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "seconds": found.seconds,
        "steps": found.steps,
        "terms": dict(found.terms),
    }


def _line(problem: Problem, found: Schedule) -> str:
    """Return the result in one line, or what stands in the way."""
    if found.causes:
        from sanpin.factory.model import NO_ORIGIN
        from sanpin.factory.model.clock import clock_of

        unit = "" if problem.origin == NO_ORIGIN else problem.unit
        return _obstacles(found.causes, clock_of(problem.origin, problem.unit), unit)
    return say(
        N_("{status}: objective {objective}, bound {bound}, {steps} steps in {seconds} s."),
        status=say(STATUSES[found.status.value]),
        objective=found.objective,
        bound=found.bound,
        steps=found.steps,
        seconds=round(found.seconds, 1),
    )


def _obstacles(causes: Sequence[str], clock: Clock | None = None, unit: str = "") -> str:
    """Return what stands in the way, with a heading that says no more than was proved.

    Parameters
    ----------
    clock : turns times from the origin into dates; without one they stay as they are
    unit : of lengths of time; none where they are plain numbers
    """
    from sanpin.factory.engine.causes import CAUSES, LIMITS, RULE, RULES, read_cause, timed

    def instant(time: int) -> str:
        at = clock(time) if clock else time
        return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else str(at)

    def length(time: int) -> str:
        return f"{time} {unit}".rstrip()

    known = [read_cause(cause) for cause in causes]
    sentences = {text for text, _ in known}
    heading = ""
    if sentences <= set(CAUSES.values()):
        heading = N_("No schedule can keep all limits:")
    elif sentences <= set(LIMITS.values()):
        heading = N_("These limits exclude each other:")
    elif sentences == {RULE}:
        heading = N_("No schedule was found that keeps all limits:")
    lines = []
    for text, fields in known:
        said = timed(text, fields, instant, length)
        if (rule := fields.get("rule", "")) in RULES:
            said["rule"] = say(RULES[rule])
        lines.append(say(text, **said))
    return "\n".join([say(heading), *lines] if heading else lines)


@contextmanager
def _interruptible(stop: Event) -> Iterator[None]:
    """Let Ctrl-C end the search with the best schedule so far; a second one ends the command."""

    def interrupt(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
