"""What an identifier is: a key with its value, its qualifiers and its attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

__all__ = ["CANONICAL_STEM", "Identifier", "KeyKind", "Role", "escape"]

CANONICAL_STEM = "https://id.gs1.org"
"""Domain of the canonical form; any other domain or stem names the same thing."""


_UNRESERVED = re.compile(r"[A-Za-z0-9._~\-]*")


def escape(value: str) -> str:
    """Escape what may not stand plain in an address: one way for each value."""
    return value if _UNRESERVED.fullmatch(value) else quote(value, safe="-._~")


class Role(StrEnum):
    """What part a thing plays in a chain: made goods, what carries them, or an asset."""

    PRODUCT = "product"
    CONTAINER = "container"
    ASSET = "asset"
    PLACE = "place"
    PARTY = "party"
    DOCUMENT = "document"


class KeyKind(StrEnum):
    """Kinds of identified things, named as the GS1 standards name them."""

    GTIN = "gtin"
    LGTIN = "lgtin"
    SGTIN = "sgtin"
    SSCC = "sscc"
    SGLN = "sgln"
    PGLN = "pgln"
    GRAI = "grai"
    GIAI = "giai"
    GSRN = "gsrn"
    GSRNP = "gsrnp"
    GDTI = "gdti"
    SGCN = "sgcn"
    CPI = "cpi"
    ITIP = "itip"
    UPUI = "upui"
    GINC = "ginc"
    GSIN = "gsin"
    GMN = "gmn"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One parsed identifier.

    Attributes
    ----------
    kind : what it identifies
    role : its part in a chain
    key : application identifier of the primary key, such as ``01``
    value : value of the primary key, check digit included
    qualifiers : (application identifier, value) in the order of the standard
    attributes : (application identifier, value) that describe the thing without naming it
    """

    kind: KeyKind
    role: Role
    key: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def canonical(self) -> str:
        """Digital Link on ``https://id.gs1.org``; the same for every writing of one thing."""
        return self.link()

    @property
    def thing(self) -> str:
        """Canonical form of the thing itself.

        A serial number names one piece whatever else is printed beside it, so variant and
        lot do not take part once there is a serial number.
        """
        serial = self.qualifier("21")
        if self.key == "01" and serial:
            return f"{CANONICAL_STEM}/01/{self.value}/21/{escape(serial)}"
        return self.canonical

    @property
    def lot(self) -> str:
        """Canonical form of the lot of which this is a piece; empty when none is named."""
        if self.key != "01" or not self.qualifier("10"):
            return ""
        return f"{CANONICAL_STEM}/01/{self.value}/10/{escape(self.qualifier('10'))}"

    def qualifier(self, ai: str) -> str:
        """Value of one qualifier; empty when it is absent."""
        return next((value for name, value in self.qualifiers if name == ai), "")

    def link(self, stem: str = CANONICAL_STEM, *, attributes: bool = False) -> str:
        """Write the identifier as a Digital Link below `stem`."""
        pairs = ((self.key, self.value), *self.qualifiers)
        path = "".join(f"/{ai}/{escape(value)}" for ai, value in pairs)
        query = ""
        if attributes and self.attributes:
            query = "?" + "&".join(f"{a}={escape(v)}" for a, v in self.attributes)
        return stem.rstrip("/") + path + query
