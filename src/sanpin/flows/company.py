"""The sample company: real orders, and a generated plant around them; in and out as one."""

from __future__ import annotations

import polars as pl

from sanpin.base import N_, Progress
from sanpin.demand import service as demand
from sanpin.factory import service as factory
from sanpin.kit.context import Context
from sanpin.master import service as master

__all__ = ["has_sample", "load_sample_company", "remove_sample_company"]


def load_sample_company(ctx: Context, progress: Progress | None = None) -> None:
    """Load the sample orders, and make master data and a plant for the goods they name."""
    tell = progress or (lambda _share, _message: None)
    tell(0.0, N_("Loading the sample orders"))
    demand.load_sample(ctx)
    lines = demand.raw_lines(ctx)
    tell(0.3, N_("Making master data for the goods"))
    master.load_sample(ctx, goods(lines), sorted(lines["country"].drop_nulls().unique()))
    tell(0.7, N_("Building the sample plant"))
    factory.load_sample(ctx, daily_sales(lines))


def remove_sample_company(ctx: Context) -> None:
    """Take everything away that the sample brought."""
    factory.remove_sample(ctx)
    master.remove_sample(ctx)
    demand.remove_sample(ctx)


def has_sample(ctx: Context) -> bool:
    """Whether anything of the sample is there."""
    return demand.has_sample_orders(ctx) or master.has_sample(ctx)


def goods(lines: pl.DataFrame) -> list[tuple[str, str]]:
    """Return each item with its most frequent description."""
    named = lines.filter((pl.col("quantity") > 0) & pl.col("description").is_not_null())
    counted = named.group_by("item", "description").agg(times=pl.len())
    chosen = counted.sort("times", "description", descending=[True, False]).unique(
        "item", keep="first", maintain_order=True
    )
    return sorted(chosen.select("item", "description").iter_rows())


def daily_sales(lines: pl.DataFrame) -> dict[str, float]:
    """Return the pieces that each item sold per day over the last 90 days of the book."""
    end = lines["time"].max()
    assert end is not None
    recent = lines.filter(
        (pl.col("time") > pl.lit(end) - pl.duration(days=90)) & (pl.col("quantity") > 0)
    )
    sums = recent.group_by("item").agg(pl.col("quantity").clip(upper_bound=2000).sum() / 90)
    return dict(sums.iter_rows())
