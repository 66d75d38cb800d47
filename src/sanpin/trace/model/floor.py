"""What a shop floor reports, in plain words: received, made, held, packed, shipped.

Items, sites, suppliers and customers carry the caller's own codes; a `Directory` says which
GS1 keys stand for them. Times without an offset are local times of the plant. All records are
values: whoever builds a `Floor` needs nothing of this domain but these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

__all__ = ["Amount", "Case", "Directory", "Floor", "Hold", "MaterialLot", "Pallet", "ProductLot"]
__all__ += ["Measurement", "Shipment"]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of one lot.

    Attributes
    ----------
    item : the caller's item code
    lot : lot number, unique within the item
    quantity : amount, more than nothing
    uom : UN/ECE unit code; ``EA`` or empty means pieces
    """

    item: str
    lot: str
    quantity: float
    uom: str = "EA"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a sensor measured while a lot was made or goods were on their way.

    Attributes
    ----------
    time : when
    kind : measurement type of the GS1 vocabulary, such as ``Temperature``
    value : what was measured
    uom : UN/ECE unit code
    """

    time: datetime
    kind: str
    value: float
    uom: str


@dataclass(frozen=True, slots=True)
class MaterialLot:
    """A material lot as it came in from a supplier.

    Attributes
    ----------
    amount : which lot, and how much of it
    received : when
    supplier, site : codes of the supplier and of the plant
    """

    amount: Amount
    received: datetime
    supplier: str
    site: str


@dataclass(frozen=True, slots=True)
class ProductLot:
    """A product lot as it was made from lots of materials or of other products.

    Attributes
    ----------
    amount : which lot, and how much of it was good
    made : when it was finished
    site : code of the plant
    inputs : what was used of which lots
    expiry : best before, if it has one
    order : code of the production order, if there was one
    measured : what sensors of the machine said
    """

    amount: Amount
    made: datetime
    site: str
    inputs: tuple[Amount, ...]
    expiry: date | None = None
    order: str = ""
    measured: tuple[Measurement, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A lot put on hold, or released again.

    Attributes
    ----------
    item, lot : which
    time : when
    site : code of the plant
    released : whether it was found good
    """

    item: str
    lot: str
    time: datetime
    site: str
    released: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A case with what is in it.

    Attributes
    ----------
    number : serial number; with the company prefix it makes the container code, so it may not
        be used again, nor by a pallet
    contents : amounts of lots
    packed : when
    site : code of the plant
    """

    number: int
    contents: tuple[Amount, ...]
    packed: datetime
    site: str


@dataclass(frozen=True, slots=True)
class Pallet:
    """A pallet with its cases.

    Attributes
    ----------
    number : serial number, out of the same series as those of the cases
    cases : numbers of the cases
    packed : when
    site : code of the plant
    """

    number: int
    cases: tuple[int, ...]
    packed: datetime
    site: str


@dataclass(frozen=True, slots=True)
class Shipment:
    """Pallets or loose cases sent to a customer.

    Attributes
    ----------
    id : number of the delivery note
    containers : numbers of pallets or loose cases
    shipped : when they left
    site : code of the plant
    customer : code of the customer
    received : when they arrived, if that is known
    measured : what a logger said that travelled along, read at the arrival
    """

    id: str
    containers: tuple[int, ...]
    shipped: datetime
    site: str
    customer: str
    received: datetime | None = None
    measured: tuple[Measurement, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """GS1 keys and names behind the caller's codes.

    Attributes
    ----------
    items : item code to GTIN of 14 digits
    places : code of a site, supplier or customer to GLN of 13 digits
    names : any of these codes to a name that people read
    positions : code of a place to its latitude and longitude in degrees (WGS 84)
    prefix : GS1 company prefix of the container codes
    """

    items: Mapping[str, str]
    places: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    prefix: str = "9521234"
    positions: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Floor:
    """Everything that a shop floor reports about some days.

    The order within each kind does not matter: events are sorted by time.
    """

    materials: tuple[MaterialLot, ...] = ()
    products: tuple[ProductLot, ...] = ()
    holds: tuple[Hold, ...] = ()
    cases: tuple[Case, ...] = ()
    pallets: tuple[Pallet, ...] = ()
    shipments: tuple[Shipment, ...] = ()
