"""Own targets in the database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, select

from sanpin.kit.db import upsert
from sanpin.sector.model import (
    Comparator,
    Direction,
    Measure,
    Origin,
    Pillar,
    Scope,
    Target,
    Unit,
    parse_period,
)
from sanpin.sector.store.tables import TARGET

__all__ = ["delete_target", "load_targets", "save_targets"]


def load_targets(conn: Connection, firm: str) -> tuple[Target, ...]:
    """Own targets of a firm in the order of their ids."""
    query = select(TARGET).where(TARGET.c.firm == firm).order_by(TARGET.c.id)
    return tuple(_target(row) for row in conn.execute(query).mappings())


def _target(row: RowMapping) -> Target:
    """Target of a row; words are trusted, as they were checked when it came in."""
    return Target(
        id=row["id"],
        indicator_zh=row["indicator_zh"],
        indicator_en=row["indicator_en"],
        scope=Scope(row["region_zh"], row["region_en"], row["sector_zh"], row["sector_en"]),
        pillar=Pillar(row["pillar"]),
        comparator=Comparator(row["comparator"]),
        direction=Direction(row["direction"]),
        measure=Measure(row["measure"]),
        value=row["value"],
        unit=Unit(row["unit"]),
        period=parse_period(row["period_start"], row["period_end"]),
        source=row["source"],
        stated_pace=row["stated_pace"],
        note_zh=row["note"],
        note_en=row["note"],
        origin=Origin.OWN,
    )


def save_targets(
    conn: Connection, firm: str, targets: Iterable[Target], author: str, at: datetime
) -> None:
    """Insert own targets, or replace those of the same id.

    Parameters
    ----------
    author, at : who writes, and when
    """
    rows = [
        {
            "firm": firm,
            "id": one.id,
            "indicator_zh": one.indicator_zh,
            "indicator_en": one.indicator_en,
            "region_zh": one.scope.region_zh,
            "region_en": one.scope.region_en,
            "sector_zh": one.scope.sector_zh,
            "sector_en": one.scope.sector_en,
            "pillar": str(one.pillar),
            "comparator": str(one.comparator),
            "direction": str(one.direction),
            "measure": str(one.measure),
            "value": one.value,
            "unit": str(one.unit),
            "period_start": one.period.text_start,
            "period_end": one.period.text_end,
            "stated_pace": one.stated_pace,
            "source": one.source,
            "note": one.note_en,
            "author": author,
            "updated": at,
        }
        for one in targets
    ]
    upsert(conn, TARGET, rows)


def delete_target(conn: Connection, firm: str, target_id: str) -> bool:
    """Delete an own target; False when there is none of that id."""
    query = delete(TARGET).where(TARGET.c.firm == firm, TARGET.c.id == target_id)
    return bool(conn.execute(query).rowcount)
