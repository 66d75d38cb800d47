"""Shared nouns with a store: items, partners, sites, bills of materials, calendars."""

from sanpin.master.engine import attributes_of, explode, family_of, where_used

__all__ = ["attributes_of", "explode", "family_of", "where_used"]
