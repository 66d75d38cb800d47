"""Write EPCIS XML 2.0 and 1.2 from events in the form of EPCIS 2.0 JSON, without losing anything.

=======================  ======================================================
extension field          element; in sensor reports and metadata an attribute
``@name``, ``#text``     attribute and text of an extension element
list                     elements of one name
word of CBV              its URN, of measurements the web URI
=======================  ======================================================

What EPCIS 1.2 cannot say (associations, sensors, persistent dispositions, certification) is
refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sanpin.base import N_, InputError
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
    NEW_IN_2,
    ORDER,
    PLACES,
    QUANTITY_LISTS,
    WRAPPED_IN_1_2,
)
from sanpin.trace.engine.epcis.xml_head import write_head, write_tail
from sanpin.trace.engine.epcis.xml_values import (
    Names,
    attribute,
    decimal,
    refuse_shape,
    scalar,
    text,
)
from sanpin.trace.model.documents import Header, RawEvent
from sanpin.trace.model.namespaces import CBVMDA

__all__ = ["write_xml", "write_xml_event"]

_WORDS = {"bizStep": BIZ_STEP, "disposition": DISPOSITION}
_ENTRY_WORDS = {"bizTransaction": TRANSACTION_TYPE, "source": PARTY_TYPE, "destination": PARTY_TYPE}
_REPORT_WORDS = {"type": MEASUREMENT, "exception": SENSOR_ALERT, "component": COMPONENT}
_NOT_WRITTEN = ("type", "isA", "@context")
_BASE_1_2 = ("eventID", "errorDeclaration")
_REQUIRED_1_2 = {
    "ObjectEvent": "epcList",
    "TransactionEvent": "epcList",
    "AggregationEvent": "childEPCs",
}
_OUTER = {
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "cbvmda": CBVMDA,
}


def write_xml(
    header: Header, events: Iterable[RawEvent], created: str, *, version: str = "2.0"
) -> Iterator[bytes]:
    """Write a document, query document or single event, piece by piece.

    Raises
    ------
    InputError
        ``trace.convert.*`` for what XML, or this version of it, cannot say

    Parameters
    ----------
    header : what stands around the events
    events : the events, of which only one is in memory at a time
    created : creation date where the header has none
    version : ``2.0`` or ``1.2``
    """
    if header.kind == "event":
        for raw in events:
            yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
            yield write_xml_event(raw, _OUTER_NONE, version).encode()
        return
    outer = dict(_OUTER)
    for prefix, uri in Names(header.namespaces).declared.items():
        outer.setdefault(prefix, uri)
    yield write_head(header, outer, created, version).encode()
    for raw in events:
        yield write_xml_event(raw, outer, version).encode() + b"\n"
    yield write_tail(header).encode()


_OUTER_NONE: Mapping[str, str] = {}


def write_xml_event(raw: RawEvent, outer: Mapping[str, str], version: str = "2.0") -> str:
    """Write one event; prefixes that `outer` does not declare are declared on it."""
    return _Event(raw, version).write(outer)


class _Event:
    """Writes one event."""

    def __init__(self, raw: RawEvent, version: str) -> None:
        self.body: Mapping[str, Any] = raw.body
        self.kind = str(raw.body.get("type", raw.body.get("isA")))
        self.number = raw.number
        self.old = version == "1.2"
        self.names = Names(raw.namespaces)

    def write(self, outer: Mapping[str, str]) -> str:
        """Write the event with the prefixes that it needs."""
        if self.kind not in ORDER or self.kind == "QuantityEvent":
            raise refuse_shape("type")
        if self.old:
            self._refuse_what_is_new()
        fields = "".join(self._fields())
        attributes = self.names.attributes(self.body)
        needed = _OUTER | self.names.declared if ":" in fields + attributes else {}
        spaces = "".join(
            f' xmlns:{prefix}="{attribute(uri)}"'
            for prefix, uri in needed.items()
            if outer.get(prefix) != uri and (prefix not in _OUTER or f"{prefix}:" in fields)
        )
        event = f"<{self.kind}{spaces}{attributes}>{fields}</{self.kind}>"
        if self.old and self.kind == "TransformationEvent":
            return f"<extension>{event}</extension>"
        return event

    def _refuse_what_is_new(self) -> None:
        """Name what EPCIS 1.2 has no words for."""
        names = [name for name in self.body if name in NEW_IN_2]
        if self.kind == "AssociationEvent":
            names.insert(0, self.kind)
        if names:
            raise InputError(
                "trace.convert.not_in_1_2",
                N_("Event {event}: EPCIS 1.2 cannot say {names}."),
                hint=N_("Write EPCIS 2.0, or leave this event out."),
                event=self.number,
                names=", ".join(names),
            )

    def _fields(self) -> Iterator[str]:
        """Write the fields in their order, then the extensions."""
        order = ORDER[self.kind]
        required = _REQUIRED_1_2.get(self.kind) if self.old else None
        wrapped, base = [], []
        for name in order:
            value = self.body.get(name)
            if value is None and name != required:
                continue
            written = self._field(name, value)
            if self.old and name in _BASE_1_2:
                base.append(written)
                continue
            if base and name not in ("eventTime", "recordTime", "eventTimeZoneOffset"):
                yield f"<baseExtension>{''.join(base)}</baseExtension>"
                base = []
            if self.old and name in WRAPPED_IN_1_2 and self.kind != "TransformationEvent":
                wrapped.append(written)
            else:
                yield written
        if base:
            yield f"<baseExtension>{''.join(base)}</baseExtension>"
        if wrapped:
            yield f"<extension>{''.join(wrapped)}</extension>"
        for name, value in self.body.items():
            if name not in order and name not in _NOT_WRITTEN and not name.startswith("@"):
                yield from self.names.elements(name, value)

    def _field(self, name: str, value: Any) -> str:
        """Write one field of EPCIS."""
        writer = _WRITERS.get(name)
        if writer is not None:
            return writer(self, name, value)
        if name == "certificationInfo" and isinstance(value, list):
            return "".join(self._field(name, item) for item in value)
        if isinstance(value, list | dict):
            raise refuse_shape(name)
        written = scalar(value)
        if name in _WORDS:
            written = _WORDS[name].xml(written)
        return f"<{name}>{text(written)}</{name}>"

    def _epcs(self, name: str, value: Any) -> str:
        """Write a list of identifiers."""
        inner = "".join(f"<epc>{text(scalar(epc))}</epc>" for epc in _members(value, name))
        return f"<{name}>{inner}</{name}>"

    def _quantities(self, name: str, value: Any) -> str:
        """Write a list of amounts."""
        found = []
        for entry in _members(value, name):
            inner = ""
            for key in ("epcClass", "quantity", "uom"):
                item = _object(entry, name).get(key)
                if item is not None:
                    inner += f"<{key}>{text(decimal(item))}</{key}>"
            found.append(f"<quantityElement>{inner}</quantityElement>")
        return f"<{name}>{''.join(found)}</{name}>"

    def _entries(self, name: str, value: Any) -> str:
        """Write business transactions, sources or destinations."""
        member = NAMED_LISTS[name]
        found = []
        for entry in _members(value, name):
            kind = _object(entry, name).get("type")
            said = attribute(_ENTRY_WORDS[member].xml(scalar(kind))) if kind is not None else ""
            said = f' type="{said}"' if kind is not None else ""
            found.append(f"<{member}{said}>{text(scalar(entry.get(member, '')))}</{member}>")
        return f"<{name}>{''.join(found)}</{name}>" if found else ""

    def _place(self, name: str, value: Any) -> str:
        """Write a read point or business location."""
        place = _object(value, name)
        inner = f"<id>{text(scalar(place['id']))}</id>" if "id" in place else ""
        inner += "".join(self.names.inside({k: v for k, v in place.items() if k != "id"}))
        return f"<{name}{self.names.attributes(place)}>{inner}</{name}>"

    def _dispositions(self, name: str, value: Any) -> str:
        """Write what was unset and set, in the order of the schema."""
        inner = ""
        for part in ("unset", "set"):
            for word in _members(_object(value, name).get(part), name):
                inner += f"<{part}>{text(DISPOSITION.xml(scalar(word)))}</{part}>"
        return f"<{name}>{inner}</{name}>"

    def _declaration(self, name: str, value: Any) -> str:
        """Write an error declaration."""
        inner = ""
        declaration = _object(value, name)
        for key, item in declaration.items():
            if key == "reason":
                inner += f"<reason>{text(ERROR_REASON.xml(scalar(item)))}</reason>"
            elif key == "correctiveEventIDs":
                ids = _members(item, key)
                ids = [f"<correctiveEventID>{text(scalar(i))}</correctiveEventID>" for i in ids]
                inner += f"<{key}>{''.join(ids)}</{key}>"
            elif key == "declarationTime":
                inner += f"<{key}>{text(scalar(item))}</{key}>"
            elif not key.startswith("@"):
                inner += "".join(self.names.elements(key, item))
        return f"<{name}{self.names.attributes(declaration)}>{inner}</{name}>"

    def _sensors(self, name: str, value: Any) -> str:
        """Write sensor elements."""
        found = []
        for sensor in _members(value, name):
            fields = dict(_object(sensor, name))
            inner = ""
            metadata = fields.pop("sensorMetadata", None)
            if metadata is not None:
                inner += self._report("sensorMetadata", metadata)
            for report in _members(fields.pop("sensorReport", None), name):
                inner += self._report("sensorReport", report)
            inner += "".join(self.names.inside(fields))
            attributes = self.names.attributes(fields)
            found.append(f"<sensorElement{attributes}>{inner}</sensorElement>")
        return f"<{name}>{''.join(found)}</{name}>" if found else ""

    def _report(self, name: str, value: Any) -> str:
        """Write a sensor report or its metadata; only what has depth becomes an element."""
        attributes = inner = ""
        for key, item in _object(value, name).items():
            if isinstance(item, dict | list) or item is None:
                inner += "".join(self.names.elements(key, item))
                continue
            written = scalar(item)
            if name == "sensorReport" and key in _REPORT_WORDS:
                written = _report_word(_REPORT_WORDS[key], written)
            attributes += f' {self.names.of(key.removeprefix("@"))}="{attribute(written)}"'
        return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"

    def _ilmd(self, name: str, value: Any) -> str:
        """Write the master data of new things."""
        ilmd = _object(value, name)
        inner = "".join(self.names.inside(ilmd))
        return f"<{name}{self.names.attributes(ilmd)}>{inner}</{name}>"


_WRITERS: dict[str, Callable[[_Event, str, Any], str]] = {
    **dict.fromkeys(EPC_LISTS, _Event._epcs),
    **dict.fromkeys(QUANTITY_LISTS, _Event._quantities),
    **dict.fromkeys(NAMED_LISTS, _Event._entries),
    **dict.fromkeys(PLACES, _Event._place),
    "persistentDisposition": _Event._dispositions,
    "errorDeclaration": _Event._declaration,
    "sensorElementList": _Event._sensors,
    "ilmd": _Event._ilmd,
}


def _report_word(vocabulary: Vocabulary, word: str) -> str:
    """Writing of a bare word; a CURIE keeps its prefix, which the document may have redefined."""
    return vocabulary.xml(word) if ":" not in word else word


def _members(value: Any, path: str) -> list[Any]:
    """Members of a list; a single value counts as a list of one, nothing as an empty one."""
    if value is None:
        return []
    if isinstance(value, list):
        if any(isinstance(item, list) for item in value):
            raise refuse_shape(path)
        return value
    return [value]


def _object(value: Any, path: str) -> Mapping[str, Any]:
    """An object, or the refusal of anything else."""
    if not isinstance(value, dict):
        raise refuse_shape(path)
    return value
