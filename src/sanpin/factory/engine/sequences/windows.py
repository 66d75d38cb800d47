"""A start for shops whose jobs fill nearly the whole time: windows narrowed until they say all.

If everything shall end by a target, each operation has a window: not before its head, not after
the target less its tail. Where one order of two neighbours on a machine would miss the target,
the other one is fixed, which narrows windows along jobs, which fixes more (immediate selection,
Carlier and Pinson 1989).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sanpin.factory.engine.sequences.arrays import Ints, Shop
from sanpin.factory.engine.sequences.paths import Longs, are_straight

__all__ = ["Windows", "are_narrow", "narrowed", "order_of"]

Windows = tuple[Longs, Longs]
"""Heads and tails of all operations."""

NARROW = 0.1
"""Windows are narrow when half of them leave less than this share of the target."""
REACH = 5
"""Neighbours to either side that are compared."""
SWEEPS, SHOW = 200, 10
"""Most sweeps over all machines, and sweeps between two results."""


def are_narrow(shop: Shop, heads: Longs, length: Longs, tails: Longs, target: int) -> bool:
    """Tell whether windows may decide: operations with one mode, in order, and little slack."""
    plain = len(shop.mode_length) == shop.size and are_straight(shop)
    return bool(plain and np.median(target - heads - length - tails) < NARROW * target)


def order_of(windows: Windows) -> Ints:
    """Return all operations by the middle of their windows, and the stand-in for nothing."""
    heads, tails = windows
    ranked = np.lexsort((np.arange(len(heads)), heads - tails))
    return np.append(ranked, len(heads)).astype(np.int32)


def narrowed(
    shop: Shop, heads: Longs, length: Longs, tails: Longs, target: int
) -> Iterator[Windows]:
    """Yield heads and tails that every schedule up to the target keeps, more and more narrow."""
    machine = shop.mode_machine
    chain = np.cumsum(np.diff(shop.jobs.before_start) == 0)
    for sweep in range(1, SWEEPS + 1):
        ranked = np.lexsort((heads - tails, machine))
        new_heads, new_tails = _fix_pairs(ranked, machine, heads, length, tails, target)
        new_heads = _along(new_heads, length, chain)
        new_tails = _along(new_tails[::-1], length[::-1], chain[-1] - chain[::-1])[::-1]
        done = bool((new_heads == heads).all() and (new_tails == tails).all())
        heads, tails = new_heads, new_tails
        if done or sweep % SHOW == 0:
            yield heads, tails
        if done:
            return


def _fix_pairs(
    ranked: Longs, machine: Ints, heads: Longs, length: Longs, tails: Longs, target: int
) -> Windows:
    """Return heads and tails narrowed by every pair of neighbours that has one order left."""
    new_heads, new_tails = heads.copy(), tails.copy()
    for gap in range(1, REACH + 1):
        one, two = ranked[:-gap], ranked[gap:]
        work = length[one] + length[two]
        forth = heads[one] + work + tails[two] <= target
        back = heads[two] + work + tails[one] <= target
        decided = (machine[one] == machine[two]) & (forth != back)
        first = np.where(forth, one, two)[decided]
        second = np.where(forth, two, one)[decided]
        np.maximum.at(new_heads, second, heads[first] + length[first])
        np.maximum.at(new_tails, first, tails[second] + length[second])
    return new_heads, new_tails


def _along(start: Longs, length: Longs, chain: Longs) -> Longs:
    """Return the longest paths along chains: operations in order, chains counted upwards."""
    before = np.cumsum(length) - length
    # Chains are lifted above each other so that one running maximum serves all.
    lift = chain * (int(start.max(initial=0)) + int(length.sum()) + 1) - before
    found: Longs = np.maximum.accumulate(start + lift) - lift
    return found
