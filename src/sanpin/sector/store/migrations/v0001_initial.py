"""Create the tables of own targets, own actuals, own tasks and task states."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _keys(name: str = "id") -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("firm", sa.Text, primary_key=True),
        sa.Column(name, sa.Text, primary_key=True),
    )


def _texts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.Text, nullable=False) for name in names)


def _signature() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    )


def upgrade() -> None:
    """Create every table."""
    _targets()
    _tasks()


def _targets() -> None:
    op.create_table(
        "sector_target",
        *_keys(),
        *_texts("indicator_zh", "indicator_en", "region_zh", "region_en"),
        *_texts("sector_zh", "sector_en", "pillar", "comparator", "direction", "measure"),
        sa.Column("value", sa.Float, nullable=False),
        *_texts("unit", "period_start", "period_end"),
        sa.Column("stated_pace", sa.Float),
        *_texts("source", "note"),
        *_signature(),
    )
    op.create_table(
        "sector_actual",
        *_keys(),
        *_texts("target_id", "role", "comparator"),
        sa.Column("value", sa.Float, nullable=False),
        *_texts("unit", "period_start", "period_end"),
        sa.Column("revision", sa.Integer, nullable=False),
        *_texts("source", "note"),
        *_signature(),
    )
    op.create_index("sector_actual_by_target", "sector_actual", ["firm", "target_id", "period_end"])


def _tasks() -> None:
    op.create_table(
        "sector_task",
        *_keys(),
        *_texts("task_zh", "task_en", "region_zh", "region_en", "pillar"),
        *_texts("period_start", "period_end"),
        *(sa.Column(name, JSON, nullable=False) for name in ("lead", "support", "industries")),
        *_texts("source"),
        *_signature(),
    )
    op.create_table(
        "sector_task_state",
        *_keys("task_id"),
        *_texts("state", "evidence", "link", "file"),
        sa.Column("due", sa.Date),
        *_signature(),
    )
