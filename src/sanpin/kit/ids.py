"""Identifiers: UUIDs that sort by the moment they were made."""

from __future__ import annotations

import os
import threading
import time
import uuid
from datetime import UTC, datetime

__all__ = ["instant_of", "new_id"]

_RANDOM_BITS = 74  # 12 beside the version, 62 beside the variant
_DRAWN_BYTES = 1024
_STEP_BITS = 40  # the next identifier of a millisecond stays hard to guess


class _Source:
    """The last millisecond and random part given out, under a lock."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.millis = 0
        self.chance = 0
        self._drawn = b""

    def next(self) -> int:
        """Return the 128 bits of the next identifier."""
        with self.lock:
            millis = time.time_ns() // 1_000_000
            if millis > self.millis:
                # The top bit stays free, so that many more fit into the same millisecond.
                self.millis, self.chance = millis, self._bits(_RANDOM_BITS - 1)
            else:
                # Same millisecond, or the clock was set back: go on from the last one.
                self.chance += 1 + self._bits(_STEP_BITS)
                if self.chance >> _RANDOM_BITS:
                    self.millis, self.chance = self.millis + 1, self._bits(_RANDOM_BITS - 1)
            high, low = self.chance >> 62, self.chance & ((1 << 62) - 1)
            return self.millis << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low

    def _bits(self, count: int) -> int:
        """Return so many chance bits; they are drawn from the system many at a time.

        Each draw lets other threads take the interpreter, for which this one would then wait.
        """
        size = (count + 7) // 8
        if len(self._drawn) < size:
            self._drawn = os.urandom(_DRAWN_BYTES)
        taken, self._drawn = self._drawn[:size], self._drawn[size:]
        return int.from_bytes(taken) & ((1 << count) - 1)


_SOURCE = _Source()


def _start_anew() -> None:
    """Give a forked child its own source, so that it repeats nothing of its parent."""
    global _SOURCE
    _SOURCE = _Source()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)


def new_id() -> str:
    """Return a time-ordered UUID as text, strictly greater than the one before it.

    The layout is version 7 of RFC 9562, section 5.7: 48 bits of Unix milliseconds, then
    chance. Within one process the order holds even when the clock is set back.
    """
    return str(uuid.UUID(int=_SOURCE.next()))


def instant_of(identifier: str) -> datetime:
    """Return the moment, to the millisecond and in UTC, at which an identifier was made."""
    return datetime.fromtimestamp((uuid.UUID(identifier).int >> 80) / 1000, UTC)
