"""Doing a transaction again when the database asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

__all__ = ["is_transient", "retry"]

_Result = TypeVar("_Result")

# serialization_failure, deadlock_detected; distributed engines answer with the first often.
_STATES = frozenset({"40001", "40P01"})
_PAUSE_SECONDS = 0.02


def is_transient(error: DBAPIError) -> bool:
    """Say whether the same transaction may well succeed when done once more."""
    return getattr(error.orig, "sqlstate", None) in _STATES


def retry(
    work: Callable[[], _Result],
    *,
    attempts: int = 6,
    pause: Callable[[float], None] = time.sleep,
) -> _Result:
    """Return what `work` returns, doing it again after a serialisation failure or deadlock.

    `work` must be a whole transaction: it is run from its start each time. The pauses
    double, from 20 ms on.
    """
    for attempt in range(attempts - 1):
        try:
            return work()
        except DBAPIError as error:
            if not is_transient(error):
                raise
            pause(_PAUSE_SECONDS * 2**attempt)
    return work()
