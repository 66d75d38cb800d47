"""What a shop floor reports, in plain words: received, made, held, packed, shipped.

Items, sites, suppliers and customers carry the caller's own codes; a `Directory` says which
GS1 keys stand for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

__all__ = ["Amount", "Case", "Directory", "Floor", "Hold", "MaterialLot", "Pallet", "ProductLot"]
__all__ += ["Shipment"]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of one lot. `uom` is a UN/ECE code; ``EA`` or empty means pieces."""

    item: str
    lot: str
    quantity: float
    uom: str = "EA"


@dataclass(frozen=True, slots=True)
class MaterialLot:
    """A material lot as it came in from a supplier."""

    amount: Amount
    received: datetime
    supplier: str
    site: str


@dataclass(frozen=True, slots=True)
class ProductLot:
    """A product lot as it was made from lots of materials or of other products.

    `amount.quantity` counts good pieces only.
    """

    amount: Amount
    made: datetime
    site: str
    inputs: tuple[Amount, ...]
    expiry: date | None = None
    order: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A lot put on hold, or released again."""

    item: str
    lot: str
    time: datetime
    site: str
    released: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A case with what is in it. `number` makes the serial shipping container code."""

    number: int
    contents: tuple[Amount, ...]
    packed: datetime
    site: str


@dataclass(frozen=True, slots=True)
class Pallet:
    """A pallet with its cases by their numbers."""

    number: int
    cases: tuple[int, ...]
    packed: datetime
    site: str


@dataclass(frozen=True, slots=True)
class Shipment:
    """Pallets or loose cases sent to a customer, and when they arrived if known."""

    id: str
    containers: tuple[int, ...]
    shipped: datetime
    site: str
    customer: str
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """GS1 keys and names behind the caller's codes.

    Attributes
    ----------
    items : item code to GTIN of 14 digits
    places : code of a site, supplier or customer to GLN of 13 digits
    names : any of these codes to a name that people read
    prefix : GS1 company prefix of the container codes
    """

    items: Mapping[str, str]
    places: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    prefix: str = "9521234"


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything that a shop floor reports about some days."""

    materials: tuple[MaterialLot, ...] = ()
    products: tuple[ProductLot, ...] = ()
    holds: tuple[Hold, ...] = ()
    cases: tuple[Case, ...] = ()
    pallets: tuple[Pallet, ...] = ()
    shipments: tuple[Shipment, ...] = ()
