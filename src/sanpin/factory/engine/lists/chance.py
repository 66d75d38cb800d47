"""Chance for kernels: each schedule carries its own state, so that threads do not share one."""

from __future__ import annotations

from math import log

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists.layout import CHANCE, Ints

__all__ = ["draw", "exponential", "steps"]


@kernel
def draw(lot: Ints, count: int) -> int:
    """Return a number below a count (xorshift, Marsaglia 2003)."""
    z = lot[CHANCE]
    z ^= z << 13
    z ^= (z >> 7) & 0x1FFFFFFFFFFFFFF
    z ^= z << 17
    lot[CHANCE] = z
    return int(((z >> 20) & 0x7FFFFFFFFFF) % count)


@kernel
def exponential(lot: Ints) -> float:
    """Return an exponentially distributed number of mean 1."""
    return -log((draw(lot, 1 << 40) + 1) / (1 << 40))


@kernel
def steps(lot: Ints, most: int) -> int:
    """Return 1 to `most`, small numbers more often: uniform in the logarithm."""
    reach = 1 + draw(lot, most)
    return 1 + draw(lot, reach)
