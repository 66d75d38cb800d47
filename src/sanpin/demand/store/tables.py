"""Tables of the domain; every row belongs to a firm, which is also the distribution key.

The rows of order books, panels and forecasts stand in the lake. The tables say which files
belong together and are in force.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, MetaData, Table, Text

from sanpin.kit.db import Instant, Json

__all__ = ["BATCH", "FORECAST", "INTAKE", "METADATA"]

METADATA = MetaData()

BATCH = Table(
    "demand_batch",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("content", Text, primary_key=True, comment="SHA-256 of the rows"),
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("dataset", Text, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    Column("created", Instant, nullable=False),
)
"""One imported order file."""

INTAKE = Table(
    "demand_intake",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("inputs_hash", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("lines", BigInteger, nullable=False),
    Column("items", Integer, nullable=False),
    Column("panel", Text, nullable=False),
    Column("corrections", Text, nullable=False),
    Column("sales", Text, nullable=False),
    Column("returns", Text, nullable=False),
    Column("created", Instant, nullable=False),
)
"""One cleaning of the order book: the datasets that it made."""

FORECAST = Table(
    "demand_forecast",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("run", Text, primary_key=True),
    Column("intake", Text, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("forecast", Text, nullable=False),
    Column("cumulative", Text, nullable=False),
    Column("portfolio", Text, nullable=False),
    Column("accuracy", Json, nullable=False),
    Column("created", Instant, nullable=False),
)
"""One forecast: its datasets and its backtest."""

Index("demand_batch_id", BATCH.c.firm, BATCH.c.id)
