"""Letting documents that come together go to the disk together.

While a thread writes, it and the loop that answers requests take the interpreter away from each
other at every statement. So the thread is woken only when a look at the connections brings no new
document: one client alone hardly waits, many at once share a transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

__all__ = ["Gathering", "gathering"]

# However many come, the first one is not kept waiting longer.
_LONGEST_SECONDS = 0.02


class Gathering:
    """Puts off writing in one loop.

    Attributes
    ----------
    arrived : documents since the last look; whoever brings one counts it here
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.arrived = 0

    def put_off(self, start: Callable[[], object]) -> None:
        """Call `start` in the loop when no more documents come; from any thread."""
        self._loop.call_soon_threadsafe(self._look, start, self._loop.time() + _LONGEST_SECONDS)

    def _look(self, start: Callable[[], object], latest: float) -> None:
        """Wait for another look at the connections as long as the last one brought something."""
        if self.arrived and self._loop.time() < latest:
            self.arrived = 0
            self._loop.call_soon(self._look, start, latest)
        else:
            start()


_GATHERINGS: WeakKeyDictionary[asyncio.AbstractEventLoop, Gathering] = WeakKeyDictionary()


def gathering() -> Gathering:
    """Return what gathers in the loop that runs."""
    loop = asyncio.get_running_loop()
    found = _GATHERINGS.get(loop)
    if found is None:
        found = _GATHERINGS[loop] = Gathering(loop)
    return found
