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
from sanpin.trace.engine.identifiers.plain import is_object
from sanpin.trace.engine.identifiers.read import read
from sanpin.trace.engine.identifiers.reading import KINDS
from sanpin.trace.engine.identifiers.urn import SCHEMES
from sanpin.trace.model.identifiers import CANONICAL_STEM, Identifier, Role

__all__ = ["canonical", "fault_of", "lot_of", "parse", "role_of", "thing_of"]

# Nine links in ten look like this; they need no further parsing. Only characters that the standard
# allows in a lot or serial number, so that the quick way never lets through what the careful way
# refuses.
_TEXT = r"([A-Za-z0-9._\-]{1,20})"
_COMMON = re.compile(
    r"https?://[A-Za-z0-9.:\-]+/(?:"
    rf"01/([0-9]{{14}})(?:/22/{_TEXT})?(?:/10/{_TEXT})?(?:/21/{_TEXT})?"
    rf"|8006/([0-9]{{14}})([0-9]{{2}})([0-9]{{2}})(?:/10/{_TEXT})?(?:/21/{_TEXT})?"
    rf"|414/([0-9]{{13}})(?:/254/{_TEXT})?|(?:00/([0-9]{{18}})|417/([0-9]{{13}})))"
)
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


def _quick(text: str) -> tuple[str, str, str, Role] | None:
    """Canonical form, thing, lot and role of the commonest links; None for anything else."""
    common = _COMMON.fullmatch(text)
    if common is None:
        return None
    gtin, _, lot, serial, whole, piece, total, _, _, place, extension, sscc, party = common.groups()
    link = CANONICAL_STEM + text[text.index("/", 8) :]
    if gtin:
        if not _valid(gtin):
            return None
        thing = f"{CANONICAL_STEM}/01/{gtin}/21/{serial}" if serial else link
        lot = f"{CANONICAL_STEM}/01/{gtin}/10/{lot}" if serial and lot else ""
        return link, thing, lot, KINDS["01"][1]
    if whole:
        sound = _valid(whole) and "00" < piece <= total
        return (link, link, "", KINDS["8006"][1]) if sound else None
    key, number = ("414", place) if place else ("00", sscc) if sscc else ("417", party)
    if extension == "0" or not (_valid if place else _is_sound)(number):
        return None
    return link, link, "", KINDS[key][1]


@lru_cache(maxsize=262_144)
def canonical(text: str) -> str:
    """Canonical Digital Link of any writing of a GS1 key; the text itself when it holds none.

    Lot and serial number stay together, as they were given. A pattern of a class
    (``idpat:sgtin:CP.iRef.*``) gives the link of the class; one with more stars has no link and
    stays as it is.
    """
    quick = _quick(text)
    if quick:
        return quick[0]
    reading = read(text)
    if reading.faults or not reading.identifier:
        return reading.name if is_object(text) else text
    return reading.identifier.canonical


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
        return (*quick[1:], "")
    # Whether the text is written as a name of GS1; any other URI may look however it likes.
    claims = uri.startswith(_CLAIMS)
    if not claims and not is_web_address(uri):
        return canonical(uri) if is_object(uri) else uri, "", Role.PRODUCT, ""
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


def _is_sound(number: str) -> bool:
    """Whether the check digit of a number is right."""
    return check_digit(number[:-1]) == number[-1]


_valid = lru_cache(maxsize=65_536)(_is_sound)
"""The same for numbers of products and places, which return often."""
