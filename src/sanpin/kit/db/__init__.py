"""Databases: one door for SQLite and PostgreSQL, portable types, faults in plain words."""

from sanpin.kit.db.database import Database
from sanpin.kit.db.types import Instant, Json
from sanpin.kit.db.upsert import upsert

__all__ = ["Database", "Instant", "Json", "upsert"]
