"""Rules of materials: never use more than has come, nor what has expired.

Code ``material.short``. Consumption is drawn when an operation starts, production comes in
when one ends. What lacked stays owed, so that one shortage is reported once and does not let
later operations fail for the same pieces.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.model import Material

__all__ = ["check_stock"]

# At one instant supply sorts before use: what arrives now may be used now.
SUPPLY, USE = 0, 1


def check_stock(facts: Facts) -> None:
    """Replay supply and use of every material in order of time, supply first."""
    flows: dict[str, list[tuple[int, int, int, int, Placing | None]]] = defaultdict(list)
    for placing in facts.placed.values():
        for name, amount in placing.op.consumes.items():
            flows[name].append((placing.at.start, USE, placing.rank, amount, placing))
        for name, amount in placing.op.produces.items():
            flows[name].append((placing.at.end, SUPPLY, placing.rank, amount, None))
    for material in facts.problem.materials:
        events = flows[material.id]
        events += [(time, SUPPLY, -1, amount, None) for time, amount in material.arrivals]
        events.append((0, SUPPLY, -1, material.on_hand, None))
        events.sort(key=lambda event: event[:3])
        _replay(facts, material, events)


def _replay(
    facts: Facts, material: Material, events: list[tuple[int, int, int, int, Placing | None]]
) -> None:
    """Take from the lot that expires first; a lot is gone at its expiry."""
    lots: list[tuple[float, int]] = []
    life = float("inf") if material.shelf_life is None else material.shelf_life
    owed = 0
    for time, kind, _, amount, placing in events:
        if kind == SUPPLY:
            paid = min(owed, amount)
            owed -= paid
            heappush(lots, (time + life, amount - paid))
            continue
        missing = _draw(lots, time, amount)
        if missing and placing is not None:
            owed += missing
            facts.report("material.short", placing, material=material.id, time=time,
                         needed=amount, missing=missing)  # fmt: skip


def _draw(lots: list[tuple[float, int]], time: int, amount: int) -> int:
    """Take an amount from the lots and return what they lack.

    Lots are a heap by expiry; what is expired at this instant is thrown away on the way.
    """
    left = amount
    while left and lots:
        expiry, quantity = heappop(lots)
        if expiry <= time:
            continue
        if quantity > left:
            heappush(lots, (expiry, quantity - left))
            return 0
        left -= quantity
    return left
