"""Words that the pages use for steps, conditions and states."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_
from sanpin.kit.i18n import Translator
from sanpin.trace.model.lineage import Status

__all__ = ["CONDITIONS", "STEPS", "status_of"]

STATUS_WORDS: Mapping[str, tuple[str, str]] = {
    Status.ON_HAND: ("ok", N_("on hand")),
    Status.IN_TRANSIT: ("warn", N_("on its way")),
    Status.SHIPPED: ("warn", N_("shipped")),
    Status.SOLD: ("ok", N_("sold")),
    Status.CONSUMED: ("ok", N_("used up")),
    Status.DESTROYED: ("bad", N_("destroyed")),
    Status.UNKNOWN: ("hold", N_("unknown")),
}
# Words for the steps and conditions that plants meet; others are shown as the vocabulary has them.
STEPS: Mapping[str, str] = {
    "commissioning": N_("produced"),
    "receiving": N_("received"),
    "packing": N_("packed"),
    "unpacking": N_("unpacked"),
    "shipping": N_("shipped"),
    "holding": N_("put on hold"),
    "inspecting": N_("inspected"),
    "storing": N_("stored"),
    "departing": N_("departed"),
    "arriving": N_("arrived"),
    "transporting": N_("transported"),
    "loading": N_("loaded"),
    "unloading": N_("unloaded"),
    "retail_selling": N_("sold"),
    "destroying": N_("destroyed"),
    "decommissioning": N_("taken out of use"),
}


CONDITIONS: Mapping[str, str] = {
    "active": N_("active"),
    "in_progress": N_("in progress"),
    "in_transit": N_("on its way"),
    "conformant": N_("conforms"),
    "non_conformant": N_("does not conform"),
    "non_sellable_other": N_("not for sale"),
    "sellable_accessible": N_("for sale"),
    "retail_sold": N_("sold"),
    "recalled": N_("recalled"),
    "damaged": N_("damaged"),
    "destroyed": N_("destroyed"),
    "expired": N_("expired"),
}


def status_of(words: Translator, status: str) -> tuple[str, str]:
    """Status as shape and word."""
    kind, word = STATUS_WORDS[status]
    return kind, words.text(word)
