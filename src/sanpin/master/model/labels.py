"""Names of kinds and families for people, as keys of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_

__all__ = ["FAMILY_LABELS", "ITEM_LABELS", "PARTNER_LABELS", "SITE_LABELS", "SUPPLY_LABELS"]

FAMILY_LABELS: Mapping[str, str] = {
    "ceramic": N_("ceramic"),
    "textile": N_("textile"),
    "candle": N_("candle"),
    "metal": N_("metal"),
    "paper": N_("paper"),
    "glass": N_("glass"),
    "wood": N_("wood"),
    "toy": N_("toy"),
    "other": N_("other"),
}
"""Families of the built-in rule; a firm's own families are shown as they are written."""

ITEM_LABELS: Mapping[str, str] = {
    "product": N_("product"),
    "part": N_("part"),
    "material": N_("material"),
    "packaging": N_("packaging"),
}
"""What an item is for; a part is made here and goes into a product."""

SUPPLY_LABELS: Mapping[str, str] = {"make": N_("made"), "buy": N_("bought")}
"""Where an item comes from."""

PARTNER_LABELS: Mapping[str, str] = {
    "customer": N_("customer"),
    "supplier": N_("supplier"),
    "carrier": N_("carrier"),
    "own": N_("own firm"),
}
"""What a partner does for the firm."""

SITE_LABELS: Mapping[str, str] = {
    "plant": N_("plant"),
    "warehouse": N_("warehouse"),
    "store": N_("shop"),
}
"""What a site is used for."""
