"""Partners and sites: whom a firm deals with, and where things are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sanpin.base import N_, InputError
from sanpin.master.model.keys import check_code, check_gln

__all__ = ["Partner", "PartnerKind", "Site", "SiteKind"]


class PartnerKind(StrEnum):
    """What a partner does for the firm; `own` is the firm itself."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    CARRIER = "carrier"
    OWN = "own"


class SiteKind(StrEnum):
    """What a site is used for."""

    PLANT = "plant"
    WAREHOUSE = "warehouse"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Partner:
    """A firm that delivers, buys or carries.

    Attributes
    ----------
    code : the firm's own number for it
    country : name or ISO code, as the firm writes it
    gln : GS1 key of the party, empty when it has none
    """

    code: str
    name_en: str = ""
    name_zh: str = ""
    kind: PartnerKind = PartnerKind.CUSTOMER
    country: str = ""
    gln: str = ""
    sample: bool = False

    def __post_init__(self) -> None:
        check_code(self.code)
        if self.gln:
            check_gln(self.gln)


@dataclass(frozen=True, slots=True)
class Site:
    """A plant, warehouse or shop.

    Attributes
    ----------
    partner : code of the partner whose site it is, empty for the firm's own
    latitude, longitude : degrees (WGS 84), both or none
    calendar : code of its working-time calendar, empty when none is kept
    """

    code: str
    name_en: str = ""
    name_zh: str = ""
    kind: SiteKind = SiteKind.PLANT
    partner: str = ""
    address: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    gln: str = ""
    calendar: str = ""
    sample: bool = False

    def __post_init__(self) -> None:
        check_code(self.code)
        if self.gln:
            check_gln(self.gln)
        known = (self.latitude is not None, self.longitude is not None)
        inside = abs(self.latitude or 0) <= 90 and abs(self.longitude or 0) <= 180
        if known[0] != known[1] or not inside:
            raise InputError(
                "master.site.position",
                N_("The position of site {site} is not a place on earth."),
                hint=N_("Give latitude (-90 to 90) and longitude (-180 to 180), or neither."),
                site=self.code,
            )
