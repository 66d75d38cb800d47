"""Turns: the writers of a firm's master data wait for each other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from sanpin.kit.db import upsert
from sanpin.master.store.tables import TURN

__all__ = ["take_turn"]


def take_turn(conn: Connection, firm: str, now: datetime) -> None:
    """Wait until no other transaction changes this firm's master data, and keep others waiting.

    Rules such as "no cycle" and "a GTIN names one item" speak of all records together. On a
    server two transactions could each see nothing wrong and break them together; so each first
    writes the firm's one row, whose lock it holds until it ends. SQLite has one writer anyway.
    """
    upsert(conn, TURN, [{"firm": firm, "taken": now}])
