"""A small generated order book, for trials and tests; everything in it is marked SAMPLE."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from sanpin.demand.model.orders import ORDER_SCHEMA

__all__ = ["sample_orders"]

_GOODS = (
    ("CER-MUG", "Ceramic mug"),
    ("TEX-TWL", "Linen towel"),
    ("CAN-ROS", "Rose candle"),
    ("MET-TIN", "Biscuit tin"),
    ("PAP-NAP", "Paper napkins"),
    ("GLA-JAR", "Glass jar"),
    ("WOO-BOX", "Wooden box"),
    ("TOY-OWL", "Felt owl"),
)
_CLOSED_WEEKDAY = 6
_WEEKDAYS = np.array([1.2, 1.1, 1.0, 1.2, 0.9, 0.6, 0.0])


def sample_orders(
    *, items: int = 40, days: int = 200, start: date = date(2024, 1, 1), seed: int = 0
) -> pl.DataFrame:
    """Return order lines of a small shop that closes on Sundays; columns of `ORDER_SCHEMA`.

    Items differ in how often and how much they sell; one line in two hundred is cancelled later,
    one in three hundred stands twice.
    """
    chance = np.random.default_rng(seed)
    rate = np.exp(chance.normal(-0.5, 1.0, items))
    size = np.exp(chance.uniform(0.0, 2.5, items))
    price = np.round(np.exp(chance.normal(1.2, 0.6, items)), 2)
    rows: list[tuple[object, ...]] = []
    for offset in range(days):
        day = start + timedelta(days=offset)
        if day.weekday() == _CLOSED_WEEKDAY:
            continue
        counts = chance.poisson(rate * _WEEKDAYS[day.weekday()])
        for item in np.flatnonzero(counts):
            code, name = _GOODS[item % len(_GOODS)]
            for line in range(counts[item]):
                quantity = 1.0 + chance.poisson(size[item])
                order = f"{day:%y%m%d}{item:03d}{line}"
                customer = f"SAMPLE-{chance.integers(60):03d}"
                text = f"{name} {item:03d} (SAMPLE)"
                sale = (order, f"{code}-{item:03d}", text, quantity, day, price[item], customer)
                rows.append(sale)
                luck = chance.random()
                if luck < 1 / 200:
                    rows.append((f"C{order}", sale[1], text, -quantity, day, sale[5], customer))
                elif luck < 1 / 200 + 1 / 300:
                    rows.append(sale)
    names = ("order_id", "item", "description", "quantity", "time", "unit_price", "customer")
    frame = pl.DataFrame(rows, schema=list(names), orient="row").with_row_index("source_row", 1)
    return frame.with_columns(country=pl.lit("SAMPLE"), site=pl.lit("hq")).select(
        pl.col(name).cast(kind) for name, kind in ORDER_SCHEMA.items()
    )
