"""Jobs that bring the sample company in and take it away, for the buttons of the pages."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_, Progress
from sanpin.demand import service as demand
from sanpin.flows.company import load_sample_company, remove_sample_company
from sanpin.flows.loop import run_loop
from sanpin.kit.context import Context

__all__ = ["load_job", "remove_job"]

_LOADED = 0.2
"""Share of the whole that loading takes; the loop takes the rest."""


def load_job(ctx: Context, _params: Mapping[str, object], progress: Progress) -> dict[str, object]:
    """Load the sample company and run the loop on it."""
    load_sample_company(ctx, lambda share, message: progress(_LOADED * share, message))
    answer = run_loop(
        ctx, progress=lambda share, message: progress(_LOADED + (1 - _LOADED) * share, message)
    )
    return {"orders": answer["orders"], "items": answer["items"]}


def remove_job(
    ctx: Context, _params: Mapping[str, object], progress: Progress
) -> dict[str, object]:
    """Take the sample company away; what was the firm's own stays."""
    progress(0.1, N_("Removing the sample"))
    remove_sample_company(ctx)
    return {"orders": demand.count_lines(ctx)}
