"""Read identifiers that people and other systems write without application identifiers.

``GTIN 09521234567899 LOT A7`` is a plain key with its name; 88. and OID names belong to the
national identification system and are passed on as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sanpin.trace.engine.identifiers.reading import Reading

__all__ = ["is_object", "read_named", "read_words"]

# Prefix and suffix of the identification system of the industrial internet (88.x, VAA included).
_NODE = re.compile(r"(?:88|86)\.\d{1,6}(?:\.\d{1,12}){0,4}/[^\s]{1,255}")
_OBJECT = re.compile(r"(?:urn:oid:)?([0-2](?:\.(?:0|[1-9]\d*)){2,})", re.IGNORECASE)

_WORDS: Mapping[str, str] = {
    "gtin": "01", "sscc": "00", "gln": "414", "pgln": "417", "grai": "8003", "giai": "8004",
    "gsrn": "8018", "gsrnp": "8017", "gdti": "253", "gcn": "255", "cpid": "8010", "itip": "8006",
    "ginc": "401", "gsin": "402", "gmn": "8013", "lot": "10", "batch": "10", "batch/lot": "10",
    "serial": "21", "ser": "21", "sn": "21", "cpv": "22", "tpx": "235", "exp": "17",
    "expiry": "17", "best before": "15", "prod date": "11", "批号": "10", "批次": "10",
    "序列号": "21", "有效期": "17", "生产日期": "11",
}  # fmt: skip
_WORD = re.compile(
    r"(?:^|[\s,;，；]+)("
    + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
    + r")\s*(?:no\.?|number|号)?\s*[:=：#.\s]\s*(\S+?)(?=[\s,;，；]|$)",
    re.IGNORECASE,
)


def read_named(text: str) -> Reading | None:
    """Read a name of the national identification system or an object identifier.

    Returns
    -------
    Reading or None
        a reading that names itself; None when the text is neither
    """
    if _NODE.fullmatch(text):
        return Reading(name=text)
    found = _OBJECT.fullmatch(text)
    # RFC 3061 writes the name space small; one object has one name.
    return Reading(name=f"urn:oid:{found[1]}") if found else None


def is_object(text: str) -> bool:
    """Tell whether a text is an object identifier (OID), with or without its name space."""
    return _OBJECT.fullmatch(text) is not None


def read_words(text: str) -> Reading | None:
    """Read keys with their names, such as ``GTIN: 09521234567899, LOT: A7``.

    Returns
    -------
    Reading or None
        None when the text is no row of names and values
    """
    reading = Reading()
    at = 0
    for found in _WORD.finditer(text):
        if found.start() != at:
            return None
        ai, value = _WORDS[found[1].lower()], found[2]
        if ai == "01" and value.isdigit():
            value = value.zfill(14)
        reading.pairs.append((ai, value, found.start(2)))
        at = found.end()
    return reading if reading.pairs and not text[at:].strip(" ,;") else None
