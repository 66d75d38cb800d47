"""Create the tables of the kit."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, JSON, nullable=False)


def _instant(name: str) -> sa.Column[Any]:
    return sa.Column(name, INSTANT, nullable=False)


def _identifier(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, sa.Text, primary_key=True)


def upgrade() -> None:
    """Create every table, then seal the audit log against change."""
    _work()
    _data()
    _people()
    _messages()
    _seal_audit()


def _work() -> None:
    op.create_table(
        "kit_run",
        _identifier(),
        *map(_text, ("firm", "domain", "verb", "parent", "author", "version", "inputs_hash")),
        _json("params"),
        sa.Column("seed", sa.BigInteger, nullable=False),
        _text("state"),
        sa.Column("progress", sa.Float, nullable=False),
        _text("message"),
        *map(_json, ("metrics", "artefacts", "error")),
        _instant("created"),
        sa.Column("started", INSTANT),
        sa.Column("finished", INSTANT),
        sa.Column("heartbeat", INSTANT),
        sa.Column("cancel", sa.Boolean, nullable=False),
    )
    op.create_index("kit_run_by_verb", "kit_run", ["firm", "domain", "verb", "id"])
    op.create_index("kit_run_by_parent", "kit_run", ["firm", "parent", "id"])
    op.create_index("kit_run_by_state", "kit_run", ["state", "heartbeat"])
    op.create_table(
        "kit_job",
        _identifier(),
        *map(_text, ("firm", "run_id", "verb")),
        _json("params"),
        sa.Column("seed", sa.BigInteger, nullable=False),
        *map(_text, ("actor", "role", "language", "state")),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("max_attempts", sa.Integer, nullable=False),
        _text("lease_owner"),
        sa.Column("lease_until", INSTANT),
        sa.Column("pid", sa.Integer),
        _text("host"),
        _instant("created"),
        sa.UniqueConstraint("run_id", name="kit_job_of_run"),
    )
    op.create_index("kit_job_by_state", "kit_job", ["state", "id"])
    op.create_table("kit_lease", _identifier("name"), _text("owner"), _instant("until"))


def _data() -> None:
    op.create_table(
        "kit_dataset",
        _identifier(),
        *map(_text, ("firm", "domain", "name", "key", "path")),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        _text("sha256"),
        _instant("created"),
        _json("meta"),
    )
    op.create_index("kit_dataset_by_name", "kit_dataset", ["firm", "domain", "name", "key", "id"])
    op.create_table(
        "kit_setting",
        _text("firm"),
        _text("key"),
        _json("value"),
        sa.PrimaryKeyConstraint("firm", "key"),
    )


def _people() -> None:
    op.create_table(
        "kit_user",
        _identifier(),
        _text("name"),
        _text("password"),
        sa.Column("disabled", sa.Boolean, nullable=False),
        _instant("created"),
        _instant("changed"),
        sa.UniqueConstraint("name", name="kit_user_by_name"),
    )
    op.create_table(
        "kit_member",
        *map(_text, ("user_id", "firm", "role")),
        sa.PrimaryKeyConstraint("user_id", "firm"),
    )
    op.create_table(
        "kit_session",
        _identifier(),
        *map(_text, ("user_id", "firm")),
        *map(_instant, ("created", "expires")),
    )
    op.create_index("kit_session_by_user", "kit_session", ["user_id"])
    op.create_table(
        "kit_api_key",
        _identifier(),
        *map(_text, ("firm", "name", "owner", "secret_hash", "hint", "role")),
        _json("scopes"),
        *map(_instant, ("created", "expires")),
        sa.Column("revoked", INSTANT),
        sa.UniqueConstraint("secret_hash", name="kit_api_key_by_hash"),
    )
    op.create_index("kit_api_key_by_firm", "kit_api_key", ["firm", "id"])
    op.create_table(
        "kit_login_attempt",
        *map(_text, ("name", "address")),
        sa.Column("failures", sa.Integer, nullable=False),
        *map(_instant, ("last", "blocked_until")),
        sa.PrimaryKeyConstraint("name", "address"),
    )


def _messages() -> None:
    op.create_table(
        "kit_audit",
        _identifier(),
        _text("firm"),
        _instant("at"),
        *map(_text, ("actor", "action", "subject")),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
    )
    op.create_index("kit_audit_by_subject", "kit_audit", ["firm", "subject", "id"])
    op.create_table(
        "kit_notification",
        _identifier(),
        *map(_text, ("firm", "recipient", "kind", "severity", "message")),
        _json("fields"),
        _text("link"),
        _instant("created"),
        sa.Column("read", INSTANT),
    )
    op.create_index("kit_notification_by_firm", "kit_notification", ["firm", "id"])
    op.create_table(
        "kit_webhook",
        _identifier(),
        *map(_text, ("firm", "url", "preset", "secret")),
        _json("kinds"),
        _text("language"),
        sa.Column("active", sa.Boolean, nullable=False),
        _instant("created"),
    )
    op.create_index("kit_webhook_by_firm", "kit_webhook", ["firm", "id"])
    op.create_table(
        "kit_delivery",
        _identifier(),
        *map(_text, ("firm", "webhook_id", "notification_id", "state")),
        sa.Column("attempts", sa.Integer, nullable=False),
        _instant("next_at"),
        _text("error"),
    )
    op.create_index("kit_delivery_by_state", "kit_delivery", ["state", "next_at"])


def _seal_audit() -> None:
    """Let the database itself refuse to change or delete what the audit log holds."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION kit_audit_sealed() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER kit_audit_sealed BEFORE UPDATE OR DELETE ON kit_audit "
            "FOR EACH ROW EXECUTE FUNCTION kit_audit_sealed()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER kit_audit_no_{action.lower()} BEFORE {action} ON kit_audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )
