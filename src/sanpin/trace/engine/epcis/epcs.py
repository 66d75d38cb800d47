"""Identifiers of things by class and serial number: a million pieces of one class cost one parse.

Most identifiers in events are serial numbers or lots that need no escapes. Everything before the
serial is the same for a whole class, so its canonical form is worked out once.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sanpin.trace.engine.identifiers import canonical, fault_of
from sanpin.trace.model.identifiers import CANONICAL_STEM

__all__ = ["is_plain", "plain_epc"]

_SERIAL = re.compile(
    r"(urn:epc:(?:id:sgtin|class:lgtin):\d+\.\d+\.|https?://[^/?#]+/01/\d{14}/(?:21|10)/"
    r"|https?://[^/?#]+/8006/\d{18}/21/)"
    r"([A-Za-z0-9_-]{1,20})",
    re.ASCII,
)
_TEXT = "[A-Za-z0-9_-]{1,20}"
_FINER = re.compile(
    rf"https?://[^/?#]+/01/\d{{14}}/(?:22/{_TEXT}/)?(?:10/{_TEXT}/21|21|10)/{_TEXT}", re.ASCII
)


def plain_epc(text: str) -> str:
    """Canonical link of a serial number or lot that needs no escapes; empty for all else."""
    match = _SERIAL.fullmatch(text)
    if match is None:
        return ""
    stem = _stem(match[1])
    return stem + match[2] if stem else ""


def is_plain(name: str) -> bool:
    """Whether a link is well-formed below a key whose serial number needs no escapes.

    Variant and lot may stand before the serial number, unlike for `plain_epc`: they are a part of
    what is written, but not of what names the thing.
    """
    if not _SERIAL.fullmatch(name) and not _FINER.fullmatch(name):
        return False
    return canonical(name) != name or (name.startswith(CANONICAL_STEM) and not fault_of(name))


@lru_cache(maxsize=65_536)
def _stem(prefix: str) -> str:
    """Canonical form of everything before the serial; empty when the class is not valid."""
    name = prefix + "1"
    return canonical(name)[:-1] if is_plain(name) else ""
