"""Keep with each document and capture whether it came from outside, the sample or a simulation."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the origin; what is there already came from outside."""
    for table in ("trace_document", "trace_capture_job"):
        op.add_column(table, sa.Column("origin", sa.Text, nullable=False, server_default=""))
