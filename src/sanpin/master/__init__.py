"""Shared nouns with a store: items, partners, sites, bills of materials, calendars."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanpin.master.engine import attributes_of, explode, family_of, where_used

__all__ = ["attributes_of", "explode", "family_of", "where_used"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("sanpin.master.engine"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
