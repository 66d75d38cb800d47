"""Queries of the pages: the portfolio, one item, the corrections, the accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

import polars as pl

from sanpin.base import N_, InputError
from sanpin.demand.model.forecast import QUANTILES
from sanpin.demand.model.orders import Rule
from sanpin.demand.service.results import (
    corrections,
    current_forecast,
    forecast_frame,
    panel,
    required_forecast,
)
from sanpin.kit.context import Context
from sanpin.kit.search import Hit

__all__ = [
    "SHAPE_LABELS",
    "Accuracy",
    "ItemView",
    "accuracy",
    "correction_counts",
    "correction_rows",
    "item_view",
    "portfolio",
    "search",
]

SHAPE_LABELS = {
    "smooth": N_("smooth"),
    "intermittent": N_("intermittent"),
    "erratic": N_("erratic"),
    "lumpy": N_("lumpy"),
    "new": N_("new"),
}
_SORTS = ("item", "recent", "mean", "q0.5", "rmsse", "growth", "revenue", "last_sale")


@dataclass(frozen=True)
class ItemView:
    """Everything that the page of one item shows.

    Attributes
    ----------
    summary : the item's row of the portfolio
    history : its rows of the panel
    fan : its rows of the forecast
    corrections : evidence of the corrections made to its raw orders
    """

    summary: Mapping[str, Any]
    history: pl.DataFrame
    fan: pl.DataFrame
    corrections: pl.DataFrame


@dataclass(frozen=True)
class Accuracy:
    """How good the forecast in force would have been.

    Attributes
    ----------
    as_of : first day that it forecasts
    run : its Run
    horizon, items : what it covers
    metrics : means over the origins; empty values where the history is too short
    origins : the scores of each origin, oldest first
    coverage : per level: ``level``, and P(y < q), P(y <= q) of items and P(y < q) of the total
    """

    as_of: date
    run: str
    horizon: int
    items: int
    metrics: Mapping[str, Any]
    origins: list[dict[str, Any]]
    coverage: list[dict[str, float]] = field(default_factory=list)


def portfolio(
    ctx: Context, text: str = "", sort: str = "", shape: str = "", *, limit: int | None = None
) -> pl.DataFrame:
    """Return the portfolio rows that match, see `sanpin.demand.service.portfolio_rows`.

    Parameters
    ----------
    text : part of a code or description, upper or lower case
    sort : column to sort by, with ``-`` before it for the largest first; revenue by default
    shape : smooth, intermittent, erratic, lumpy or new
    """
    rows = ctx.lake.read(required_forecast(ctx).portfolio)
    if text.strip():
        rows = rows.filter(_holds(text))
    if shape in SHAPE_LABELS:
        rows = rows.filter(pl.col("shape") == shape)
    column = sort.lstrip("-")
    if column in _SORTS:
        rows = rows.sort(
            column, descending=sort.startswith("-"), nulls_last=True, maintain_order=True
        )
    return rows if limit is None else rows.head(limit)


def _holds(text: str) -> pl.Expr:
    """Whether code or description of an item hold a text, in any letter case."""
    wanted = text.strip().lower()
    found = pl.any_horizontal(
        pl.col(name).str.to_lowercase().str.contains(wanted, literal=True)
        for name in ("item", "description")
    )
    return found.fill_null(value=False)


def item_view(ctx: Context, item: str) -> ItemView:
    """Return everything about one item.

    Raises
    ------
    InputError
        ``demand.item.unknown`` (HTTP 404) when the panel does not hold it
    """
    rows = ctx.lake.scan(required_forecast(ctx).portfolio).filter(pl.col("item") == item).collect()
    if rows.is_empty():
        unknown = InputError(
            "demand.item.unknown",
            N_("No order line names the item {item}."),
            hint=N_("Look it up in the portfolio."),
            item=item,
        )
        unknown.status = 404
        raise unknown
    return ItemView(
        summary=rows.row(0, named=True),
        history=panel(ctx, item),
        fan=forecast_frame(ctx, item),
        corrections=_of_item(corrections(ctx), item),
    )


def _of_item(frame: pl.DataFrame, item: str) -> pl.DataFrame:
    """Return the rows of one item."""
    return frame.filter(pl.col("item") == item)


def correction_counts(ctx: Context) -> list[dict[str, Any]]:
    """Return ``rule, label, meaning, rows, items, quantity`` of every rule in its order."""
    counted = (
        corrections(ctx)
        .group_by("rule")
        .agg(
            pl.len().alias("rows"),
            pl.col("item").n_unique().alias("items"),
            pl.col("quantity_delta").sum().alias("quantity"),
        )
    )
    found = {row["rule"]: row for row in counted.iter_rows(named=True)}
    nothing = {"rows": 0, "items": 0, "quantity": 0.0}
    return [
        {**nothing, **found.get(rule.value, {}), "rule": rule.value}
        | {"label": rule.label, "meaning": rule.meaning}
        for rule in Rule
    ]


def correction_rows(ctx: Context, rule: str = "", item: str = "") -> pl.DataFrame:
    """Return the evidence rows of a rule, of an item, or all of them.

    Raises
    ------
    InputError
        ``demand.rule.unknown`` when there is no such rule
    """
    if rule and rule not in [one.value for one in Rule]:
        raise InputError(
            "demand.rule.unknown",
            N_("There is no correction rule {rule}."),
            hint=N_("Use one of: {known}."),
            rule=rule,
            known=", ".join(Rule),
        )
    rows = corrections(ctx)
    if rule:
        rows = rows.filter(pl.col("rule") == rule)
    return _of_item(rows, item) if item else rows


def accuracy(ctx: Context) -> Accuracy:
    """Return the rolling-origin backtest of the forecast in force."""
    known = required_forecast(ctx)
    metrics = known.accuracy["metrics"]
    names = ("below", "at_most", "total_below")
    covered = [metrics[f"coverage_{name}"] for name in names]
    return Accuracy(
        as_of=known.as_of,
        run=known.run,
        horizon=known.horizon,
        items=known.items,
        metrics=metrics,
        origins=known.accuracy["origins"],
        coverage=[
            {"level": level, "below": below, "at_most": at_most, "total_below": total}
            for level, below, at_most, total in zip(QUANTILES, *covered, strict=False)
        ],
    )


def search(ctx: Context, text: str, limit: int) -> list[Hit]:
    """Find items by code or description."""
    known = current_forecast(ctx)
    if known is None:
        return []
    # Weeks and quantiles of every item are no part of a hit and stay unread.
    names = ctx.lake.scan(known.portfolio).select("item", "description")
    rows = names.filter(_holds(text)).head(limit).collect()
    return [
        Hit(
            label=row["item"],
            kind=N_("Demand of an item"),
            path=f"/demand/items/{quote(row['item'], safe='')}",
            detail=row["description"] or "",
        )
        for row in rows.iter_rows(named=True)
    ]
