"""``sanpin runs``: list, show, compare, cancel and re-run what was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclopts import App

from sanpin.base import N_, Run
from sanpin.kit.cli import current_context, options, print_result, say

if TYPE_CHECKING:
    from sanpin.kit.runs import MetricChange

__all__ = ["app"]

app = App(name="runs", help=N_("List, show, compare, cancel and re-run computations."))


@app.command(name="list")
def list_(*, domain: str = "", verb: str = "", limit: int = 20, steps: bool = False) -> None:
    """List Runs, newest first, each with its steps below it if asked for.

    Whoever looks for a domain or a verb finds steps too. The JSON of the whole list always holds
    them, each naming the Run that it belongs to.

    Parameters
    ----------
    domain
        Only Runs of this domain.
    verb
        Only Runs of this verb.
    limit
        At most so many, without counting the steps; 0 for all.
    steps
        Show the steps of each Run below it.
    """
    from sanpin.kit.jobs import sweep_runs
    from sanpin.kit.runs import list_runs

    with current_context() as ctx:
        sweep_runs(ctx)
        # Whoever names a computation also means the times when it was a step of another.
        parent = None if domain or verb else ""
        runs = list_runs(ctx, domain or None, verb or None, parent, limit=limit or None)
        shown = runs if steps or parent == "" else []
        below = {run.id: list_runs(ctx, parent=run.id, limit=None)[::-1] for run in shown}
    found = list({one.id: one for run in runs for one in (run, *below.get(run.id, ()))}.values())
    lines = [
        line
        for run in runs
        for line in (_line(run), *(f"  {_line(step)}" for step in below.get(run.id, ()) if steps))
    ]
    print_result([record(run) for run in found], lambda: "\n".join(lines))


@app.command
def show(run: str) -> None:
    """Show one Run with its parameters, figures and artefacts.

    Parameters
    ----------
    run
        Id of the Run, or ``last``.
    """
    from sanpin.kit.runs import get_run, list_runs

    with current_context() as ctx:
        found = _resolve(list_runs(ctx, parent="", limit=1)) if run == "last" else get_run(ctx, run)
        steps = list_runs(ctx, parent=found.id, limit=None)
    value = {**record(found), "steps": [record(step) for step in steps]}
    print_result(value, lambda: _describe(found, steps))


@app.command
def compare(first: str, second: str) -> None:
    """Compare two Runs: what was asked differently and what came out differently.

    Parameters
    ----------
    first
        Id of one Run.
    second
        Id of the other.
    """
    from sanpin.kit.runs import compare_runs

    with current_context() as ctx:
        found = compare_runs(ctx, first, second)
    value = {
        "a": found.a.id,
        "b": found.b.id,
        "same_inputs": found.same_inputs,
        "params": {one.name: [one.a, one.b] for one in found.params},
        "metrics": {
            one.name: {"a": one.a, "b": one.b, "difference": one.difference}
            for one in found.metrics
        },
    }
    lines = [f"{one.name}: {one.a} -> {one.b}" for one in found.params]
    lines += [_changed(one) for one in found.metrics if one.a != one.b]
    if not lines:
        lines = [say(N_("All figures are the same."))]
    print_result(value, lambda: "\n".join(lines))


@app.command
def cancel(run: str) -> None:
    """Cancel a Run that waits or runs.

    Parameters
    ----------
    run
        Id of the Run.
    """
    from sanpin.kit.runs import cancel_run

    with current_context() as ctx:
        found = cancel_run(ctx, run)
    print_result(record(found), lambda: say(N_("The run will end within two seconds.")))


@app.command
def rerun(run: str) -> None:
    """Run the same computation again and wait for it.

    Parameters
    ----------
    run
        Id of the Run whose parameters and seed are used.
    """
    from sanpin.kit.jobs import run_worker
    from sanpin.kit.runs import get_run
    from sanpin.kit.runs import rerun as queue_again

    with current_context() as ctx:
        queued = queue_again(ctx, run)
        run_worker(ctx.workspace, once=True)
        done = get_run(ctx, queued.id)
    print_result(record(done), lambda: _line(done))


def record(run: Run) -> dict[str, object]:
    """Return a Run as it is printed for machines."""
    return {
        "id": run.id,
        "domain": run.domain,
        "verb": run.verb,
        "state": run.state.value,
        "progress": run.progress,
        "started": run.started,
        "finished": run.finished,
        "author": run.author,
        "version": run.version,
        "seed": run.seed,
        "inputs_hash": run.inputs_hash,
        "params": run.params,
        "metrics": run.metrics,
        "artefacts": run.artefacts,
        "error": run.error,
        "parent": run.parent,
    }


def _resolve(runs: list[Run]) -> Run:
    from sanpin.base import StateError

    if not runs:
        raise StateError(
            "runs.none",
            N_("Nothing has been computed in this workspace yet."),
            hint=N_("Import orders and run the loop: sanpin loop run"),
        )
    return runs[0]


def _line(run: Run) -> str:
    started = run.started.strftime("%Y-%m-%d %H:%M") if run.started else "-"
    return f"{run.id}  {started}  {run.domain}.{run.verb:<12} {run.state.value}"


def _changed(change: MetricChange) -> str:
    """Return a figure that differs, with the difference where both are numbers."""
    line = f"{change.name}: {change.a} -> {change.b}"
    return line if change.difference is None else f"{line} ({change.difference:+g})"


def _describe(run: Run, steps: list[Run]) -> str:
    from sanpin.kit.runs import error_text

    lines = [_line(run)]
    for title, values in (("params", run.params), ("metrics", run.metrics)):
        lines += [f"  {title}.{key}: {value}" for key, value in values.items()]
    if failure := error_text(run, options().language):
        lines.append(f"  error.code: {run.error.get('code', '')}")
        told = (("text", failure.text), ("hint", failure.hint))
        lines += [f"  error.{key}: {text}" for key, text in told if text]
    return "\n".join(lines + [f"  {_line(step)}" for step in reversed(steps)])
