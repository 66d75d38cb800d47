"""Stock of the sample: goods and material lots, some running short."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from sanpin.factory.model.plant import StockLot

__all__ = ["material_lots", "product_lots"]

_COVER_DAYS = (18.0, 46.0)
_MATERIAL_DAYS = (12.0, 40.0)
_SHORT = 0.12
_SHORT_DAYS = (3.0, 8.0)
_LOTS = 3


def product_lots(sales: Iterable[tuple[str, float]], as_of: date, seed: int) -> list[StockLot]:
    """Put some days' sales of each good on the shelf.

    Parameters
    ----------
    sales : item and pieces per day
    as_of : today; goods were made before it
    seed : of the quantities and days
    """
    rng = np.random.default_rng([seed, 11])
    lots = []
    for item, daily in sales:
        days = rng.uniform(*_COVER_DAYS)
        quantity = float(max(1, round(daily * days)))
        made = as_of - timedelta(days=int(rng.integers(5, 40)))
        lots.append(StockLot(item, f"{made:%y%m%d}", quantity, "EA", "hq", made, sample=True))
    return lots


def material_lots(
    uses: Iterable[tuple[str, str, str, float]], as_of: date, seed: int
) -> list[StockLot]:
    """Put some days' use of each material on hand in lots; a few materials arrive only later.

    Parameters
    ----------
    uses : material, unit, supplier and use per day
    """
    rng = np.random.default_rng([seed, 12])
    lots = []
    for item, unit, supplier, daily in uses:
        short = rng.random() < _SHORT
        cover = rng.uniform(*(_SHORT_DAYS if short else _MATERIAL_DAYS)) * daily
        # Concentration 6 of the Dirichlet draw: lots differ in size but none is a crumb.
        for number, share in enumerate(rng.dirichlet(np.full(_LOTS, 6.0)), 1):
            received = as_of - timedelta(days=int(rng.integers(3, 45)))
            lots.append(
                _material(
                    item, f"{received:%y%m%d}{number}", cover * share, unit, received, supplier
                )
            )
        if short:
            arrival = as_of + timedelta(days=int(rng.integers(4, 9)))
            arriving = 30 * daily
            lots.append(_material(item, f"{arrival:%y%m%d}0", arriving, unit, arrival, supplier))
    return lots


def _material(
    item: str, lot: str, quantity: float, unit: str, available: date, supplier: str
) -> StockLot:
    amount = float(max(1, round(quantity))) if unit == "EA" else round(max(quantity, 0.001), 3)
    return StockLot(item, lot, amount, unit, "hq", available, supplier, sample=True)
