"""Read the names of things and places from the master data in a document's header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sanpin.trace.engine.identifiers import thing_of

__all__ = ["names_in"]

# Attributes of the Core Business Vocabulary that hold a name, without their prefix.
_NAMES = ("name", "descriptionShort", "tradeItemDescription")


def names_in(head: Mapping[str, object]) -> dict[str, str]:
    """Names by canonical name of the thing or place; empty when the header has none."""
    found: dict[str, str] = {}
    for element in _elements(head):
        identifier = element.get("id")
        name = _name(element.get("attributes"))
        if isinstance(identifier, str) and name:
            found[thing_of(identifier)] = name
    return found


def _elements(head: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the elements of all vocabularies, whatever else the header holds."""
    place: Any = head.get("epcisHeader")
    for step in ("epcisMasterData", "vocabularyList"):
        place = place.get(step) if isinstance(place, dict) else None
    for vocabulary in place if isinstance(place, list) else ():
        elements = vocabulary.get("vocabularyElementList") if isinstance(vocabulary, dict) else ()
        yield from (e for e in elements or () if isinstance(e, dict))


def _name(attributes: object) -> str:
    """Choose the name among the attributes of an element."""
    for attribute in attributes if isinstance(attributes, list) else ():
        if not isinstance(attribute, dict):
            continue
        kind = str(attribute.get("id", "")).replace("#", ":").rpartition(":")[2]
        value = attribute.get("attribute")
        if kind.rpartition("/")[2] in _NAMES and isinstance(value, str) and value.strip():
            # Longer ones are descriptions; a label of that length helps nobody.
            return value.strip()[:200]
    return ""
