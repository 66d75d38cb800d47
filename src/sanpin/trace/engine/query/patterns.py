"""Identifiers and patterns as ``MATCH`` parameters take them.

Any writing of a thing stands for the thing itself. Three writings stand for many:

- ``urn:epc:idpat:sgtin:CP.iRef.*``, and with more stars from the right (EPC Tag Data Standard 2.0,
  section 8): all pieces below that point, or all classes where classes are asked for;
- a Digital Link of a class, such as ``https://id.gs1.org/01/09521234567899``, where pieces are
  asked for: the same as its pattern;
- a Digital Link whose last value is ``*``, such as ``https://id.gs1.org/01/09521234567899/10/*``
  for all lots of a product: the URN has no form for those.

A pattern becomes the beginnings of canonical names, which an index can find, and a regular
expression for the name as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sanpin.base import InputError
from sanpin.trace.engine.epcis.vocabulary import is_uri
from sanpin.trace.engine.identifiers import canonical, check_digit, fault_of, parse, thing_of
from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.model.queries import Pattern

__all__ = ["read_class", "read_name", "read_thing"]

_IDPAT = re.compile(r"urn:epc:idpat:([a-z]+):(.+)", re.DOTALL)
_STARS = re.compile(r"((?:[^*.]+\.)*)\*(?:\.\*)*")
_LINK = re.compile(r"https?://[^?#]+/\*")
_PREFIX = re.compile(r"[0-9]{6,12}")
_SERIAL = "[^/]+"


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How the URN of a kind of thing becomes the path of its Digital Link.

    Attributes
    ----------
    key : application identifier
    lead : digit before the company prefix: ``i`` from the reference, ``0`` a filler, or none
    digits : digits of prefix and reference together without the lead; 0 when text may follow
    joint : what stands between the key and the last part of the URN; None without such a part
    """

    key: str
    lead: str
    digits: int
    joint: str | None = None

    @property
    def stem(self) -> str:
        """Beginning of all names of the kind."""
        return f"{CANONICAL_STEM}/{self.key}/"


_SCHEMES = {
    "sgtin": _Scheme("01", "i", 12, "/21/"),
    "upui": _Scheme("01", "i", 12, "/235/"),
    "sscc": _Scheme("00", "i", 16),
    "sgln": _Scheme("414", "", 12, "/254/"),
    "pgln": _Scheme("417", "", 12),
    "grai": _Scheme("8003", "0", 12, ""),
    "giai": _Scheme("8004", "", 0),
    "gsrn": _Scheme("8018", "", 17),
    "gsrnp": _Scheme("8017", "", 17),
    "gdti": _Scheme("253", "", 12, ""),
    "sgcn": _Scheme("255", "", 12, ""),
    "ginc": _Scheme("401", "", 0),
    "gsin": _Scheme("402", "", 16),
    "cpi": _Scheme("8010", "", 0, "/8011/"),
}
# Digital Links that name a class, with what stands before a serial number.
_CLASSES = (
    (re.compile(re.escape(f"{CANONICAL_STEM}/01/") + r"\d{14}"), "/21/"),
    (re.compile(re.escape(f"{CANONICAL_STEM}/8003/") + r"\d{14}"), ""),
    (re.compile(re.escape(f"{CANONICAL_STEM}/") + r"25[35]/\d{13}"), ""),
)


def read_thing(text: str) -> Pattern | None:
    """Read what stands for things; None when it is neither identifier nor pattern."""
    match = _IDPAT.fullmatch(text)
    if match:
        return _read_idpat(match[1], match[2], classes=False)
    found = _read_uri(text)
    for form, joint in _CLASSES:
        if found is not None and found.names and form.fullmatch(found.names[0]):
            return _below(found.names[0], joint)
    return found


def read_class(text: str) -> Pattern | None:
    """Read what stands for classes; None when it is neither identifier nor pattern."""
    match = _IDPAT.fullmatch(text)
    return _read_idpat(match[1], match[2], classes=True) if match else _read_uri(text)


def read_name(text: str) -> Pattern | None:
    """Read what stands for a thing of any kind, or for many by a star."""
    match = _IDPAT.fullmatch(text)
    return _read_idpat(match[1], match[2], classes=False) if match else _read_uri(text)


def _below(name: str, joint: str) -> Pattern:
    """All pieces of a class, and the class itself."""
    begin = name + joint
    return Pattern((name,), (begin,), re.compile(re.escape(begin) + _SERIAL))


def _read_uri(text: str) -> Pattern | None:
    """Read a URI, which stands for itself unless its last value is a star."""
    if not is_uri(text):
        return _read_code(text)
    if not _LINK.fullmatch(text):
        return None if fault_of(text) else Pattern((thing_of(text),))
    # Any value that may stand there shows whether it is a link, and what its canonical name is.
    sample = text[:-1] + "0"
    name = thing_of(sample)
    if fault_of(sample) or canonical(sample) != name:
        # The pieces of one lot bear no name that says so.
        return None
    begin = name[:-1]
    return Pattern((), (begin,), re.compile(re.escape(begin) + _SERIAL))


def _read_code(text: str) -> Pattern | None:
    """Read a code as it is printed on a label or scanned from it."""
    try:
        return Pattern((parse(text).thing,))
    except InputError:
        return None


def _read_idpat(name: str, body: str, *, classes: bool) -> Pattern | None:
    """Read a pattern of pure identities; its stars stand at the end."""
    match = _STARS.fullmatch(body)
    if match is None:
        return None
    fixed = match[1].split(".")[:-1]
    scheme = _SCHEMES.get(name)
    if scheme is None:
        begin = f"urn:epc:id:{name}:{match[1]}"
        return Pattern((), (begin,), re.compile(re.escape(begin) + ".+"))
    if body.count(".") != 1 + (scheme.joint is not None):
        return None
    if fixed and not _PREFIX.fullmatch(fixed[0]):
        return None
    if len(fixed) == 2 and scheme.joint is not None:
        value = _value(scheme, *fixed)
        if value is None:
            return None
        key = scheme.stem + value
        return Pattern((key,)) if classes else _below(key, scheme.joint)
    return _of_company(scheme, fixed[0] if fixed else "", classes=classes)


def _value(scheme: _Scheme, prefix: str, reference: str) -> str | None:
    """Value of a key; None when the digits are not as many as they must be."""
    if not scheme.digits:
        return prefix + reference
    lead = reference[:1] if scheme.lead == "i" else scheme.lead
    body = lead + prefix + (reference[1:] if scheme.lead == "i" else reference)
    good = len(body) == scheme.digits + len(scheme.lead) and body.isascii() and body.isdigit()
    return body + check_digit(body) if good else None


def _of_company(scheme: _Scheme, prefix: str, *, classes: bool) -> Pattern:
    """All names of a company; of all companies without a prefix."""
    if scheme.lead == "i" and prefix:
        beginnings = tuple(f"{scheme.stem}{indicator}{prefix}" for indicator in range(10))
    else:
        beginnings = (scheme.stem + scheme.lead.removeprefix("i") + prefix,)
    lead = r"\d" if scheme.lead == "i" else scheme.lead
    rest = rf"\d{{{scheme.digits - len(prefix) + 1}}}" if scheme.digits else "[^/]*"
    tail = "" if classes or scheme.joint is None else scheme.joint + _SERIAL
    if scheme.joint == "/254/":
        # A place without an extension is the place itself.
        tail = f"(?:{tail})?"
    return Pattern((), beginnings, re.compile(re.escape(scheme.stem) + lead + prefix + rest + tail))
