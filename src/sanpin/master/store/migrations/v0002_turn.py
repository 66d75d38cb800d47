"""Add the row by which the writers of a firm take turns."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table with one row per firm."""
    op.create_table(
        "master_turn",
        sa.Column("firm", sa.Text, primary_key=True),
        sa.Column("taken", sa.DateTime(timezone=True), nullable=False),
    )
