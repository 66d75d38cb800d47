"""The sample company: real orders, and a generated plant around them; in and out as one."""

from __future__ import annotations

import polars as pl

from sanpin.base import N_, Progress
from sanpin.demand import service as demand
from sanpin.factory import service as factory
from sanpin.factory.sample import MaterialUse, SampleGood
from sanpin.kit.context import Context
from sanpin.master import service as master
from sanpin.master.model import Item
from sanpin.trace import service as trace

__all__ = ["has_sample", "load_sample_company", "remove_sample_company"]

_RECENT_DAYS = 90
_LARGEST_LINE = 500
"""Pieces of one line that count towards an item's pace: one bulk order is no pace."""


def load_sample_company(ctx: Context, progress: Progress | None = None) -> None:
    """Load the sample orders, and make master data and a plant for the goods they name.

    Parameters
    ----------
    progress : told the share done and what is being done

    Notes
    -----
    Only the orders are real. Master data and plant are generated from them with a fixed seed, and
    every record of theirs is marked SAMPLE.
    """
    tell = progress or (lambda _share, _message: None)
    tell(0.0, N_("Loading the sample orders"))
    demand.load_sample(ctx)
    lines = demand.raw_lines(ctx)
    tell(0.3, N_("Making master data for the goods"))
    master.load_sample(ctx, goods(lines), sorted(lines["country"].drop_nulls().unique()))
    tell(0.7, N_("Building the sample plant"))
    items = master.all_items(ctx)
    daily = daily_sales(lines)
    made = [_good(items[code], pieces) for code, pieces in sorted(daily.items()) if code in items]
    factory.load_sample(ctx, made, _materials(ctx, items, daily))


def remove_sample_company(ctx: Context) -> None:
    """Take everything away that the sample brought.

    What was made goes first and the orders last: nothing is ever left that points at what is gone.
    """
    trace.remove_sample(ctx)
    factory.remove_sample(ctx)
    master.remove_sample(ctx)
    demand.remove_sample(ctx)


def has_sample(ctx: Context) -> bool:
    """Whether anything of the sample is there."""
    return demand.has_sample_orders(ctx) or master.has_sample(ctx) or trace.has_sample(ctx)


def goods(lines: pl.DataFrame) -> list[tuple[str, str]]:
    """Return each item that was ever sold with its most frequent description.

    Lines that cost nothing are no sales; where no price is stated that cannot be told.

    Parameters
    ----------
    lines : raw order lines with ``item, description, quantity, unit_price``

    Returns
    -------
    Pairs of item and description by item; of equally frequent descriptions the first in the
    alphabet, so that the same book always gives the same names.
    """
    priced = pl.col("unit_price").fill_null(1.0) > 0
    named = lines.filter((pl.col("quantity") > 0) & priced & pl.col("description").is_not_null())
    counted = named.group_by("item", "description").agg(times=pl.len())
    chosen = counted.sort("times", "description", descending=[True, False]).unique(
        "item", keep="first", maintain_order=True
    )
    return sorted(chosen.select("item", "description").iter_rows())


def daily_sales(lines: pl.DataFrame) -> dict[str, float]:
    """Return the pieces that each item sold per day over the last 90 days of the book.

    Parameters
    ----------
    lines : raw order lines with ``item, time, quantity``

    Returns
    -------
    Pieces per day by item; items that sold nothing in that time are absent.
    """
    newest = pl.col("time").max()
    recent = lines.filter(
        (pl.col("time") > newest - pl.duration(days=_RECENT_DAYS)) & (pl.col("quantity") > 0)
    )
    pieces = pl.col("quantity").clip(upper_bound=_LARGEST_LINE).sum() / _RECENT_DAYS
    return dict(recent.group_by("item").agg(pieces).sort("item").iter_rows())


def _good(item: Item, daily: float) -> SampleGood:
    """Return an item as the sample plant takes it; goods without a colour are of natural colour."""
    colour = str(item.attributes.get("colour", "natural"))
    return SampleGood(item.code, item.family, colour, daily)


def _materials(ctx: Context, items: dict[str, Item], daily: dict[str, float]) -> list[MaterialUse]:
    """Return what the goods take of each bought material per day."""
    wanted = {code: pieces for code, pieces in daily.items() if code in items}
    used = master.explode_demand(ctx, wanted, demand.as_of_day(ctx)).materials()
    return [
        MaterialUse(code, items[code].unit, items[code].supplier, quantity)
        for code, quantity in sorted(used.items())
        # What is sold itself is a product, even where it also goes into a set.
        if code in items and code not in wanted
    ]
