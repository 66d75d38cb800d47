"""Run the schedule on the simulated floor and say what was made, from what, for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from sanpin.base import N_
from sanpin.factory.engine.outbound import draw_materials, pack_lots, pack_pallets, send
from sanpin.factory.engine.simulate import simulate
from sanpin.factory.model.floor import FloorParams, FloorReport
from sanpin.factory.model.outbound import Drawn, LotOut
from sanpin.factory.model.plant import StockLot
from sanpin.factory.service.planning import MakePlan, keep
from sanpin.factory.service.plant import is_sample, plant_rules, stock
from sanpin.factory.service.scheduling import PURCHASE_DAYS, Scheduled
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.runs import start_run
from sanpin.master import service as master

__all__ = ["FloorPass", "make"]

HOLD_SHARE = 0.06
HOLD_PIECES = 6
"""A lot that loses more than this share, and more than these pieces, waits for a decision."""

DEFAULT_CASE = 12


@dataclass(frozen=True, slots=True)
class FloorPass:
    """One pass of the floor as rows; times are minutes from the origin.

    Attributes
    ----------
    lots : ``order, item, site, started, good, scrap, start, end, due, on_time, held``
    operations : ``order, op, machine, setup_start, start, end, stopped, quantity, good``
    drawn : ``order, material, lot, quantity``
    material_lots : ``material, lot, quantity, unit, site, received, supplier``; days of receipt
    cases : ``number, order, item, quantity, packed, site``
    pallets : ``number, cases, packed, site, customer``
    shipments : ``id, pallets, shipped, site, customer``
    """

    run: str
    lots: pl.DataFrame
    operations: pl.DataFrame
    drawn: pl.DataFrame
    material_lots: pl.DataFrame
    cases: pl.DataFrame
    pallets: pl.DataFrame
    shipments: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return all rows by name."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if isinstance(value, pl.DataFrame)}


def make(
    ctx: Context,
    plan: MakePlan,
    scheduled: Scheduled,
    customers: Mapping[str, float],
    params: FloorParams | None = None,
    *,
    seed: int = 0,
) -> FloorPass:
    """Execute a schedule on the simulated floor, leaving a Run ``factory.make``.

    Parameters
    ----------
    customers : customer to share of the goods
    params : breakdowns, scatter and scrap; those that the firm has chosen by default
    """
    ctx.require(Role.PLANNER)
    params = params or plant_rules(ctx).floor()
    asked = {"schedule": scheduled.run, **asdict(params)}
    with start_run(ctx, "factory", "make", params=asked, seed=seed) as run:
        run.progress(0.1, N_("Running the floor"))
        report = simulate(scheduled.problem, scheduled.result, params, seed=seed)
        run.progress(0.5, N_("Packing and sending"))
        lots = _lots(report, scheduled)
        drawn, received = _draw(ctx, plan, report)
        cases = pack_lots(_packable(ctx, lots))
        pallets = pack_pallets(cases, customers, first_number=1, seed=seed)
        done = FloorPass(
            run.id,
            lots,
            _frame(_OPERATIONS, report.operations).rename({"job": "order"}),
            drawn,
            received,
            _frame(_CASES, cases),
            _frame(_PALLETS, pallets),
            _frame(_SHIPMENTS, send(pallets)),
        )
        facts = _facts(report, lots, done)
        run.metrics(facts)
        told = {"origin": scheduled.problem.origin, "sample": is_sample(ctx)}
        keep(ctx, run.id, "floor", plan.as_of, done.frames(), {**facts, **told})
        return done


_Schema = Mapping[str, type[pl.DataType] | pl.DataType]

_OPERATIONS: _Schema = {
    "job": pl.String, "op": pl.String, "machine": pl.String, "setup_start": pl.Int64,
    "start": pl.Int64, "end": pl.Int64, "stopped": pl.Int64, "quantity": pl.Int64,
    "good": pl.Int64,
}  # fmt: skip
_LOTS: _Schema = {
    "order": pl.String, "item": pl.String, "site": pl.String, "started": pl.Int64,
    "good": pl.Int64, "scrap": pl.Int64, "start": pl.Int64, "end": pl.Int64, "due": pl.Int64,
    "on_time": pl.Boolean, "held": pl.Boolean,
}  # fmt: skip
_DRAWN: _Schema = {
    "order": pl.String, "material": pl.String, "lot": pl.String, "quantity": pl.Float64,
}  # fmt: skip
_RECEIVED: _Schema = {
    "material": pl.String, "lot": pl.String, "quantity": pl.Float64, "unit": pl.String,
    "site": pl.String, "received": pl.Date, "supplier": pl.String,
}  # fmt: skip
_CASES: _Schema = {
    "number": pl.Int64, "order": pl.String, "item": pl.String, "quantity": pl.Int64,
    "packed": pl.Int64, "site": pl.String,
}  # fmt: skip
_PALLETS: _Schema = {
    "number": pl.Int64, "cases": pl.List(pl.Int64), "packed": pl.Int64, "site": pl.String,
    "customer": pl.String,
}  # fmt: skip
_SHIPMENTS: _Schema = {
    "id": pl.String, "pallets": pl.List(pl.Int64), "shipped": pl.Int64, "site": pl.String,
    "customer": pl.String,
}  # fmt: skip


def _frame(schema: _Schema, rows: Iterable[Any]) -> pl.DataFrame:
    """Put records or mappings into a frame that has its columns without any row as well."""
    plain = [row if isinstance(row, Mapping) else asdict(row) for row in rows]
    return pl.DataFrame(plain, schema=dict(schema))


def _lots(report: FloorReport, scheduled: Scheduled) -> pl.DataFrame:
    """Return what became of each lot, and where its last operation ran."""
    last = {one.job: one for one in sorted(report.operations, key=lambda one: one.end)}
    sites = {r.id: r.site for r in scheduled.problem.resources}
    rows = [
        {
            "order": lot.job,
            "item": lot.item,
            "site": sites.get(last[lot.job].machine, ""),
            "started": lot.started,
            "good": lot.good,
            "scrap": lot.started - lot.good,
            "start": lot.start,
            "end": lot.end,
            "due": lot.due,
            "on_time": lot.on_time,
            "held": _is_held(lot.started, lot.good),
        }
        for lot in report.lots
    ]
    return _frame(_LOTS, rows)


def _is_held(started: int, good: int) -> bool:
    """Tell whether a lot lost so much that someone must look at it."""
    lost = started - good
    # A share alone would hold small lots for one bad piece.
    return lost > HOLD_PIECES and lost > HOLD_SHARE * started


def _draw(ctx: Context, plan: MakePlan, report: FloorReport) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw what every lot took from the material lots, oldest first, in order of starting."""
    starts = {lot.job: lot.start for lot in report.lots}
    needs = sorted(
        ((starts[order], order, material, q) for order, material, q in plan.consumption.rows()
         if order in starts),
    )  # fmt: skip
    used = {material for _, _, material, _ in needs}
    lots = sorted(
        (lot for lot in stock(ctx) if lot.item in used),
        key=lambda lot: (lot.available or plan.as_of, lot.lot),
    )
    shelves: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for lot in lots:
        shelves[lot.item].append((lot.lot, lot.quantity))
    wanted = [(order, material, quantity) for _, order, material, quantity in needs]
    drawn, lacking = draw_materials(wanted, shelves)
    if lacking:
        bought = _bought(ctx, plan, lacking, lots)
        lots += bought
        for lot in bought:
            shelves[lot.item].append((lot.lot, lot.quantity))
        drawn, _ = draw_materials(wanted, shelves)
    return _frame(_DRAWN, drawn), _received(lots, plan, drawn)


def _bought(
    ctx: Context, plan: MakePlan, lacking: Mapping[str, float], lots: Sequence[StockLot]
) -> list[StockLot]:
    """Return the lots that must be bought because the shelves do not suffice."""
    items = master.all_items(ctx)
    arrival = plan.as_of + timedelta(days=PURCHASE_DAYS)
    site = next((lot.site for lot in lots), "")
    return [
        StockLot(
            item=name,
            lot=f"P{arrival:%y%m%d}",
            # A little more than lacks: the same sums in another order must not lack again.
            quantity=quantity * 1.01,
            unit=items[name].unit if name in items else "EA",
            site=site,
            available=arrival,
            supplier=items[name].supplier if name in items else "",
        )
        for name, quantity in sorted(lacking.items())
    ]


def _received(lots: Sequence[StockLot], plan: MakePlan, drawn: Sequence[Drawn]) -> pl.DataFrame:
    """Return the material lots that were drawn from; the others need no trace."""
    taken = {(one.material, one.lot) for one in drawn}
    rows = [
        {
            "material": lot.item,
            "lot": lot.lot,
            "quantity": lot.quantity,
            "unit": lot.unit,
            "site": lot.site,
            "received": lot.available or plan.as_of,
            "supplier": lot.supplier,
        }
        for lot in lots
        if (lot.item, lot.lot) in taken
    ]
    return _frame(_RECEIVED, rows)


def _packable(ctx: Context, lots: pl.DataFrame) -> list[LotOut]:
    """Return the lots that go on to packing; lots on hold stay on the floor."""
    items = master.all_items(ctx)

    def case_of(item: str) -> int:
        known = items[item].attributes.get("case_quantity") if item in items else None
        return int(known) if isinstance(known, int | float) and known > 0 else DEFAULT_CASE

    return [
        LotOut(
            row["order"], row["item"], row["good"], row["end"], row["site"], case_of(row["item"])
        )
        for row in lots.filter(~pl.col("held")).iter_rows(named=True)
    ]


def _facts(report: FloorReport, lots: pl.DataFrame, done: FloorPass) -> dict[str, object]:
    """Return the figures of a pass that its Run keeps."""
    started, good = int(lots["started"].sum()), int(lots["good"].sum())
    return {
        "lots": lots.height,
        "pieces_started": started,
        "pieces_good": good,
        "first_pass_yield": good / started if started else 0.0,
        "on_time_share": float(lots["on_time"].mean() or 0.0),  # type: ignore[arg-type]
        "held_lots": int(lots["held"].sum()),
        "breakdowns": report.breakdowns,
        "cases": done.cases.height,
        "pallets": done.pallets.height,
        "shipments": done.shipments.height,
    }
