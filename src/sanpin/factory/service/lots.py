"""The lots that the floor made: how many pieces, where, by when, and whether they are on hold."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sanpin.base import N_
from sanpin.factory.service.making import FloorPass
from sanpin.factory.service.planning import keep
from sanpin.factory.service.queries import Rows, clock, in_force, matching, named, required
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context

__all__ = ["LOT_STATES", "held_lots", "lot_page", "made_lots", "name_lots"]

LOT_STATES: Mapping[str, str] = {
    "held": N_("on hold"),
    "late": N_("late"),
    "on_time": N_("on time"),
}
"""What a made lot may be, worst first."""

_CODES = {"order": pl.String, "lot": pl.String, "thing": pl.String}
_COLUMNS = [
    "lot", "order", "item", "name", "family", "site", "started", "good", "scrap", "scrap_share",
    "finished", "due", "state", "thing",
]  # fmt: skip


def name_lots(
    ctx: Context, done: FloorPass, codes: Mapping[str, str], things: Mapping[str, str]
) -> None:
    """Keep under which code each lot of a pass is known, and as what the trace knows it.

    Parameters
    ----------
    codes : order to lot code
    things : order to the canonical name of the lot in the trace
    """
    ctx.require(Role.PLANNER)
    rows = [(order, code, things.get(order, "")) for order, code in codes.items()]
    frame = pl.DataFrame(rows, schema=_CODES, orient="row")
    keep(ctx, done.run, "codes", required(ctx, "floor").as_of, {"codes": frame}, {})


def made_lots(ctx: Context, text: str = "", state: str = "") -> pl.DataFrame:
    """Return the lots of the last pass of the floor, those on hold first, then by end.

    Columns ``lot, order, item, name, family, site, started, good, scrap, scrap_share, finished,
    due, state, thing``; `thing` is the lot's name in the trace, empty where it has none.

    Parameters
    ----------
    text : part of a lot, order, item or site; all when empty
    state : only lots of this state, one of `LOT_STATES`; all when empty

    Raises
    ------
    StateError
        ``factory.floor.none`` before the first pass
    """
    found = required(ctx, "floor")
    lots = ctx.lake.read(found.datasets["lots"]).with_columns(
        scrap_share=pl.col("scrap") / pl.col("started").clip(lower_bound=1),
        state=pl.when("held").then(pl.lit("held")).when("on_time").then(pl.lit("on_time"))
        .otherwise(pl.lit("late")),
    )  # fmt: skip
    lots = lots.join(_codes(ctx, found.run), on="order", how="left", maintain_order="left")
    lots = lots.with_columns(
        pl.col("lot").fill_null(pl.col("order")), pl.col("thing").fill_null("")
    )
    lots = lots.sort("held", "end", "order", descending=[True, False, False])
    lots = lots.with_columns(clock(found, "end", "due")).rename({"end": "finished"})
    if state:
        lots = lots.filter(pl.col("state") == state)
    return matching(named(ctx, lots).select(_COLUMNS), text)


def _codes(ctx: Context, run: str) -> pl.DataFrame:
    """Return the codes of the lots of a pass; none when they were never named."""
    found = in_force(ctx, "codes")
    if found is None or found.run != run:
        return pl.DataFrame(schema=_CODES)
    return ctx.lake.read(found.datasets["codes"])


def lot_page(ctx: Context, text: str, state: str, start: int, count: int) -> Rows:
    """Return `count` lots from the `start`-th on."""
    found = made_lots(ctx, text, state)
    return Rows(found.slice(start, count).to_dicts(), found.height)


def held_lots(ctx: Context) -> pl.DataFrame:
    """Return the lots that the floor put on hold; empty before the first pass."""
    if in_force(ctx, "floor") is None:
        return pl.DataFrame(schema={"order": pl.String, "item": pl.String})
    return made_lots(ctx, state="held")
