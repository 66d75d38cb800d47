"""Recall cases: frozen scopes, who must give back what, notices, returns, lists of seeds."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=null)


def upgrade() -> None:
    """Make the tables; there were no cases before."""
    op.create_table(
        "trace_recall_case",
        *_texts("id", "firm", "title", "reason", "state", "since", "until", "place"),
        *_texts("started_by", "closed_by", "conclusion", "run"),
        _column("drill", sa.SmallInteger),
        _column("seeds", JSON),
        _column("products", sa.BigInteger),
        _column("containers", sa.BigInteger),
        _column("gaps", JSON),
        _column("started", INSTANT),
        _column("scoped", INSTANT),
        _column("notified", INSTANT, null=True),
        _column("closed", INSTANT, null=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("trace_recall_case_by_firm", "trace_recall_case", ["firm", "id"])
    op.create_table(
        "trace_recall_line",
        *_texts("case_id", "thing", "role", "status", "location", "container", "uom"),
        *_texts("last_event", "why", "through"),
        _column("position", sa.Integer),
        _column("depth", sa.Integer),
        _column("quantity", sa.Float(53), null=True),
        sa.PrimaryKeyConstraint("case_id", "position"),
    )
    for name in ("thing", "container"):
        op.create_index(f"trace_recall_line_by_{name}", "trace_recall_line", ["case_id", name])
    _other_tables()


def _other_tables() -> None:
    """Make what grows after the start of a case."""
    op.create_table(
        "trace_recall_due",
        *_texts("case_id", "thing", "holder", "uom", "kind"),
        _column("quantity", sa.Float(53)),
        _column("returned", sa.Float(53)),
        sa.PrimaryKeyConstraint("case_id", "thing", "holder", "uom"),
    )
    op.create_index("trace_recall_due_by_holder", "trace_recall_due", ["case_id", "holder"])
    op.create_table(
        "trace_recall_notice",
        *_texts("case_id", "holder", "name", "sent_by"),
        _column("number", sa.Integer),
        _column("contact", JSON),
        _column("sent", INSTANT, null=True),
        sa.PrimaryKeyConstraint("case_id", "number"),
    )
    op.create_table(
        "trace_recall_return",
        *_texts("case_id", "id", "code", "thing", "verdict", "holder", "uom", "recorded_by"),
        _column("quantity", sa.Float(53)),
        _column("things", sa.BigInteger),
        _column("recorded", INSTANT),
        sa.PrimaryKeyConstraint("case_id", "id"),
    )
    op.create_table(
        "trace_recall_seeds",
        *_texts("id", "firm", "name", "created_by"),
        _column("seeds", JSON),
        _column("created", INSTANT),
        sa.PrimaryKeyConstraint("id"),
    )
