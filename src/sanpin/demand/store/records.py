"""Rows of the domain's tables as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, insert, select

from sanpin.demand.store.tables import BATCH, FORECAST, INTAKE

__all__ = [
    "BatchRecord",
    "ForecastRecord",
    "IntakeRecord",
    "find_batch",
    "last_forecast",
    "last_intake",
    "list_batches",
    "remove_sample_batches",
    "save_batch",
    "save_forecast",
    "save_intake",
]


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One imported order file; see `sanpin.demand.store.tables.BATCH`."""

    firm: str
    content: str
    id: str
    name: str
    dataset: str
    lines: int
    first_day: date
    last_day: date
    sample: bool
    author: str
    created: datetime


@dataclass(frozen=True, slots=True)
class IntakeRecord:
    """One cleaning of the order book; see `sanpin.demand.store.tables.INTAKE`."""

    firm: str
    run: str
    inputs_hash: str
    as_of: date
    lines: int
    items: int
    panel: str
    corrections: str
    sales: str
    returns: str
    created: datetime


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    """One forecast; see `sanpin.demand.store.tables.FORECAST`."""

    firm: str
    run: str
    intake: str
    as_of: date
    horizon: int
    items: int
    forecast: str
    cumulative: str
    portfolio: str
    accuracy: Mapping[str, Any]
    created: datetime


Record = TypeVar("Record", BatchRecord, IntakeRecord, ForecastRecord)


def save_batch(conn: Connection, record: BatchRecord) -> None:
    """Keep an imported file."""
    conn.execute(insert(BATCH).values(asdict(record)))


def find_batch(conn: Connection, firm: str, content: str) -> BatchRecord | None:
    """Return the file with that content, or None."""
    query = select(BATCH).where(BATCH.c.firm == firm, BATCH.c.content == content)
    row = conn.execute(query).first()
    return BatchRecord(**row._mapping) if row else None


def list_batches(conn: Connection, firm: str) -> list[BatchRecord]:
    """Return all files of a firm in the order of their import."""
    query = select(BATCH).where(BATCH.c.firm == firm).order_by(BATCH.c.id)
    return [BatchRecord(**row._mapping) for row in conn.execute(query)]


def remove_sample_batches(conn: Connection, firm: str) -> int:
    """Forget the files of the sample; return how many."""
    query = delete(BATCH).where(BATCH.c.firm == firm, BATCH.c.sample.is_(True))
    return conn.execute(query).rowcount


def save_intake(conn: Connection, record: IntakeRecord) -> None:
    """Keep a cleaning."""
    conn.execute(insert(INTAKE).values(asdict(record)))


def last_intake(conn: Connection, firm: str) -> IntakeRecord | None:
    """Return the newest cleaning of a firm, or None."""
    return _newest(conn, INTAKE, firm, IntakeRecord)


def save_forecast(conn: Connection, record: ForecastRecord) -> None:
    """Keep a forecast."""
    conn.execute(insert(FORECAST).values(asdict(record)))


def last_forecast(conn: Connection, firm: str) -> ForecastRecord | None:
    """Return the newest forecast of a firm, or None."""
    return _newest(conn, FORECAST, firm, ForecastRecord)


def _newest(conn: Connection, table: Table, firm: str, kind: type[Record]) -> Record | None:
    """Return the newest row of a firm; run ids are ordered by time."""
    query = select(table).where(table.c.firm == firm).order_by(table.c.run.desc()).limit(1)
    row = conn.execute(query).first()
    return kind(**row._mapping) if row else None
