"""Tables of the kit: runs, jobs, leases, datasets, settings, users, keys, audit, inbox.

Ids are time-ordered UUIDs as text. Rows of a firm carry `firm`, which is the distribution key
on a sharded server; tables without it (`kit_lease`, `kit_user`, `kit_login_attempt`) are small
and are copied to every node. References are kept by code, so that shards need no foreign keys.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from sanpin.kit.db import Instant, Json

__all__ = [
    "API_KEY",
    "AUDIT",
    "DATASET",
    "DELIVERY",
    "JOB",
    "LEASE",
    "LOGIN_ATTEMPT",
    "MEMBER",
    "METADATA",
    "NOTIFICATION",
    "RUN",
    "SESSION",
    "SETTING",
    "USER",
    "WEBHOOK",
]

METADATA = MetaData()

# One computation: what was asked, by whom, how far it is and what came out.
# Distribution key: firm. Written often while it runs, at most five times a second, so its
# secondary indexes carry only columns that change at the start and at the end.
RUN = Table(
    "kit_run",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("parent", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("inputs_hash", Text, nullable=False),
    Column("params", Json, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("progress", Float, nullable=False),
    Column("message", Text, nullable=False),
    Column("metrics", Json, nullable=False),
    Column("artefacts", Json, nullable=False),
    Column("error", Json, nullable=False),
    Column("created", Instant, nullable=False),
    Column("started", Instant),
    Column("finished", Instant),
    # The sign of life of the process that computes it, and the wish that it should stop.
    Column("heartbeat", Instant),
    Column("cancel", Boolean, nullable=False),
    Index("kit_run_by_verb", "firm", "domain", "verb", "id"),
    Index("kit_run_by_parent", "firm", "parent", "id"),
    Index("kit_run_by_state", "state", "heartbeat"),
)

# The queue: a Run that a worker process is to carry out, and who has it in hand.
# Distribution key: firm. `lease_owner` and `lease_until` say until when a silent worker is
# believed alive; `attempts` counts the starts, of which `max_attempts` are allowed.
JOB = Table(
    "kit_job",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("params", Json, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("lease_owner", Text, nullable=False),
    Column("lease_until", Instant),
    Column("pid", Integer),
    Column("host", Text, nullable=False),
    Column("created", Instant, nullable=False),
    UniqueConstraint("run_id", name="kit_job_of_run"),
    Index("kit_job_by_state", "state", "id"),
)

# What one process may do at a time, such as the periodic work of the scheduler.
# A reference table: a handful of rows, the same on every node.
LEASE = Table(
    "kit_lease",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("until", Instant, nullable=False),
)

# A Parquet file of the lake. The row is committed with the change that made it, after
# the file is in place: no row without its file. Distribution key: firm.
DATASET = Table(
    "kit_dataset",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("meta", Json, nullable=False),
    Index("kit_dataset_by_name", "firm", "domain", "name", "key", "id"),
)

# What a firm has chosen, by dotted key. Distribution key: firm.
SETTING = Table(
    "kit_setting",
    METADATA,
    Column("firm", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Json, nullable=False),
    PrimaryKeyConstraint("firm", "key"),
)

# A person who may sign in, once for all firms. `password` holds the scrypt hash with its
# parameters. A reference table.
USER = Table(
    "kit_user",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created", Instant, nullable=False),
    Column("changed", Instant, nullable=False),
    UniqueConstraint("name", name="kit_user_by_name"),
)

# What a user may do in a firm. Distribution key: firm.
MEMBER = Table(
    "kit_member",
    METADATA,
    Column("user_id", Text, nullable=False),
    Column("firm", Text, nullable=False),
    Column("role", Text, nullable=False),
    PrimaryKeyConstraint("user_id", "firm"),
)

# A browser that is signed in. Distribution key: firm.
SESSION = Table(
    "kit_session",
    METADATA,
    # The SHA-256 of the token: whoever reads this table cannot take over a session.
    Column("id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("firm", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Index("kit_session_by_user", "user_id"),
)

# A key for programs: its hash, what it may do, and when it ends. `hint` shows its last
# characters, so that people can tell their keys apart. Distribution key: firm.
API_KEY = Table(
    "kit_api_key",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("scopes", Json, nullable=False),
    Column("created", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("revoked", Instant),
    UniqueConstraint("secret_hash", name="kit_api_key_by_hash"),
    Index("kit_api_key_by_firm", "firm", "id"),
)

# Failures to sign in, per name and address, and the pause that they earned. Names here may
# belong to nobody, so there is no firm. A reference table.
LOGIN_ATTEMPT = Table(
    "kit_login_attempt",
    METADATA,
    Column("name", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last", Instant, nullable=False),
    Column("blocked_until", Instant, nullable=False),
    PrimaryKeyConstraint("name", "address"),
)

# Who did what; only ever appended to, which triggers in the database enforce as well.
# Distribution key: firm.
AUDIT = Table(
    "kit_audit",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index("kit_audit_by_subject", "firm", "subject", "id"),
)

# A message in the inbox, as catalogue key and fields, so that each reader sees it in
# their own language. Distribution key: firm.
NOTIFICATION = Table(
    "kit_notification",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    # Empty: everyone of the firm.
    Column("recipient", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("fields", Json, nullable=False),
    Column("link", Text, nullable=False),
    Column("created", Instant, nullable=False),
    Column("read", Instant),
    Index("kit_notification_by_firm", "firm", "id"),
)

# Another system that wants to hear of messages. Distribution key: firm.
WEBHOOK = Table(
    "kit_webhook",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("preset", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("kinds", Json, nullable=False),
    Column("language", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created", Instant, nullable=False),
    Index("kit_webhook_by_firm", "firm", "id"),
)

# A message on its way to a webhook: waiting, sent or failed. It is written in the same
# transaction as the message, and sent later by the scheduler. Distribution key: firm.
DELIVERY = Table(
    "kit_delivery",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("firm", Text, nullable=False),
    Column("webhook_id", Text, nullable=False),
    Column("notification_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("error", Text, nullable=False),
    Index("kit_delivery_by_state", "state", "next_at"),
)
