"""Bills of materials in and out of their two tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, tuple_

from sanpin.kit.db import upsert
from sanpin.master.model import BillLine, BillOfMaterials
from sanpin.master.store.tables import BILL, BILL_LINE

__all__ = [
    "all_bills",
    "bills_of",
    "bills_of_many",
    "count_bills",
    "delete_bill",
    "delete_sample_bills",
    "page_of_bills",
    "put_bills",
    "users_of_many",
]

BATCH = 500


def all_bills(conn: Connection, firm: str) -> list[BillOfMaterials]:
    """Return every version of every bill of a firm, by item and version.

    Two queries in all. Where only a few items matter, `bills_of_many` reads far less.
    """
    heads = select(BILL).where(BILL.c.firm == firm)
    lines = select(BILL_LINE).where(BILL_LINE.c.firm == firm)
    return _joined(conn, heads, lines)


def bills_of(conn: Connection, firm: str, item: str) -> list[BillOfMaterials]:
    """Return every version of an item's bill, oldest version first."""
    heads = select(BILL).where(BILL.c.firm == firm, BILL.c.item == item)
    lines = select(BILL_LINE).where(BILL_LINE.c.firm == firm, BILL_LINE.c.item == item)
    return _joined(conn, heads, lines)


def bills_of_many(conn: Connection, firm: str, items: Iterable[str]) -> list[BillOfMaterials]:
    """Return every version of the bills of some items.

    Parameters
    ----------
    items : codes; those without a bill are left out, and many are asked for in pieces
    """
    wanted, found = sorted(set(items)), []
    for start in range(0, len(wanted), BATCH):
        piece = wanted[start : start + BATCH]
        heads = select(BILL).where(BILL.c.firm == firm, BILL.c.item.in_(piece))
        lines = select(BILL_LINE).where(BILL_LINE.c.firm == firm, BILL_LINE.c.item.in_(piece))
        found += _joined(conn, heads, lines)
    return found


def users_of_many(conn: Connection, firm: str, components: Iterable[str]) -> set[str]:
    """Return the items whose bills name any of some components, in whatever version.

    Together with `bills_of_many` this climbs a bill of materials level by level.
    """
    wanted, found = sorted(set(components)), set[str]()
    for start in range(0, len(wanted), BATCH):
        piece = wanted[start : start + BATCH]
        query = select(BILL_LINE.c.item).where(
            BILL_LINE.c.firm == firm, BILL_LINE.c.component.in_(piece)
        )
        found.update(conn.execute(query.distinct()).scalars())
    return found


def page_of_bills(
    conn: Connection, firm: str, *, search: str = "", after: str = "", limit: int = 50
) -> list[BillOfMaterials]:
    """Return a page of bills by item.

    Parameters
    ----------
    search : part of the item's code
    after : item with which the page before ended
    limit : how many items; all versions of an item stand on one page
    """
    items = select(BILL.c.item).where(BILL.c.firm == firm, BILL.c.item > after).distinct()
    if search:
        items = items.where(func.lower(BILL.c.item).contains(search.lower(), autoescape=True))
    chosen = list(conn.execute(items.order_by(BILL.c.item).limit(limit)).scalars())
    return bills_of_many(conn, firm, chosen)


def count_bills(conn: Connection, firm: str, search: str = "") -> int:
    """Count the items that have a bill."""
    items = select(func.count(BILL.c.item.distinct())).where(BILL.c.firm == firm)
    if search:
        items = items.where(func.lower(BILL.c.item).contains(search.lower(), autoescape=True))
    return conn.execute(items).scalar_one()


def put_bills(
    conn: Connection, firm: str, bills: Iterable[BillOfMaterials], changed: datetime
) -> None:
    """Insert bills, or replace those of the same item and version with all their lines.

    The old lines are deleted first: a component that left the bill must leave the table.
    """
    heads: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for bill in bills:
        key = {"firm": firm, "item": bill.item, "version": bill.version}
        span = {"valid_from": bill.valid_from, "valid_until": bill.valid_until}
        heads.append(key | span | {"sample": bill.sample, "changed": changed})
        for position, line in enumerate(bill.lines):
            lines.append(
                key
                | {
                    "component": line.component,
                    "position": position,
                    "quantity": line.quantity,
                    "unit": line.unit,
                    "scrap_share": line.scrap_share,
                }
            )
    _delete_lines(conn, firm, [(head["item"], head["version"]) for head in heads])
    upsert(conn, BILL, heads)
    upsert(conn, BILL_LINE, lines)


def delete_bill(conn: Connection, firm: str, item: str, version: int) -> bool:
    """Take one version away with its lines; tell whether it was there."""
    _delete_lines(conn, firm, [(item, version)])
    gone = delete(BILL).where(BILL.c.firm == firm, BILL.c.item == item, BILL.c.version == version)
    return bool(conn.execute(gone).rowcount)


def delete_sample_bills(conn: Connection, firm: str) -> int:
    """Take all sample bills of a firm away with their lines, and count them."""
    sample = select(BILL.c.item, BILL.c.version).where(BILL.c.firm == firm, BILL.c.sample.is_(True))
    keys = [(item, version) for item, version in conn.execute(sample)]
    _delete_lines(conn, firm, keys)
    conn.execute(delete(BILL).where(BILL.c.firm == firm, BILL.c.sample.is_(True)))
    return len(keys)


def _delete_lines(conn: Connection, firm: str, keys: list[tuple[str, int]]) -> None:
    """Delete the lines of bills, a few hundred at a time for the databases' parameter limits."""
    which = tuple_(BILL_LINE.c.item, BILL_LINE.c.version)
    for start in range(0, len(keys), BATCH):
        piece = keys[start : start + BATCH]
        conn.execute(delete(BILL_LINE).where(BILL_LINE.c.firm == firm, which.in_(piece)))


def _joined(conn: Connection, heads: Select[Any], lines: Select[Any]) -> list[BillOfMaterials]:
    """Put heads and lines together; tuples, because there may be tens of thousands."""
    columns = BILL_LINE.c
    parts = lines.with_only_columns(
        columns.item,
        columns.version,
        columns.component,
        columns.quantity,
        columns.unit,
        columns.scrap_share,
    )
    below: dict[tuple[str, int], list[BillLine]] = {}
    for item, version, *line in conn.execute(parts.order_by(columns.position)).all():
        below.setdefault((item, version), []).append(BillLine(*line))
    tops = heads.with_only_columns(
        BILL.c.item, BILL.c.version, BILL.c.valid_from, BILL.c.valid_until, BILL.c.sample
    )
    return [
        BillOfMaterials(item, version, start, end, tuple(below.get((item, version), ())), sample)
        for item, version, start, end, sample in conn.execute(
            tops.order_by(BILL.c.item, BILL.c.version)
        ).all()
    ]
