"""Machines, routings and stock as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from sanpin.factory.model.plant import Machine, RoutingStep, StockLot
from sanpin.factory.store.tables import MACHINE, ROUTING, STOCK

__all__ = [
    "delete_sample",
    "load_machines",
    "load_routings",
    "load_stock",
    "replace_routings",
    "replace_stock",
    "save_machines",
]


def save_machines(conn: Connection, firm: str, machines: Iterable[Machine]) -> int:
    """Keep machines; one of the same id is replaced. Return how many there were."""
    rows = [{"firm": firm, **asdict(machine)} for machine in machines]
    _replace(conn, MACHINE, firm, "id", rows)
    return len(rows)


def load_machines(conn: Connection, firm: str) -> list[Machine]:
    """Return all machines in order of site and id."""
    query = select(MACHINE).where(MACHINE.c.firm == firm).order_by(MACHINE.c.site, MACHINE.c.id)
    return [Machine(**_own(row._mapping)) for row in conn.execute(query)]


def replace_routings(conn: Connection, firm: str, steps: Iterable[RoutingStep]) -> int:
    """Keep routings; all former steps of the same items go. Return how many steps there were."""
    rows = [
        {"firm": firm, **asdict(step), "machines": list(step.machines), "after": list(step.after)}
        for step in steps
    ]
    _replace(conn, ROUTING, firm, "item", rows)
    return len(rows)


def load_routings(conn: Connection, firm: str) -> dict[str, list[RoutingStep]]:
    """Return the steps by item, in order."""
    query = select(ROUTING).where(ROUTING.c.firm == firm).order_by(ROUTING.c.item, ROUTING.c.step)
    found: dict[str, list[RoutingStep]] = {}
    for row in conn.execute(query):
        values = _own(row._mapping)
        values["machines"], values["after"] = tuple(values["machines"]), tuple(values["after"])
        found.setdefault(values["item"], []).append(RoutingStep(**values))
    return found


def replace_stock(conn: Connection, firm: str, lots: Iterable[StockLot]) -> int:
    """Keep stock; all former lots of the same items go. Return how many lots there were."""
    rows = [{"firm": firm, **asdict(lot)} for lot in lots]
    _replace(conn, STOCK, firm, "item", rows)
    return len(rows)


def load_stock(conn: Connection, firm: str) -> list[StockLot]:
    """Return all lots in order of item, day and lot."""
    query = select(STOCK).where(STOCK.c.firm == firm)
    order = (STOCK.c.item, STOCK.c.available, STOCK.c.lot)
    return [StockLot(**_own(row._mapping)) for row in conn.execute(query.order_by(*order))]


def delete_sample(conn: Connection, firm: str) -> int:
    """Take away what the sample brought; return how many rows."""
    return sum(
        conn.execute(delete(table).where(table.c.firm == firm, table.c.sample.is_(True))).rowcount
        for table in (MACHINE, ROUTING, STOCK)
    )


def _replace(
    conn: Connection, table: Table, firm: str, key: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put rows in the place of all former rows with the same values of `key`."""
    named = sorted({row[key] for row in rows})
    for start in range(0, len(named), 500):
        # Databases limit the parameters of a statement.
        group = named[start : start + 500]
        conn.execute(delete(table).where(table.c.firm == firm, table.c[key].in_(group)))
    if rows:
        conn.execute(insert(table), list(rows))


def _own(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the values of a row without the firm, which records do not know."""
    return {str(key): value for key, value in row.items() if key != "firm"}
