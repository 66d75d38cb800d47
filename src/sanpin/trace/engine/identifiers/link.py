"""Read GS1 Digital Links: any domain, any path before the key, qualifiers in their order.

GS1 Digital Link Standard: URI Syntax, section 4: the path ends in a key, its value and its
qualifiers. Domain and anything before the key may be the owner's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse
from sanpin.trace.engine.identifiers.reading import KINDS, NO_OPTIONS, Options, Reading
from sanpin.trace.engine.identifiers.table import RULES
from sanpin.trace.model.identifiers import CANONICAL_STEM, Identifier, escape

__all__ = ["is_web_address", "read_link", "write_link"]

_ADDRESS = re.compile(r"(?:https?|HTTPS?)://[^/?#\s<>{}|\\^`\"\[\]%]+")
_WEB = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f<>{}|\\^`\"]")
# A path with such signs was not escaped; a slash in its last value then belongs to the value.
_RAW = re.compile(r"[\"<>]|//|%(?![0-9A-Fa-f]{2})")
_AND = re.compile("[&;]")

WORDS: Mapping[str, str] = {
    "gtin": "01", "itip": "8006", "gmn": "8013", "cpid": "8010", "gln": "414", "payTo": "415",
    "glnProd": "416", "party": "417", "gsrnp": "8017", "gsrn": "8018", "gcn": "255", "sscc": "00",
    "gdti": "253", "ginc": "401", "gsin": "402", "grai": "8003", "giai": "8004", "cpv": "22",
    "lot": "10", "ser": "21", "tpx": "235", "cpsn": "8011", "glnx": "254", "refno": "8020",
    "srin": "8019", "exp": "17", "bat": "10",
}  # fmt: skip
"""Words that older versions of the standard allowed, and ``bat`` of GB/T 33993."""

_KEY_WORDS = frozenset(word for word, ai in WORDS.items() if ai in KINDS)
_NO_WORDS: Mapping[str, str] = {}
_SHORT = (8, 12, 13)
# Service address of GB/T 33993: identifier 01 with the GTIN, then the code of the entry.
_NATIONAL = re.compile(r"01(\d{14})([0-9A-Za-z]*)")
_NATIONAL_HOST = re.compile(r"https?://(?:[\w.\-]+\.)?(?:2dcode|ancc)\.(?:org|org\.cn)", re.I)


def is_web_address(text: str) -> bool:
    """Whether a text begins like an address of the web."""
    return _WEB.match(text) is not None


def read_link(text: str, options: Options = NO_OPTIONS) -> Reading:
    """Read a Digital Link.

    The key is the rightmost place in the path from which everything is a key with its
    qualifiers in order. Query values under an application identifier are attributes; other
    parameters and the fragment say nothing about the thing and are kept beside it.
    """
    address = _ADDRESS.match(text)
    if address is None:
        return Reading.refused(_not_a_link(text))
    rest, _, fragment = text.partition("#")
    path, _, query = rest.partition("?")
    words = WORDS if options.convenience_alphas else _NO_WORDS
    segments = path.split("/")
    reading = Reading(link=True, fragment=fragment)
    start, names = _find_key(segments, words)
    if start < 0:
        start, names = _find_raw(path, segments, words)
    if start < 0:
        return _without_key(text, segments)
    at = sum(map(len, segments[:start])) + start
    fault = _outside(text[: at - 1])
    if fault:
        return Reading.refused(fault)
    for place, ai in enumerate(names):
        raw = segments[start + 2 * place + 1]
        at += len(segments[start + 2 * place]) + 1
        _add(reading, ai, raw, at)
        at += len(raw) + 1
    if query:
        _read_query(reading, query, len(path) + 1, words)
    _fill_zeros(reading, options)
    return reading


def _add(reading: Reading, ai: str, raw: str, at: int) -> None:
    """Add a value as it stands in the address."""
    if "%" in raw:
        reading.escaped[at] = raw
        raw = unquote(raw)
    reading.pairs.append((ai, raw, at))


def _find_key(segments: Sequence[str], words: Mapping[str, str]) -> tuple[int, list[str]]:
    """Find the rightmost segment that begins a key with its qualifiers.

    From the right, because a segment before the key may look like one: ``/00/shop/01/...``.
    A trailing slash changes nothing.
    """
    length = len(segments) - (segments[-1] == "")
    for start in range(length - 2, 2, -2):
        key = words.get(segments[start], segments[start])
        if key in KINDS:
            names = [words.get(name, name) for name in segments[start:length:2]]
            if _in_order(key, names[1:]):
                return start, names
    return -1, []


def _in_order(key: str, names: Sequence[str]) -> bool:
    """Whether what follows a key are qualifiers of one row, each once and in order."""
    if not names:
        return True
    for row in RULES[key].qualifiers or ():
        left = iter(row)
        if all(name in left for name in names):
            return True
    return False


def _find_raw(path: str, segments: list[str], words: Mapping[str, str]) -> tuple[int, list[str]]:
    """Find the key in a path that was not escaped, and join its last value again.

    `segments` is changed: the value with its slashes becomes one of them.
    """
    if not _RAW.search(path[8:]):
        return -1, []
    for start in range(len(segments) - 2, 2, -1):
        if words.get(segments[start], segments[start]) not in KINDS:
            continue
        furthest = len(segments) - 2 - (len(segments) - start) % 2
        for last in range(furthest, start - 1, -2):
            names = [words.get(name, name) for name in segments[start : last + 1 : 2]]
            if names[-1] in RULES and _in_order(names[0], names[1:]) and RULES[names[-1]].plain:
                segments[last + 1 :] = ["/".join(segments[last + 1 :])]
                return start, names
    return -1, []


def _without_key(text: str, segments: Sequence[str]) -> Reading:
    """Read the national address of GB/T 33993, or refuse an address without a key."""
    found = _NATIONAL.fullmatch(segments[-1]) if _NATIONAL_HOST.match(text) else None
    if found:
        at = len("/".join(segments[:-1])) + 3
        reading = Reading(pairs=[("01", found[1], at)], link=True)
        reading.parameters = [("2dcode", found[2])] if found[2] else []
        return reading
    for place, segment in enumerate(segments[3:], 3):
        if segment in _KEY_WORDS:
            at = len("/".join(segments[:place])) + 1
            return Reading.refused(
                refuse(
                    "word",
                    N_("“{word}” stands where an application identifier must stand."),
                    at,
                    N_("Write ({ai}), or allow convenience words."),
                    word=segment,
                    ai=WORDS[segment],
                )
            )
    return Reading.refused(_not_a_link(text))


def _outside(text: str) -> Fault | None:
    """Refuse what no address may hold, before the key."""
    found = _FORBIDDEN.search(text)
    if found is None:
        return None
    return refuse(
        "address",
        N_("An address may not hold “{found}”."),
        found.start(),
        N_("Write it as a percent-escape."),
        found=found[0],
    )


def _read_query(reading: Reading, query: str, at: int, words: Mapping[str, str]) -> None:
    """Read the query: attributes, and parameters that are none."""
    for part in _AND.split(query):
        name, equals, value = part.partition("=")
        ai = words.get(name, name)
        begin = at + len(name) + 1
        if ai in RULES and equals:
            if not RULES[ai].describes:
                reading.faults.append(
                    refuse("not_an_attribute", N_("({ai}) may not stand in the query."), at, ai=ai)
                )
            _add(reading, ai, value, begin)
        elif name.isdigit() and equals:
            reading.faults.append(
                refuse(
                    "unknown_ai",
                    N_("“{ai}” does not begin with a known application identifier."),
                    at,
                    N_("A separator may be missing before it."),
                    ai=name,
                )
            )
        elif name:
            reading.parameters.append((unquote(name), unquote(value)))
        at += len(part) + 1


def _fill_zeros(reading: Reading, options: Options) -> None:
    """Give a GTIN its leading zeros back, where that is allowed."""
    for place, (ai, value, at) in enumerate(reading.pairs):
        if ai == "01" and len(value) in _SHORT:
            if options.zero_suppressed_gtin:
                reading.pairs[place] = (ai, value.zfill(14), at)
            else:
                reading.faults.append(
                    refuse(
                        "short_gtin",
                        N_("The GTIN {value} lacks its leading zeros."),
                        at,
                        N_("Write 14 digits, or allow GTINs without leading zeros."),
                        value=value,
                    )
                )


def write_link(identifier: Identifier, stem: str = CANONICAL_STEM) -> str | None:
    """Write the Digital Link with its attributes; None when a value has no place in it.

    Attributes of predefined length come first, as the syntax engine of GS1 writes them.
    """
    path = identifier.link(stem)
    if not identifier.attributes:
        return path
    if not all(RULES[ai].describes for ai, _ in identifier.attributes):
        return None
    ordered = sorted(identifier.attributes, key=lambda pair: not RULES[pair[0]].predefined)
    return path + "?" + "&".join(f"{ai}={escape(value)}" for ai, value in ordered)


def _not_a_link(text: str) -> Fault:
    """Make the refusal of an address without a key."""
    return refuse(
        "not_a_link",
        N_("No GS1 key is in the address {text}."),
        0,
        N_("A Digital Link holds a key and its value, such as /01/09521234567899."),
        text=text[:120],
    )
