"""Results in force: which datasets a plan, a schedule or a floor pass is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from sanpin.factory.store.tables import RESULT

__all__ = ["ResultRecord", "last_result", "save_result"]


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """One result; see `sanpin.factory.store.tables.RESULT`.

    Attributes
    ----------
    kind : ``plan``, ``schedule`` or ``floor``
    datasets : id of each dataset by its name
    facts : figures that are shown without reading rows
    """

    firm: str
    kind: str
    run: str
    as_of: date
    datasets: Mapping[str, str]
    facts: Mapping[str, Any]
    created: datetime


def save_result(conn: Connection, record: ResultRecord) -> None:
    """Keep a result; it is in force from now on."""
    conn.execute(insert(RESULT).values(asdict(record)))


def last_result(conn: Connection, firm: str, kind: str) -> ResultRecord | None:
    """Return the newest result of a kind, or None before the first."""
    query = select(RESULT).where(RESULT.c.firm == firm, RESULT.c.kind == kind)
    # Ids of Runs ascend with time, so that the greatest is the newest.
    row = conn.execute(query.order_by(RESULT.c.run.desc()).limit(1)).first()
    return ResultRecord(**row._mapping) if row else None
