"""Bring any writing of an identifier to its one canonical form.

`parse` reads what a person scanned or typed and refuses what is wrong with the position.
`canonical`, `thing_of`, `lot_of`, `role_of` and `fault_of` read URIs in events, where any URI is
allowed: one that holds no GS1 key names itself. They remember what they read, since the same few
lots, places and containers return in event after event.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import check_digit, refuse
from sanpin.trace.engine.identifiers.link import is_web_address
from sanpin.trace.engine.identifiers.read import read
from sanpin.trace.engine.identifiers.reading import KINDS
from sanpin.trace.engine.identifiers.urn import SCHEMES
from sanpin.trace.model.identifiers import CANONICAL_STEM, Identifier, Role

__all__ = ["canonical", "fault_of", "lot_of", "parse", "role_of", "thing_of"]

# Nine links in ten look like this; they need no further parsing. Only characters that the standard
# allows in a lot or serial number, so that the quick way never lets through what the careful way
# refuses.
_COMMON = re.compile(r"https?://[A-Za-z0-9.:\-]+/01/(\d{14})/(10|21)/([A-Za-z0-9._\-]{1,20})")
_KEYED = re.compile(r"https?://[A-Za-z0-9.:\-]+/(00|414|417)/(\d{13,18})")
_LENGTHS = {"00": 18, "414": 13, "417": 13}
_CLAIMS = ("urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:", CANONICAL_STEM)


def parse(text: str) -> Identifier:
    """Parse a Digital Link, EPC URN, element string, or a bare GTIN or SSCC.

    Raises
    ------
    InputError
        A ``trace.identifier.*`` code; its field ``at`` is the position, counted from 0.
    """
    reading = read(text)
    if reading.faults:
        raise reading.faults[0].error()
    if reading.identifier is None:
        raise refuse(
            "no_key",
            N_("No key such as (01) or (00) is among the values."),
            0,
            N_("A code must hold the key of a thing, not only its attributes."),
        ).error()
    return reading.identifier


def _quick(text: str) -> str:
    """Canonical form of the commonest links; empty for anything else."""
    common = _COMMON.fullmatch(text)
    if common and _valid(common[1]):
        return f"{CANONICAL_STEM}/01/{common[1]}/{common[2]}/{common[3]}"
    keyed = _KEYED.fullmatch(text)
    if keyed and len(keyed[2]) == _LENGTHS[keyed[1]] and check_digit(keyed[2][:-1]) == keyed[2][-1]:
        return f"{CANONICAL_STEM}/{keyed[1]}/{keyed[2]}"
    return ""


@lru_cache(maxsize=262_144)
def canonical(text: str) -> str:
    """Canonical Digital Link of any writing of a GS1 key; the text itself when it holds none.

    Lot and serial number stay together, as they were given. A pattern of a class
    (``idpat:sgtin:CP.iRef.*``) gives the link of the class; one with more stars has no link and
    stays as it is.
    """
    quick = _quick(text)
    if quick:
        return quick
    reading = read(text)
    return text if reading.faults or not reading.identifier else reading.identifier.canonical


def thing_of(uri: str) -> str:
    """Canonical name of the thing that a URI names; a URI without a GS1 key names itself."""
    return _understand(uri)[0]


def lot_of(uri: str) -> str:
    """Canonical name of the lot that a URI names beside a serial number; else empty."""
    return _understand(uri)[1]


def role_of(uri: str) -> Role:
    """Part that a thing plays in a chain; what nothing else claims is a product."""
    return _understand(uri)[2]


def fault_of(uri: str) -> str:
    """Why a URI that claims to hold a GS1 key holds none; empty when all is well.

    EPC URNs and addresses on id.gs1.org claim it. On any other domain an address that does
    not parse is an ordinary address of the web and names itself.
    """
    return _understand(uri)[3]


@lru_cache(maxsize=262_144)
def _understand(uri: str) -> tuple[str, str, Role, str]:
    """Thing, lot, role and fault of a URI; remembered, for names return often."""
    quick = _quick(uri)
    if quick:
        return quick, "", KINDS[quick.split("/", 4)[3]][1], ""
    # Whether the text is written as a name of GS1; any other URI may look however it likes.
    claims = uri.startswith(_CLAIMS)
    if not claims and not is_web_address(uri):
        return uri, "", Role.PRODUCT, ""
    reading = read(uri, "urn" if uri.startswith("urn:") else "dl")
    found = reading.identifier
    if found is None:
        code = reading.faults[0].code if reading.faults else ""
        if uri.startswith("urn:"):
            claims = uri.split(":")[3] in SCHEMES
        elif code in ("trace.identifier.not_a_link", "trace.identifier.word"):
            claims = False
        # A wrong digit does not make a pallet a product.
        key = reading.pairs[0][0] if reading.pairs and code.endswith("check_digit") else ""
        return uri, "", KINDS[key][1] if key in KINDS else Role.PRODUCT, code if claims else ""
    return found.thing, found.lot if found.qualifier("21") else "", found.role, ""


@lru_cache(maxsize=65_536)
def _valid(gtin: str) -> bool:
    """Whether the check digit of a GTIN is right."""
    return check_digit(gtin[:-1]) == gtin[-1]
