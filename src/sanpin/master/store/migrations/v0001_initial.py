"""Create the tables of master data."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _text(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, JSON, nullable=False)


def _marks() -> list[sa.Column[Any]]:
    return [
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    """Create items, partners, sites, bills of materials and calendars."""
    _items()
    _places()
    _bills()


def _items() -> None:
    op.create_table(
        "master_item",
        *_text("firm", "code", "name_en", "name_zh", "unit", "family", "kind", "supply"),
        *_text("gtin", "supplier"),
        _json("attributes"),
        *_marks(),
        sa.PrimaryKeyConstraint("firm", "code"),
    )
    op.create_index("master_item_by_family", "master_item", ["firm", "family", "code"])
    op.create_index("master_item_by_gtin", "master_item", ["firm", "gtin"])


def _places() -> None:
    op.create_table(
        "master_partner",
        *_text("firm", "code", "name_en", "name_zh", "kind", "country", "gln"),
        *_marks(),
        sa.PrimaryKeyConstraint("firm", "code"),
    )
    op.create_table(
        "master_site",
        *_text("firm", "code", "name_en", "name_zh", "kind", "partner", "address", "country"),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        *_text("gln", "calendar"),
        *_marks(),
        sa.PrimaryKeyConstraint("firm", "code"),
    )
    op.create_table(
        "master_calendar",
        *_text("firm", "code", "name_en", "name_zh"),
        _json("shifts"),
        *_text("public_holidays"),
        _json("holidays"),
        _json("extra_days"),
        *_text("zone"),
        *_marks(),
        sa.PrimaryKeyConstraint("firm", "code"),
    )


def _bills() -> None:
    op.create_table(
        "master_bill",
        *_text("firm", "item"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_until", sa.Date),
        *_marks(),
        sa.PrimaryKeyConstraint("firm", "item", "version"),
    )
    op.create_table(
        "master_bill_line",
        *_text("firm", "item"),
        sa.Column("version", sa.Integer, nullable=False),
        *_text("component"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Float, nullable=False),
        *_text("unit"),
        sa.Column("scrap_share", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("firm", "item", "version", "component"),
    )
    op.create_index("master_bill_line_by_component", "master_bill_line", ["firm", "component"])
