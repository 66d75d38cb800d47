"""What one pass of the floor adds to the scoreboard, and who the goods go to."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from sanpin.factory.service import FloorPass
from sanpin.flows.loop.thread import Numbering, lot_ids
from sanpin.flows.scoreboard.firm import FloorTotals
from sanpin.kit.context import Context
from sanpin.master import service as master
from sanpin.master.sample import customer_code
from sanpin.trace import service as trace

__all__ = ["customer_shares", "floor_totals"]

UNKNOWN_CUSTOMER = "customers"


def customer_shares(ctx: Context, sales: pl.DataFrame) -> dict[str, float]:
    """Return who buys how much, by partner: the countries' shares of the pieces sold.

    Where master data know no customers, all goods go to one unnamed customer.

    Parameters
    ----------
    sales : corrected order lines with ``country, quantity``

    Returns
    -------
    Partner to pieces sold; shares need not sum to 1.
    """
    known = {code for code, one in master.all_partners(ctx).items() if one.kind == "customer"}
    pieces = sales.drop_nulls("country").group_by("country").agg(pl.col("quantity").sum())
    shares = {customer_code(country): float(quantity) for country, quantity in pieces.rows()}
    named = {code: share for code, share in shares.items() if code in known and share > 0}
    return named or {UNKNOWN_CUSTOMER: 1.0}


def floor_totals(ctx: Context, done: FloorPass, numbering: Numbering) -> FloorTotals:
    """Sum up a pass; the share with a full trace is asked of the ledger, lot by lot.

    Parameters
    ----------
    done : rows of the pass
    numbering : lot codes of the pass, to ask the ledger with
    """
    lots, sent = done.lots, _shipped(done)
    full = _fully_traced(ctx, done, numbering, set(sent))
    sizes = lots["started"].median()
    return FloorTotals(
        lots=lots.height,
        median_lot_size=float(sizes) if isinstance(sizes, int | float) else 0.0,
        changeovers=int((done.operations["setup_start"] < done.operations["start"]).sum()),
        started=float(lots["started"].sum()),
        good=float(lots["good"].sum()),
        scrapped=float(lots["scrap"].sum()),
        shipped=float(sum(sent.values())),
        traceable=float(sum(pieces for order, pieces in sent.items() if order in full)),
        finished_orders=lots.height,
        on_time_orders=int(lots["on_time"].sum()),
    )


def _shipped(done: FloorPass) -> dict[str, int]:
    """Return the pieces shipped of each order."""
    pallets = dict(done.pallets.select("number", "cases").rows()) if done.pallets.height else {}
    cases = {row["number"]: row for row in done.cases.iter_rows(named=True)}
    sent: dict[str, int] = defaultdict(int)
    for shipment in done.shipments.iter_rows(named=True):
        for pallet in shipment["pallets"]:
            for case in pallets[pallet]:
                sent[cases[case]["order"]] += cases[case]["quantity"]
    return dict(sent)


def _fully_traced(
    ctx: Context, done: FloorPass, numbering: Numbering, orders: set[str]
) -> set[str]:
    """Return the orders whose lot leads back to as many material lots as it consumed.

    A lot of which nobody knows what it was made from leads back to nothing.

    Notes
    -----
    The ledger is asked after the capture instead of trusting what was sent to it: the figure is to
    fail when capturing or linking does.
    """
    drawn: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for order, material, lot, _ in done.drawn.rows():
        drawn[order].add((material, lot))
    things = {
        order: thing for order, thing in lot_ids(ctx, done, numbering).items() if order in orders
    }
    found = trace.origins(ctx, things.values())
    return {
        order
        for order, thing in things.items()
        # Application identifier 10 marks lots; classes and containers on the way do not count.
        if drawn[order] and sum("/10/" in name for name in found[thing]) >= len(drawn[order])
    }
