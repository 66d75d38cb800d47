"""Turn the tree of an XML event into the form of EPCIS 2.0 JSON, without losing anything.

Wrappers of EPCIS 1.2 (``extension``, ``baseExtension``) are opened. An extension element becomes a
text, or an object when it has attributes (``@name``), children, or both beside text (``#text``);
elements of one name become a list. ``xsi:type`` makes numbers and booleans of texts. Words of the
vocabulary become bare, as JSON wants them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sanpin.base import N_, Problem
from sanpin.trace.engine.epcis.vocabulary import (
    BIZ_STEP,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    PARTY_TYPE,
    SENSOR_ALERT,
    TRANSACTION_TYPE,
    Vocabulary,
)
from sanpin.trace.engine.epcis.xml_fields import (
    EPC_LISTS,
    NAMED_LISTS,
    PLACES,
    QUANTITY_LISTS,
    RANK,
    REPORT_NUMBERS,
)
from sanpin.trace.engine.epcis.xml_tree import Cut, Node, local
from sanpin.trace.model.namespaces import CBVMDA, STANDARD_PREFIXES, Namespaces

__all__ = ["INFRASTRUCTURE", "EventBody", "join", "number"]

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_EPCIS = ("urn:epcglobal:epcis:xsd:", "urn:epcglobal:epcis-query:xsd:")
INFRASTRUCTURE = (
    *_EPCIS,
    "urn:epcglobal:epcis-masterdata:xsd:",
    "urn:epcglobal:xsd:",
    XSI,
    "http://www.w3.org/2001/XMLSchema",
    "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
    "http://schemas.xmlsoap.org/",
    "http://www.w3.org/2003/05/soap-envelope",
)
"""Beginnings of namespaces that hold the document together and are no extensions."""

_WRAPPERS = ("extension", "baseExtension")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_NUMERIC_TYPES = frozenset((
    "integer", "int", "long", "short", "byte", "decimal", "double", "float",
    "nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong", "unsignedShort",
    "negativeInteger", "nonPositiveInteger",
))  # fmt: skip
_ENTRY_WORDS = {
    "bizTransactionList": TRANSACTION_TYPE,
    "sourceList": PARTY_TYPE,
    "destinationList": PARTY_TYPE,
}
# EPCIS 1.2 leaves open what newer fields look like inside its wrappers.
_RANK_IN_WRAPPER: Mapping[str, int] = {}
_WORDS = {"bizStep": BIZ_STEP, "disposition": DISPOSITION}
_REPORT_WORDS = {"type": MEASUREMENT, "exception": SENSOR_ALERT, "component": COMPONENT}


def number(text: str) -> int | float | str:
    """Make a number of a text; anything else stays what it is, for the validator to name."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _boolean(text: str) -> bool | str:
    """Make a truth value of a text."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip(), text)


class EventBody:
    """Read one event after the other; names are qualified once for each set of namespaces."""

    def __init__(self) -> None:
        self.namespaces = Namespaces("xml")
        self._declared: dict[str, str] | None = None
        self._names: dict[str, str] = {}
        self.faults: list[Problem] = []
        self._event = self._line = 0

    def read(self, cut: Cut, number: int) -> dict[str, Any]:
        """Body of an event; `namespaces` and `faults` are those of this event afterwards."""
        self.enter(cut.prefixes)
        self.faults = []
        self._event, self._line = number, cut.node.line
        kind = local(cut.node.name)
        body: dict[str, Any] = {"type": kind}
        self._attributes(cut.node, body)
        for name in ("@schemaVersion", "@creationDate"):  # of a document that is its only event
            body.pop(name, None)
        self._fields(cut.node, body, RANK[kind])
        return _as_object_event(body) if kind == "QuantityEvent" else body

    def enter(self, prefixes: Mapping[str, str]) -> None:
        """Take the namespaces that are declared where the next elements stand."""
        if prefixes == self._declared:
            return
        self._declared = dict(prefixes)
        kept = {
            prefix: uri
            for prefix, uri in prefixes.items()
            if prefix and not uri.startswith(INFRASTRUCTURE) and uri.rstrip(":") != CBVMDA
        }
        self.namespaces = Namespaces("xml", kept)
        self._names = {}

    def _fault(self, code: str, message: str, path: str, **fields: object) -> None:
        """Note what is wrong with the way the event is written."""
        where = {"event": self._event, "line": self._line, "path": path}
        self.faults.append(Problem(f"trace.event.{code}", message, where | fields))

    def name(self, name: str) -> str:
        """Name of an element as JSON writes it: bare, or with its prefix."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self._qualify(name)
        return found

    def _qualify(self, name: str) -> str:
        """Find the prefix for a namespace, or make one where it is taken or missing."""
        uri, _, rest = name.partition(" ")
        if not rest or uri.startswith(_EPCIS):
            return local(name)
        word, _, prefix = rest.partition(" ")
        if uri.rstrip(":") == CBVMDA:
            return f"cbvmda:{word}"
        declared = self.namespaces.prefixes
        stem, count = prefix or "ns", 0
        prefix = prefix or "ns1"
        while declared.get(prefix, uri) != uri:
            count += 1
            prefix = f"{stem}{count}"
        if prefix not in declared:
            self.namespaces = Namespaces("xml", declared | {prefix: uri})
        return f"{prefix}:{word}"

    def _fields(self, parent: Node, body: dict[str, Any], rank: Mapping[str, int]) -> None:
        """Read the fields of an event, opening wrappers, and watch their order."""
        last, last_name, jumbled = -1, "", False
        for node in parent.children:
            name = self.name(node.name)
            if name in _WRAPPERS:
                self._fields(node, body, _RANK_IN_WRAPPER)
                continue
            place = rank.get(name, len(rank) if ":" in name and rank else last)
            if place < last and not jumbled:
                jumbled = True  # one finding is enough: all that follows is out of order too
                self._fault(
                    "order",
                    N_("{path} stands behind {other}; XML wants it before."),
                    name,
                    other=last_name,
                )
            last, last_name = max(place, last), name if place >= last else last_name
            value = self._field(name, node)
            if name not in body:
                body[name] = value
            elif name == "certificationInfo" or ":" in name:
                join(body, name, value)
            else:
                self._fault("repeated", N_("{path} stands twice."), name)

    def _field(self, name: str, node: Node) -> Any:
        """Value of one field of an event."""
        if not node.children and not node.attributes:
            if name in _WORDS:
                return _WORDS[name].bare(node.text.strip())
            if name in _EMPTY_LISTS:
                return []
            if ":" not in name and name not in _SHAPES:
                return node.text.strip()
        shape = _SHAPES.get(name)
        if shape is not None:
            return shape(self, name, node)
        return self.value(node)

    def _epcs(self, _name: str, node: Node) -> list[str]:
        """Read a list of identifiers."""
        return [child.text.strip() for child in node.children]

    def _quantities(self, name: str, node: Node) -> list[dict[str, Any]]:
        """Read a list of amounts, each of a class."""
        return [self._quantity(f"{name}[{i}]", child) for i, child in enumerate(node.children)]

    def _quantity(self, path: str, node: Node) -> dict[str, Any]:
        """Read one amount."""
        names = [self.name(child.name) for child in node.children]
        if names not in (["epcClass"], ["epcClass", "quantity"], ["epcClass", "quantity", "uom"]):
            self._fault(
                "order",
                N_("{path} must hold {other} in this order."),
                path,
                other="epcClass, quantity, uom",
            )
        found: dict[str, Any] = {}
        for name, child in zip(names, node.children, strict=True):
            if not child.text and f"{XSI} nil" in " ".join(child.attributes):
                continue
            found[name] = number(child.text) if name == "quantity" else child.text.strip()
        return found

    def _entries(self, name: str, node: Node) -> list[dict[str, Any]]:
        """Read business transactions, sources or destinations."""
        found = []
        for child in node.children:
            entry = {self.name(key): value.strip() for key, value in child.attributes.items()}
            if "type" in entry:
                entry["type"] = _ENTRY_WORDS[name].bare(entry["type"])
            entry[self.name(child.name)] = child.text.strip()
            found.append(entry)
        return found

    def _place(self, _name: str, node: Node) -> dict[str, Any]:
        """Read a read point or business location."""
        found: dict[str, Any] = {}
        self._attributes(node, found)
        self._inner(node, found)
        return found

    def _inner(self, node: Node, found: dict[str, Any]) -> None:
        """Read plain fields and extensions below an element, opening wrappers."""
        for child in node.children:
            name = self.name(child.name)
            if name in _WRAPPERS:
                self._inner(child, found)
            else:
                plain = ":" not in name and not child.children and not child.attributes
                join(found, name, child.text.strip() if plain else self.value(child))

    def _dispositions(self, _name: str, node: Node) -> dict[str, list[str]]:
        """Read what was set and unset."""
        found: dict[str, list[str]] = {}
        for child in node.children:
            word = DISPOSITION.bare(child.text.strip())
            found.setdefault(self.name(child.name), []).append(word)
        return found

    def _declaration(self, _name: str, node: Node) -> dict[str, Any]:
        """Read an error declaration."""
        found: dict[str, Any] = {}
        self._attributes(node, found)
        for child in node.children:
            name = self.name(child.name)
            if name in _WRAPPERS:
                found |= self._declaration("", child)
            elif name == "reason":
                found[name] = ERROR_REASON.bare(child.text.strip())
            elif name == "correctiveEventIDs":
                found[name] = self._epcs("", child)
            elif ":" in name:
                join(found, name, self.value(child))
            else:
                found[name] = child.text.strip()
        return found

    def _sensors(self, _name: str, node: Node) -> list[dict[str, Any]]:
        """Read sensor elements."""
        return [self._sensor(child) for child in node.children]

    def _sensor(self, node: Node) -> dict[str, Any]:
        """Read what one device told."""
        found: dict[str, Any] = {}
        self._attributes(node, found)
        for child in node.children:
            name = self.name(child.name)
            if name == "sensorMetadata":
                found[name] = self._report(child)
            elif name == "sensorReport":
                found.setdefault(name, []).append(self._report(child))
            elif name in _WRAPPERS:
                self._inner(child, found)
            else:
                join(found, name, self.value(child))
        return found

    def _report(self, node: Node) -> dict[str, Any]:
        """Read the attributes of a sensor report or its metadata as fields."""
        found: dict[str, Any] = {}
        for key, text in node.attributes.items():
            name = self.name(key)
            if key.startswith(XSI):
                continue
            value: object = text
            if name in REPORT_NUMBERS:
                value = number(text)
            elif name == "booleanValue":
                value = _boolean(text)
            elif name in _REPORT_WORDS:
                value = self._word(_REPORT_WORDS[name], text.strip())
            found[name] = value
        self._inner(node, found)
        return found

    def _word(self, vocabulary: Vocabulary, text: str) -> str:
        """Bare word, unless the document gives the standard's prefix another meaning."""
        prefix, colon, _ = text.partition(":")
        declared = self.namespaces.prefixes.get(prefix) if colon else None
        if declared is not None and declared != STANDARD_PREFIXES.get(prefix, declared):
            return text
        return vocabulary.bare(text)

    def _ilmd(self, _name: str, node: Node) -> dict[str, Any]:
        """Read the master data of new things."""
        found: dict[str, Any] = {}
        self._attributes(node, found)
        self._inner(node, found)
        return found

    def _attributes(self, node: Node, found: dict[str, Any]) -> None:
        """Keep the attributes of an element whose children become fields."""
        for key, text in node.attributes.items():
            if not key.startswith(XSI):
                found[f"@{self.name(key)}"] = text

    def value(self, node: Node) -> Any:
        """Value of an extension element, however deep."""
        typed, nothing = "", False
        found: dict[str, Any] = {}
        for key, text in node.attributes.items():
            if not key.startswith(XSI):
                found[f"@{self.name(key)}"] = text
            elif local(key) == "type":
                typed = text.rpartition(":")[2]
            elif local(key) == "nil":
                nothing = text.strip() in ("true", "1")
        if nothing and not found:
            return None
        if not node.children:
            content = _typed(node.text, typed)
            if not found:
                return content
            if node.text:
                found["#text"] = content
            return found
        for child in node.children:
            join(found, self.name(child.name), self.value(child))
        if node.text.strip():
            found["#text"] = node.text
        return found


_SHAPES: dict[str, Callable[[EventBody, str, Node], Any]] = {
    **dict.fromkeys(EPC_LISTS, EventBody._epcs),
    **dict.fromkeys(QUANTITY_LISTS, EventBody._quantities),
    **dict.fromkeys(NAMED_LISTS, EventBody._entries),
    **dict.fromkeys(PLACES, EventBody._place),
    "persistentDisposition": EventBody._dispositions,
    "errorDeclaration": EventBody._declaration,
    "sensorElementList": EventBody._sensors,
    "ilmd": EventBody._ilmd,
}
_EMPTY_LISTS = EPC_LISTS | QUANTITY_LISTS | frozenset((*NAMED_LISTS, "sensorElementList"))


def join(found: dict[str, Any], name: str, value: object) -> None:
    """Add a value; those of one name become a list."""
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def _typed(text: str, kind: str) -> str | int | float | bool:
    """Text of an element as the type that its ``xsi:type`` names."""
    if kind in _NUMERIC_TYPES:
        return number(text)
    return _boolean(text) if kind == "boolean" else text


def _as_object_event(body: dict[str, Any]) -> dict[str, Any]:
    """Write a quantity event of EPCIS 1 as the object event that replaces it."""
    entry: dict[str, Any] = {"epcClass": body.pop("epcClass", "")}
    if "quantity" in body:
        entry["quantity"] = number(str(body.pop("quantity")))
    return body | {"type": "ObjectEvent", "action": "OBSERVE", "quantityList": [entry]}
