"""Master data of places, parties and products, as documents and people give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ATTRIBUTES", "MasterEntry", "Place"]

_MDA = "urn:epcglobal:cbv:mda#"

ATTRIBUTES: Mapping[str, str] = {
    "name_en": f"{_MDA}name",
    "name_zh": "urn:sanpin:mda#nameChinese",
    "address": f"{_MDA}streetAddressOne",
    "city": f"{_MDA}city",
    "country": f"{_MDA}countryCode",
    "latitude": f"{_MDA}latitude",
    "longitude": f"{_MDA}longitude",
    "contact": "urn:sanpin:mda#contact",
    "phone": "https://ref.gs1.org/voc/telephone",
    "email": "https://ref.gs1.org/voc/email",
}
"""Field of a place to its attribute; another one that ends in the same word is read as well."""


@dataclass(frozen=True, slots=True)
class MasterEntry:
    """What is known of one place, party or product.

    Attributes
    ----------
    thing : canonical name
    kind : ``place``, ``party``, ``product`` or the URI of another vocabulary
    name : what people read; empty when none was given
    attributes : everything else by attribute URI
    parts : canonical names of the places within a place
    """

    thing: str
    kind: str = ""
    name: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place or a party in the fields that people fill in.

    Attributes
    ----------
    id : canonical name
    kind : ``place`` or ``party``
    name_en, name_zh : what people read
    address, city : where it is
    country : two letters of ISO 3166
    latitude, longitude : degrees of WGS 84
    contact, phone, email : whom to call or write to
    parent : canonical name of the place within which it lies
    """

    id: str
    kind: str = "place"
    name_en: str = ""
    name_zh: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None
    contact: str = ""
    phone: str = ""
    email: str = ""
    parent: str = ""

    def name(self, language: str) -> str:
        """Name in a language, or in the other one."""
        names = (
            (self.name_zh, self.name_en) if language == "zh-CN" else (self.name_en, self.name_zh)
        )
        return names[0] or names[1]
