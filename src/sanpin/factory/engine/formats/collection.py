"""Pause the collection of cycles while very many small records are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["paused_collection"]


@contextmanager
def paused_collection() -> Iterator[None]:
    """Do without the collector of cycles: records of a problem have none, and it halves the time.

    Whoever paused it starts it again, so that it runs once the last of several threads is done.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
