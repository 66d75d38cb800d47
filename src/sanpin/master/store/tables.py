"""Tables of master data.

Every table is keyed by firm first, so that a distributed PostgreSQL may spread rows by
``(firm, code)`` and keep a firm's records together; no key comes from a sequence. Texts are
never NULL: what is not known is an empty text, and only what has a natural absence (dates of
validity, a position) may be NULL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from sanpin.kit.db import Instant, Json

__all__ = ["BILL", "BILL_LINE", "CALENDAR", "ITEM", "METADATA", "PARTNER", "SITE", "TURN"]

METADATA = MetaData()


def _text(*names: str) -> list[Column[Any]]:
    """Make text columns that always hold something, if only an empty text."""
    return [Column(name, Text, nullable=False) for name in names]


def _key(*names: str) -> list[Column[Any]]:
    """Make the text columns of a primary key."""
    return [Column(name, Text, primary_key=True) for name in names]


def _marks() -> list[Column[Any]]:
    """Give every record its sample mark and the instant of its last change."""
    return [Column("sample", Boolean, nullable=False), Column("changed", Instant, nullable=False)]


ITEM = Table(
    "master_item",
    METADATA,
    *_key("firm", "code"),
    *_text("name_en", "name_zh", "unit", "family", "kind", "supply", "gtin", "supplier"),
    Column("attributes", Json, nullable=False),
    *_marks(),
    Index("master_item_by_family", "firm", "family", "code"),
    Index("master_item_by_gtin", "firm", "gtin"),
)
"""Products, parts, materials and packaging.

Distribution key: firm, code. The indexes serve the list by family and the check that a GTIN
names one item only; the GTIN is not declared unique because most items have none.
"""

PARTNER = Table(
    "master_partner",
    METADATA,
    *_key("firm", "code"),
    *_text("name_en", "name_zh", "kind", "country", "gln"),
    *_marks(),
)
"""Customers, suppliers, carriers and the firm itself. Distribution key: firm, code."""

SITE = Table(
    "master_site",
    METADATA,
    *_key("firm", "code"),
    *_text("name_en", "name_zh", "kind", "partner", "address", "country"),
    Column("latitude", Float),
    Column("longitude", Float),
    *_text("gln", "calendar"),
    *_marks(),
)
"""Plants, warehouses and shops; `partner` and `calendar` hold codes of other records."""

BILL = Table(
    "master_bill",
    METADATA,
    *_key("firm", "item"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    *_marks(),
)
"""Versions of bills of materials, one row each. Distribution key: firm, item.

Both dates are local days; the version is valid from the first and no more on the second.
"""

BILL_LINE = Table(
    "master_bill_line",
    METADATA,
    *_key("firm", "item"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("component", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("quantity", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("scrap_share", Float, nullable=False),
    Index("master_bill_line_by_component", "firm", "component"),
)
"""Components of the versions, in the order of `position`.

Distribution key: firm, item, like the version's own row. The index by component answers
what is made from a material without reading every bill.
"""

CALENDAR = Table(
    "master_calendar",
    METADATA,
    *_key("firm", "code"),
    *_text("name_en", "name_zh"),
    Column("shifts", Json, nullable=False),
    *_text("public_holidays"),
    Column("holidays", Json, nullable=False),
    Column("extra_days", Json, nullable=False),
    *_text("zone"),
    *_marks(),
)
"""Working time: shifts, days off and worked rest days as JSON, times as wall-clock text.

They are kept as people enter them, in local time; open windows in UTC are always computed,
so that a change of the clocks or of the holiday notices never leaves stored windows wrong.
"""

TURN = Table(
    "master_turn",
    METADATA,
    *_key("firm"),
    Column("taken", Instant, nullable=False),
)
"""One row per firm, locked by whoever is changing its master data; see `turns`."""
