"""Write what an event says as one canonical text, field after field in a fixed order.

The order is that of the published test vectors. Fields with a place in it come first; the others
(business transactions, destinations, master data of new things, sources, extensions) follow,
sorted by their own texts. ``recordTime``, ``eventID``, ``errorDeclaration`` and comments describe
the record and not what happened: they do not take part.

Source: GS1 Core Business Vocabulary 2.0, section 8.9.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sanpin.trace.engine.epcis.vocabulary import (
    BIZ_STEP,
    COMPONENT,
    DISPOSITION,
    MEASUREMENT,
    PARTY_TYPE,
    SENSOR_ALERT,
    TRANSACTION_TYPE,
    Vocabulary,
)
from sanpin.trace.engine.hash.values import (
    identifier,
    moment,
    numeric,
    reference_moment,
    reference_numeric,
)
from sanpin.trace.model.namespaces import STANDARD_PREFIXES, Namespaces

__all__ = ["ENTRIES", "canonical_text", "canonical_word", "event_hash", "hash_of", "prehash"]

_IGNORED = frozenset(("type", "isA", "@context", "recordTime", "eventID", "errorDeclaration"))
_COMMENTS = frozenset(("rdfs:comment", "comment", "{http://www.w3.org/2000/01/rdf-schema#}comment"))
_FIELDS = (
    "eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID", "epcList",
    "inputEPCList", "childEPCs", "quantityList", "childQuantityList", "inputQuantityList",
    "outputEPCList", "outputQuantityList", "action", "transformationID", "bizStep",
    "disposition", "persistentDisposition", "readPoint", "bizLocation", "sensorElementList",
)  # fmt: skip
ENTRIES = (
    ("bizTransactionList", "bizTransaction", TRANSACTION_TYPE),
    ("destinationList", "destination", PARTY_TYPE),
    ("sourceList", "source", PARTY_TYPE),
)
_PLACED = _IGNORED | _COMMENTS | frozenset(_FIELDS) | {name for name, _, _ in ENTRIES}
_TIMES = frozenset(("eventTime", "time", "startTime", "endTime"))
_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
    "dataProcessingMethod", "bizRules",
)  # fmt: skip
_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod",
    "time", "microorganism", "chemicalSubstance", "value", "component", "stringValue",
    "booleanValue", "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue",
    "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
_REPORT_WORDS = (("type", MEASUREMENT), ("exception", SENSOR_ALERT), ("component", COMPONENT))


def event_hash(
    body: Mapping[str, object],
    namespaces: Namespaces,
    ignored: Collection[str] = (),
    *,
    reference: bool = False,
) -> str:
    """Event hash as ``ni:///sha-256;...?ver=CBV2.0``; see `prehash` for the parameters."""
    return hash_of(prehash(body, namespaces, ignored, reference=reference))


def hash_of(text: str) -> str:
    """Event hash of a canonical text, as `prehash` writes it."""
    return f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"


def prehash(
    body: Mapping[str, object],
    namespaces: Namespaces,
    ignored: Collection[str] = (),
    *,
    reference: bool = False,
) -> str:
    """Canonical text of an event.

    Parameters
    ----------
    body : the event in the form of EPCIS 2.0 JSON
    namespaces : what its prefixes mean
    ignored : full names of extension fields that a repository added to it
    reference : whether to repeat the known deviations of the reference implementation 1.9.3:
        booleans of JSON written as in Python, CURIEs and bare words left as they are where it
        does not expand them, numbers read with double precision, times rounded half to even
    """
    return _Writer(namespaces, ignored, reference=reference).event(body)


def canonical_text(namespaces: Namespaces, value: object) -> str:
    """Single value as it stands in the canonical text."""
    return _Writer(namespaces, (), reference=False).text(value)


def canonical_word(namespaces: Namespaces, vocabulary: Vocabulary, value: object) -> str:
    """Word of a vocabulary as it stands in the canonical text."""
    return _Writer(namespaces, (), reference=False).word(vocabulary, value)


class _Writer:
    """Writes the events of one set of namespaces."""

    def __init__(
        self, namespaces: Namespaces, ignored: Collection[str], *, reference: bool
    ) -> None:
        self.key = namespaces.key
        self.ignored = frozenset(ignored)
        self.reference = reference
        self.json = namespaces.form == "json"
        self.prefixes: Mapping[str, str] = namespaces.values
        # What the reference finds no place for in nested elements it adds at the end, with its way.
        self.left: list[str] = []
        self.number: Callable[[str], str | None] = numeric
        self.time = moment
        if reference:
            self.number, self.time = reference_numeric, reference_moment
            constant = {name: STANDARD_PREFIXES[name] for name in ("gs1", "cbv")}
            self.prefixes = namespaces.prefixes if self.json else constant
            self.key = self._reference_key if self.json else namespaces.key
            self._declared = namespaces.prefixes

    def _reference_key(self, name: str) -> str:
        """Full name of a field whose prefix the document itself declares."""
        prefix, colon, rest = name.partition(":")
        uri = self._declared.get(prefix) if colon else None
        return name if uri is None else f"{{{uri}}}{rest}"

    def event(self, body: Mapping[str, Any]) -> str:
        """Canonical text of one event."""
        parts = [f"eventType={body.get('type') or body.get('isA')}"]
        for name in _FIELDS:
            value = body.get(name)
            if value is not None:
                parts.append(_WRITERS[name](self, name, value))
        rest = []
        for name, entry, vocabulary in ENTRIES:
            if body.get(name):
                rest.append(name + self._entries(body[name], entry, vocabulary))
        for name, value in body.items():
            if name not in _PLACED and self._counts(name):
                rest += self._other(name, value)
        return "".join(parts + sorted(rest + self.left))

    def _counts(self, name: str) -> bool:
        """Whether an extension field takes part."""
        full = self.key(name)
        return full not in _COMMENTS and full not in self.ignored and not name.startswith("@xmlns")

    def text(self, value: Any) -> str:
        """Canonical form of a single value."""
        if isinstance(value, str):
            text = value.strip()
        elif isinstance(value, bool):
            return str(value) if self.reference and self.json else str(value).lower()
        else:
            text = str(value)
        first = text[:1]
        if first.isdigit() or first in "+-.":
            found = self.number(text)
            if found is not None:
                return found
        prefix, colon, rest = text.partition(":")
        if not colon:
            # The reference reads “nan” and “1_000” as numbers too.
            found = self.number(text) if self.reference else None
            return text if found is None else found
        uri = self.prefixes.get(prefix)
        if uri is not None and not rest.startswith("//"):
            text = uri + rest
        return identifier(text)

    def word(self, vocabulary: Vocabulary, value: Any) -> str:
        """Canonical form of a word, bare or not."""
        text = str(value).strip()
        return vocabulary.full(text) if ":" not in text else self.text(text)

    def _plain(self, name: str, value: Any) -> str:
        """A field with one value or several."""
        if isinstance(value, list):
            return "".join(sorted(self._plain(name, item) for item in value))
        text = self.time(str(value).strip()) if name in _TIMES else self.text(value)
        return f"{name}={text}" if text else ""

    def _step(self, name: str, value: Any) -> str:
        """Business step or disposition."""
        return f"{name}={self.word(_WORDS[name], value)}" if value else ""

    def _epcs(self, name: str, value: Any) -> str:
        """A list of identifiers."""
        text = self.text
        members = value if isinstance(value, list) else [value]
        found = sorted([f"epc={text(item)}" for item in members])
        return name + "".join(found) if found else ""

    def _quantities(self, name: str, value: Any) -> str:
        """A list of amounts."""
        members = value if isinstance(value, list) else [value]
        found = sorted(self._object(item, ("epcClass", "quantity", "uom")) for item in members)
        return name + "".join(f"quantityElement{text}" for text in found) if found else ""

    def _entries(self, value: Any, name: str, vocabulary: Vocabulary) -> str:
        """Business transactions, sources or destinations: the type, then the value."""
        found = []
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                kind = item.get("type")
                head = f"type={self.word(vocabulary, kind)}" if kind else ""
                found.append(f"{head}{name}={self.text(item.get(name, ''))}")
        return "".join(sorted(found))

    def _dispositions(self, name: str, value: Any) -> str:
        """What was set, then what was unset."""
        text = ""
        for part in ("set", "unset"):
            words = value.get(part) if isinstance(value, dict) else None
            members = words if isinstance(words, list) else [words] if words else []
            text += "".join(sorted(f"{part}={self.word(DISPOSITION, one)}" for one in members))
        return name + text if text else ""

    def _place(self, name: str, value: Any) -> str:
        """A place with its extensions."""
        text = self._below(name, self._located, value)
        return name + text if text else ""

    def _located(self, value: Any) -> str:
        """What stands inside a place."""
        return self._object(value, ("id",))

    def _below(self, name: str, write: Callable[[Any], str], value: Any) -> str:
        """Write what stands in an element; what found no place there stands below its name."""
        outer, self.left = self.left, []
        text = write(value)
        inner, self.left = self.left, outer
        if inner:
            self.left.append(name + "".join(sorted(inner)))
        return text

    def _sensors(self, name: str, value: Any) -> str:
        """Sensor elements, each with its metadata and reports."""
        text = self._below(name, self._all_sensors, value)
        return name + text if text else ""

    def _all_sensors(self, value: Any) -> str:
        """All sensor elements, sorted."""
        members = value if isinstance(value, list) else [value]
        found = [self._below("sensorElement", self._sensor, one) for one in members]
        return "".join(f"sensorElement{text}" for text in sorted(found) if text)

    def _sensor(self, value: Any) -> str:
        """One sensor element."""
        if not isinstance(value, dict):
            return ""
        text = ""
        metadata = value.get("sensorMetadata")
        if metadata:
            text = self._below("sensorMetadata", self._metadata, metadata)
            text = f"sensorMetadata{text}" if text else ""
        reports = value.get("sensorReport") or []
        members = reports if isinstance(reports, list) else [reports]
        found = [self._below("sensorReport", self._report, one) for one in members]
        text += "".join(f"sensorReport{one}" for one in sorted(found) if one)
        return text + self._extensions(value, ("sensorMetadata", "sensorReport"), nested=True)

    def _metadata(self, value: Any) -> str:
        """What holds for all reports of a sensor element."""
        return self._object(value, _METADATA)

    def _report(self, value: Any) -> str:
        """One sensor report; bare words of type, exception and component are expanded."""
        if not isinstance(value, dict):
            return ""
        changed = dict(value)
        for name, vocabulary in _REPORT_WORDS:
            word = value.get(name)
            if isinstance(word, str) and ":" not in word:
                known = word in vocabulary.words or name == "component" or self.reference
                changed[name] = vocabulary.full(word) if known else vocabulary.stem + word
        return self._object(changed, _REPORT)

    def _object(self, value: Any, order: Collection[str]) -> str:
        """Fields in a given order, then the extensions."""
        if not isinstance(value, dict):
            return ""
        found = [self._plain(n, value[n]) for n in order if value.get(n) is not None]
        return "".join(found) + self._extensions(value, order, nested=True)

    def _extensions(
        self, value: Mapping[str, Any], order: Collection[str], *, nested: bool = False
    ) -> str:
        """Fields that have no place in the order, sorted by their texts."""
        rest: list[str] = []
        for name, item in value.items():
            if name not in order and self._counts(name):
                # The reference knows extensions by a namespace that ends in a slash.
                lost = nested and self.reference and "/}" not in self.key(name)
                target = self.left if lost else rest
                target += self._other(name, item)
        return "".join(sorted(rest))

    def _other(self, name: str, value: Any) -> list[str]:
        """Extension field as one text for each of its values."""
        if value is None:
            return []
        if isinstance(value, list):
            return [text for item in value for text in self._other(name, item)]
        full = self.key(name.removeprefix("@"))
        if not isinstance(value, dict):
            text = self.text(value)
            return [f"{full}={text}" if text else full]
        head = value.get("#text")
        text = self.text(head) if head is not None else ""
        inner = self._extensions(value, ("#text",))
        return [f"{full}={text}{inner}" if text else full + inner]


_WORDS = {"bizStep": BIZ_STEP, "disposition": DISPOSITION}
_WRITERS: dict[str, Callable[[_Writer, str, Any], str]] = {
    **dict.fromkeys(_FIELDS, _Writer._plain),
    **dict.fromkeys(("epcList", "inputEPCList", "childEPCs", "outputEPCList"), _Writer._epcs),
    **dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"),
        _Writer._quantities,
    ),
    **dict.fromkeys(_WORDS, _Writer._step),
    **dict.fromkeys(("readPoint", "bizLocation"), _Writer._place),
    "persistentDisposition": _Writer._dispositions,
    "sensorElementList": _Writer._sensors,
}
