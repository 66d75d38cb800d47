"""Read any writing of an identifier and bring it to its one canonical form.

`parse` reads what a person scanned or typed and refuses what is wrong with the position.
`thing_of`, `lot_of`, `role_of` and `fault_of` read URIs in events, where any URI is allowed:
one that holds no GS1 key names itself. They remember what they read, since the same few
lots, places and containers return in event after event.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sanpin.base import N_, InputError
from sanpin.trace.engine.identifiers.build import build
from sanpin.trace.engine.identifiers.check import check_digit, refuse
from sanpin.trace.engine.identifiers.element import parse_brackets, parse_element
from sanpin.trace.engine.identifiers.keys import KEYS
from sanpin.trace.engine.identifiers.link import is_web_address, parse_link
from sanpin.trace.engine.identifiers.urn import SCHEMES, parse_urn
from sanpin.trace.model.identifiers import CANONICAL_STEM, Identifier, Role

__all__ = [
    "canonical",
    "fault_of",
    "lot_of",
    "parse",
    "role_of",
    "thing_of",
    "with_check_digit",
]

# Nine links in ten look like this; they need no further parsing.
# Only characters that the standard allows in a lot or serial number, so that the quick way never
# lets through what the careful way refuses.
_COMMON = re.compile(r"https?://[^/?#\s]+/01/(\d{14})/(10|21)/([A-Za-z0-9._\-]{1,20})")
_KEYED = re.compile(r"https?://[^/?#\s]+/(00|414|417)/(\d{13,18})")
_LENGTHS = {"00": 18, "414": 13, "417": 13}
_BARE = re.compile(r"\d{8}|\d{12,14}|\d{18}")


def parse(text: str) -> Identifier:
    """Parse a Digital Link, EPC URN, element string, or a bare GTIN or SSCC.

    Raises
    ------
    InputError
        A ``trace.identifier.*`` code; its field ``at`` is the position, counted from 0.
    """
    value = text.strip()
    if not value:
        raise refuse(
            "empty", N_("There is nothing to read."), 0, N_("Scan or type the code of a thing.")
        )
    if is_web_address(value):
        return parse_link(value)
    if value.startswith("urn:"):
        return parse_urn(value)
    if value.startswith("("):
        return parse_brackets(value)
    if value[0] in "]^\x1d":
        return parse_element(value)
    if _BARE.fullmatch(value):
        return _parse_bare(value)
    if value[:2] in ("00", "01") and value[:14].isdigit():
        return parse_element(value)
    raise refuse(
        "unknown",
        N_("“{text}” is no code that is understood."),
        0,
        N_("Give a GTIN, an SSCC, (01)…(10)…, a Digital Link or an EPC URN."),
        text=value[:120],
    )


def _parse_bare(value: str) -> Identifier:
    """Read digits alone: 18 are a container, anything else a trade item."""
    if len(value) == 18:
        return build("00", value)
    # 14 digits that begin with 00 or 01 could open an element string only when longer.
    return build("01", value.zfill(14))


@lru_cache(maxsize=262_144)
def canonical(text: str) -> str:
    """Canonical Digital Link of any writing of a GS1 key; the text itself when it holds none.

    Lot and serial number stay together, as they were given. A pattern of a class
    (``idpat:sgtin:CP.iRef.*``) gives the link of the class; one with more stars has no link and
    stays as it is.
    """
    common = _COMMON.fullmatch(text)
    if common and _valid_gtin(common[1]):
        return f"{CANONICAL_STEM}/01/{common[1]}/{common[2]}/{common[3]}"
    try:
        return parse(text).canonical
    except InputError:
        return text


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
    common = _COMMON.fullmatch(uri)
    if common and _valid_gtin(common[1]):
        thing = f"{CANONICAL_STEM}/01/{common[1]}/{common[2]}/{common[3]}"
        return thing, "", Role.PRODUCT, ""
    keyed = _KEYED.fullmatch(uri)
    if keyed and len(keyed[2]) == _LENGTHS[keyed[1]] and check_digit(keyed[2][:-1]) == keyed[2][-1]:
        return f"{CANONICAL_STEM}/{keyed[1]}/{keyed[2]}", "", KEYS[keyed[1]].role, ""
    # Whether the text is written as a name of GS1; any other URI may look however it likes.
    claims = uri.startswith(("urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:", CANONICAL_STEM))
    if not claims and not is_web_address(uri):
        return uri, "", Role.PRODUCT, ""
    try:
        found = parse_urn(uri) if uri.startswith("urn:") else parse_link(uri)
    except InputError as error:
        if uri.startswith("urn:"):
            claims = uri.split(":")[3] in SCHEMES
        elif error.code == "trace.identifier.not_a_link":
            claims = False
        return uri, "", Role.PRODUCT, error.code if claims else ""
    return found.thing, found.lot if found.qualifier("21") else "", found.role, ""


@lru_cache(maxsize=65_536)
def _valid_gtin(gtin: str) -> bool:
    """Whether the check digit of a GTIN is right."""
    return check_digit(gtin[:-1]) == gtin[-1]


def with_check_digit(body: str) -> str:
    """Append the check digit to a row of digits."""
    return body + check_digit(body)
