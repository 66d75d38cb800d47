"""Searching for the schedule of a problem that somebody sent: asked for, carried out, kept.

The problem is kept first; the search itself is a Run in a worker process, which tells what it
has found so far and, cancelled, keeps the best schedule that it has.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any

import orjson

from sanpin.base import N_, Progress, Run
from sanpin.factory.model import Problem, Schedule, Status
from sanpin.factory.model.asked import Asked
from sanpin.factory.service.figures import compute_figures
from sanpin.factory.service.problems import (
    PROBLEM,
    START,
    find_kept,
    keep_content,
    keep_problem,
    read_kept,
)
from sanpin.factory.service.solutions import keep_solution
from sanpin.factory.service.warming import compile_kernels
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.runs import Cancelled, RunHandle, enqueue, start_run

__all__ = ["ask_solve", "asked_of", "check_records", "run_solve", "solve"]

TELL_SECONDS = 0.1
"""Shortest time between two reports of a search."""

_POINTS = 200


def check_records(problem: Mapping[str, Any], solution: Mapping[str, Any]) -> dict[str, Any]:
    """Check a schedule against a native problem, both as JSON objects."""
    from sanpin.factory.engine.check import check_solution
    from sanpin.factory.engine.formats.native import parse_native

    return check_solution(parse_native(dict(problem)), orjson.dumps(solution)).record()


def ask_solve(
    ctx: Context, problem: Problem, *, start: Mapping[str, Any] | None = None, **wishes: Any
) -> Run:
    """Keep a problem and queue the search for its schedule; return the Run, which waits.

    Raises
    ------
    InputError
        ``factory.schedule.invalid`` when the schedule to begin with breaks a rule

    Parameters
    ----------
    problem : any problem of the engine's model
    start : a schedule of it to begin with, as the native JSON object
    wishes : fields of `Asked`, such as ``seconds`` or ``objective``
    """
    asked = _asked(ctx, problem, start, wishes)
    return enqueue(ctx, "factory.solve", asked.record(), seed=asked.seed)


def solve(
    ctx: Context, problem: Problem, *, start: Mapping[str, Any] | None = None, **wishes: Any
) -> str:
    """Keep a problem, search here and now, and return the id of the Run.

    Parameters
    ----------
    problem : any problem of the engine's model
    start : a schedule of it to begin with, as the native JSON object
    wishes : fields of `Asked`
    """
    asked = _asked(ctx, problem, start, wishes)
    with _open(ctx, asked) as run:
        _search(ctx, run, asked)
        return run.id


def run_solve(
    ctx: Context, params: Mapping[str, object], _progress: Progress
) -> Mapping[str, object]:
    """Search for the queue; the Run, which the job opened, keeps the figures.

    Parameters
    ----------
    params : record of `Asked`, with the seed
    """
    asked = Asked.of(params)
    with _open(ctx, asked) as run:
        return _search(ctx, run, asked)


def asked_of(run: Run) -> Asked:
    """Return what was asked of a search, so that it may be asked again with changes."""
    return Asked.of({**run.params, "seed": run.seed})


def _asked(
    ctx: Context,
    problem: Problem,
    start: Mapping[str, Any] | None,
    wishes: Mapping[str, Any],
) -> Asked:
    """Keep a problem and return what is asked about it, with the weights that count."""
    from sanpin.factory.engine.formats.weights import weighed
    from sanpin.factory.engine.incumbent import read_schedule

    asked = Asked(problem="", name=problem.name, **wishes)
    weights = dict(weighed(problem, asked.objective).objective)
    if any(weights.values()):
        asked = replace(asked, objective=weights)
    if start is not None:
        content = orjson.dumps(start)
        read_schedule(problem, content)
        asked = replace(asked, start=keep_content(ctx, START, content, problem.name, {}).id)
    return replace(asked, problem=keep_problem(ctx, problem).id)


def _open(ctx: Context, asked: Asked) -> AbstractContextManager[RunHandle]:
    """Open the Run of a search, or go on in that of the job."""
    kept = find_kept(ctx, asked.problem, PROBLEM)
    return start_run(
        ctx,
        "factory",
        "solve",
        params=asked.record(),
        inputs_hash=kept.key,
        seed=asked.seed,
    )


def _search(ctx: Context, run: RunHandle, asked: Asked) -> Mapping[str, object]:
    """Search and keep what was found; cancelled, raise only when that is kept.

    Raises
    ------
    Cancelled
        after the best schedule so far was kept
    """
    from sanpin.factory.engine.choosing import load_search
    from sanpin.factory.engine.formats.native import read_native
    from sanpin.factory.engine.formats.weights import weighed
    from sanpin.factory.engine.incumbent import read_schedule
    from sanpin.factory.engine.solve import Params, schedule

    ctx.require(Role.PLANNER)
    run.progress(0.0, N_("Reading the problem"))
    problem = read_native(read_kept(ctx, asked.problem, PROBLEM))
    problem = weighed(problem, asked.objective)
    known = asked.start and read_schedule(problem, read_kept(ctx, asked.start, START))
    compile_kernels()
    load_search(problem)
    run.progress(0.0, N_("Searching for a schedule"))
    params = Params(
        seconds=asked.seconds,
        steps=asked.steps,
        workers=asked.workers or os.cpu_count() or 1,
    )
    found = schedule(
        problem,
        params,
        seed=asked.seed,
        budget=run.budget(asked.seconds),
        report=_Teller(run, asked),
        start=known or None,
    )
    # Cancelled before there was anything: nothing can be kept. What there is was checked.
    if not found.operations:
        run.check_cancelled()
    facts = _keep(ctx, run, problem, found)
    if found.status is Status.CANCELLED:
        run.check_cancelled()
    return facts


def _keep(ctx: Context, run: RunHandle, problem: Problem, found: Schedule) -> Mapping[str, object]:
    """Keep a schedule with its figures beside its Run; return the figures."""
    figures = compute_figures(problem, found)
    kept = keep_solution(ctx, run.id, problem, found, figures)
    for name, identifier in kept.items():
        run.artefact(name, identifier)
    facts = {**figures.facts, "unit": problem.unit}
    if found.operations:
        facts["valid"] = True
    run.metrics({**facts, "trace": []})
    return facts


class _Teller:
    """Tell a Run what the search has found, at most ten times a second."""

    def __init__(self, run: RunHandle, asked: Asked) -> None:
        self.run, self.asked = run, asked
        self.told = -TELL_SECONDS
        self.trace: list[tuple[float, float, float]] = []

    def __call__(self, objective: float, bound: float, step: int, seconds: float) -> None:
        """Take the state of the search after a better schedule or a round."""
        if seconds - self.told < TELL_SECONDS:
            return
        self.told = seconds
        # While nothing changes one point moves on, so that improvements stay in the line.
        if len(self.trace) > 1 and self.trace[-1][1:] == self.trace[-2][1:] == (objective, bound):
            self.trace.pop()
        self.trace.append((round(seconds, 2), objective, bound))
        if len(self.trace) > _POINTS:
            # Every second point of the past is enough to draw a line.
            self.trace = self.trace[::2]
        self.run.metrics(
            {
                "objective": objective,
                "bound": bound,
                "step": step,
                "seconds": round(seconds, 2),
                "trace": self.trace,
            }
        )
        steps = self.asked.steps
        share = max(seconds / self.asked.seconds, step / steps if steps else 0.0)
        # The search hears of a cancellation by its budget and ends with what it has.
        with suppress(Cancelled):
            self.run.progress(min(share, 0.99), N_("Searching for a schedule"))
