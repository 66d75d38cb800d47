"""Create the tables of the trace ledger."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

_BLOCKS = ("vocab", "epc_class", "epc", "event", "document")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _numbers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def _smalls(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.SmallInteger, nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    """Create identifiers, events, payloads, documents and capture jobs."""
    _names()
    _events()
    _captures()


def _names() -> None:
    op.create_table(
        "trace_block", *_texts("name"), *_numbers("next"), sa.PrimaryKeyConstraint("name")
    )
    op.bulk_insert(
        sa.table("trace_block", sa.column("name", sa.Text), sa.column("next", sa.BigInteger)),
        [{"name": f"trace_{name}", "next": 1} for name in _BLOCKS],
    )
    op.create_table(
        "trace_vocab",
        *_numbers("id"),
        *_texts("uri"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uri"),
    )
    op.create_table(
        "trace_epc_class",
        *_numbers("id"),
        *_texts("prefix"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prefix"),
    )
    op.create_table(
        "trace_epc",
        *_numbers("id", "class_id"),
        *_texts("serial"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("class_id", "serial"),
    )
    op.create_table(
        "trace_name",
        *_texts("firm", "thing", "name"),
        sa.PrimaryKeyConstraint("firm", "thing"),
    )


def _events() -> None:
    op.create_table(
        "trace_event",
        *_numbers("id"),
        *_texts("firm"),
        *_numbers("document"),
        *_smalls("type", "action", "declared"),
        *_numbers("event_time"),
        *_smalls("offset_minutes"),
        *_numbers("record_time"),
        sa.Column("step", sa.BigInteger),
        sa.Column("disposition", sa.BigInteger),
        sa.Column("read_point", sa.BigInteger),
        sa.Column("location", sa.BigInteger),
        sa.Column("transformation", sa.BigInteger),
        *_numbers("reference_key"),
        sa.Column("reference", sa.Text),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("epcs", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("trace_event_by_reference", "trace_event", ["reference_key"])
    op.create_index("trace_event_by_time", "trace_event", ["firm", "event_time", "id"])
    op.create_index("trace_event_by_disposition", "trace_event", ["firm", "disposition", "id"])
    op.create_index("trace_event_by_transformation", "trace_event", ["transformation"])
    op.create_table(
        "trace_link",
        *_numbers("epc_id", "event_id"),
        *_smalls("part"),
        sa.PrimaryKeyConstraint("epc_id", "event_id", "part"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trace_quantity",
        *_numbers("event_id"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Float(53), nullable=False),
        *_texts("uom"),
        sa.PrimaryKeyConstraint("event_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trace_term",
        *_numbers("event_id"),
        sa.Column("position", sa.Integer, nullable=False),
        *_texts("kind"),
        *_numbers("type", "value"),
        sa.PrimaryKeyConstraint("event_id", "position"),
    )
    op.create_index("trace_term_by_value", "trace_term", ["value", "event_id"])
    op.create_table(
        "trace_payload",
        *_numbers("first_event"),
        *_smalls("events", "codec"),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("first_event"),
    )


def _captures() -> None:
    op.create_table(
        "trace_document",
        *_numbers("id"),
        *_texts("firm"),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        *_numbers("first_event", "events"),
        sa.Column("captured", sa.DateTime(timezone=True), nullable=False),
        sa.Column("context", JSON),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("firm", "digest"),
    )
    op.create_table(
        "trace_capture_job",
        *_texts("id", "firm", "behaviour", "state"),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished", sa.DateTime(timezone=True)),
        *_numbers("events", "captured", "duplicates", "rejected"),
        sa.Column("errors", JSON),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("trace_capture_job_by_firm", "trace_capture_job", ["firm", "id"])
