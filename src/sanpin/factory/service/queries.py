"""What pages, interfaces and commands ask about the plan and the schedule in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import polars as pl

from sanpin.base import N_, StateError
from sanpin.factory.service.plant import (
    PLANT_ZONE,
    family_name,
    machine_name,
    machines,
    operation_name,
    site_names,
)
from sanpin.factory.store import ResultRecord, last_result
from sanpin.kit.context import Context
from sanpin.kit.search import Hit
from sanpin.master import service as master

__all__ = [
    "FULL_SHARE",
    "Rows",
    "clock",
    "due_within",
    "gantt",
    "in_force",
    "late_order_page",
    "late_orders",
    "machine_load",
    "make_order_page",
    "make_orders",
    "matching",
    "material_needs",
    "named",
    "operations",
    "overloads",
    "plan_in_force",
    "required",
    "schedule_in_force",
    "search",
]

FULL_SHARE = 0.95
"""From this share of its open time on a machine counts as full on a day."""

_NONE = {
    "plan": N_("There is no plan yet."),
    "schedule": N_("There is no schedule yet."),
    "floor": N_("Nothing has been made yet."),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """A result in force with its figures."""

    run: str
    as_of: date
    facts: Mapping[str, Any]
    datasets: Mapping[str, str]


def plan_in_force(ctx: Context) -> InForce | None:
    """Return the plan in force, or None before the first."""
    return in_force(ctx, "plan")


def schedule_in_force(ctx: Context) -> InForce | None:
    """Return the schedule in force, or None before the first."""
    return in_force(ctx, "schedule")


def in_force(ctx: Context, kind: str) -> InForce | None:
    """Return the newest result of a kind."""
    with ctx.db.read() as conn:
        found: ResultRecord | None = last_result(conn, ctx.firm, kind)
    return InForce(found.run, found.as_of, found.facts, found.datasets) if found else None


def required(ctx: Context, kind: str) -> InForce:
    """Return the result in force of a kind (``plan``, ``schedule``, ``floor``) or refuse.

    Raises
    ------
    StateError
        ``factory.plan.none``, ``factory.schedule.none`` or ``factory.floor.none``
    """
    found = in_force(ctx, kind)
    if found is None:
        raise StateError(
            f"factory.{kind}.none", _NONE[kind], hint=N_("Run the loop: sanpin loop run")
        )
    return found


def _frame(ctx: Context, kind: str, name: str) -> pl.DataFrame:
    """Read the rows of a result in force."""
    return ctx.lake.read(required(ctx, kind).datasets[name])


def make_orders(ctx: Context, text: str = "") -> pl.DataFrame:
    """Return ``order, item, name, family, quantity, needed, due, end, late_minutes, state``.

    `end` and `late_minutes` come from the schedule of the same plan where there is one.
    """
    return matching(named(ctx, _orders(ctx)), text)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a list, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int


def make_order_page(ctx: Context, text: str, start: int, count: int) -> Rows:
    """Return `count` make orders from the `start`-th on; names are looked up for these only."""
    if text.strip():
        found = make_orders(ctx, text)
        return Rows(found.slice(start, count).to_dicts(), found.height)
    orders = _orders(ctx)
    return Rows(named(ctx, orders.slice(start, count)).to_dicts(), orders.height)


def late_order_page(ctx: Context, text: str, start: int, count: int) -> Rows:
    """Return `count` late orders from the `start`-th on; names are looked up for these only."""
    if text.strip():
        found = late_orders(ctx, text)
        return Rows(found.slice(start, count).to_dicts(), found.height)
    late = _late(ctx)
    return Rows(named(ctx, late.slice(start, count)).to_dicts(), late.height)


def due_within(ctx: Context, days: int) -> int:
    """Count the lots of the plan that are due within so many days."""
    found = required(ctx, "plan")
    due = ctx.lake.read(found.datasets["orders"])["due"].cast(pl.Date)
    return int((due <= found.as_of + timedelta(days=days)).sum())


def _orders(ctx: Context) -> pl.DataFrame:
    """Return the make orders with their ends, without names."""
    orders = _frame(ctx, "plan", "orders")
    done = _ends(ctx)
    if done is not None:
        orders = orders.join(done, on="order", how="left", maintain_order="left")
    else:
        orders = orders.with_columns(
            end=pl.lit(None, pl.Datetime), late_minutes=pl.lit(None, pl.Int64)
        )
    late = pl.col("late_minutes").fill_null(0) > 0
    orders = orders.with_columns(
        state=pl.when(late).then(pl.lit("late")).when(pl.col("end").is_null())
        .then(pl.lit("planned")).otherwise(pl.lit("on_time"))
    )  # fmt: skip
    columns = ["order", "item", "quantity", "needed", "due", "end", "late_minutes", "state"]
    return orders.select(columns)


def _ends(ctx: Context) -> pl.DataFrame | None:
    """Return the end of every scheduled order, and by how much it is late."""
    found, plan = schedule_in_force(ctx), plan_in_force(ctx)
    # Runs are named in order of time: a schedule older than the plan is of another plan.
    if found is None or plan is None or found.run < plan.run:
        return None
    rows = ctx.lake.read(found.datasets["operations"])
    ends = rows.group_by("order").agg(pl.col("end").max(), pl.col("due").first())
    late = (pl.col("end") - pl.col("due")).clip(lower_bound=0).alias("late_minutes")
    return ends.with_columns(late).with_columns(clock(found, "end")).drop("due")


def clock(found: InForce, *names: str) -> list[pl.Expr]:
    """Turn minutes from the origin into the plant's wall-clock time."""
    origin = datetime.fromisoformat(str(found.facts["origin"])).replace(tzinfo=None)
    return [(pl.lit(origin) + pl.duration(minutes=pl.col(name))).alias(name) for name in names]


def named(ctx: Context, frame: pl.DataFrame) -> pl.DataFrame:
    """Add name and family of each item."""
    items = master.items_of(ctx, frame["item"].unique().to_list())
    known = [(code, one.name(ctx.language), one.family) for code, one in items.items()]
    table = pl.DataFrame(
        known, schema={"item": pl.String, "name": pl.String, "family": pl.String}, orient="row"
    )
    joined = frame.join(table, on="item", how="left", maintain_order="left")
    filled = joined.with_columns(pl.col("name").fill_null(""), pl.col("family").fill_null("other"))
    place = frame.columns.index("item") + 1
    names = [*frame.columns[:place], "name", "family", *frame.columns[place:]]
    return filled.select(names)


def _order_names(ctx: Context, orders: pl.DataFrame) -> list[tuple[str, str]]:
    """Return orders with the names of their items."""
    if orders.is_empty():
        return []
    return named(ctx, orders).select("order", "name").rows()


def matching(frame: pl.DataFrame, text: str) -> pl.DataFrame:
    """Keep the rows of which any text holds the words."""
    wanted = text.strip().lower()
    names = [name for name, kind in frame.schema.items() if kind == pl.String]
    if not wanted or not names:
        return frame
    return frame.filter(
        pl.any_horizontal(
            pl.col(name).str.to_lowercase().str.contains(wanted, literal=True) for name in names
        ).fill_null(value=False)
    )


def material_needs(ctx: Context, text: str = "") -> pl.DataFrame:
    """Return ``material, name, unit, needed, on_hand, arriving, short, orders``."""
    frame = _frame(ctx, "plan", "materials").rename({"material": "item"})
    needs = named(ctx, frame).rename({"item": "material"})
    columns = ["material", "name", "unit", "needed", "on_hand", "arriving", "short", "orders"]
    return matching(needs.select(columns), text)


def operations(ctx: Context, text: str = "") -> pl.DataFrame:
    """Return every scheduled operation with instants in the plant's wall-clock time."""
    found = required(ctx, "schedule")
    rows = ctx.lake.read(found.datasets["operations"])
    # Schedules of older versions do not say when a set-up ends.
    times = ("setup_start", "setup_end", "start", "end", "due")
    known = [name for name in times if name in rows.columns]
    return matching(rows.with_columns(clock(found, *known)), text)


def late_orders(ctx: Context, text: str = "") -> pl.DataFrame:
    """Return the late orders with cause and resource, latest first.

    Columns ``order, item, name, family, due, end, late_minutes, cause, resource, resource_name,
    lost_minutes``.
    """
    return matching(named(ctx, _late(ctx)), text)


def _late(ctx: Context) -> pl.DataFrame:
    """Return the late orders without the names of their items, latest first."""
    found = required(ctx, "schedule")
    rows = ctx.lake.read(found.datasets["late"]).with_columns(clock(found, "due", "end"))
    return _with_machines(ctx, rows, "resource", "resource_name")


def _with_machines(ctx: Context, frame: pl.DataFrame, key: str, name: str) -> pl.DataFrame:
    """Add what the machines of a column are called; a resource that is none keeps its code.

    Parameters
    ----------
    key : column with the codes
    name : column to add behind it
    """
    known = {one.id: machine_name(one, ctx.language) for one in machines(ctx)}
    named = pl.Series(name, [known.get(code, code) for code in frame[key]], pl.String)
    return frame.insert_column(frame.columns.index(key) + 1, named)


def machine_load(ctx: Context) -> pl.DataFrame:
    """Return ``machine, name, site, open, busy, setup, share, full_days``, fullest first."""
    rows = _frame(ctx, "schedule", "load")
    full = (pl.col("open") > 0) & (pl.col("busy") >= FULL_SHARE * pl.col("open"))
    loads = rows.group_by("machine", "site").agg(
        pl.col("open").sum(), pl.col("busy").sum(), pl.col("setup").sum(), full_days=full.sum()
    )
    share = pl.when(pl.col("open") > 0).then(pl.col("busy") / pl.col("open")).otherwise(0.0)
    found = loads.with_columns(share=share).sort("share", "machine", descending=[True, False])
    return _with_machines(ctx, found, "machine", "name")


def overloads(ctx: Context, days: int = 7) -> pl.DataFrame:
    """Return ``machine, site, day, open, busy, share`` of the days on which a machine is full."""
    found = required(ctx, "schedule")
    rows = ctx.lake.read(found.datasets["load"])
    soon = pl.col("day") < found.as_of + timedelta(days=days)
    full = (pl.col("open") > 0) & (pl.col("busy") >= FULL_SHARE * pl.col("open"))
    share = (pl.col("busy") / pl.col("open")).alias("share")
    return rows.filter(soon & full).with_columns(share).sort("day", "machine")


def gantt(ctx: Context, order: str = "", machine: str = "") -> dict[str, Any]:
    """Return the schedule as the board draws it.

    Parameters
    ----------
    order : only the machines that work for this order
    machine : only this machine
    """
    found = required(ctx, "schedule")
    rows = ctx.lake.read(found.datasets["operations"])
    if order:
        used = rows.filter(pl.col("order") == order)["machine"].unique()
        rows = rows.filter(pl.col("machine").is_in(used.implode()))
    if machine:
        rows = rows.filter(pl.col("machine") == machine)
    until = max((row[0] for row in rows.select("end").iter_rows()), default=1)
    shares = dict(machine_load(ctx).select("machine", "share").rows())
    steps = {name: operation_name(name, ctx.language) for name in rows["operation"].unique()}
    families = {name: family_name(name, ctx.language) for name in rows["family"].unique()}
    return {
        "origin": found.facts["origin"],
        "unit_seconds": 60,
        "now": 0,
        "rows": _board_rows(ctx, set(rows["machine"]), shares, found, until),
        "bars": [_bar(row, steps, families) for row in rows.iter_rows(named=True)],
    }


def _bar(
    row: Mapping[str, Any], steps: Mapping[str, str], families: Mapping[str, str]
) -> dict[str, Any]:
    """Return one operation as the board draws it, step and family by their names."""
    return {
        "row": row["machine"],
        "job": row["order"],
        "op": row["op"],
        "label": f"{row['order']} {steps[row['operation']]}",
        "family": families[row["family"]],
        "setup_start": row["setup_start"],
        "setup_end": row.get("setup_end", row["start"]),
        "start": row["start"],
        "end": row["end"],
        "due": row["due"],
        "late": row["late"],
        "href": f"/factory/schedule?order={row['order']}",
    }


def _board_rows(
    ctx: Context, used: set[str], shares: Mapping[str, float], found: InForce, until: int
) -> list[dict[str, Any]]:
    """Return the machines of the board with their load and their closed time."""
    plant, sites = [one for one in machines(ctx) if one.id in used], site_names(ctx)
    closed = {
        code: _closed(ctx, code, found.as_of, until) for code in {one.calendar for one in plant}
    }
    return [
        {
            "id": one.id,
            "label": machine_name(one, ctx.language),
            "site": sites.get(one.site, one.site),
            "load": round(shares.get(one.id, 0.0), 4),
            "closed": closed[one.calendar],
        }
        for one in sorted(plant, key=lambda one: (one.site, one.id))
    ]


def _closed(ctx: Context, code: str, day: date, until: int) -> list[list[int]]:
    """Return the closed spans of a calendar in minutes from the origin."""
    if not code:
        return []
    origin = datetime.combine(day, time(), ZoneInfo(PLANT_ZONE))
    last = origin + timedelta(minutes=until)
    calendar = master.working_time(ctx, code, range(origin.year, last.year + 1))
    spans, at = [], 0
    for start, end in calendar.windows(origin, last):
        if start > at:
            spans.append([at, start])
        at = end
    return [*spans, [at, until]] if at < until else spans


def search(ctx: Context, text: str, limit: int) -> list[Hit]:
    """Find make orders and machines by their names."""
    wanted = text.strip().lower()
    plant = [(one.id, machine_name(one, ctx.language)) for one in machines(ctx)]
    hits = [
        Hit(code, N_("Machine"), f"/factory/schedule?machine={quote(code)}", name)
        for code, name in plant
        if wanted in code.lower() or wanted in name.lower()
    ]
    if plan_in_force(ctx) is not None:
        # The orders' own names are enough: when they end takes long to find out.
        orders = _frame(ctx, "plan", "orders").filter(
            pl.col("order").str.to_lowercase().str.contains(wanted, literal=True)
        )
        hits += [
            Hit(order, N_("Make order"), f"/factory/schedule?order={order}", name)
            for order, name in _order_names(ctx, orders.head(limit))
        ]
    return hits[:limit]
