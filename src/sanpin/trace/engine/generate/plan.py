"""What a generated chain consists of: tanks, things, places, and the names of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.base import N_, InputError
from sanpin.trace.engine.identifiers import check_digit
from sanpin.trace.model.identifiers import CANONICAL_STEM

__all__ = ["FIXED", "SAMPLE", "Plan", "plan_chain"]

SAMPLE = "SAMPLE"

# Lots of a tank: six of farms, the collected one, four ingredients, a starter, two mixes.
FARMS, COLLECTED, INGREDIENTS, STARTER, MIX_A, MIX_B, LOTS = 6, 6, 7, 11, 12, 13, 14
FIXED = 13
"""Events of a tank that do not depend on the number of its pallets."""
IN_CASE = 12
_MOST_CASES = 40
# A tank is cleaned after so many; one long campaign lets a recall reach a tenth of ten million.
_CAMPAIGNS = (1, 1, 2, 2, 3, 5, 8, 13)
_LONG = 124
_FARM_PLACES, _CENTRES, _SHOPS, _PRODUCTS = 40, 8, 200, 20
_LETTERS = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", np.uint8)
_SERIALS = 1 << 50


@dataclass(frozen=True, slots=True)
class Plan:
    """A chain before anything happens in it.

    Attributes
    ----------
    events, seed : as asked for
    tanks : how many tanks are filled
    pallets : pallets of each tank
    stacked : cases on each pallet: forty, or fewer where fewer events are asked for
    fresh : bool (tanks), where a tank was cleaned before it was filled
    """

    events: int
    seed: int
    tanks: int
    pallets: int
    stacked: int
    fresh: NDArray[np.bool_]

    @property
    def items(self) -> int:
        """Items of a tank."""
        return IN_CASE * self.cases

    @property
    def cases(self) -> int:
        """Cases of a tank."""
        return self.stacked * self.pallets

    @property
    def per_tank(self) -> int:
        """Things of a tank: lots, items, cases and pallets, in this order."""
        return LOTS + self.items + self.cases + self.pallets

    @property
    def events_per_tank(self) -> int:
        """Events of a tank."""
        return _events_of_tank(self.pallets, self.stacked)

    @property
    def things(self) -> int:
        """How many things there are; those of a tank lie side by side."""
        return self.tanks * self.per_tank

    @property
    def places(self) -> list[str]:
        """Names of all places: farms, plant, centres, shops."""
        count = _FARM_PLACES + 1 + _CENTRES + _SHOPS
        return [_place(number) for number in range(count)]

    @property
    def place_titles(self) -> list[str]:
        """What people call the places."""
        titles = [f"Farm {n + 1} ({SAMPLE})" for n in range(_FARM_PLACES)]
        titles.append(f"Dairy ({SAMPLE})")
        titles += [f"Distribution centre {n + 1} ({SAMPLE})" for n in range(_CENTRES)]
        return titles + [f"Shop {n + 1} ({SAMPLE})" for n in range(_SHOPS)]

    @property
    def plant(self) -> int:
        """Number of the plant among the places."""
        return _FARM_PLACES

    def farm(self, tanks: NDArray[np.int64], lot: int) -> NDArray[np.int64]:
        """Farm that delivered a lot of each tank."""
        return (tanks * FARMS + lot) % _FARM_PLACES

    def centre(self, pallets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Centre through which a pallet goes; pallets are counted through all tanks."""
        return self.plant + 1 + pallets * 5 % _CENTRES

    def shop(self, pallets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Shop that gets a pallet."""
        return self.plant + 1 + _CENTRES + pallets * 7919 % _SHOPS

    def campaign(self, tank: int) -> tuple[int, int]:
        """First tank of a campaign, and one past its last."""
        starts = np.flatnonzero(self.fresh)
        at = int(np.searchsorted(starts, tank, side="right"))
        return int(starts[at - 1]), int(starts[at]) if at < starts.size else self.tanks

    def names(self, things: NDArray[np.integer]) -> list[str]:
        """Canonical names of things."""
        numbers: NDArray[np.int64] = np.asarray(things, np.int64)
        tank, part = np.divmod(numbers, self.per_tank)
        found = np.empty(numbers.size, object)
        piece = (part >= LOTS) & (part < LOTS + self.items)
        found[piece] = self._pieces(tank[piece], numbers[piece])
        box = part >= LOTS + self.items
        found[box] = self._boxes(numbers[box])
        for at in np.flatnonzero(part < LOTS):
            found[at] = self._lot(int(tank[at]), int(part[at]))
        return list(found)

    def _lot(self, tank: int, part: int) -> str:
        """Name of a lot."""
        kind = min(part, FARMS) if part <= COLLECTED else part
        return f"{CANONICAL_STEM}/01/{_gtin(900 + kind)}/10/S{self.seed}-{tank:05d}-{part:02d}"

    def _pieces(self, tank: NDArray[np.int64], things: NDArray[np.int64]) -> list[str]:
        """Names of items: serial numbers of ten characters that look random."""
        heads = [f"{CANONICAL_STEM}/01/{_gtin(n)}/21/" for n in range(_PRODUCTS)]
        # An odd factor permutes the numbers below a power of two, so no serial comes twice.
        factor = np.uint64(6364136223846793005 + 2 * self.seed)
        numbers = (things.astype(np.uint64) * factor + np.uint64(self.seed)) % np.uint64(_SERIALS)
        shifts = np.arange(45, -1, -5, dtype=np.uint64)
        digits = (numbers[:, None] >> shifts) & np.uint64(31)
        text = _LETTERS[digits].tobytes().decode()
        return [
            heads[product] + text[10 * at : 10 * at + 10]
            for at, product in enumerate((tank % _PRODUCTS).tolist())
        ]

    def _boxes(self, things: NDArray[np.int64]) -> list[str]:
        """Names of cases and pallets, with their check digits."""
        numbers = things + (self.seed % 1000) * 10**10
        powers = 10 ** np.arange(12, -1, -1, dtype=np.int64)
        digits = numbers[:, None] // powers % 10
        # The body is 0, the prefix 952 and 13 digits; weights 3 and 1 alternate from its right.
        weights = np.where(np.arange(13) % 2 == 0, 3, 1)
        total = digits @ weights + 9 * 1 + 5 * 3 + 2 * 1
        # The prefix takes the weights 1, 3 and 1, as sixteen digits stand to the right of it.
        check = (-total % 10).tolist()
        return [
            f"{CANONICAL_STEM}/00/0952{number:013d}{digit}"
            for number, digit in zip(numbers.tolist(), check, strict=True)
        ]


def _gtin(number: int) -> str:
    """GTIN of a made-up trade item, below the prefix for demonstrations."""
    body = f"0952{number:09d}"
    return body + check_digit(body)


def _place(number: int) -> str:
    """Name of a made-up place."""
    body = f"952{number:09d}"
    return f"{CANONICAL_STEM}/414/{body}{check_digit(body)}"


def plan_chain(events: int, seed: int = 0) -> Plan:
    """Plan a chain with exactly so many events.

    Parameters
    ----------
    events : at least 34
    seed : the same seed and size give the same chain

    Raises
    ------
    InputError
        ``trace.generate.few``
    """
    smallest = _events_of_tank(1, 1)
    if events < smallest:
        raise InputError(
            "trace.generate.few",
            N_("A chain needs at least {least} events."),
            hint=N_("Ask for more events."),
            least=smallest,
        )
    stacked = _MOST_CASES
    while _events_of_tank(1, stacked) > events:
        stacked -= 1
    per_pallet = _events_of_tank(1, stacked) - FIXED
    pallets = max(1, min(15, (events // 4 - FIXED) // per_pallet))
    tanks = events // _events_of_tank(pallets, stacked)
    draw = np.random.default_rng(seed)
    lengths = list(draw.choice(_CAMPAIGNS, tanks))
    if tanks > 2 * _LONG:
        lengths.insert(int(draw.integers(3, 9)), _LONG)
    fresh = np.zeros(tanks, bool)
    starts = np.cumsum([0, *lengths])
    fresh[starts[starts < tanks]] = True
    return Plan(events, seed, tanks, pallets, stacked, fresh)


def _events_of_tank(pallets: int, stacked: int) -> int:
    """Count what happens to a tank whose pallets bear so many cases.

    A pallet's items are filled in two goes, its cases packed and opened, it takes six events
    itself, and nine of ten items are sold.
    """
    cases = stacked * pallets
    items = IN_CASE * cases
    unsold = (items + 2) // 10
    return FIXED + (2 + 6) * pallets + 2 * cases + items - unsold
