"""Where master data lie: tables and how records go in and out of them."""

from sanpin.master.store import bills
from sanpin.master.store.records import CALENDARS, ITEMS, PARTNERS, SITES, Shelf
from sanpin.master.store.tables import METADATA
from sanpin.master.store.turns import take_turn

__all__ = ["CALENDARS", "ITEMS", "METADATA", "PARTNERS", "SITES", "Shelf", "bills", "take_turn"]
