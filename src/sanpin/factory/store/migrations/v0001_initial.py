"""Create the tables of machines, routings, stock and results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "factory_machine",
        _key("firm"),
        _key("id"),
        _text("name"),
        _text("site"),
        _text("calendar"),
        sa.Column("speed", sa.Integer, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
    )
    op.create_table(
        "factory_routing",
        _key("firm"),
        _key("item"),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        _text("operation"),
        sa.Column("machines", JSON, nullable=False),
        sa.Column("seconds_per_piece", sa.Float, nullable=False),
        sa.Column("setup_minutes", sa.Integer, nullable=False),
        _text("changeover"),
        sa.Column("after", JSON, nullable=False),
        sa.Column("wait_minutes", sa.Integer, nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
    )
    op.create_table(
        "factory_stock",
        _key("firm"),
        _key("item"),
        _key("lot"),
        _key("site"),
        sa.Column("quantity", sa.Float, nullable=False),
        _text("unit"),
        sa.Column("available", sa.Date, nullable=True),
        _text("supplier"),
        sa.Column("sample", sa.Boolean, nullable=False),
    )
    op.create_table(
        "factory_result",
        _key("firm"),
        _key("kind"),
        _key("run"),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("datasets", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
    )
