"""From finished lots to shipments: draw materials, pack cases and pallets, send them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sanpin.factory.model.outbound import (
    Drawn,
    LotOut,
    PackedCase,
    PackedPallet,
    SentShipment,
)

__all__ = ["draw_materials", "pack_lots", "pack_pallets", "send"]

# One figure for all goods: nothing is known of the measures of their cases.
CASES_PER_PALLET = 24
DAY = 1440
COLLECTION = 17 * 60
"""Minute of the day at which the carrier collects."""


def draw_materials(
    needs: Iterable[tuple[str, str, float]],
    shelves: Mapping[str, Sequence[tuple[str, float]]],
) -> tuple[list[Drawn], dict[str, float]]:
    """Draw what each order needs from the oldest lots first.

    Parameters
    ----------
    needs : order, material and quantity, in the order in which the orders start
    shelves : lots with their amounts by material, oldest first

    Returns
    -------
    What was drawn, and by material what the shelves could not give. Drawn and lacking amounts
    of a material add up to its needs; no lot gives more than it holds.
    """
    left = {name: deque(lots) for name, lots in shelves.items()}
    drawn: list[Drawn] = []
    lacking: dict[str, float] = defaultdict(float)
    for order, material, quantity in needs:
        shelf = left.get(material, deque())
        while quantity > 1e-9 and shelf:
            lot, amount = shelf.popleft()
            taken = min(amount, quantity)
            if taken > 0:
                drawn.append(Drawn(order, material, lot, taken))
            quantity -= taken
            if amount - taken > 1e-9:
                shelf.appendleft((lot, amount - taken))
        if quantity > 1e-9:
            lacking[material] += quantity
    return drawn, dict(lacking)


def pack_lots(lots: Iterable[LotOut], first_number: int = 1) -> list[PackedCase]:
    """Pack the good pieces of each lot into cases; the last case of a lot may be partly full.

    Parameters
    ----------
    lots : finished lots with pieces per case
    first_number : of the first case; the others count on

    Returns
    -------
    Cases in order of the end of their lots; a case never mixes lots.
    """
    cases = []
    number = first_number
    for lot in sorted(lots, key=lambda one: (one.end, one.order)):
        left = lot.good
        while left > 0:
            held = min(left, max(lot.case_quantity, 1))
            cases.append(PackedCase(number, lot.order, lot.item, held, lot.end, lot.site))
            number += 1
            left -= held
    return cases


def pack_pallets(
    cases: Sequence[PackedCase],
    customers: Mapping[str, float],
    *,
    first_number: int = 1,
    seed: int = 0,
) -> list[PackedPallet]:
    """Give each case to a customer and stack the cases of a day and customer on pallets.

    Parameters
    ----------
    customers : customer to share of the goods; shares need not sum to 1
    seed : of the choice of customers; runs of about a pallet go to the same one

    cases : in order of packing
    first_number : of the first pallet

    Returns
    -------
    Pallets by site, day and customer; none where nobody is known to buy.
    """
    names = sorted(customers)
    if not names or not cases:
        return []
    shares = np.array([customers[name] for name in names], dtype=float)
    # A stream of its own: the choice of customers does not shift with other chance of the seed.
    rng = np.random.default_rng([seed, 21])
    stacks: dict[tuple[str, int, str], list[PackedCase]] = defaultdict(list)
    by_order: dict[str, list[PackedCase]] = defaultdict(list)
    for case in cases:
        by_order[case.order].append(case)
    for group in by_order.values():
        for start in range(0, len(group), CASES_PER_PALLET):
            customer = names[int(rng.choice(len(names), p=shares / shares.sum()))]
            for case in group[start : start + CASES_PER_PALLET]:
                stacks[case.site, case.packed // DAY, customer].append(case)
    pallets: list[PackedPallet] = []
    for (site, _day, customer), stack in sorted(stacks.items()):
        for start in range(0, len(stack), CASES_PER_PALLET):
            held = stack[start : start + CASES_PER_PALLET]
            packed = max(case.packed for case in held)
            numbers = tuple(case.number for case in held)
            pallets.append(
                PackedPallet(first_number + len(pallets), numbers, packed, site, customer)
            )
    return pallets


def send(pallets: Sequence[PackedPallet]) -> list[SentShipment]:
    """Send the pallets of a site and customer together, at the next collection.

    Parameters
    ----------
    pallets : packed; what is packed after the day's collection leaves on the next day
    """
    loads: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for pallet in pallets:
        leaves = pallet.packed // DAY * DAY + COLLECTION
        if pallet.packed > leaves:
            leaves += DAY
        loads[leaves, pallet.site, pallet.customer].append(pallet.number)
    return [
        SentShipment(f"SH-{number:05d}", tuple(numbers), shipped, site, customer)
        for number, ((shipped, site, customer), numbers) in enumerate(sorted(loads.items()), 1)
    ]
