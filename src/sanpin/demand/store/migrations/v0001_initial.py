"""Create the tables of order batches, intakes and forecasts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "demand_batch",
        _key("firm"),
        sa.Column("content", sa.Text, primary_key=True, comment="SHA-256 of the rows"),
        _text("id"),
        _text("name"),
        _text("dataset"),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        _text("author"),
        sa.Column("created", INSTANT, nullable=False),
    )
    op.create_index("demand_batch_id", "demand_batch", ["firm", "id"])
    op.create_table(
        "demand_intake",
        _key("firm"),
        _key("run"),
        _text("inputs_hash"),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("lines", sa.BigInteger, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        _text("panel"),
        _text("corrections"),
        _text("sales"),
        _text("returns"),
        sa.Column("created", INSTANT, nullable=False),
    )
    op.create_table(
        "demand_forecast",
        _key("firm"),
        _key("run"),
        _text("intake"),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("horizon", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        _text("forecast"),
        _text("cumulative"),
        _text("portfolio"),
        sa.Column("accuracy", JSON, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
    )
