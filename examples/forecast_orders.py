"""Forecast an order file: raw lines in, a clean panel and quantiles out.

python examples/forecast_orders.py [ORDERS.csv]
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from sanpin.demand import ForecastParams, backtest, forecast, read_panel, take_in

ORDERS = Path(__file__).parent / "data" / "orders.csv"


def main(path: Path = ORDERS) -> None:
    """Print what intake corrected, and the next seven days of every item."""
    orders = pl.read_csv(path, try_parse_dates=True)
    intake = take_in(orders)
    print(f"{intake.lines} order lines, {intake.panel['item'].n_unique()} items")
    for rule, count in intake.corrections.group_by("rule").len().sort("rule").iter_rows():
        print(f"  {rule:<16}{count:>4}")

    panel = read_panel(intake.panel)
    made = forecast(panel, ForecastParams(horizon=7, quantiles=(0.1, 0.5, 0.9)))
    print("pieces per day from", made.dates[0])
    week = made.frame().group_by("level", "item", maintain_order=True)
    for level, item, mean, upper in week.agg(pl.col("mean", "q0.9").mean()).iter_rows():
        print(f"  {item or level:<8} mean {mean:6.1f}   90 % of days below {upper:6.1f}")

    tested = backtest(panel, ForecastParams(horizon=7))
    print(f"RMSSE {tested.mean('rmsse'):.3f}, seasonal naive {tested.mean('rmsse_naive'):.3f}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
