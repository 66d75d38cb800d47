"""Databases: one door for SQLite and PostgreSQL, portable types, faults in plain words."""

from sanpin.kit.db.types import Instant, Json

__all__ = ["Instant", "Json"]
