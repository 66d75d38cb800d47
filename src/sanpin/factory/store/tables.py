"""Tables of the domain; every row belongs to a firm, which is also the distribution key.

Machines, routings and stock are rows; plans, schedules and floor passes stand in the lake, and
`factory_result` says which files belong together and are in force.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, Table, Text

from sanpin.kit.db import Instant, Json

__all__ = ["MACHINE", "METADATA", "RESULT", "ROUTING", "STOCK"]

METADATA = MetaData()

MACHINE = Table(
    "factory_machine",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("speed", Integer, nullable=False),
    Column("sample", Boolean, nullable=False),
)
"""Machines of all plants."""

ROUTING = Table(
    "factory_routing",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("machines", Json, nullable=False),
    Column("seconds_per_piece", Float, nullable=False),
    Column("setup_minutes", Integer, nullable=False),
    Column("changeover", Text, nullable=False),
    Column("after", Json, nullable=False),
    Column("wait_minutes", Integer, nullable=False),
    Column("sample", Boolean, nullable=False),
)
"""Steps of the items that are made."""

STOCK = Table(
    "factory_stock",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("lot", Text, primary_key=True),
    Column("site", Text, primary_key=True),
    Column("quantity", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("available", Date, nullable=True),
    Column("supplier", Text, nullable=False),
    Column("sample", Boolean, nullable=False),
)
"""Lots on hand, and lots that arrive on a day to come."""

RESULT = Table(
    "factory_result",
    METADATA,
    Column("firm", Text, primary_key=True),
    Column("kind", Text, primary_key=True, comment="plan, schedule or floor"),
    Column("run", Text, primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("datasets", Json, nullable=False),
    Column("facts", Json, nullable=False),
    Column("created", Instant, nullable=False),
)
"""One result: its datasets by name and its figures."""
