"""Identifiers of things by class and serial number: a million pieces of one class cost one parse.

Most identifiers in events are serial numbers or lots that need no escapes. Everything before the
serial is the same for a whole class, so its canonical form is worked out once.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sanpin.trace.engine.identifiers import canonical, fault_of
from sanpin.trace.model.identifiers import CANONICAL_STEM

__all__ = ["plain_epc", "plain_stem"]

_SERIAL = re.compile(
    r"(urn:epc:(?:id:sgtin|class:lgtin):\d+\.\d+\.|https?://[^/?#]+/01/\d{14}/(?:21|10)/)"
    r"([A-Za-z0-9_-]{1,20})",
    re.ASCII,
)


def plain_epc(text: str) -> str:
    """Canonical link of a serial number or lot that needs no escapes; empty for all else."""
    match = _SERIAL.fullmatch(text)
    if match is None:
        return ""
    stem = _stem(match[1])
    return stem + match[2] if stem else ""


def plain_stem(stem: str) -> str:
    """Canonical form of what stands before such a serial or lot; empty for all else."""
    match = _SERIAL.fullmatch(stem + "1")
    return _stem(stem) if match is not None and match[1] == stem else ""


@lru_cache(maxsize=65_536)
def _stem(prefix: str) -> str:
    """Canonical form of everything before the serial; empty when the class is not valid."""
    name = prefix + "1"
    found = canonical(name)
    known = found != name or (prefix.startswith(CANONICAL_STEM) and not fault_of(name))
    return found[:-1] if known else ""
