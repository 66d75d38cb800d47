"""Tables of the domain; every row belongs to a firm, which is also the distribution key.

Published figures are not copied here: they are read from the package, and the recorded state
of a published task refers to it by id.

The period is kept as the two texts that were written, because 2022 and 2022-12-31 are different
words for the same end; its days are read from them. Lists are JSON, as they are never searched.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Date, Float, Index, Integer, MetaData, Table, Text

from sanpin.kit.db import Instant, Json

__all__ = ["ACTUAL", "METADATA", "TARGET", "TASK", "TASK_STATE"]

METADATA = MetaData()


def _keys(name: str = "id") -> tuple[Column[Any], ...]:
    """Primary key of every table: the firm first, so that its rows lie together."""
    return (Column("firm", Text, primary_key=True), Column(name, Text, primary_key=True))


def _texts(*names: str) -> tuple[Column[Any], ...]:
    """Columns that hold text and never null."""
    return tuple(Column(name, Text, nullable=False) for name in names)


def _signature() -> tuple[Column[Any], ...]:
    """Who wrote a row last, and when."""
    return (
        Column("author", Text, nullable=False),
        Column("updated", Instant, nullable=False),
    )


TARGET = Table(
    "sector_target",
    METADATA,
    *_keys(),
    *_texts("indicator_zh", "indicator_en", "region_zh", "region_en", "sector_zh", "sector_en"),
    *_texts("pillar", "comparator", "direction", "measure"),
    Column("value", Float, nullable=False),
    *_texts("unit", "period_start", "period_end"),
    Column("stated_pace", Float),
    *_texts("source", "note"),
    *_signature(),
)

ACTUAL = Table(
    "sector_actual",
    METADATA,
    *_keys(),
    *_texts("target_id", "role", "comparator"),
    Column("value", Float, nullable=False),
    *_texts("unit", "period_start", "period_end"),
    Column("revision", Integer, nullable=False),
    *_texts("source", "note"),
    *_signature(),
    Index("sector_actual_by_target", "firm", "target_id", "period_end"),
)

TASK = Table(
    "sector_task",
    METADATA,
    *_keys(),
    *_texts("task_zh", "task_en", "region_zh", "region_en", "pillar"),
    *_texts("period_start", "period_end"),
    Column("lead", Json, nullable=False),
    Column("support", Json, nullable=False),
    Column("industries", Json, nullable=False),
    *_texts("source"),
    *_signature(),
)

TASK_STATE = Table(
    "sector_task_state",
    METADATA,
    *_keys("task_id"),
    *_texts("state", "evidence", "link", "file"),
    Column("due", Date),
    *_signature(),
)
