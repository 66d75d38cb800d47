"""The answer of a loop, for machines and for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sanpin.base import N_
from sanpin.demand import service as demand
from sanpin.demand.service.orders import book_hash
from sanpin.factory import service as factory
from sanpin.kit.cli import say
from sanpin.kit.context import Context
from sanpin.kit.pages import as_of_day
from sanpin.kit.runs import last_run

__all__ = ["describe", "last_summary", "why_nothing"]


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


def why_nothing(ctx: Context, summary: Mapping[str, Any]) -> str:
    """Return the catalogue key that says why a plan has no make orders; empty when it has some.

    Parameters
    ----------
    summary : the answer of the loop that has just run
    """
    if summary.get("plan", {}).get("make_orders") != 0:
        return ""
    if demand.sales_lines(ctx)["item"].is_in(list(factory.routings(ctx))).any():
        return N_("Nothing has to be made: the stock covers all that is expected to sell.")
    return N_(
        "Nothing can be made: no item sold has a routing. Import routings with the item codes of "
        "the orders."
    )


def describe(summary: Mapping[str, Any], nothing: str = "", *, kept: bool = False) -> str:
    """Return the answer for people, one line per step.

    Parameters
    ----------
    summary : the answer of `run_loop`; steps that it lacks get no line
    nothing : catalogue key of why there is nothing to make, behind the plan
    kept : whether the answer is of an earlier loop
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
    for key, text in steps:
        if key in summary:
            lines.append(say(text, **summary[key]))
        if key == "plan" and nothing:
            lines.append(f"      {say(nothing)}")
    if kept:
        lines.append(
            say(N_("Workspace {workspace}, computed earlier in {seconds:.0f} s"), **summary)
        )
    else:
        lines.append(say(N_("Workspace {workspace}, {seconds:.0f} s"), **summary))
    if summary.get("missing"):
        lines.append(say(N_("To go further, import: {kinds}"), kinds=", ".join(summary["missing"])))
    return "\n".join(lines)
