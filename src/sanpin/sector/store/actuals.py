"""Own actuals in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select

from sanpin.kit.db import upsert
from sanpin.sector.model import Actual, Comparator, Origin, Role, Unit, parse_period
from sanpin.sector.store.tables import ACTUAL

__all__ = ["delete_actual", "load_actuals", "save_actuals"]


def load_actuals(conn: Connection, firm: str, target_id: str | None = None) -> tuple[Actual, ...]:
    """Own actuals of a firm by target and time, of one target if given."""
    query = select(ACTUAL).where(ACTUAL.c.firm == firm)
    if target_id is not None:
        query = query.where(ACTUAL.c.target_id == target_id)
    query = query.order_by(ACTUAL.c.target_id, ACTUAL.c.period_end, ACTUAL.c.id)
    return tuple(_actual(row) for row in conn.execute(query).mappings())


def _actual(row: RowMapping) -> Actual:
    """Actual of a row."""
    return Actual(
        id=row["id"],
        target_id=row["target_id"],
        value=row["value"],
        unit=Unit(row["unit"]),
        period=parse_period(row["period_start"], row["period_end"]),
        comparator=Comparator(row["comparator"]),
        role=Role(row["role"]),
        source=row["source"],
        note_zh=row["note"],
        note_en=row["note"],
        origin=Origin.OWN,
    )


def save_actuals(
    conn: Connection, firm: str, actuals: Iterable[Actual], author: str, at: datetime
) -> None:
    """Insert own actuals, or replace those of the same id and count the revision up.

    Parameters
    ----------
    author, at : who writes, and when

    Notes
    -----
    The revision tells a corrected actual from one that was entered once.
    """
    rows = [_row(one) for one in actuals]
    revisions = _revisions(conn, firm)
    for row in rows:
        row.update(firm=firm, revision=revisions.get(row["id"], 0) + 1, author=author, updated=at)
    upsert(conn, ACTUAL, rows)


def _row(actual: Actual) -> dict[str, Any]:
    """Row of an actual, without its signature."""
    return {
        "id": actual.id,
        "target_id": actual.target_id,
        "role": str(actual.role),
        "comparator": str(actual.comparator),
        "value": actual.value,
        "unit": str(actual.unit),
        "period_start": actual.period.text_start,
        "period_end": actual.period.text_end,
        "source": actual.source,
        "note": actual.note_en,
    }


def _revisions(conn: Connection, firm: str) -> dict[str, int]:
    """How often each actual of a firm was written, by id."""
    query = select(ACTUAL.c.id, ACTUAL.c.revision).where(ACTUAL.c.firm == firm)
    return {row.id: row.revision for row in conn.execute(query)}


def delete_actual(conn: Connection, firm: str, actual_id: str) -> bool:
    """Delete an own actual; False when there is none of that id.

    The line in the audit log is the service's to write, in the same transaction.
    """
    query = delete(ACTUAL).where(ACTUAL.c.firm == firm, ACTUAL.c.id == actual_id)
    return bool(conn.execute(query).rowcount)
