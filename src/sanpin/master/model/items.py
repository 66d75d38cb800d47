"""Items: whatever is bought, made, stored or sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sanpin.base.units import unit
from sanpin.master.model.keys import check_code, check_gtin
from sanpin.master.model.names import name_of

__all__ = ["Item", "ItemKind", "Supply"]


class ItemKind(StrEnum):
    """What an item is for."""

    PRODUCT = "product"
    PART = "part"
    MATERIAL = "material"
    PACKAGING = "packaging"


class Supply(StrEnum):
    """Where an item comes from."""

    MAKE = "make"
    BUY = "buy"


@dataclass(frozen=True, slots=True)
class Item:
    """A product, part, material or packaging.

    Attributes
    ----------
    code : the firm's own number, unique in the firm
    name_en, name_zh : names; where one is empty the other is shown
    unit : UN/ECE code of the unit it is counted in
    family : what it is mainly made of; see `sanpin.master.engine.families`
    kind, supply : what it is for, and whether it is made or bought
    gtin : GS1 key with check digit, empty when it has none
    supplier : code of the partner who delivers it, empty when made or unknown
    attributes : colour, size and whatever else is known, as JSON values
    sample : whether it belongs to the generated sample
    """

    code: str
    name_en: str = ""
    name_zh: str = ""
    unit: str = "EA"
    family: str = "other"
    kind: ItemKind = ItemKind.PRODUCT
    supply: Supply = Supply.MAKE
    gtin: str = ""
    supplier: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    sample: bool = False

    def __post_init__(self) -> None:
        check_code(self.code)
        object.__setattr__(self, "unit", unit(self.unit).code)
        if self.gtin:
            check_gtin(self.gtin)

    def name(self, language: str) -> str:
        """Return the name in a language, else in the other one, else the code."""
        return name_of(self, language)
