"""Tables of master data. Rows are keyed, and may be distributed, by firm and code."""

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

__all__ = ["BILL", "BILL_LINE", "CALENDAR", "ITEM", "METADATA", "PARTNER", "SITE"]

METADATA = MetaData()


def _text(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, nullable=False) for name in names]


def _key(*names: str) -> list[Column[Any]]:
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

PARTNER = Table(
    "master_partner",
    METADATA,
    *_key("firm", "code"),
    *_text("name_en", "name_zh", "kind", "country", "gln"),
    *_marks(),
)

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

BILL = Table(
    "master_bill",
    METADATA,
    *_key("firm", "item"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    *_marks(),
)

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
