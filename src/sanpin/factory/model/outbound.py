"""What leaves the floor: material lots drawn, cases and pallets packed, shipments sent.

Times are minutes from the origin of the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Drawn", "LotOut", "PackedCase", "PackedPallet", "SentShipment"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """An amount of one material lot that went into a product lot."""

    order: str
    material: str
    lot: str
    quantity: float


@dataclass(frozen=True, slots=True)
class LotOut:
    """A finished lot that is packed and sent.

    Attributes
    ----------
    good : pieces to pack
    end : minute at which it was done
    case_quantity : pieces per case
    """

    order: str
    item: str
    good: int
    end: int
    site: str
    case_quantity: int


@dataclass(frozen=True, slots=True)
class PackedCase:
    """A case of one lot; `number` is unique in the pass."""

    number: int
    order: str
    item: str
    quantity: int
    packed: int
    site: str


@dataclass(frozen=True, slots=True)
class PackedPallet:
    """A pallet with the numbers of its cases, meant for one customer."""

    number: int
    cases: tuple[int, ...]
    packed: int
    site: str
    customer: str


@dataclass(frozen=True, slots=True)
class SentShipment:
    """Pallets sent to one customer from one site on one day.

    Attributes
    ----------
    shipped : minute of the collection
    """

    id: str
    pallets: tuple[int, ...]
    shipped: int
    site: str
    customer: str
