"""Nouns that all domains share: items, partners, sites, bills of materials, calendars."""

from sanpin.master.model.bills import BillLine, BillOfMaterials
from sanpin.master.model.calendars import CalendarRecord
from sanpin.master.model.items import Item, ItemKind, Supply
from sanpin.master.model.keys import check_digit, check_gln, check_gtin
from sanpin.master.model.names import Named, name_of
from sanpin.master.model.places import Partner, PartnerKind, Site, SiteKind

__all__ = [
    "BillLine",
    "BillOfMaterials",
    "CalendarRecord",
    "Item",
    "ItemKind",
    "Named",
    "Partner",
    "PartnerKind",
    "Site",
    "SiteKind",
    "Supply",
    "check_digit",
    "check_gln",
    "check_gtin",
    "name_of",
]
