"""Running the loop: each step hands plain frames to the next and leaves a Run of its own.

Order of the steps: intake and forecast need orders alone; plan, schedule, floor and trace need a
plant too. Without one the loop ends after the forecast and says what to import. The scoreboard
comes last, since some of its figures are of the floor.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sanpin.base import N_, Progress, StateError
from sanpin.demand import service as demand
from sanpin.demand.service.orders import book_hash
from sanpin.factory import service as factory
from sanpin.factory.engine.solve import Params
from sanpin.flows.cockpit.decisions import ranked
from sanpin.flows.company import goods
from sanpin.flows.loop.deciding import decide
from sanpin.flows.loop.params import LoopParams
from sanpin.flows.loop.thread import documents, lot_ids, number_pass
from sanpin.flows.loop.totals import customer_shares, floor_totals
from sanpin.flows.scoreboard.firm import FloorTotals
from sanpin.flows.scoreboard.service import compute_firm_figures, grouped, stored_record
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.jobs import sweep_runs
from sanpin.kit.notify import notify
from sanpin.kit.runs import RunHandle, start_run
from sanpin.master import service as master
from sanpin.trace import service as trace
from sanpin.trace.model.captures import Origin

__all__ = ["run_job", "run_loop"]

_PROBLEMS = 5
"""So many refused events are told one by one."""

SCHEDULE_STEPS = 80
"""Rounds of the search; a count, so that the schedule can be repeated."""


def run_job(ctx: Context, params: Mapping[str, object], progress: Progress) -> Mapping[str, object]:
    """Run the loop for the queue, and say in the inbox that it is done.

    Parameters
    ----------
    params : what was asked when the loop was queued
    progress : told the share done and what is being done

    Returns
    -------
    The loop's answer, which the Run keeps as its metrics.
    """
    answer = run_loop(ctx, LoopParams.of(params), progress=progress)
    late = answer.get("schedule", {}).get("late_orders", 0)
    notify(
        ctx,
        "loop.done",
        N_("The loop is done: {items} items forecast, {late} orders will be late."),
        "warn" if late else "ok",
        "/",
        items=answer["items"],
        late=late,
    )
    return answer


def run_loop(
    ctx: Context, params: LoopParams = LoopParams(), *, progress: Progress | None = None
) -> dict[str, Any]:
    """Run the loop as far as the workspace's data reach, leaving a Run ``loop.run``.

    Returns
    -------
    The answer that ``sanpin loop run --json`` prints; steps that could not run are absent and
    ``missing`` names the kinds of file to import.

    Raises
    ------
    StateError
        ``loop.no_orders`` when there is nothing to begin with

    Parameters
    ----------
    params : how far and how carefully to look
    progress : told the share done and what is being done; None for nobody

    Notes
    -----
    Same orders, same plant, same parameters: same answer but for ``seconds``, as long as the guard
    on the schedule's clock is not reached.
    """
    ctx.require(Role.PLANNER)
    if not demand.has_orders(ctx):
        raise StateError(
            "loop.no_orders",
            N_("There are no orders to begin with."),
            hint=N_("Import an order file: sanpin import ORDERS.xlsx"),
        )
    _tidy(ctx)
    asked = {**params.asked(), "as_of": demand.as_of_day(ctx).isoformat()}
    with start_run(
        ctx,
        "loop",
        "run",
        params=asked,
        # A Run names its orders by their hash: two Runs can be compared only on the same book.
        inputs_hash=book_hash(ctx),
        seed=params.seed,
        progress=progress,
        joinable=True,
    ) as run:
        return _Loop(ctx, params, run).answer()


def _tidy(ctx: Context) -> None:
    """Give up what a killed process left: its Runs, and files that never got their row."""
    sweep_runs(ctx)
    with ctx.db.read() as conn:
        ctx.lake.sweep(conn)


@dataclass
class _Loop:
    """One pass: what was found so far.

    Attributes
    ----------
    begun : monotonic clock at the start
    seconds : wall time of each step
    found : the answer, filled step by step
    missing : kinds of file without which there is no plant
    totals : of the floor, None until it has run
    """

    ctx: Context
    params: LoopParams
    run: RunHandle
    begun: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    totals: FloorTotals | None = None

    def answer(self) -> dict[str, Any]:
        """Run all steps and return the answer."""
        self.found = {
            "workspace": str(self.ctx.workspace.path),
            "orders": demand.count_lines(self.ctx),
        }
        self.forecast()
        self.missing = factory.missing(self.ctx)
        decided: list[dict[str, Any]] = []
        if not self.missing:
            decided = self.plant()
        with self.step("scoreboard", 0.95, N_("Computing the scoreboard")):
            figures = compute_firm_figures(self.ctx, self.totals)
        self.found["scoreboard"] = grouped(figures)
        if self.missing:
            self.found["missing"] = self.missing
        self.found["seconds"] = round(time.monotonic() - self.begun, 2)
        kept: dict[str, Any] = {
            "summary": self.found,
            "scoreboard": [stored_record(figure) for figure in figures],
            "decisions": decided,
            "step_seconds": self.seconds,
        }
        self.run.metrics(kept)
        return self.found

    @contextmanager
    def step(self, name: str, share: float, message: str) -> Iterator[None]:
        """Tell the progress, and note how long the step took.

        Parameters
        ----------
        name : key under which the time is kept
        share : of the whole loop that is done when the step begins, from experience
        message : catalogue key of what is being done
        """
        self.run.progress(share, message)
        begun = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begun, 3)

    def forecast(self) -> None:
        """Take the orders in and forecast every item."""
        with self.step("intake", 0.02, N_("Correcting the orders")):
            # Orders that were corrected already need not be corrected again.
            if demand.fresh_intake(self.ctx) is None:
                demand.run_intake(self.ctx)
            # The sample brings master data of its own; a firm's items are registered as sold.
            if not self.ctx.workspace.sample:
                master.register_items(self.ctx, _sold(demand.sales_lines(self.ctx)))
        with self.step("forecast", 0.1, N_("Forecasting all items")):
            record = demand.run_forecast(self.ctx, horizon=self.params.horizon_days)
        accuracy = record.accuracy["metrics"]
        self.found["items"] = record.items
        self.found["forecast"] = {
            "items": record.items,
            "horizon": record.horizon,
            "rmsse": accuracy.get("rmsse"),
            "rmsse_seasonal_naive": accuracy.get("rmsse_seasonal_naive"),
        }

    def plant(self) -> list[dict[str, Any]]:
        """Plan, schedule, make and trace; return what needs a decision."""
        ctx, params = self.ctx, self.params
        as_of = demand.as_of_day(ctx)
        with self.step("plan", 0.3, N_("Planning what to make")):
            lead = demand.cumulative_demand(ctx, params.plan_days)
            plan = factory.plan(
                ctx,
                demand_at(lead, params.service_level),
                as_of=as_of,
                service_level=params.service_level,
            )
        self.found["plan"] = {"make_orders": plan.orders.height}
        if not factory.is_search_ready():
            with self.step("kernels", 0.35, N_("Compiling the search, once for this installation")):
                factory.prepare_search()
        with self.step("schedule", 0.4, N_("Scheduling the plants")):
            limits = Params(seconds=params.schedule_seconds, steps=SCHEDULE_STEPS)
            scheduled = factory.make_schedule(ctx, plan, limits, seed=params.seed)
        self.found["schedule"] = {
            "operations": scheduled.operations.height,
            "late_orders": scheduled.late.height,
            "valid": True,
        }
        with self.step("make", 0.7, N_("Running the floor")):
            shares = customer_shares(ctx, demand.sales_lines(ctx))
            done = factory.make(ctx, plan, scheduled, shares, seed=params.seed)
        with self.step("trace", 0.75, N_("Capturing events")):
            numbering = number_pass(ctx, scheduled, done)
            # No floor reports to Sanpin yet: whatever was made, was made in simulation.
            origin = Origin.SAMPLE if factory.is_sample(ctx) else Origin.SIMULATED
            documented = documents(ctx, scheduled, done, numbering)
            report = trace.capture(ctx, documented, origin=origin)
            _require_captured(report)
            codes = {order: numbering.lot(order) for order in done.lots["order"]}
            factory.name_lots(ctx, done, codes, lot_ids(ctx, done, numbering))
        self.found["trace"] = {"events": report.captured + report.duplicates}
        with self.step("totals", 0.9, N_("Following every lot")):
            self.totals = floor_totals(ctx, done, numbering)
        self.run.metric("floor", self.totals)
        with self.step("decide", 0.94, N_("Looking for decisions")):
            found = decide(ctx, lead, scheduled, done, numbering, as_of)
        return [one.record() for one in ranked(found)]


def _sold(sales: pl.DataFrame) -> list[tuple[str, str]]:
    """Return each item sold with its description, or its code where the orders have none."""
    named = dict(goods(sales))
    return [(code, named.get(code, code)) for code in sales["item"].unique().sort()]


def demand_at(lead: demand.CumulativeDemand, service_level: float) -> factory.Demand:
    """Return the demand that stock must cover with a probability.

    Parameters
    ----------
    lead : quantiles of the cumulative demand, shape (days, items, levels)
    service_level : probability, within the levels of the quantiles

    Returns
    -------
    Pieces to be able to deliver, shape (days, items), by linear interpolation between the two
    quantiles next to the level, and the expected pieces per day.
    """
    import numpy as np

    levels = lead.levels
    above = int(np.clip(np.searchsorted(levels, service_level), 1, len(levels) - 1))
    share = (service_level - levels[above - 1]) / (levels[above] - levels[above - 1])
    low, high = lead.quantiles[..., above - 1], lead.quantiles[..., above]
    daily = lead.mean[-1] / max(lead.mean.shape[0], 1)
    return factory.Demand(lead.items, low + share * (high - low), daily)


def _require_captured(report: Any) -> None:
    """Refuse to go on when the trace refused an event: its records would have a hole.

    Raises
    ------
    StateError
        ``loop.trace.refused``, with the first refusals
    """
    if report.errors:
        raise StateError(
            "loop.trace.refused",
            N_("The trace refused {count} events of the floor."),
            hint=N_("Please report this, with the Run."),
            problems=[error.problem for error in report.errors[:_PROBLEMS]],
            count=len(report.errors),
        )
