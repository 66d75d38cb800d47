"""The answer of a loop, for machines and for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanpin.base import N_
from sanpin.demand.service.orders import book_hash
from sanpin.kit.cli import say
from sanpin.kit.context import Context
from sanpin.kit.pages import as_of_day
from sanpin.kit.runs import last_run

__all__ = ["describe", "last_summary"]


def last_summary(ctx: Context) -> dict[str, Any] | None:
    """Return the answer of the last loop if it is of the workspace's day and orders, else None.

    A workspace may have been copied since: the path in the answer is that of today.
    """
    run = last_run(ctx, "loop", "run")
    kept = run.metrics.get("summary") if run else None
    if run is None or not isinstance(kept, dict) or run.params.get("as_of") != str(as_of_day(ctx)):
        return None
    if run.inputs_hash != book_hash(ctx):
        return None
    return {**kept, "workspace": str(ctx.workspace.path)}


def describe(summary: Mapping[str, Any]) -> str:
    """Return the answer for people, one line per step.

    Parameters
    ----------
    summary : the answer of `run_loop`; steps that it lacks get no line
    """
    forecast = summary["forecast"]
    naive = forecast["rmsse_seasonal_naive"]
    lines = [
        say(N_("{orders:,} order lines, {items:,} items"), **summary),
        say(N_("Forecast: {items:,} items, {horizon} days"), **forecast),
    ]
    if forecast["rmsse"] is not None and naive:
        text = N_("          error {rmsse:.3f} (RMSSE), seasonal naive {naive:.3f}")
        lines.append(say(text, rmsse=forecast["rmsse"], naive=naive))
    steps = (
        ("plan", N_("Plan: {make_orders:,} make orders")),
        ("schedule", N_("Schedule: {operations:,} operations, {late_orders:,} orders late")),
        ("trace", N_("Trace: {events:,} events")),
    )
    lines += [say(text, **summary[key]) for key, text in steps if key in summary]
    lines.append(say(N_("Workspace {workspace}, {seconds:.0f} s"), **summary))
    if summary.get("missing"):
        lines.append(say(N_("To go further, import: {kinds}"), kinds=", ".join(summary["missing"])))
    return "\n".join(lines)
