"""Exact answers for a planned chain, worked out from the plan and not from its events."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.generate.plan import COLLECTED, IN_CASE, LOTS, MIX_A, MIX_B, STARTER, Plan

__all__ = ["LISTED", "Truth", "answer", "truths"]

LISTED = 20_000
"""Answers of more things are given as their number and a digest of their names."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The right answer to one question.

    Attributes
    ----------
    question : ``back``, ``forward`` or ``recall``
    root : number of the thing
    products, containers : numbers of the things, ascending, the root among them
    consignees : place to the number of products that it got; of recalls
    """

    question: str
    root: int
    products: NDArray[np.int64]
    containers: NDArray[np.int64]
    consignees: dict[int, int]

    def record(self, plan: Plan) -> dict[str, object]:
        """Write the answer with names, as a line of the file of answers."""
        places = plan.places
        found: dict[str, object] = {
            "question": self.question,
            "root": plan.names(np.array([self.root]))[0],
        }
        for name, things in (("products", self.products), ("containers", self.containers)):
            names = sorted(plan.names(things))
            digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
            found[name] = {"count": len(names), "sha256": digest}
            if len(names) <= LISTED:
                found[name] = {"count": len(names), "sha256": digest, "ids": names}
        found["consignees"] = {places[p]: n for p, n in sorted(self.consignees.items())}
        return found


def truths(plan: Plan, questions: int = 60) -> Iterator[Truth]:
    """Give the answers to a mix of questions about things all over the chain.

    Parameters
    ----------
    plan : the chain
    questions : how many tanks are asked about, drawn with the seed of the plan
    """
    draw = np.random.default_rng((plan.seed, 1))
    starts = np.flatnonzero(plan.fresh)
    longest = starts[np.argmax(np.diff(np.append(starts, plan.tanks)))]
    tanks = [int(longest), *map(int, draw.integers(0, plan.tanks, questions))]
    for number, tank in enumerate(dict.fromkeys(tanks)):
        first = tank * plan.per_tank
        item = first + LOTS + int(draw.integers(0, plan.items))
        case = first + LOTS + plan.items + int(draw.integers(0, plan.cases))
        pallet = first + LOTS + plan.items + plan.cases + int(draw.integers(0, plan.pallets))
        yield answer(plan, "back", item)
        yield answer(plan, "recall", (case, pallet)[number % 2])
        yield answer(plan, "back", (pallet, case)[number % 2])
        yield answer(plan, "forward", first + int(draw.integers(0, LOTS)))
        yield answer(plan, "recall", first + int(draw.integers(0, COLLECTED)))


def answer(plan: Plan, question: str, root: int) -> Truth:
    """Work out one answer.

    Parameters
    ----------
    question : ``back``, ``forward`` or ``recall``
    root : number of a thing
    """
    tank, part = divmod(root, plan.per_tank)
    if question == "back":
        return _back(plan, tank, part, root)
    products, containers = _onward(plan, tank, part)
    consignees = _consignees(plan, products) if question == "recall" else {}
    return Truth(question, root, products, containers, consignees)


def _back(plan: Plan, tank: int, part: int, root: int) -> Truth:
    """What an item, case or pallet is made of, and what carried it."""
    first = tank * plan.per_tank
    start, _ = plan.campaign(tank)
    lots = [earlier * plan.per_tank + lot for earlier in range(start, tank + 1)
            for lot in (*range(STARTER), MIX_A)]  # fmt: skip
    lots += [first + MIX_B, start * plan.per_tank + STARTER]
    pieces, boxes = _around(plan, part)
    return Truth(
        "back",
        root,
        np.sort(np.array(lots + [first + piece for piece in pieces], np.int64)),
        np.sort(np.array([first + box for box in boxes], np.int64)),
        {},
    )


def _around(plan: Plan, part: int) -> tuple[list[int], list[int]]:
    """Items in a thing of a tank, and the containers in and around it, itself included."""
    cases = LOTS + plan.items
    pallets = cases + plan.cases
    if part < cases:
        case = (part - LOTS) // IN_CASE
        return [part], [cases + case, pallets + case // plan.stacked]
    inside = [part - cases]
    found = [part, pallets + inside[0] // plan.stacked]
    if part >= pallets:
        first = plan.stacked * (part - pallets)
        inside = list(range(first, first + plan.stacked))
        found = [part, *(cases + case for case in inside)]
    return [LOTS + IN_CASE * case + n for case in inside for n in range(IN_CASE)], found


def _onward(plan: Plan, tank: int, part: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Products and containers that a thing leads to, itself included."""
    first = tank * plan.per_tank
    if part >= LOTS:
        pieces, boxes = _around(plan, part)
        return (
            np.sort(np.array([first + piece for piece in pieces], np.int64)),
            np.sort(np.array([first + box for box in boxes], np.int64)),
        )
    lots = [first + part]
    past = tank + 1
    if part < COLLECTED:
        lots.append(first + COLLECTED)
    if part == STARTER and not plan.fresh[tank]:
        return np.array(lots, np.int64), np.empty(0, np.int64)
    if part < MIX_A:
        lots += [first + MIX_A, first + MIX_B]
    if part <= MIX_A:
        _, past = plan.campaign(tank)
    lots += [later * plan.per_tank + lot for later in range(tank + 1, past)
             for lot in (MIX_A, MIX_B)]  # fmt: skip
    tanks = np.arange(tank, past)[:, None] * plan.per_tank
    items = (tanks + np.arange(LOTS, LOTS + plan.items)).ravel()
    carriers = (tanks + np.arange(LOTS + plan.items, plan.per_tank)).ravel()
    return np.sort(np.append(items, np.array(lots, np.int64))), carriers


def _consignees(plan: Plan, products: NDArray[np.int64]) -> dict[int, int]:
    """Shop of each item: the last place at which its pallet came in."""
    tank, part = np.divmod(products, plan.per_tank)
    item = part >= LOTS
    pallet = tank[item] * plan.pallets + (part[item] - LOTS) // (IN_CASE * plan.stacked)
    return dict(Counter(plan.shop(pallet).tolist()))
