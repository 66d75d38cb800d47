"""Chance inside kernels: a generator of one's own, so that threads never share a state."""

from __future__ import annotations

import numpy as np

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import Chance

__all__ = ["draw"]


@kernel
def draw(random: Chance, limit: int) -> int:
    """Return a number in [0, limit), by splitmix64 (Steele, Lea and Flood 2014)."""
    random[0] += np.uint64(0x9E3779B97F4A7C15)
    word = random[0]
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    word = word ^ (word >> np.uint64(31))
    # The upper half times the limit avoids a division; its bias is below 2**-32 per value.
    return int(np.int64(((word >> np.uint64(32)) * np.uint64(limit)) >> np.uint64(32)))
