"""Compute a firm's scoreboard from an order file: variety, quality, brand.

python examples/scoreboard_figures.py [ORDERS.csv]
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import polars as pl

from sanpin.demand import take_in
from sanpin.flows.scoreboard.figure import Pillar
from sanpin.flows.scoreboard.firm import firm_figures

ORDERS = Path(__file__).parent / "data" / "orders.csv"


def main(path: Path = ORDERS) -> None:
    """Print every figure that orders alone can carry."""
    intake = take_in(pl.read_csv(path, try_parse_dates=True))
    sales = intake.sales.select(
        "item",
        "order_id",
        "quantity",
        "customer",
        "country",
        date=pl.col("time").dt.date(),
        revenue=pl.col("quantity") * pl.col("unit_price"),
    )
    returns = intake.returns.select(
        date=pl.col("time").dt.date(), value=-pl.col("quantity") * pl.col("unit_price")
    )
    as_of = sales["date"].max() + timedelta(days=1)
    figures = firm_figures(sales, returns, as_of)
    for pillar in Pillar:
        print(pillar.label)
        for one in figures:
            if one.definition.pillar is pillar and one.value is not None:
                print(f"  {one.definition.label:<34}{one.value:>10.1f} {one.definition.unit}")
    for one in figures:
        if one.value is None:
            print(f"the history is too short for: {one.definition.label}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
