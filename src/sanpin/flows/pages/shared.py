"""What several pages of the flows need: the caller's context, pages of rows, sources."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from sanpin.demand import service as demand
from sanpin.kit.context import Context
from sanpin.kit.http import context, read_cursor, write_cursor

__all__ = ["PAGE", "Here", "next_place", "orders_source", "place"]

Here = Annotated[Context, Depends(context)]

PAGE = 50
"""Rows of a table that one page shows; downloads hold all of them."""


def place(cursor: str | None) -> int:
    """Return the row with which a page begins."""
    found = read_cursor(cursor)
    return found if isinstance(found, int) and found > 0 else 0


def next_place(start: int, total: int) -> str | None:
    """Return the cursor of the next page, None when this is the last.

    Parameters
    ----------
    start : row with which this page begins
    total : rows in all
    """
    return write_cursor(start + PAGE) if start + PAGE < total else None


def orders_source(ctx: Context) -> dict[str, str] | None:
    """Return text and address of the source that must be named beside the packaged orders."""
    if not demand.has_sample_orders(ctx):
        return None
    return {"text": demand.SAMPLE_SOURCE, "url": demand.SAMPLE_URL}
