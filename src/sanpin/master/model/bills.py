"""Bills of materials: what one unit of an item is made from, by version and date."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from sanpin.base import N_, InputError
from sanpin.base.units import unit
from sanpin.master.model.keys import check_code

__all__ = ["BillLine", "BillOfMaterials"]


@dataclass(frozen=True, slots=True)
class BillLine:
    """One component of an item.

    Attributes
    ----------
    component : code of the item that goes in
    quantity : how much of it is in one good unit, in `unit`
    unit : UN/ECE code
    scrap_share : share of the component that is lost in making, in [0, 1)
    """

    component: str
    quantity: float
    unit: str = "EA"
    scrap_share: float = 0.0

    def __post_init__(self) -> None:
        check_code(self.component)
        object.__setattr__(self, "unit", unit(self.unit).code)
        if not (math.isfinite(self.quantity) and self.quantity > 0):
            raise InputError(
                "master.bom.quantity",
                N_("The bill of materials needs {quantity} of {component}."),
                hint=N_("Give a quantity above zero."),
                component=self.component,
                quantity=self.quantity,
            )
        if not 0 <= self.scrap_share < 1:
            raise InputError(
                "master.bom.scrap",
                N_("A scrap share of {share} for {component} cannot be."),
                hint=N_("Give a share from 0 to below 1, such as 0.02 for two per cent."),
                component=self.component,
                share=self.scrap_share,
            )

    @property
    def gross(self) -> float:
        """Quantity to issue for one good unit, scrap included."""
        return self.quantity / (1 - self.scrap_share)


@dataclass(frozen=True, slots=True)
class BillOfMaterials:
    """What one unit of an item is made from.

    Attributes
    ----------
    item : code of the item that is made
    version : number of the version; of two that are valid on a day the later-starting, then
        the higher one counts
    valid_from, valid_until : first day, and first day no more; None is without limit
    lines : components, each at most once
    """

    item: str
    version: int = 1
    valid_from: date | None = None
    valid_until: date | None = None
    lines: tuple[BillLine, ...] = ()
    sample: bool = False

    def __post_init__(self) -> None:
        check_code(self.item)
        if self.valid_from and self.valid_until and self.valid_until <= self.valid_from:
            raise InputError(
                "master.bom.validity",
                N_("Version {version} of {item} ends before it begins."),
                hint=N_("Let the end date lie after the start date."),
                item=self.item,
                version=self.version,
            )
        seen: set[str] = set()
        for line in self.lines:
            if line.component in seen:
                raise InputError(
                    "master.bom.twice",
                    N_("{component} stands twice in version {version} of {item}."),
                    hint=N_("Put the quantities together in one line."),
                    component=line.component,
                    item=self.item,
                    version=self.version,
                )
            seen.add(line.component)

    def is_valid(self, day: date) -> bool:
        """Tell whether the version may be used on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day < self.valid_until)
