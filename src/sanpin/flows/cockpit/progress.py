"""Starting the loop from a page, and how far the one under way has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanpin.base import Run, RunState
from sanpin.flows.loop.params import LoopParams
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.kit.registry import domains
from sanpin.kit.runs import enqueue, list_runs

__all__ = ["loop_steps", "loop_under_way", "start_loop"]


def loop_under_way(ctx: Context) -> Run | None:
    """Return the loop that waits or runs, None when there is none; a running one goes first."""
    for state in (RunState.RUNNING, RunState.QUEUED):
        found = list_runs(ctx, "loop", "run", state=state, limit=1)
        if found:
            return found[0]
    return None


def start_loop(ctx: Context, params: Mapping[str, Any] | None = None) -> Run:
    """Queue a loop and return its Run; one already under way is returned instead of a second.

    Raises
    ------
    InputError
        ``loop.params`` for parameters that fit no loop
    """
    asked = LoopParams.of(params or {})
    return loop_under_way(ctx) or enqueue(ctx, "loop.run", asked.asked(), seed=asked.seed)


def loop_steps(ctx: Context, run: Run) -> list[dict[str, str]]:
    """Return the steps of a loop in the order in which they began, as the progress shows them."""
    labels = {
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
