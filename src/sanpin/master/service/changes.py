"""Transactions that change master data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from sanpin.kit.context import Context
from sanpin.master.store import take_turn

__all__ = ["changing"]


@contextmanager
def changing(ctx: Context) -> Iterator[Connection]:
    """Open the transaction of a change, in turn with the firm's other writers.

    It commits at the end of the block and leaves nothing behind when the block raises.
    """
    with ctx.db.write() as conn:
        take_turn(conn, ctx.firm, ctx.now())
        yield conn
