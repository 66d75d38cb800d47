"""Read EPC URNs exactly, and write them when the length of the company prefix is known.

A URN splits a key at the end of the company prefix and leaves out the check digit
(EPC Tag Data Standard 2.0, section 7), so URN -> key needs no table and key -> URN does.

=======================  ==============================================
``sgtin:CP.iRef.Serial``  (01) i CP Ref check, (21) Serial
``lgtin:CP.iRef.Lot``     (01) i CP Ref check, (10) Lot
``sscc:CP.eSerial``       (00) e CP Serial check
``sgln:CP.Loc.Ext``       (414) CP Loc check, (254) Ext unless it is 0
``grai:CP.Type.Serial``   (8003) 0 CP Type check Serial
``giai:CP.Ref``           (8004) CP Ref
``pgln:CP.Party``         (417) CP Party check
``itip:CP.iRef.p.t.Serial``  (8006) i CP Ref check p t, (21) Serial
=======================  ==============================================

A pattern ``idpat:sgtin:CP.iRef.*`` names the whole class.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from sanpin.base import N_, InputError
from sanpin.trace.engine.identifiers.build import build
from sanpin.trace.engine.identifiers.check import check_digit, refuse
from sanpin.trace.model.identifiers import Identifier

__all__ = ["SCHEMES", "parse_urn", "write_urn"]

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.*)", re.DOTALL)

# scheme: key, digits of prefix + reference together (0 = free), qualifier of the last part
_SCHEMES: dict[str, tuple[str, int, str]] = {
    "sgtin": ("01", 13, "21"),
    "lgtin": ("01", 13, "10"),
    "upui": ("01", 13, "235"),
    "itip": ("8006", 13, "21"),
    "sscc": ("00", 17, ""),
    "sgln": ("414", 12, "254"),
    "pgln": ("417", 12, ""),
    "grai": ("8003", 12, "+"),
    "gdti": ("253", 12, "+"),
    "sgcn": ("255", 12, "+"),
    "gsrn": ("8018", 17, ""),
    "gsrnp": ("8017", 17, ""),
    "gsin": ("402", 16, ""),
    "ginc": ("401", 0, ""),
    "giai": ("8004", 0, ""),
    "cpi": ("8010", 0, "8011"),
}
SCHEMES = frozenset(_SCHEMES)
"""Schemes that hold a GS1 key; others (gid, usdod, adi, bic, imovn) name things by themselves."""

# How many parts a body has; a serial number may itself hold dots, so only that many are cut.
_PARTS = {"itip": 5, "sgln": 3, "cpi": 3} | dict.fromkeys(
    ("sgtin", "lgtin", "upui", "grai", "gdti", "sgcn"), 3
)
_PATTERNS = frozenset(("sgtin", "grai", "gdti", "sgcn", "cpi", "itip", "upui"))
# The indicator digit stands before the company prefix in the key, but behind it in the URN.
_INDICATED = frozenset(("sgtin", "lgtin", "upui", "itip"))
_EXTENDED = frozenset(("sscc",))


def parse_urn(text: str) -> Identifier:
    """Parse a pure-identity, class or pattern URN of a GS1 key.

    Raises
    ------
    InputError
        ``trace.identifier.urn`` with the part that is wrong.

    The company prefix is not kept: key and check digit say the same, and no table of prefixes is
    needed to compare two of them.
    """
    match = _URN.fullmatch(text)
    if match is None or match[2] not in _SCHEMES:
        raise _refuse(text, 0, N_("{text} is not an EPC URN of a GS1 key."))
    form, scheme, body = match.groups()
    if (form == "class") != (scheme == "lgtin") or (form == "idpat" and scheme not in _PATTERNS):
        raise _refuse(text, 8, N_("{text}: this kind of URN does not exist."))
    parts = body.split(".", _PARTS.get(scheme, 2) - 1)
    at = match.start(3)
    if len(parts) != _PARTS.get(scheme, 2):
        raise _refuse(text, at, N_("{text} does not have the number of parts of its kind."))
    pattern = form == "idpat"
    if pattern and parts[-1] != "*":
        raise _refuse(text, at, N_("{text}: a pattern of a class ends in “.*”."))
    prefix = parts[0]
    if not (prefix.isascii() and prefix.isdigit() and 6 <= len(prefix) <= 12):
        raise _refuse(text, at, N_("{text}: a company prefix has 6 to 12 digits."))
    try:
        return _identifier(scheme, prefix, [unquote(part) for part in parts[1:]], pattern)
    except InputError as error:
        error.fields = error.fields | {"at": at, "text": text}
        raise


def _identifier(scheme: str, prefix: str, parts: list[str], pattern: bool) -> Identifier:
    """Put the parts of a URN together again as a key."""
    key, digits, last = _SCHEMES[scheme]
    reference = parts[0]
    if digits and not _fills(prefix, reference, digits):
        raise refuse(
            "urn",
            N_("Company prefix and reference of a {scheme} have {digits} digits together."),
            0,
            scheme=scheme,
            digits=digits,
        )
    serial = "" if pattern or len(parts) == 1 else parts[-1]
    if not pattern and len(parts) > 1 and not serial:
        raise refuse("urn", N_("The serial number of the {scheme} is empty."), 0, scheme=scheme)
    value = _value(scheme, prefix, reference, digits)
    if scheme == "itip":
        value += _piece(parts[1]) + _piece(parts[2])
    if last == "+":
        return build(key, value + serial)
    return build(key, value, {last: serial} if last and serial else {})


def _fills(prefix: str, reference: str, digits: int) -> bool:
    """Whether prefix and reference are digits and long enough together."""
    numeric = not reference or (reference.isascii() and reference.isdigit())
    return numeric and len(prefix) + len(reference) == digits


def _value(scheme: str, prefix: str, reference: str, digits: int) -> str:
    """Value of the key with its check digit; an indicator moves to the front."""
    if not digits:
        if not reference:
            raise refuse("urn", N_("The reference of the {scheme} is empty."), 0, scheme=scheme)
        return prefix + reference
    if scheme in _INDICATED or scheme in _EXTENDED:
        body = reference[0] + prefix + reference[1:]
    elif scheme == "grai":
        body = "0" + prefix + reference
    else:
        body = prefix + reference
    return body + check_digit(body)


def _piece(text: str) -> str:
    """Piece number or total: two digits."""
    if len(text) != 2 or not text.isdigit():
        raise refuse("urn", N_("Piece and total of an itip have two digits each."), 0)
    return text


def write_urn(identifier: Identifier, prefix_length: int | None) -> str | None:
    """Write the EPC URN; None when the prefix length is unknown or the kind has none.

    Parameters
    ----------
    identifier : what to write
    prefix_length : digits of the GS1 company prefix, never guessed
    """
    if prefix_length is None or not 6 <= prefix_length <= 12:
        return None
    value, n = identifier.value, prefix_length
    match identifier.key:
        case "01":
            return _write_trade_item(identifier, value[1 : 1 + n], value[0] + value[1 + n : 13])
        case "00":
            return f"urn:epc:id:sscc:{value[1 : 1 + n]}.{value[0]}{value[1 + n : 17]}"
        case "414":
            extension = _escape(identifier.qualifier("254") or "0")
            return f"urn:epc:id:sgln:{value[:n]}.{value[n:12]}.{extension}"
        case "417":
            return f"urn:epc:id:pgln:{value[:n]}.{value[n:12]}"
        case "8003":
            form, serial = ("id", _escape(value[14:])) if value[14:] else ("idpat", "*")
            return f"urn:epc:{form}:grai:{value[1 : 1 + n]}.{value[1 + n : 13]}.{serial}"
        case "8004":
            return f"urn:epc:id:giai:{value[:n]}.{_escape(value[n:])}"
        case _:
            return None


def _write_trade_item(identifier: Identifier, prefix: str, reference: str) -> str:
    """Write a trade item as serial number, unit pack, lot or class, the finest first."""
    serial, lot = identifier.qualifier("21"), identifier.qualifier("10")
    unit = identifier.qualifier("235")
    if serial:
        return f"urn:epc:id:sgtin:{prefix}.{reference}.{_escape(serial)}"
    if unit:
        return f"urn:epc:id:upui:{prefix}.{reference}.{_escape(unit)}"
    if lot:
        return f"urn:epc:class:lgtin:{prefix}.{reference}.{_escape(lot)}"
    return f"urn:epc:idpat:sgtin:{prefix}.{reference}.*"


def _escape(text: str) -> str:
    """Percent-escape what a URN part may not hold."""
    return quote(text, safe="!'()*+,-.:;=_")


def _refuse(text: str, at: int, message: str) -> InputError:
    """Make the refusal of a URN."""
    return refuse(
        "urn",
        message,
        at,
        N_("Compare it with urn:epc:id:sgtin:9521234.067890.12345."),
        text=text[:120],
    )
