"""Commands of the domain: ``sanpin demand intake | forecast | backtest | status``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from sanpin.base import N_
from sanpin.kit.cli import UsageError, current_context, options, print_result, say

if TYPE_CHECKING:
    from sanpin.demand.model.forecast import Backtest

__all__ = ["app"]

app = App(name="demand", help=N_("From raw orders to a clean panel and a forecast."))

_LEVELS = ".05,.1,.25,.5,.75,.9,.95"
Out = Annotated[Path, Parameter(help=N_("File to write: .csv, .xlsx, .parquet or .json."))]
Horizon = Annotated[int, Parameter(help=N_("Periods ahead."))]
Levels = Annotated[str, Parameter(help=N_("Quantile levels, separated by commas."))]


@app.command
def intake(
    orders: Path,
    /,
    *,
    out: Out,
    corrections: Path | None = None,
    bad_rows: Path | None = None,
    keep_duplicates: bool = False,
    map: Annotated[list[str] | None, Parameter(negative=())] = None,  # noqa: A002
    sheet: str | None = None,
) -> None:
    """Clean an order file and write its daily panel.

    Parameters
    ----------
    orders
        Order lines: .csv, .xlsx, .parquet or .json.
    corrections
        File for the evidence of every correction.
    bad_rows
        File for the rows that cannot be read; any of them refuses the file.
    keep_duplicates
        Take identical lines as separate sales.
    map
        COLUMN=FIELD, where a heading does not say itself what it holds.
    sheet
        Sheet of a workbook.
    """
    from sanpin.demand.model.orders import IntakeParams
    from sanpin.demand.service import intake_file

    report = intake_file(
        orders,
        out,
        corrections=corrections,
        bad_rows=bad_rows,
        mapping=_mapping(map or []),
        sheet=sheet,
        params=IntakeParams(keep_duplicates=keep_duplicates),
        language=options().language,
    )
    print_result(
        report,
        lambda: "\n".join(
            [
                say(
                    N_("{lines} lines, {items} items, {rows} panel rows, {first} to {last}."),
                    lines=report.lines,
                    items=report.items,
                    rows=report.rows,
                    first=report.first,
                    last=report.last,
                ),
                *(f"  {rule:<16}{count:>9}" for rule, count in report.corrections.items()),
            ]
        ),
    )


@app.command
def forecast(panel: Path, /, *, horizon: Horizon, out: Out, quantiles: Levels = _LEVELS) -> None:
    """Forecast every item of a panel file and their total.

    Parameters
    ----------
    panel
        Columns item, date and quantity: .csv, .xlsx, .parquet or .json.
    """
    from sanpin.demand.model.forecast import ForecastParams
    from sanpin.demand.service import forecast_file

    params = ForecastParams(horizon=horizon, quantiles=_levels(quantiles))
    report = forecast_file(panel, out, params)
    if report.clipped:
        warning = N_("{count} negative quantities were read as zero demand.")
        sys.stderr.write(say(warning, count=report.clipped) + "\n")
    print_result(
        report,
        lambda: say(
            N_("{items} items, {first} to {last}."),
            items=report.items,
            first=report.first,
            last=report.last,
        ),
    )


@app.command
def backtest(panel: Path, /, *, horizon: Horizon = 28, quantiles: Levels = _LEVELS) -> None:
    """Score the forecast on the past, beside the seasonal naive one.

    Parameters
    ----------
    panel
        Columns item, date and quantity: .csv, .xlsx, .parquet or .json.
    """
    from sanpin.demand.model.forecast import ForecastParams
    from sanpin.demand.service import backtest_file

    tested = backtest_file(panel, ForecastParams(horizon=horizon, quantiles=_levels(quantiles)))
    origins = [
        {"origin": str(one.origin), "items": one.items, "rmsse": one.rmsse}
        | {"rmsse_seasonal_naive": one.rmsse_naive}
        for one in tested.origins
    ]
    print_result({**tested.metrics(), "by_origin": origins}, lambda: _scores(tested))


@app.command
def status() -> None:
    """Say what the workspace knows about demand."""
    from sanpin.demand import service

    with current_context() as ctx:
        known, made = service.current_intake(ctx), service.current_forecast(ctx)
        value = {
            "orders": service.count_lines(ctx),
            "files": len(service.batches(ctx)),
            "as_of": service.as_of_day(ctx),
            "items": known.items if known else 0,
            "forecast": {"run": made.run, "as_of": made.as_of, "horizon": made.horizon}
            if made
            else None,
        }
        print_result(
            value,
            lambda: say(
                N_("{orders} order lines in {files} files, {items} items, today is {as_of}."),
                **{key: value[key] for key in ("orders", "files", "items", "as_of")},
            ),
        )


def _scores(tested: Backtest) -> str:
    """Write the scores as lines, one origin each, the mean last."""
    if not tested.origins:
        return say(N_("The history is too short to be tested."))
    lines = [say(N_("origin        items   RMSSE   seasonal naive"))]
    lines += [
        f"{one.origin}  {one.items:>7}  {one.rmsse:>6.3f}  {one.rmsse_naive:>15.3f}"
        for one in tested.origins
    ]
    return "\n".join(
        [*lines, f"{'':>19}  {tested.mean('rmsse'):>6.3f}  {tested.mean('rmsse_naive'):>15.3f}"]
    )


def _levels(text: str) -> tuple[float, ...]:
    """Read quantile levels; what is no number is wrong usage, not wrong input."""
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        message = N_("--quantiles takes numbers separated by commas, not “{value}”.")
        raise UsageError(say(message, value=text)) from None


def _mapping(pairs: list[str]) -> dict[str, str]:
    """Read pairs of heading and field; the heading may itself hold an equals sign."""
    if any("=" not in pair for pair in pairs):
        raise UsageError(say(N_("--map takes COLUMN=FIELD.")))
    return dict(pair.rsplit("=", 1) for pair in pairs)
