"""Traceability: identifiers, EPCIS events, lineage and recall.

``from sanpin.trace import parse, event_hash, read_events, Lineage`` needs no store, web or CLI.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sanpin.trace.engine.identifiers import parse
    from sanpin.trace.engine.library import Lineage, event_hash, read_events

__all__ = ["Lineage", "event_hash", "parse", "read_events"]

_PLACES = {
    "Lineage": "sanpin.trace.engine.library",
    "event_hash": "sanpin.trace.engine.library",
    "parse": "sanpin.trace.engine.identifiers",
    "read_events": "sanpin.trace.engine.library",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
