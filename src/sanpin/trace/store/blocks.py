"""Numbers for rows, out of blocks: what makes writers wait for each other, and nothing else.

Reading the blocks is the first thing that a writing transaction does. On PostgreSQL it locks
their rows until the end; on SQLite the transaction holds the only lock there is. Two writers can
therefore never give one name two numbers, and the order of numbers is the order of commits.
"""

from __future__ import annotations

from sqlalchemy import Connection

from sanpin.trace.store.driver import fetch, put

__all__ = ["Blocks"]


class Blocks:
    """The numbers that a transaction takes; `save` writes them back once, at its end.

    Parameters
    ----------
    conn : connection of a writing transaction, in which it must come first
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        lock = " ORDER BY name FOR UPDATE" if conn.dialect.name == "postgresql" else ""
        rows = fetch(conn, f"SELECT name, next FROM trace_block{lock}")
        self._next: dict[str, int] = {row[0]: row[1] for row in rows}
        self._changed: set[str] = set()

    def next(self, block: str) -> int:
        """Next free number of a block, without taking it."""
        return self._next[block]

    def take(self, block: str, count: int = 1) -> int:
        """Take `count` consecutive numbers from a block; return the first."""
        first = self._next[block]
        if count:
            self._next[block] = first + count
            self._changed.add(block)
        return first

    def save(self) -> None:
        """Write what was taken."""
        if self._changed:
            mark = "?" if self._conn.dialect.name == "sqlite" else "%s"
            rows = [(self._next[name], name) for name in sorted(self._changed)]
            sql = f"UPDATE trace_block SET next = {mark} WHERE name = {mark}"
            put(self._conn, sql, rows)
            self._changed.clear()
