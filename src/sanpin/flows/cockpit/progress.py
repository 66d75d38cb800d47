"""Whether a loop is under way, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_, Run, RunState
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.kit.registry import domains
from sanpin.kit.runs import list_runs

__all__ = ["STEPS", "loop_steps", "loop_under_way"]

STEPS: Mapping[str, str] = {
    "factory.plan": N_("Plan what to make"),
    "factory.schedule": N_("Schedule the plants"),
    "factory.make": N_("Run the floor"),
    "trace.capture": N_("Capture events"),
    "trace.recall": N_("Work out a recall"),
}
"""Names of the steps that nobody can ask for on their own."""


def loop_under_way(ctx: Context) -> Run | None:
    """Return the loop that waits or runs, None when there is none; a running one goes first."""
    # A running loop has progress to show; a queued one behind it can wait.
    for state in (RunState.RUNNING, RunState.QUEUED):
        found = list_runs(ctx, "loop", "run", state=state, limit=1)
        if found:
            return found[0]
    return None


def loop_steps(ctx: Context, run: Run) -> list[dict[str, str]]:
    """Return the steps of a loop in the order in which they began, as the progress shows them.

    Parameters
    ----------
    run : a loop, finished or not

    Returns
    -------
    ``label, state, message`` by step; only a step under way has a message.
    """
    labels = {**STEPS} | {
        f"{domain.name}.{name}": verb.label
        for domain in domains()
        for name, verb in domain.verbs.items()
    }
    steps = []
    for step in reversed(list_runs(ctx, parent=run.id, limit=None)):
        name = f"{step.domain}.{step.verb}"
        message = "" if step.state.final else translate(step.message, ctx.language)
        label = translate(labels.get(name, name), ctx.language)
        steps.append({"label": label, "state": step.state.value, "message": message})
    return steps
