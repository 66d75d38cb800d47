"""What to make: net the expected demand against stock, and explode what it needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanpin.base import N_, StateError
from sanpin.factory.engine.netting import make_orders, net_requirements
from sanpin.factory.model.plan import LotRule, MakeOrder
from sanpin.factory.model.plant import StockLot
from sanpin.factory.model.rules import PlantRules
from sanpin.factory.service.plant import missing, plant_rules, routings, stock
from sanpin.factory.store import ResultRecord, save_result
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.runs import start_run
from sanpin.master import service as master
from sanpin.master.engine import explode

__all__ = ["Demand", "MakePlan", "plan"]


@dataclass(frozen=True, slots=True)
class Demand:
    """What the market will want, item by item.

    Attributes
    ----------
    items : item codes
    wanted : pieces to be able to deliver up to and including each day, shape (days, items):
        a quantile of the cumulative demand for the service level, open orders included
    daily : expected pieces per day, shape (items,)
    """

    items: Sequence[str]
    wanted: NDArray[np.float64]
    daily: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MakePlan:
    """A plan: the lots to make, what they need, and the Run that made it.

    Attributes
    ----------
    orders : ``order, item, quantity, needed, due_day, due``, by due day
    materials : ``material, unit, needed, on_hand, arriving, short, orders``, largest gap first
    consumption : ``order, material, quantity`` of the bought materials
    """

    run: str
    as_of: date
    orders: pl.DataFrame
    materials: pl.DataFrame
    consumption: pl.DataFrame


def plan(ctx: Context, demand: Demand, *, as_of: date, service_level: float) -> MakePlan:
    """Plan the lots of all items that have a routing, leaving a Run ``factory.plan``.

    Raises
    ------
    StateError
        ``factory.plant.missing`` when there is no stock, machine or routing
    """
    ctx.require(Role.PLANNER)
    require_plant(ctx)
    days = demand.wanted.shape[0]
    chosen = plant_rules(ctx)
    params = {
        "as_of": as_of,
        "days": days,
        "service_level": service_level,
        "lot_days": chosen.lot_days,
        "lot_multiple": chosen.lot_multiple,
        "lot_multiple_pace": chosen.lot_multiple_pace,
    }
    with start_run(ctx, "factory", "plan", params=params) as run:
        run.progress(0.1, N_("Netting demand against stock"))
        lots, steps = stock(ctx), routings(ctx)
        made = [at for at, item in enumerate(demand.items) if item in steps]
        items = [demand.items[at] for at in made]
        on_hand, receipts = supply(lots, items, as_of, days)
        net = net_requirements(demand.wanted[:, made].T, on_hand, receipts)
        paces = zip(items, demand.daily[made], strict=True)
        rules = {item: _rule(daily, chosen) for item, daily in paces}
        orders = make_orders(items, net, rules)
        run.progress(0.5, N_("Exploding bills of materials"))
        units = {code: item.unit for code, item in master.all_items(ctx).items()}
        consumption = _consumption(ctx, orders, as_of, units)
        frames = {
            "orders": _order_frame(orders, as_of),
            "consumption": consumption,
            "materials": _material_frame(consumption, lots, as_of, units),
        }
        facts = {
            "make_orders": len(orders),
            "pieces": sum(order.quantity for order in orders),
            "items": len({order.item for order in orders}),
            "short_materials": int((frames["materials"]["short"] > 0).sum()),
        }
        run.metrics(facts)
        keep(ctx, run.id, "plan", as_of, frames, facts)
        return MakePlan(run.id, as_of, **frames)


def require_plant(ctx: Context) -> None:
    """Refuse to plan where there is no plant, naming what to import."""
    lacking = missing(ctx)
    if lacking:
        raise StateError(
            "factory.plant.missing",
            N_("There is no plant to plan for: {kinds} are missing."),
            hint=N_("Import them; “sanpin import --template KIND” writes the templates."),
            kinds=", ".join(lacking),
        )


def keep(
    ctx: Context,
    run: str,
    kind: str,
    as_of: date,
    frames: Mapping[str, pl.DataFrame],
    facts: Mapping[str, object],
) -> None:
    """Store the frames of a result and put it in force, all or nothing.

    Parameters
    ----------
    run : the Run that made it
    kind : ``plan``, ``schedule`` or ``floor``
    as_of : day that it counts from
    frames : rows by name, each a dataset of the lake
    facts : figures that pages show without reading rows
    """
    with ctx.db.write() as conn:
        datasets = {
            name: ctx.lake.write(conn, "factory", f"{kind}-{name}", frame, firm=ctx.firm).id
            for name, frame in frames.items()
        }
        save_result(
            conn, ResultRecord(ctx.firm, kind, run, as_of, datasets, dict(facts), ctx.now())
        )


def supply(
    lots: Sequence[StockLot], items: Sequence[str], as_of: date, days: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pieces on hand (items,) and arriving per day (items, days).

    Parameters
    ----------
    lots : lots on hand or arriving
    items : the items asked for, in the order of the result
    as_of : today; what is available by then is on hand
    days : length of the plan; what arrives later does not count
    """
    place = {item: at for at, item in enumerate(items)}
    on_hand, receipts = np.zeros(len(items)), np.zeros((len(items), days))
    for lot in lots:
        at = place.get(lot.item)
        if at is None:
            continue
        wait = (lot.available - as_of).days if lot.available else 0
        if wait <= 0:
            on_hand[at] += lot.quantity
        elif wait < days:
            receipts[at, wait] += lot.quantity
    return on_hand, receipts


def _rule(daily: float, chosen: PlantRules) -> LotRule:
    """Return the lot rule of an item by its pace: full cases for what sells, pieces otherwise."""
    # Goods that sell are packed in cases; odd pieces would stay in the last one.
    multiple = chosen.lot_multiple if daily >= chosen.lot_multiple_pace else 1
    return LotRule(least=1.0, multiple=float(multiple), days=chosen.lot_days)


def _order_frame(orders: Sequence[MakeOrder], as_of: date) -> pl.DataFrame:
    """Return the make orders as rows, with the calendar day of their due day."""
    rows = [{**asdict(order), "due": as_of + timedelta(days=order.due_day)} for order in orders]
    schema = {
        "id": pl.String, "item": pl.String, "quantity": pl.Float64, "due_day": pl.Int32,
        "needed": pl.Float64, "due": pl.Date,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema).rename({"id": "order"})


def _consumption(
    ctx: Context, orders: Sequence[MakeOrder], day: date, units: Mapping[str, str]
) -> pl.DataFrame:
    """Return what each order takes of bought materials, through all levels of its bill."""
    bills = master.bills_on(ctx, day)
    # Bills are exploded once per item, not per order.
    per_piece: dict[str, Mapping[str, float]] = {}
    rows: dict[str, list[object]] = defaultdict(list)
    for order in orders:
        if order.item not in per_piece:
            found = explode(bills, {order.item: 1.0}, units=units).materials()
            per_piece[order.item] = {name: q for name, q in found.items() if name != order.item}
        for material, quantity in per_piece[order.item].items():
            rows["order"].append(order.id)
            rows["material"].append(material)
            rows["quantity"].append(quantity * order.quantity)
    schema = {"order": pl.String, "material": pl.String, "quantity": pl.Float64}
    return pl.DataFrame(rows or None, schema=schema)


def _material_frame(
    consumption: pl.DataFrame, lots: Sequence[StockLot], as_of: date, units: Mapping[str, str]
) -> pl.DataFrame:
    needs = consumption.group_by("material").agg(
        needed=pl.col("quantity").sum(), orders=pl.col("order").n_unique()
    )
    ready: dict[str, float] = defaultdict(float)
    coming: dict[str, float] = defaultdict(float)
    for lot in lots:
        later = lot.available is not None and lot.available > as_of
        (coming if later else ready)[lot.item] += lot.quantity
    names = needs["material"].to_list()
    return (
        needs.with_columns(
            pl.Series("unit", [units.get(name, "EA") for name in names], dtype=pl.String),
            pl.Series("on_hand", [ready[name] for name in names], dtype=pl.Float64),
            pl.Series("arriving", [coming[name] for name in names], dtype=pl.Float64),
        )
        .with_columns(short=(pl.col("needed") - pl.col("on_hand")).clip(lower_bound=0.0))
        .sort(["short", "needed", "material"], descending=[True, True, False])
        .select("material", "unit", "needed", "on_hand", "arriving", "short", "orders")
    )
