"""The two long computations: intake of the order book, and the forecast with its backtest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from time import perf_counter

import numpy as np
import polars as pl

from sanpin.base import N_, Progress, StateError
from sanpin.demand.engine.backtest import backtest
from sanpin.demand.engine.forecast import Forecaster
from sanpin.demand.engine.intake import take_in
from sanpin.demand.engine.lead import lead_quantiles
from sanpin.demand.engine.timeline import read_panel
from sanpin.demand.model.forecast import Backtest, Forecast, ForecastParams, quantile_column
from sanpin.demand.model.orders import IntakeParams
from sanpin.demand.model.panel import Intake, Panel
from sanpin.demand.service.orders import as_of_day, book_hash, raw_lines
from sanpin.demand.service.portfolio_rows import portfolio_rows
from sanpin.demand.service.results import fresh_intake
from sanpin.demand.store import ForecastRecord, IntakeRecord, save_forecast, save_intake
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.plain import plain
from sanpin.kit.runs import RunHandle, start_run

__all__ = [
    "HORIZON",
    "LEAD_LEVELS",
    "forecast_job",
    "intake_job",
    "run_forecast",
    "run_intake",
]

HORIZON = 28
LEAD_LEVELS = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98)
_LONGEST_GAP = 60
_SHOWN_DAYS = 112


def intake_job(ctx: Context, params: Mapping[str, object], progress: Progress) -> dict[str, object]:
    """Run `run_intake` for the queue; ``keep_duplicates`` is its only parameter."""
    kept = bool(params.get("keep_duplicates", False))
    record = run_intake(ctx, IntakeParams(keep_duplicates=kept), progress=progress)
    return {"lines": record.lines, "items": record.items}


def forecast_job(
    ctx: Context, params: Mapping[str, object], progress: Progress
) -> dict[str, object]:
    """Run `run_forecast` for the queue, after an intake when the order book has changed."""
    horizon = int(str(params.get("horizon", HORIZON)))
    return dict(run_forecast(ctx, horizon=horizon, progress=progress).accuracy["metrics"])


def run_intake(
    ctx: Context, params: IntakeParams | None = None, *, progress: Progress | None = None
) -> IntakeRecord:
    """Clean the order book as it stands on the workspace's day, leaving a Run ``demand.intake``.

    Artefacts: the datasets panel, corrections, sales and returns.
    """
    ctx.require(Role.PLANNER)
    chosen = params or IntakeParams()
    day, content = as_of_day(ctx), book_hash(ctx)
    asked = {"as_of": day.isoformat(), "keep_duplicates": chosen.keep_duplicates}
    with start_run(
        ctx, "demand", "intake", params=asked, inputs_hash=content, progress=progress
    ) as run:
        run.progress(0.05, N_("Reading the orders"))
        lines = raw_lines(ctx, day)
        run.progress(0.2, N_("Correcting the orders"))
        found = take_in(lines, chosen)
        run.progress(0.8, N_("Keeping the panel"))
        return _keep_intake(ctx, run, found, day, content)


def _keep_intake(
    ctx: Context, run: RunHandle, found: Intake, day: date, content: str
) -> IntakeRecord:
    """Keep the frames and the record that names them in one transaction, or none of them."""
    frames = {
        "panel": found.panel,
        "corrections": found.corrections,
        "sales": found.sales,
        "returns": found.returns,
    }
    items = found.panel.filter(pl.col("quantity") > 0)["item"].n_unique()
    with ctx.db.write() as conn:
        kept = {
            name: ctx.lake.write(conn, "demand", name, frame, firm=ctx.firm).id
            for name, frame in frames.items()
        }
        record = IntakeRecord(
            firm=ctx.firm,
            run=run.id,
            inputs_hash=content,
            as_of=day,
            lines=found.lines,
            items=items,
            created=ctx.now(),
            **kept,
        )
        save_intake(conn, record)
    for name, identifier in kept.items():
        run.artefact(name, identifier)
    run.metric("lines", found.lines)
    run.metric("items", items)
    run.metric("corrections", found.corrections.height)
    return record


def run_forecast(
    ctx: Context, *, horizon: int = HORIZON, progress: Progress | None = None
) -> ForecastRecord:
    """Forecast all items from the workspace's day on, leaving a Run ``demand.forecast``.

    Takes the orders in first when they or the day have changed. Metrics are those of the
    rolling-origin backtest; artefacts the datasets forecast, cumulative and portfolio.
    """
    ctx.require(Role.PLANNER)
    params = ForecastParams(horizon=horizon)
    asked = {"as_of": as_of_day(ctx).isoformat(), "horizon": horizon}
    with start_run(
        ctx, "demand", "forecast", params=asked, inputs_hash=book_hash(ctx), progress=progress
    ) as run:
        run.progress(0.02, N_("Reading the orders"))
        intake = fresh_intake(ctx) or run_intake(ctx)
        rows = ctx.lake.read(intake.panel)
        # An item of which goods came back but none was sold has no demand to forecast.
        rows = rows.filter((pl.col("quantity") > 0).any().over("item"))
        if rows.is_empty():
            raise StateError(
                "demand.orders.no_sales",
                N_("No order line before {day} is a sale of goods."),
                hint=N_("See the corrections, and import orders with sales."),
                day=intake.as_of.isoformat(),
            )
        history = read_panel(rows)
        gap = _gap(history, intake.as_of)
        run.progress(0.4, N_("Forecasting"))
        begun = perf_counter()
        forecaster = Forecaster(history, ForecastParams(horizon=horizon + gap))
        made = _after_gap(forecaster.forecast(history.periods), gap)
        cumulative = _cumulative(forecaster, horizon, gap)
        run.metric("forecast_seconds", round(perf_counter() - begun, 3))
        run.progress(0.6, N_("Testing the forecast on the past"))
        tested = backtest(history, params)
        run.progress(0.9, N_("Keeping the forecast"))
        sales = ctx.lake.read(intake.sales)
        frames = {
            "forecast": made.frame(),
            "cumulative": cumulative,
            "portfolio": portfolio_rows(sales, history, made, cumulative, tested),
        }
        return _keep_forecast(ctx, run, intake, made, tested, frames, _total_history(history))


def _keep_forecast(
    ctx: Context,
    run: RunHandle,
    intake: IntakeRecord,
    made: Forecast,
    tested: Backtest,
    frames: Mapping[str, pl.DataFrame],
    total_history: list[list[object]],
) -> ForecastRecord:
    """Keep the frames and the record that names them in one transaction, or none of them."""
    metrics = {**tested.metrics(), "items": len(made.items), "horizon": len(made.dates)}
    with ctx.db.write() as conn:
        kept = {
            name: ctx.lake.write(conn, "demand", name, frame, firm=ctx.firm).id
            for name, frame in frames.items()
        }
        record = ForecastRecord(
            firm=ctx.firm,
            run=run.id,
            intake=intake.run,
            as_of=intake.as_of,
            horizon=len(made.dates),
            items=len(made.items),
            accuracy=plain(
                {
                    "metrics": metrics,
                    "origins": _origin_records(tested),
                    "history": total_history,
                }
            ),
            created=ctx.now(),
            **kept,
        )
        save_forecast(conn, record)
    for name, identifier in kept.items():
        run.artefact(name, identifier)
    for name, value in metrics.items():
        run.metric(name, value)
    return record


def _total_history(history: Panel) -> list[list[object]]:
    """Return the last days and what all items together sold on them, for the page's chart."""
    total = np.nansum(history.quantity[:, -_SHOWN_DAYS:], axis=0)
    days = history.dates[-_SHOWN_DAYS:]
    return [[str(day), float(value)] for day, value in zip(days, total, strict=True)]


def _gap(history: Panel, as_of: date) -> int:
    """Return the days between the last day of the panel and the first day to forecast."""
    gap = int((np.datetime64(as_of) - history.dates[-1]).astype(int)) - 1
    if gap > _LONGEST_GAP:
        raise StateError(
            "demand.orders.old",
            N_("The newest order before {day} is {days} days old."),
            hint=N_("Import newer orders, or let today be the day after the newest order."),
            day=as_of.isoformat(),
            days=gap,
        )
    return max(gap, 0)


def _after_gap(made: Forecast, gap: int) -> Forecast:
    """Drop the days before the first one asked for.

    When today is later than the day after the newest order, the days between are forecast too
    and left out here: nobody knows yet what they sold.
    """
    return Forecast(
        items=made.items,
        dates=made.dates[gap:],
        levels=made.levels,
        mean=made.mean[:, gap:],
        quantiles=made.quantiles[:, gap:],
        total_mean=made.total_mean[gap:],
        total_quantiles=made.total_quantiles[gap:],
    )


def _cumulative(forecaster: Forecaster, horizon: int, gap: int) -> pl.DataFrame:
    """Return ``item, days, mean, q...`` of the demand of the next days, for every span.

    One row per item and number of days, so that planning and the run-out of stock look up what
    they need. All spans share the expectations from the same few origins and cost little more
    than one.
    """
    parts = []
    for span in range(1, horizon + 1):
        mean, quantiles = lead_quantiles(forecaster, span, LEAD_LEVELS, skip=gap)
        columns = {quantile_column(a): quantiles[:, k] for k, a in enumerate(LEAD_LEVELS)}
        items = pl.Series("item", list(forecaster.panel.items), dtype=pl.String)
        parts.append(
            pl.DataFrame({"item": items, "mean": mean, **columns}).with_columns(
                pl.lit(span, pl.Int32).alias("days")
            )
        )
    whole = pl.concat(parts)
    names = [quantile_column(a) for a in LEAD_LEVELS]
    # More days never hold less demand; sampled ratios alone would not promise that.
    return whole.sort("item", "days").with_columns(pl.col(["mean", *names]).cum_max().over("item"))


def _origin_records(tested: Backtest) -> list[dict[str, object]]:
    """Return the scores per origin as JSON values."""
    names = ("items", "rmsse", "rmsse_naive", "weighted", "weighted_naive", "total")
    more = ("total_naive", "wape", "wape_naive", "pinball", "below", "at_most", "total_below")
    return [
        {"origin": str(score.origin), **{n: getattr(score, n) for n in (*names, *more)}}
        for score in tested.origins
    ]
