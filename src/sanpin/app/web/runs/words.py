"""Runs as people read them: names of computations, states, steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sanpin.base import N_, Run, RunState, Verb
from sanpin.flows.cockpit.progress import STEPS
from sanpin.kit.context import Context
from sanpin.kit.http import Snapshot, run_snapshot
from sanpin.kit.i18n import translate
from sanpin.kit.registry import domains
from sanpin.kit.runs import error_text, list_runs

__all__ = ["MARKS", "as_record", "live", "result_page", "row", "steps", "verb_label", "verbs"]

MARKS: Mapping[RunState, tuple[str, str]] = {
    RunState.QUEUED: ("hold", N_("waiting")),
    RunState.RUNNING: ("run", N_("running")),
    RunState.DONE: ("ok", N_("done")),
    RunState.FAILED: ("bad", N_("failed")),
    RunState.CANCELLED: ("hold", N_("cancelled")),
}
"""Shape and word of each state."""


def verbs() -> dict[str, str]:
    """Return every computation that can be asked for: full name to catalogue key."""
    return {name: verb.label for name, verb in _verbs().items()}


def _verbs() -> dict[str, Verb]:
    """Return every computation that can be asked for by its full name."""
    return {
        name if "." in name else f"{domain.name}.{name}": verb
        for domain in domains()
        for name, verb in domain.verbs.items()
    }


def result_page(run: Run) -> str:
    """Return where people see what a Run found; empty where there is no such page."""
    verb = _verbs().get(f"{run.domain}.{run.verb}")
    return verb.page.format(id=run.id) if verb else ""


def verb_label(run: Run, language: str) -> str:
    """Return what a Run computed, in words; its technical name when nobody named it."""
    name = f"{run.domain}.{run.verb}"
    return translate(verbs().get(name) or STEPS.get(name, name), language)


def as_record(run: Run) -> dict[str, Any]:
    """Return a Run as JSON values."""
    return {**asdict(run), "state": run.state.value}


def duration(run: Run) -> timedelta | None:
    """Return how long a Run took, None while it has not ended."""
    return run.finished - run.started if run.started and run.finished else None


def row(run: Run, language: str) -> dict[str, Any]:
    """Return a Run as a row of the list."""
    shape, word = MARKS[run.state]
    failure = error_text(run, language)
    return {
        "id": run.id,
        "label": verb_label(run, language),
        "state": (shape, translate(word, language)),
        "created": run.created,
        "duration": duration(run),
        "author": run.author,
        "message": failure.text if failure else _standing(run, language),
    }


def _standing(run: Run, language: str) -> str:
    """Return what a Run is doing; nothing once it has ended."""
    return "" if run.state.final else translate(run.message, language)


def steps(ctx: Context, run_id: str) -> list[dict[str, Any]]:
    """Return the steps of a Run in the order in which they began."""
    found = reversed(list_runs(ctx, parent=run_id, limit=None))
    return [
        {
            "id": step.id,
            "label": verb_label(step, ctx.language),
            "state": step.state.value,
            "message": translate(step.message, ctx.language) if not step.state.final else "",
        }
        for step in found
    ]


def live(ctx: Context, run_id: str) -> Snapshot:
    """Return how a Run and its steps stand, in the caller's language.

    The same value is the first state of the page and, whenever it changes, the next event of the
    stream that the page listens to.
    """
    snapshot = run_snapshot(ctx, run_id)
    value: dict[str, Any] = snapshot.value  # type: ignore[assignment]  # a mapping, by its maker
    word = translate(MARKS[RunState(value["state"])][1], ctx.language)
    return Snapshot({**value, "word": word, "steps": steps(ctx, run_id)}, snapshot.final)
