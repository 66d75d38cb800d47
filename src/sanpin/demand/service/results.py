"""The results in force: clean sales, panel, corrections and forecast, for pages and flows."""

from __future__ import annotations

from datetime import date

import polars as pl

from sanpin.base import N_, StateError
from sanpin.demand.engine.intake import take_in
from sanpin.demand.service.orders import as_of_day, book_hash, raw_lines
from sanpin.demand.store import ForecastRecord, IntakeRecord, last_forecast, last_intake
from sanpin.kit.context import Context

__all__ = [
    "corrections",
    "current_forecast",
    "current_intake",
    "forecast_frame",
    "fresh_intake",
    "panel",
    "required_forecast",
    "returned_lines",
    "sales_lines",
]


def current_intake(ctx: Context) -> IntakeRecord | None:
    """Return the newest intake, or None before the first."""
    with ctx.db.read() as conn:
        return last_intake(conn, ctx.firm)


def current_forecast(ctx: Context) -> ForecastRecord | None:
    """Return the newest forecast, or None before the first."""
    with ctx.db.read() as conn:
        return last_forecast(conn, ctx.firm)


def panel(ctx: Context, item: str | None = None) -> pl.DataFrame:
    """Return the clean panel in force, or one item's part of it; columns of `PANEL_SCHEMA`."""
    rows = ctx.lake.scan(_intake(ctx).panel)
    return (rows if item is None else rows.filter(pl.col("item") == item)).collect()


def corrections(ctx: Context) -> pl.DataFrame:
    """Return the evidence of every correction; columns of `CORRECTION_SCHEMA`."""
    return ctx.lake.read(_intake(ctx).corrections)


def fresh_intake(ctx: Context, as_of: date | None = None) -> IntakeRecord | None:
    """Return the intake in force if it is of this day and of the book as it stands, else None."""
    known = current_intake(ctx)
    if known is None or known.as_of != (as_of or as_of_day(ctx)):
        return None
    return known if known.inputs_hash == book_hash(ctx) else None


def sales_lines(ctx: Context, as_of: date | None = None) -> pl.DataFrame:
    """Return the corrected order lines that are demand, before a day.

    Columns of `ORDER_SCHEMA` and ``bulk``; quantities are positive. Read from the intake in force
    when that is of this day and of the book as it stands; else the book is cleaned anew.
    """
    known = fresh_intake(ctx, as_of)
    if known is not None:
        return ctx.lake.read(known.sales)
    return take_in(raw_lines(ctx, as_of)).sales


def returned_lines(ctx: Context, as_of: date | None = None) -> pl.DataFrame:
    """Return the lines of goods that came back, with negative quantities; as `sales_lines`."""
    known = fresh_intake(ctx, as_of)
    if known is not None:
        return ctx.lake.read(known.returns)
    return take_in(raw_lines(ctx, as_of)).returns


def forecast_frame(ctx: Context, item: str | None = None) -> pl.DataFrame:
    """Return the forecast in force: ``level, item, date, mean`` and one column per quantile.

    With `item` only its rows; the total has the empty item.
    """
    rows = ctx.lake.scan(required_forecast(ctx).forecast)
    return (rows if item is None else rows.filter(pl.col("item") == item)).collect()


def required_forecast(ctx: Context) -> ForecastRecord:
    """Return the newest forecast, or refuse when there is none."""
    known = current_forecast(ctx)
    if known is None:
        raise StateError(
            "demand.forecast.none",
            N_("Nothing has been forecast yet."),
            hint=N_("Run the loop, or the forecast on the demand page."),
        )
    return known


def _intake(ctx: Context) -> IntakeRecord:
    """Return the newest intake, or refuse when there is none."""
    known = current_intake(ctx)
    if known is None:
        raise StateError(
            "demand.intake.none",
            N_("The orders have not been taken in yet."),
            hint=N_("Run the loop, or the forecast on the demand page."),
        )
    return known
