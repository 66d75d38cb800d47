"""In which half hours things of a class took part in events, filled from the events there are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# The remainder of a moment before 1970 is negative, so that it is brought above zero first.
FILL = """
INSERT INTO trace_presence (owner_id, class_id, part, day, halves)
SELECT owner_id, class_id, part, (half - (half % 48 + 48) % 48) / 48,
       sum(CAST(1 AS BIGINT) << CAST((half % 48 + 48) % 48 AS INTEGER))
FROM (
    SELECT DISTINCT e.owner_id, t.class_id, l.part,
        (e.event_time - (e.event_time % 1800000000 + 1800000000) % 1800000000) / 1800000000 AS half
    FROM trace_link l
    JOIN trace_epc t ON t.id = l.epc_id
    JOIN trace_event e ON e.id = l.event_id
) found
GROUP BY owner_id, class_id, part, (half - (half % 48 + 48) % 48) / 48
"""


def upgrade() -> None:
    """Make the table, fill it in one pass over the links, and give its rows a generation."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "trace_presence",
        sa.Column("owner_id", sa.Integer, nullable=False),
        sa.Column("class_id", number, nullable=False),
        sa.Column("part", sa.SmallInteger, nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("halves", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", "class_id", "part", "day"),
        sqlite_with_rowid=False,
    )
    conn = op.get_bind()
    conn.execute(sa.text(FILL))
    conn.execute(sa.text("INSERT INTO trace_block (name, next) VALUES ('trace_presence', 1)"))
