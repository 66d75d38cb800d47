"""The clean panel: demand per item and day, as a frame and as flat arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["PANEL_SCHEMA", "Frequency", "Intake", "Panel"]

PANEL_SCHEMA: dict[str, pl.DataType] = {
    "item": pl.String(),
    "date": pl.Date(),
    "quantity": pl.Float64(),
    "bulk": pl.Float64(),
    "returned": pl.Float64(),
    "revenue": pl.Float64(),
    "price": pl.Float64(),
    "orders": pl.Int64(),
    "customers": pl.Int64(),
    "masked": pl.Boolean(),
}
"""Columns of a panel file: one row per item and calendar day, from the item's first record to
the last day of the book.

``quantity`` is demand (bulk included), ``bulk`` the part of it that came in exceptional lines,
``returned`` goods that came back that day (never subtracted), ``price`` the mean price of the
day's sales, ``masked`` whether a zero of that day says nothing: closed, probably out of stock,
before the first or after the last sale.
"""


@dataclass(frozen=True, slots=True)
class Intake:
    """A clean panel together with the evidence of every correction.

    Attributes
    ----------
    panel : columns of `PANEL_SCHEMA`, sorted by item and date
    corrections : columns of `CORRECTION_SCHEMA` in the order of the rules
    sales : the order lines that are demand, corrected, with their ``bulk`` part
    returns : the lines of goods that came back, with negative quantities
    lines : number of lines that were read
    """

    panel: pl.DataFrame
    corrections: pl.DataFrame
    sales: pl.DataFrame
    returns: pl.DataFrame
    lines: int


@dataclass(frozen=True, slots=True)
class Frequency:
    """How far apart the periods of a panel are.

    Attributes
    ----------
    unit : ``d`` for days, ``mo`` for calendar months
    step : number of units between two periods
    season : periods in the season that the method models
    windows : recent periods whose mean levels are averaged
    """

    unit: str
    step: int
    season: int
    windows: tuple[int, ...]

    @property
    def daily(self) -> bool:
        """Whether every calendar day is a period."""
        return self.unit == "d" and self.step == 1


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel as flat arrays: items by periods.

    Attributes
    ----------
    items : item codes, ascending
    dates : (periods,) date of each period, ``datetime64[D]``
    frequency : distance of the periods
    quantity : (items, periods) demand, NaN before the first sale of an item
    revenue : (items, periods) revenue, or demand where no revenue is known
    silent : (items, periods) whether a zero there says nothing about demand
    clipped : number of negative quantities that were read as zero
    """

    items: Sequence[str]
    dates: NDArray[np.datetime64]
    frequency: Frequency
    quantity: NDArray[np.float64]
    revenue: NDArray[np.float64]
    silent: NDArray[np.bool_]
    clipped: int = 0

    @property
    def periods(self) -> int:
        """Number of periods."""
        return int(self.quantity.shape[1])
