"""How often Python searches for garbage while very many rows are made, none of which is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["unhurried"]

_SELDOM = (50_000, 20, 100)


@contextmanager
def unhurried() -> Iterator[None]:
    """Search seldom inside: every search walks over all the rows that are in memory.

    It holds for the whole process. Where several threads are inside, the first to leave brings the
    usual pace back, which costs the others time and nothing else.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
