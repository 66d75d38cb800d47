"""Read a panel of any frequency into flat arrays.

Days that no row names are zero demand when the file keeps no zeros, and unknown when it does:
a file that writes its zeros leaves out only what it does not know.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanpin.base import N_, InputError
from sanpin.demand.model.panel import Frequency, Panel

__all__ = ["future_dates", "read_panel"]

_DAILY = Frequency("d", 1, 7, (14, 28, 56))
_WEEK_DAYS = 7
_FEWEST_DATES = 3
_ZERO_ROWS = 0.05
_DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S")


def read_panel(frame: pl.DataFrame) -> Panel:
    """Turn a long panel into arrays, from the first date to the last.

    Parameters
    ----------
    frame : columns ``item, date, quantity``; ``revenue`` and ``masked`` are used when present;
        several rows of one item and date are added up

    Raises
    ------
    InputError
        ``demand.panel.column``, ``demand.panel.value`` or ``demand.panel.empty``.
    """
    rows = _typed(frame)
    sums = rows.group_by("item", "date").agg(
        pl.col("quantity").sum(), pl.col("revenue").sum(), pl.col("masked").all()
    )
    dates, frequency = _calendar(sums["date"].unique().sort())
    items = sums["item"].unique().sort()
    row = items.search_sorted(sums["item"]).to_numpy()
    column = np.searchsorted(dates, sums["date"].to_numpy().astype("datetime64[D]"))
    shape = (items.len(), len(dates))
    present = np.zeros(shape, dtype=bool)
    present[row, column] = True
    raw = sums["quantity"].to_numpy()
    quantity = np.zeros(shape)
    quantity[row, column] = np.maximum(raw, 0.0)
    revenue = np.zeros(shape)
    revenue[row, column] = np.maximum(sums["revenue"].to_numpy(), 0.0)
    silent = np.zeros(shape, dtype=bool)
    silent[row, column] = sums["masked"].to_numpy()
    if (raw == 0).mean() >= _ZERO_ROWS:
        silent |= ~present & (np.cumsum(present[:, ::-1], axis=1)[:, ::-1] > 0)
    return Panel(
        items=items.to_list(),
        dates=dates,
        frequency=frequency,
        quantity=_start_at_first_sale(quantity),
        revenue=revenue if revenue.any() else quantity,
        silent=silent & (quantity == 0),
        clipped=int((raw < 0).sum()),
    )


def future_dates(panel: Panel, horizon: int) -> NDArray[np.datetime64]:
    """Return the dates of the periods after the panel's last."""
    ahead = np.arange(1, horizon + 1) * panel.frequency.step
    last = panel.dates[-1]
    if panel.frequency.unit == "d":
        return np.asarray(last + ahead.astype("timedelta64[D]"))
    months = last.astype("datetime64[M]") + ahead.astype("timedelta64[M]")
    first_of_month = last == last.astype("datetime64[M]").astype("datetime64[D]")
    return _month_days(months, first=bool(first_of_month))


def _month_days(months: NDArray[np.datetime64], *, first: bool) -> NDArray[np.datetime64]:
    """Return the first or the last day of each month; panels of months use either."""
    if first:
        return months.astype("datetime64[D]")
    following = (months + np.timedelta64(1, "M")).astype("datetime64[D]")
    return np.asarray(following - np.timedelta64(1, "D"))


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return item, date, quantity, revenue and masked with their types, unreadable rows refused.

    Rows of a total, as forecast files hold them, are no items and are left out.
    """
    missing = [name for name in ("item", "date", "quantity") if name not in frame.columns]
    if missing:
        raise InputError(
            "demand.panel.column",
            N_("The panel has no column {columns}."),
            hint=N_("A panel needs the columns item, date and quantity."),
            columns=", ".join(missing),
        )
    if "level" in frame.columns and frame.schema["level"] == pl.String:
        frame = frame.filter(pl.col("level").fill_null("item") == "item")
    masked = _boolean(frame.schema["masked"]) if "masked" in frame.columns else pl.lit(value=False)
    revenue = pl.col("revenue") if "revenue" in frame.columns else pl.lit(0.0)
    rows = frame.select(
        pl.col("item").cast(pl.String).str.strip_chars(),
        _date(frame.schema["date"]).alias("date"),
        pl.col("quantity").cast(pl.Float64, strict=False),
        revenue.cast(pl.Float64, strict=False).fill_null(0.0).fill_nan(0.0).alias("revenue"),
        masked.fill_null(value=False).alias("masked"),
    )
    _check(rows, frame)
    return rows.filter(pl.col("quantity").is_not_null() & pl.col("quantity").is_not_nan())


def _check(rows: pl.DataFrame, frame: pl.DataFrame) -> None:
    """Refuse unreadable items, dates and quantities; an empty quantity counts as unknown."""
    unreadable = rows["quantity"].is_null() & frame["quantity"].is_not_null()
    bad = rows["item"].is_null() | rows["date"].is_null() | unreadable
    bad |= rows["quantity"].is_infinite().fill_null(value=False)
    if bad.any():
        raise InputError(
            "demand.panel.value",
            N_("Row {row} of the panel has no readable item, date or quantity."),
            hint=N_("Dates are written 2025-03-08, quantities as plain numbers; {count} rows."),
            row=int(bad.arg_true()[0]) + 1,
            count=int(bad.sum()),
        )
    if rows["quantity"].drop_nulls().drop_nans().is_empty():
        raise InputError(
            "demand.panel.empty",
            N_("The panel has no rows with a quantity."),
            hint=N_("Make one with: sanpin demand intake ORDERS --out PANEL"),
        )


def _date(kind: pl.DataType) -> pl.Expr:
    """Read dates that are dates, instants, or texts in one of the usual forms."""
    column = pl.col("date")
    if kind == pl.String:
        text = column.str.strip_chars()
        return pl.coalesce(text.str.to_date(form, strict=False) for form in _DATE_FORMATS)
    return column.cast(pl.Date, strict=False)


def _boolean(kind: pl.DataType) -> pl.Expr:
    """Read marks that are truth values, numbers or words."""
    if kind == pl.String:
        return pl.col("masked").str.to_lowercase().is_in(["true", "1", "yes", "是"])
    return pl.col("masked").cast(pl.Boolean, strict=False)


def _calendar(known: pl.Series) -> tuple[NDArray[np.datetime64], Frequency]:
    """Find the frequency of the dates and fill their gaps.

    The greatest common divisor of the gaps decides, not the usual gap: a book without Sundays
    has many gaps of one day and some of two and is daily all the same, while weeks with holes
    stay weeks. Fewer than three dates prove nothing and count as days.
    """
    days = known.to_numpy().astype("datetime64[D]")
    gaps = np.diff(days).astype(np.int64)
    if len(days) < _FEWEST_DATES:
        return np.arange(days[0], days[-1] + 1), _DAILY
    gap = int(np.gcd.reduce(gaps))
    if gap % _WEEK_DAYS == 0:
        season = max(1, round(364 / gap))
        return np.arange(days[0], days[-1] + 1, gap), Frequency("d", gap, season, (4, 8, 16))
    months = days.astype("datetime64[M]")
    for first in (True, False):
        if (_month_days(months, first=first) == days).all():
            step = int(np.gcd.reduce(np.diff(months).astype(np.int64)))
            every = np.arange(months[0], months[-1] + 1, step)
            season = max(1, 12 // step)
            return _month_days(every, first=first), Frequency("mo", step, season, (3, 6, 12))
    return np.arange(days[0], days[-1] + 1), _DAILY


def _start_at_first_sale(quantity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace what stands before an item's first sale by NaN; items never sold stay at zero."""
    sold: NDArray[np.bool_] = np.asarray(quantity > 0)
    since = np.logical_or.accumulate(sold, axis=1)
    ever = np.asarray(sold.any(axis=1))
    return np.where(~since & ever[:, None], np.nan, quantity)
