"""Paging by cursor: stable while rows come and go, because it points at a key, not a place."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson

from sanpin.base import N_, InputError
from sanpin.kit.plain import dump

__all__ = ["LARGEST_PAGE", "Page", "paginate", "read_cursor", "write_cursor"]

LARGEST_PAGE = 1000

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items, and the cursor of those behind them; None at the end."""

    items: Sequence[Item]
    next: str | None


def write_cursor(key: object) -> str:
    """Return the key of the last item seen as a text without meaning to its reader."""
    return base64.urlsafe_b64encode(dump(key)).decode().rstrip("=")


def read_cursor(cursor: str | None) -> Any:
    """Return the key in a cursor, or None without one.

    Raises
    ------
    InputError
        ``http.cursor.invalid`` for anything that `write_cursor` did not make
    """
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise InputError(
            "http.cursor.invalid",
            N_("“{cursor}” is not a cursor of this list."),
            hint=N_("Use the value of “next” of the page before, or none for the first page."),
            cursor=cursor,
        ) from None


def paginate(
    fetch: Callable[[Any, int], Sequence[Item]],
    cursor: str | None,
    limit: int,
    key: Callable[[Item], object],
) -> Page[Item]:
    """Return one page.

    Parameters
    ----------
    fetch : called with the key of the last item seen (None at first) and how many to return
    cursor : what the caller sent
    limit : items per page, at most `LARGEST_PAGE`
    key : the key of an item, a JSON value by which `fetch` orders
    """
    size = min(max(limit, 1), LARGEST_PAGE)
    # One more than wanted tells whether there is a next page.
    items = fetch(read_cursor(cursor), size + 1)
    last = write_cursor(key(items[size - 1])) if len(items) > size else None
    return Page(items[:size], last)
