"""Bring the tables of all domains up to date, and refuse those of a newer Sanpin."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from sanpin.base import N_, Domain, StateError
from sanpin.kit.db import Database
from sanpin.kit.migrations.history import History, histories, read_history

__all__ = ["head_of", "pending", "revision_of", "upgrade"]

# Alembic's `op` is one per process, so only one thread may migrate at a time.
_ONE_AT_A_TIME = threading.Lock()
_ADVISORY_KEY = 0x5A4E50494E  # any fixed number; it names our lock on a PostgreSQL server


def upgrade(db: Database, domains: Iterable[Domain]) -> list[str]:
    """Run the scripts that the database lacks; return them as ``domain revision``.

    Each domain's scripts run in one write transaction under a lock, so that two processes
    may start at once and an error half-way leaves nothing behind.

    Raises
    ------
    StateError
        ``db.version.newer`` when a newer Sanpin wrote the database
    """
    behind = _behind(db, histories(domains))
    done: list[str] = []
    if behind:
        with _ONE_AT_A_TIME:
            for history in behind:
                with db.write() as conn:
                    done += _run(conn, history)
    return done


def pending(db: Database, domains: Iterable[Domain]) -> list[str]:
    """Return the names of the domains whose tables are behind, changing nothing."""
    return [history.domain for history in _behind(db, histories(domains))]


def revision_of(db: Database, domain: Domain) -> str:
    """Return the revision at which the tables of a domain stand; empty when there are none."""
    with db.read() as conn:
        return _current(conn, f"{domain.name}_version")


def head_of(domain: Domain) -> str:
    """Return the newest revision that this installation knows for a domain."""
    return read_history(domain.name, domain.migrations).head


def _behind(db: Database, known: tuple[History, ...]) -> list[History]:
    """Return the histories that the database lacks scripts of, having refused newer ones.

    It only reads, so that an ordinary start waits for no writer.
    """
    with db.read() as conn:
        return [one for one in known if _checked(conn, one) != one.head]


def _checked(conn: Connection, history: History) -> str:
    """Return the revision of a domain's tables; refuse one that this Sanpin does not know."""
    current = _current(conn, history.version_table)
    if current and current not in history.revisions:
        raise StateError(
            "db.version.newer",
            N_("A newer Sanpin wrote the tables of “{domain}” (revision {revision})."),
            hint=N_("Install the newest Sanpin to open this workspace."),
            domain=history.domain,
            revision=current,
        )
    return current


def _current(conn: Connection, version_table: str) -> str:
    context = MigrationContext.configure(conn, opts={"version_table": version_table})
    return next(iter(context.get_current_heads()), "")


def _run(conn: Connection, history: History) -> list[str]:
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_KEY})
    # Another process may have done the work while this one waited.
    before = _checked(conn, history)
    context = MigrationContext.configure(
        conn,
        opts={
            "version_table": history.version_table,
            "fn": lambda heads, _: history.scripts._upgrade_revs("head", heads),
        },
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with Operations.context(context):
        context.run_migrations()
    start = history.revisions.index(before) + 1 if before else 0
    return [f"{history.domain} {revision}" for revision in history.revisions[start:]]
