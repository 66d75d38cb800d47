"""From file to file, without a workspace: intake, forecast and backtest of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sanpin.base import N_, InputError
from sanpin.demand.engine.backtest import backtest
from sanpin.demand.engine.forecast import forecast
from sanpin.demand.engine.intake import take_in
from sanpin.demand.engine.timeline import read_panel
from sanpin.demand.model.forecast import Backtest, ForecastParams
from sanpin.demand.model.orders import IntakeParams
from sanpin.demand.model.panel import Panel
from sanpin.demand.service.kinds import ORDERS
from sanpin.demand.service.orders import priced
from sanpin.kit.files import (
    match_columns,
    parse_table,
    read_frame,
    read_table,
    rows_refused,
    write_table,
)
from sanpin.kit.files.parse import reason_of

__all__ = ["ForecastReport", "IntakeReport", "backtest_file", "forecast_file", "intake_file"]


@dataclass(frozen=True)
class IntakeReport:
    """What an intake of a file made.

    Attributes
    ----------
    lines : lines read
    items : items with at least one sale
    rows : rows of the panel
    corrections : rule to number of evidence rows
    first, last : first and last day of the panel as ISO text, empty without rows
    """

    lines: int
    items: int
    rows: int
    corrections: Mapping[str, int]
    first: str
    last: str


@dataclass(frozen=True)
class ForecastReport:
    """What a forecast of a file made.

    Attributes
    ----------
    items : items forecast
    first, last : first and last date as ISO text
    clipped : negative quantities of the panel that were read as zero
    """

    items: int
    first: str
    last: str
    clipped: int


def intake_file(
    orders: Path,
    out: Path,
    *,
    corrections: Path | None = None,
    bad_rows: Path | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    params: IntakeParams | None = None,
    language: str = "en",
) -> IntakeReport:
    """Clean an order file and write its panel; all or nothing.

    Raises
    ------
    InputError
        with the columns that do not fit, or with the bad rows, which are also written to
        `bad_rows`; no panel is written then
    """
    lines = _order_lines(orders, bad_rows, mapping, sheet, language)
    found = take_in(lines, params or IntakeParams())
    write_table(found.panel, out)
    if corrections is not None:
        write_table(found.corrections, corrections)
    counts = found.corrections["rule"].value_counts(sort=True)
    days = found.panel["date"]
    return IntakeReport(
        lines=found.lines,
        items=found.panel.filter(pl.col("quantity") > 0)["item"].n_unique(),
        rows=found.panel.height,
        corrections=dict(counts.iter_rows()),
        first=str(days.min() or ""),
        last=str(days.max() or ""),
    )


def _order_lines(
    orders: Path,
    bad_rows: Path | None,
    mapping: Mapping[str, str] | None,
    sheet: str | None,
    language: str,
) -> pl.DataFrame:
    """Read and check an order file; write its bad rows and refuse it when there are any."""
    raw = read_table(orders, sheet=sheet)
    matching = match_columns(raw, ORDERS, mapping)
    matching.require(raw, ORDERS)
    if not raw.rows:
        raise InputError(
            "demand.orders.empty",
            N_("The file {file} holds no order lines."),
            hint=N_("Add the rows and import it again."),
            file=orders.name,
        )
    parsed = parse_table(raw, ORDERS, matching)
    if len(parsed.bad):
        if bad_rows is not None:
            reasons = [reason_of(row, language) for row in parsed.bad.iter_rows(named=True)]
            table = parsed.bad.select("row", "column", "value")
            write_table(table.with_columns(pl.Series("reason", reasons, pl.String)), bad_rows)
        raise rows_refused(orders.name, parsed.bad, path=bad_rows, language=language)
    return priced(parsed.frame)


def forecast_file(panel: Path, out: Path, params: ForecastParams) -> ForecastReport:
    """Forecast a panel file and write the long frame ``level, item, date, mean, q...``."""
    history = _panel(panel)
    made = forecast(history, params)
    write_table(made.frame(), out)
    return ForecastReport(
        items=len(made.items),
        first=str(made.dates[0]),
        last=str(made.dates[-1]),
        clipped=history.clipped,
    )


def backtest_file(panel: Path, params: ForecastParams) -> Backtest:
    """Score the forecast of a panel file beside the seasonal naive one."""
    return backtest(_panel(panel), params)


def _panel(path: Path) -> Panel:
    """Read a panel file of any format; columns beside the three needed keep their own types."""
    schema = {"item": "text", "date": "date", "quantity": "decimal"}
    return read_panel(read_frame(path, schema))  # type: ignore[arg-type]
