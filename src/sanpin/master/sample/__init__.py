"""A small sample company around a real list of goods; everything it makes up is marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sanpin.master.engine import attributes_of, family_of
from sanpin.master.model import (
    BillOfMaterials,
    CalendarRecord,
    Item,
    Partner,
    Site,
)
from sanpin.master.sample.keys import SAMPLE_PREFIX, allot_keys, sample_gln
from sanpin.master.sample.materials import materials, packaging, pigment, suppliers
from sanpin.master.sample.places import calendars, customer_code, customers, own_firm, sites
from sanpin.master.sample.recipes import blank, case_of, mix, product_bill, size_of

__all__ = ["SAMPLE_PREFIX", "MasterSample", "build_sample", "customer_code"]

_FIRST_SUPPLIER, _FIRST_CUSTOMER = 100, 1000
_PLAIN = "natural"


@dataclass(frozen=True, slots=True)
class MasterSample:
    """Master data of the sample company; every record says ``sample=True``."""

    items: Sequence[Item]
    partners: Sequence[Partner]
    sites: Sequence[Site]
    bills: Sequence[BillOfMaterials]
    calendars: Sequence[CalendarRecord]


def build_sample(goods: Iterable[tuple[str, str]], countries: Iterable[str] = ()) -> MasterSample:
    """Build items, bills of materials, partners, sites and calendars around a list of goods.

    Parameters
    ----------
    goods : code and English description of each product; of a code that comes twice the first
        description counts
    countries : countries that the customers are in; one partner stands for each

    Returns
    -------
    Products with family and attributes read from their descriptions; parts, materials and
    packaging with bills of materials on three levels; keys under a demonstration prefix. The
    same goods give the same sample.
    """
    named: dict[str, str] = {}
    for code, description in goods:
        named.setdefault(code, description)
    products = [_product(code, description) for code, description in sorted(named.items())]
    parts = _parts(products)
    colours = sorted({_colour(item) for item in products})
    bought = [*materials(), *packaging(), *map(pigment, colours)]
    items = [*products, *(item for item, _ in parts), *(bought if products else [])]
    keys = allot_keys(item.code for item in items)
    bills = [*(product_bill(item, _colour(item)) for item in products), *(b for _, b in parts)]
    return MasterSample(
        [replace(item, gtin=keys[item.code]) for item in items],
        [own_firm(), *_suppliers(), *customers(countries, _FIRST_CUSTOMER)],
        sites(),
        bills,
        calendars(),
    )


def _product(code: str, description: str) -> Item:
    """Make a product of a code and description; both are real, the rest is derived."""
    found: Mapping[str, object] = attributes_of(description)
    attributes = {**found, "case_quantity": case_of(found)}
    name = " ".join(description.split())
    return Item(code, name, family=family_of(description), attributes=attributes, sample=True)


def _colour(item: Item) -> str:
    """Return the colour of a product; without one it is run as natural."""
    return str(item.attributes.get("colour", _PLAIN))


def _parts(products: Sequence[Item]) -> list[tuple[Item, BillOfMaterials]]:
    """Return each blank and colour mix that a product needs, once."""
    blanks = sorted({(item.family, size_of(item.attributes)) for item in products})
    mixes = sorted({(item.family, _colour(item)) for item in products})
    return [*(blank(*which) for which in blanks), *(mix(*which) for which in mixes)]


def _suppliers() -> list[Partner]:
    """Return the suppliers with their keys, numbered from 100."""
    return [
        replace(supplier, gln=sample_gln(number))
        for number, supplier in enumerate(suppliers(), start=_FIRST_SUPPLIER)
    ]
