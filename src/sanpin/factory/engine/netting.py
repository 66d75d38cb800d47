"""Net requirements and lots: what must be made by when so that stock never runs out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.model.plan import LotRule, MakeOrder

__all__ = ["lot_size", "make_orders", "net_requirements"]

Floats = NDArray[np.float64]


def net_requirements(demand: Floats, on_hand: Floats, receipts: Floats) -> Floats:
    """Return what is missing per day.

    Parameters
    ----------
    demand : pieces wanted up to and including each day, shape (items, days), never falling;
        a quantile of the cumulative demand for a service level, plus open orders
    on_hand : pieces in stock, shape (items,)
    receipts : pieces already on order and arriving on each day, shape (items, days)

    Returns
    -------
    shape (items, days), never negative. Its sum is the largest amount by which demand ever
    exceeds supply; a receipt that comes too late does not lower an earlier need.
    """
    supply = on_hand[:, None] + np.cumsum(receipts, axis=1)
    missing = np.maximum.accumulate(np.maximum(demand - supply, 0.0), axis=1)
    return np.diff(missing, axis=1, prepend=0.0)


def make_orders(
    items: Sequence[str],
    net: Floats,
    rules: Mapping[str, LotRule],
    *,
    default: LotRule = LotRule(),
) -> list[MakeOrder]:
    """Turn net requirements into lots; what a lot holds beyond its need covers later needs.

    Parameters
    ----------
    items : item codes
    net : shape (items, days)
    rules : lot rules by item; `default` for the others

    Returns
    -------
    Orders by due day, then item. The lots of an item hold at least its requirement on every
    day, and less than one smallest lot beyond it in the end.
    """
    orders = []
    for at, item in enumerate(items):
        orders += _orders_of(item, net[at], rules.get(item, default))
    return sorted(orders, key=lambda one: (one.due_day, one.item, one.id))


def lot_size(need: float, rule: LotRule) -> float:
    """Return the smallest permitted lot for a need, or the largest lot when that is not enough."""
    unlimited = math.isinf(rule.most)
    largest = rule.most if unlimited else math.floor(rule.most / rule.multiple) * rule.multiple
    wanted = math.ceil(max(need, rule.least) / rule.multiple - 1e-9) * rule.multiple
    return min(wanted, largest) if largest > 0 else rule.multiple


def _orders_of(item: str, net: Floats, rule: LotRule) -> list[MakeOrder]:
    """Return the lots of one item, day by day.

    What a lot holds beyond its need covers the next needs (`spare`); a lot covers the needs of
    `rule.days` days from the first that needs it, the period order quantity of Silver, Pyke and
    Thomas (2017).
    """
    orders: list[MakeOrder] = []
    spare, covered = 0.0, 0
    for day in np.flatnonzero(net > 0):
        if day < covered:
            continue
        covered = int(day) + rule.days
        need = float(net[day:covered].sum()) - spare
        # Several lots where the largest permitted one is not enough; sums of floats never reach 0.
        while need > 1e-9:
            quantity = lot_size(need, rule)
            number = f"{item}-{len(orders) + 1:02d}"
            orders.append(MakeOrder(number, item, quantity, int(day), min(need, quantity)))
            need -= quantity
        spare = max(-need, 0.0)
    return orders
