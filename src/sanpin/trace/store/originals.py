"""Texts of events as they came: JSON as it is, XML behind the JSON that says the same.

Queries and doors of the standard speak JSON, so that form stands first; what came in XML follows
it behind a byte that neither of the two can hold. Both are compressed together, which costs little
more than one of them.
"""

from __future__ import annotations

from sanpin.trace.engine.epcis import json_text
from sanpin.trace.model.documents import RawEvent

__all__ = ["json_of", "kept_text", "original_of"]

_BETWEEN = b"\0"


def kept_text(raw: RawEvent) -> bytes:
    """Text of an event as the store keeps it."""
    text = json_text(raw)
    return text if raw.namespaces.form == "json" else text + _BETWEEN + raw.text


def json_of(kept: bytes) -> bytes:
    """Event in JSON: as it came, or what its XML says."""
    return kept.partition(_BETWEEN)[0]


def original_of(kept: bytes) -> bytes:
    """Event as it came, JSON or XML."""
    text, _, original = kept.partition(_BETWEEN)
    return original or text
