"""Read EPC URNs exactly, and write them when the length of the company prefix is known.

A URN splits a key at the end of the company prefix and leaves out the check digit (EPC Tag Data
Standard 2.0, section 7), so URN -> key needs no table and key -> URN does.

============================  ==============================================
``sgtin:CP.iRef.Serial``      (01) i CP Ref check, (21) Serial
``lgtin:CP.iRef.Lot``         (01) i CP Ref check, (10) Lot
``upui:CP.iRef.TPX``          (01) i CP Ref check, (235) TPX
``itip:CP.iRef.p.t.Serial``   (8006) i CP Ref check p t, (21) Serial
``sscc:CP.eSerial``           (00) e CP Serial check
``sgln:CP.Loc.Ext``           (414) CP Loc check, (254) Ext unless it is 0
``pgln:CP.Party``             (417) CP Party check
``grai:CP.Type.Serial``       (8003) 0 CP Type check Serial
``giai:CP.Ref``               (8004) CP Ref
``gsrn`` ``gsrnp:CP.Ref``     (8018) (8017) CP Ref check
``gdti:CP.Type.Serial``       (253) CP Type check Serial
``sgcn:CP.Ref.Serial``        (255) CP Ref check Serial
``cpi:CP.Ref.Serial``         (8010) CP Ref, (8011) Serial
``ginc:CP.Ref``               (401) CP Ref
``gsin:CP.Ref``               (402) CP Ref check
============================  ==============================================

A pattern ``idpat:sgtin:CP.iRef.*`` names the whole class; one with more stars has no key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, check_digit, refuse
from sanpin.trace.engine.identifiers.reading import Reading
from sanpin.trace.model.identifiers import Identifier

__all__ = ["SCHEMES", "escape_part", "read_urn", "write_urn"]

_URN = re.compile(r"urn:epc:(id|class|idpat):([a-z]+):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How a key is cut into the parts of a URN.

    Attributes
    ----------
    key : application identifier
    digits : digits of prefix and reference together; 0 when the reference is text
    lead : digits that stand before the prefix in the key: taken from the reference (1), the
        filler 0 of a returnable asset (2), or none (0)
    last : qualifier of the last part; ``+`` when it follows the key itself; empty without one
    parts : how many parts a body has
    pattern : whether ``idpat`` with a last ``*`` names the class
    """

    key: str
    digits: int
    lead: int = 0
    last: str = ""
    parts: int = 2
    pattern: bool = False


_SCHEMES: dict[str, _Scheme] = {
    "sgtin": _Scheme("01", 13, 1, "21", 3, pattern=True),
    "lgtin": _Scheme("01", 13, 1, "10", 3),
    "upui": _Scheme("01", 13, 1, "235", 3, pattern=True),
    "itip": _Scheme("8006", 13, 1, "21", 5, pattern=True),
    "sscc": _Scheme("00", 17, 1),
    "sgln": _Scheme("414", 12, 0, "254", 3),
    "pgln": _Scheme("417", 12),
    "grai": _Scheme("8003", 12, 2, "+", 3, pattern=True),
    "gdti": _Scheme("253", 12, 0, "+", 3, pattern=True),
    "sgcn": _Scheme("255", 12, 0, "+", 3, pattern=True),
    "gsrn": _Scheme("8018", 17),
    "gsrnp": _Scheme("8017", 17),
    "gsin": _Scheme("402", 16),
    "ginc": _Scheme("401", 0),
    "giai": _Scheme("8004", 0),
    "cpi": _Scheme("8010", 0, 0, "8011", 3, pattern=True),
}
SCHEMES = frozenset(_SCHEMES)
"""Schemes that hold a GS1 key."""

# The other schemes name things by themselves (Tag Data Standard 2.0, sections 6.3.9 to 6.3.17).
_NUMBER = r"(?:0|[1-9]\d*)"
_OTHERS = {
    "gid": re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"),
    "usdod": re.compile(rf"[0-9A-HJ-NP-Z]{{5,6}}\.{_NUMBER}"),
    "adi": re.compile(
        r"[0-9A-HJ-NP-Z]{5,6}\.(?:[A-Z0-9\-]|%2F){0,32}\.(?:%23)?(?:[A-Z0-9\-]|%2F){1,30}"
    ),
    "bic": re.compile(r"[A-Z]{3}[JUZ]\d{7}"),
    "imovn": re.compile(r"\d{7}"),
}
_OTHER_PATTERN = re.compile(r"(?:[A-Z0-9\-.%]+\.)?\*(?:\.\*)*")
_STARS = re.compile(r"(?:\d{6,12}(?:\.[^.*]+)*|\*)(?:\.\*)+")

# Scheme by key, without and with a serial part; a class has none in its own scheme.
_WRITERS = {scheme.key: name for name, scheme in reversed(_SCHEMES.items())}
_BARE = re.compile(r"[A-Za-z0-9!'()*+,\-.:;=_]*")


def read_urn(text: str) -> Reading:
    """Read a pure-identity, class or pattern URN.

    A URN without a GS1 key (``gid``, ``usdod``, ``adi``, ``bic``, ``imovn``) and a pattern with
    several stars name themselves.
    """
    match = _URN.fullmatch(text)
    if match is None:
        return _refuse(text, 0, N_("{text} is not an EPC URN of a GS1 key."))
    form, name, body = match.groups()
    at = match.start(3)
    if name in _OTHERS and form != "class":
        good = _OTHERS[name].fullmatch(body) or (form == "idpat" and _OTHER_PATTERN.fullmatch(body))
        return Reading(name=text) if good else _refuse(text, at, N_("{text} is no {scheme}."), name)
    if name not in _SCHEMES:
        return _refuse(text, 0, N_("{text} is not an EPC URN of a GS1 key."))
    scheme = _SCHEMES[name]
    if (form == "class") != (name == "lgtin"):
        return _refuse(text, 8, N_("{text}: this kind of URN does not exist."))
    parts = body.split(".", scheme.parts - 1)
    if len(parts) != scheme.parts:
        return _refuse(text, at, N_("{text} does not have the number of parts of its kind."))
    if form == "idpat":
        if parts[-1] != "*":
            return _refuse(text, at, N_("{text}: a pattern of a class ends in “.*”."))
        if not scheme.pattern or "*" in parts[:-1]:
            if _STARS.fullmatch(body):
                return Reading(name=text)
            return _refuse(text, at, N_("{text}: after a star only stars may follow."))
    return _cut(text, name, at, parts, pattern=form == "idpat")


def _cut(text: str, name: str, at: int, parts: list[str], *, pattern: bool) -> Reading:
    """Put the parts of a URN together again as a key."""
    scheme, prefix = _SCHEMES[name], parts[0]
    if not (prefix.isascii() and prefix.isdigit() and 6 <= len(prefix) <= 12):
        return _refuse(text, at, N_("{text}: a company prefix has 6 to 12 digits."))
    rest = [unquote(part) for part in parts[1:]]
    reference = rest[0]
    places = [at]
    for part in parts:
        places.append(places[-1] + len(part) + 1)
    fault = _check_reference(text, scheme, prefix, reference, places[1], pattern=pattern)
    serial = "" if pattern or scheme.parts == 2 else rest[-1]
    if fault is None and not pattern and scheme.parts > 2 and not serial:
        fault = _fault(text, places[-2], N_("{text}: the last part is empty."))
    if fault is None and name == "itip" and not all(re.fullmatch(r"\d\d", p) for p in rest[1:3]):
        fault = _fault(text, places[2], N_("{text}: piece and total have two digits each."))
    if fault is not None:
        return Reading.refused(fault)
    value = _value(scheme, prefix, reference)
    if name == "itip":
        value += rest[1] + rest[2]
    reading = Reading(prefix_length=len(prefix))
    reading.pairs = [(scheme.key, value + serial if scheme.last == "+" else value, at)]
    if serial and scheme.last != "+" and (name, serial) != ("sgln", "0"):
        # Extension 0 says "the place itself".
        reading.pairs.append((scheme.last, serial, places[-2]))
    return reading


def _check_reference(
    text: str, scheme: _Scheme, prefix: str, reference: str, at: int, *, pattern: bool
) -> Fault | None:
    """Check that prefix and reference are digits and long enough together."""
    if not scheme.digits:
        if reference or pattern:
            return None
        return _fault(text, at, N_("{text}: the reference is empty."))
    numeric = not reference or (reference.isascii() and reference.isdigit())
    enough = len(prefix) + len(reference) == scheme.digits and (reference or scheme.lead != 1)
    if numeric and enough:
        return None
    return refuse(
        "urn",
        N_("{text}: prefix and reference have {digits} digits together."),
        at,
        N_("Compare it with urn:epc:id:sgtin:9521234.067890.12345."),
        text=text[:120],
        digits=scheme.digits,
    )


def _value(scheme: _Scheme, prefix: str, reference: str) -> str:
    """Value of the key with its check digit."""
    if not scheme.digits:
        return prefix + reference
    if scheme.lead == 1:
        body = reference[0] + prefix + reference[1:]
    else:
        body = "0" * (scheme.lead == 2) + prefix + reference
    # The filler weighs nothing in the check digit.
    return body + check_digit(body)


def write_urn(identifier: Identifier, prefix_length: int | None) -> str | None:
    """Write the EPC URN; None when the prefix length is unknown or the kind has none.

    A piece keeps its serial number; lot and variant beside it have no place in a URN. Other
    qualifiers that a URN cannot say (such as 7040 or 8019) make it None.

    Parameters
    ----------
    identifier : what to write
    prefix_length : digits of the GS1 company prefix, never guessed
    """
    name = _scheme_of(identifier)
    if prefix_length is None or not 6 <= prefix_length <= 12 or not name:
        return None
    scheme, value = _SCHEMES[name], identifier.value
    start = min(scheme.lead, 1)
    end = start + prefix_length
    prefix, last = value[start:end], scheme.digits + (scheme.lead == 2)
    if not scheme.digits:
        head = escape_part(value[end:], name)
        return _join(identifier, name, [prefix, head]) if prefix.isdigit() and len(
            prefix) == prefix_length else None  # fmt: skip
    reference = value[:1] * (scheme.lead == 1) + value[end:last]
    parts = [prefix, reference]
    if name == "itip":
        parts += [value[14:16], value[16:18]]
    return _join(identifier, name, parts)


def _scheme_of(identifier: Identifier) -> str:
    """Scheme that says all that identifies; empty when none does."""
    qualifiers = dict(identifier.qualifiers)
    if identifier.key == "01":
        if "21" in qualifiers or not qualifiers:
            return "sgtin"
        return "upui" if "235" in qualifiers else "lgtin" if "10" in qualifiers else ""
    name = _WRITERS.get(identifier.key, "")
    allowed = _SCHEMES[name].last if name else ""
    if name == "itip":
        return name if "21" in qualifiers or not qualifiers else ""
    return name if set(qualifiers) <= {allowed} else ""


def _join(identifier: Identifier, name: str, parts: Sequence[str]) -> str | None:
    """Join the parts of a URN with its last part."""
    scheme = _SCHEMES[name]
    if not scheme.last:
        return f"urn:epc:id:{name}:{parts[0]}.{parts[1]}"
    if scheme.last == "+":
        serial = identifier.value[scheme.digits + 1 + (scheme.lead == 2) :]
    else:
        serial = identifier.qualifier(scheme.last) or ("0" if name == "sgln" else "")
    body = ".".join(parts)
    if not serial:
        return f"urn:epc:idpat:{name}:{body}.*"
    return (
        f"urn:epc:{'class' if name == 'lgtin' else 'id'}:{name}:{body}.{escape_part(serial, name)}"
    )


def escape_part(text: str, scheme: str = "") -> str:
    """Percent-escape what a part of a URN of a scheme may not hold."""
    if _BARE.fullmatch(text):
        return text
    return quote(text, safe="-" if scheme == "cpi" else "!'()*+,-.:;=_")


def _refuse(text: str, at: int, message: str, scheme: str = "") -> Reading:
    """Make the reading of a refused URN."""
    return Reading.refused(_fault(text, at, message, scheme))


def _fault(text: str, at: int, message: str, scheme: str = "") -> Fault:
    """Make the refusal of a URN."""
    fields = {"text": text[:120]} | ({"scheme": scheme} if scheme else {})
    return refuse(
        "urn", message, at, N_("Compare it with urn:epc:id:sgtin:9521234.067890.12345."), **fields
    )
