"""``sanpin loop``: run everything from the orders to the scoreboard."""

from __future__ import annotations

from cyclopts import App

from sanpin.base import N_
from sanpin.kit.cli import cli_progress, current_context, print_result
from sanpin.kit.whole import Whole

__all__ = ["app"]

app = App(name="loop", help=N_("Forecast, plan, schedule, make, trace."))


@app.command
def run(
    *,
    horizon_days: Whole = 28,
    plan_days: Whole = 14,
    service_level: float = 0.95,
    seed: Whole = 0,
) -> None:
    """Run the loop on the workspace's orders, as far as its data reach.

    Parameters
    ----------
    horizon_days
        Days to forecast.
    plan_days
        Days whose requirements are made.
    service_level
        Probability, 0.5 to 0.98, with which stock must last.
    seed
        Seed of all chance.
    """
    from sanpin.flows.loop import LoopParams, run_loop
    from sanpin.flows.loop.summary import describe, why_nothing

    params = LoopParams(horizon_days, plan_days, service_level, seed=seed)
    with current_context() as ctx, cli_progress(N_("The loop")) as progress:
        summary = run_loop(ctx, params, progress=progress)
        nothing = why_nothing(ctx, summary)
    print_result(summary, lambda: describe(summary, nothing))
