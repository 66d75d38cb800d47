"""Read EPCIS 2.0 JSON and JSON-LD in each form it travels in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from sanpin.base import N_, InputError
from sanpin.trace.engine.epcis.spans import EventSpan, JsonEvents, Read
from sanpin.trace.model.documents import Header, RawEvent
from sanpin.trace.model.events import EventType
from sanpin.trace.model.namespaces import Namespaces

__all__ = ["EVENT_TYPES", "JsonDocument", "body_of", "ignored_fields", "is_utf8", "not_understood"]
__all__ += ["parse_json", "too_deep"]

EVENT_TYPES = {kind.word: kind for kind in EventType}
DEEPEST = 200
"""Levels of nesting that an event may have."""

# How the parser calls nesting that it does not follow itself.
_TOO_DEEP = ("depth limit", "recursion limit", "Recursion limit")
_HINT = N_("Send an EPCIS document in JSON or XML.")
# A name whose colon stands apart, which a simple count would miss.
_SPACED = re.compile(rb'"\s++:')
_PLACES_OF_EVENTS = re.compile(rb"\[0(?:,0)*+\]")
_JSON_LD = (b'"@set"', b'"@value"', b'"@list"', b'"@id"', b'"@type"', b'"epcis:')


class JsonDocument:
    """Events of a JSON text that is read in pieces; the header is known after the last one.

    Parameters
    ----------
    read : gives the next bytes, none at the end
    look_ahead : finds the header in a pass of its own, for a document whose ``@context`` stands
        behind its events
    """

    def __init__(self, read: Read, look_ahead: Callable[[], Header] | None = None) -> None:
        self._spans = JsonEvents(read)
        self._look_ahead = look_ahead
        self._header: Header | None = None
        self._single: RawEvent | None = None

    @property
    def header(self) -> Header:
        """What stands around the events; complete once all events were read."""
        if self._header is None:
            self._header = self._read_envelope()
        return self._header

    def __iter__(self) -> Iterator[RawEvent]:
        """Read one event after the other."""
        namespaces = Namespaces()
        for number, span in enumerate(self._spans, 1):
            if number == 1:
                namespaces = self._namespaces()
            yield _event(number, span, namespaces)
        self._header = self._read_envelope()
        if self._single is not None:
            yield self._single

    def _namespaces(self) -> Namespaces:
        """Prefixes of the document: from the part before the events, else from a look ahead."""
        try:
            head = orjson.loads(self._spans.envelope + self._spans.closing)
        except orjson.JSONDecodeError:
            head = None
        if isinstance(head, dict) and "@context" in head:
            return Namespaces.of_context(head["@context"])
        if isinstance(head, list) or self._look_ahead is None:
            return Namespaces()
        return self._look_ahead().namespaces

    def _read_envelope(self) -> Header:
        """Understand what stands around the events."""
        text = self._spans.envelope
        root = parse_json(text)
        _refuse_depth(text, root, 1)
        if isinstance(root, dict) and _kind_of(root) in EVENT_TYPES:
            _refuse_duplicates(text, root, 1)
            self._single = _raw(1, EventSpan(text.strip(), 1, 1), root, Namespaces())
            namespaces = self._single.namespaces
            return Header("json", "2.0", "event", root.get("@context"), {}, namespaces)
        _refuse_duplicates(_PLACES_OF_EVENTS.sub(b"[]", text), None, 1)
        if isinstance(root, list):
            return Header("json", "2.0", "events", None, {})
        if not isinstance(root, dict):
            raise not_understood()
        kind = _kind_of(root)
        context = root.get("@context")
        namespaces = Namespaces.of_context(context)
        if kind == "EPCISDocument":
            return self._document(root, "document", _event_list(root), namespaces)
        if kind == "EPCISQueryDocument":
            return self._document(root, "query-document", _query_list(root), namespaces)
        if not kind and _is_query(root, context):
            return Header("json", "2.0", "query", context, root, namespaces, text=text)
        raise not_understood(kind[:80])

    def _document(
        self, root: dict[str, Any], kind: str, events: object, namespaces: Namespaces
    ) -> Header:
        """Make the header of a document once its events are found."""
        version = root.get("schemaVersion")
        if version is not None and str(version).split(".")[0] != "2":
            raise InputError(
                "trace.document.version",
                N_("The document has schema version {version}; in JSON only 2.0 is read."),
                hint=_HINT,
                version=str(version)[:20],
            )
        if isinstance(events, dict):  # JSON-LD writes a set of one without brackets
            self._single = _event(1, EventSpan(orjson.dumps(events), 1, 1), namespaces)
        elif not isinstance(events, list):
            raise InputError(
                "trace.document.events",
                N_("The document holds no list of events."),
                hint=N_("Events stand in epcisBody.eventList."),
            )
        head = {name: v for name, v in root.items() if name not in ("epcisBody", "eventList")}
        results = _inside(root, "epcisBody", "queryResults")
        if isinstance(results, dict):
            head |= {name: value for name, value in results.items() if name != "resultsBody"}
        ignored = ignored_fields(head, namespaces)
        return Header(
            "json",
            "2.0",
            kind,
            root.get("@context"),
            head,
            namespaces,
            ignored,
            text=self._spans.envelope,
            gap=self._spans.gap,
        )


def _event(number: int, span: EventSpan, namespaces: Namespaces) -> RawEvent:
    """Parse one event and make its body plain."""
    text = span.text
    body = parse_json(text, span.line, span.column)
    _refuse_depth(text, body, span.line)
    _refuse_duplicates(text, body, span.line)
    if not isinstance(body, dict):
        return RawEvent(number, span.line, text, {}, namespaces, column=span.column)
    return _raw(number, span, body, namespaces)


def _raw(number: int, span: EventSpan, body: dict[str, Any], namespaces: Namespaces) -> RawEvent:
    """Make the body of a parsed event plain."""
    text = span.text
    body = _made_plain(text, body)
    context = body.get("@context")
    if context is not None:
        namespaces = namespaces.within(context)
    return RawEvent(number, span.line, text, body, namespaces, column=span.column)


def _kind_of(root: Mapping[str, object]) -> str:
    """What a text says it is."""
    kind = root.get("type", root.get("isA"))
    return str(kind) if kind else ""


def body_of(text: bytes) -> Mapping[str, object]:
    """Body of an event whose text was read before and found good."""
    body = orjson.loads(text)
    return _made_plain(text, body) if isinstance(body, dict) else {}


def _made_plain(text: bytes, body: dict[str, Any]) -> dict[str, Any]:
    """Take JSON-LD keywords out of the body of an event where there are any."""
    if (b'"@' in text or b'"epcis:' in text) and any(word in text for word in _JSON_LD):
        plain: dict[str, Any] = _plain(body, "")
        return plain
    return body


def parse_json(text: bytes, line: int = 1, column: int = 1) -> object:
    """Parse JSON that begins at a line and column; say both of what is wrong.

    Raises
    ------
    InputError
        ``trace.document.json``, ``.depth`` or ``.encoding``
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # The parser reports wrong bytes as wrong JSON; people need to hear which of the two it is.
        if not is_utf8(text):
            raise InputError(
                "trace.document.encoding",
                N_("The document is not encoded in UTF-8."),
                hint=N_("Save it again as UTF-8."),
            ) from None
        if error.msg.startswith(_TOO_DEEP):
            raise too_deep(line + error.lineno - 1 if error.lineno else line) from None
        raise InputError(
            "trace.document.json",
            N_("The document is no valid JSON: line {line}, column {column}: {reason}."),
            hint=N_("Check that it was sent completely."),
            line=line + error.lineno - 1 if error.lineno else line,
            column=error.colno + (column - 1 if error.lineno == 1 else 0),
            reason=error.msg,
        ) from None


def is_utf8(text: bytes) -> bool:
    """Whether bytes are valid UTF-8."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_depth(text: bytes, body: object, line: int) -> None:
    """Refuse nesting that no program could walk through."""
    if text.count(b"{") + text.count(b"[") > DEEPEST and _depth(body) > DEEPEST:
        raise too_deep(line)


def _depth(value: object) -> int:
    """Levels of nesting, counted without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, level = waiting.pop()
        deepest = max(deepest, level)
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(item, level + 1) for item in inner if isinstance(item, dict | list)]
    return deepest


def too_deep(line: int) -> InputError:
    """Make the refusal of nesting without end."""
    return InputError(
        "trace.document.depth",
        N_("Line {line}: fields are nested more than {limit} levels deep."),
        hint=N_("Check that the document was written correctly."),
        line=line,
        limit=DEEPEST,
    )


def _refuse_duplicates(text: bytes, body: object, line: int) -> None:
    """Refuse an event in which a field stands twice: readers would disagree which one counts.

    Written again, a parsed event has as many names as its text unless one was dropped; only when
    the counts differ is the text parsed a second time to make sure.
    """
    written = orjson.dumps(body)
    if written == text:
        return
    if written.count(b'":') == text.count(b'":') and not _SPACED.search(text):
        return
    json.loads(text, object_pairs_hook=lambda pairs: _distinct(pairs, line))


def _distinct(pairs: list[tuple[str, object]], line: int) -> dict[str, object]:
    """Make a table of pairs, refusing a name that comes twice."""
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise InputError(
                "trace.document.duplicate",
                N_("Line {line}: the field {name} stands twice in one object."),
                hint=N_("Keep one of the two."),
                line=line,
                name=name[:80],
            )
        found[name] = value
    return found


def _plain(value: Any, name: str) -> Any:
    """Take JSON-LD keywords out: ``@set`` and ``@value`` wrap, ``@id`` and ``@type`` rename."""
    if isinstance(value, list):
        return [_plain(item, name) for item in value]
    if not isinstance(value, dict) or name == "@context":
        return value
    for wrapper in ("@set", "@list", "@value"):
        if wrapper in value:
            return _plain(value[wrapper], name)
    found = {}
    for key, item in value.items():
        if key == "@id":
            key = "id" if name else "eventID"
        elif key == "@type":
            key = "type"
        elif key.startswith("epcis:"):
            key = key[6:]
        found[key] = _plain(item, key)
    return found


def _event_list(root: Mapping[str, object]) -> object:
    """Find the events of a document, also where a program left out the body."""
    body = root.get("epcisBody")
    if not isinstance(body, dict):
        return root.get("eventList")
    single = body.get("event")
    return single if single is not None and "eventList" not in body else body.get("eventList")


def _query_list(root: Mapping[str, object]) -> object:
    """Find the events of a query document."""
    return _inside(root, "epcisBody", "queryResults", "resultsBody", "eventList")


def _inside(value: object, *names: str) -> object:
    """Follow names through nested objects; None where one is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def ignored_fields(value: object, namespaces: Namespaces) -> frozenset[str]:
    """Full names of fields that a repository added and asks to leave out of the hash."""
    if not isinstance(value, dict):
        return frozenset()
    found: set[str] = set()
    for name, names in value.items():
        if name.rpartition(":")[2] == "ignoreFields":
            listed = names if isinstance(names, list) else [names]
            found |= {namespaces.key(one) for one in listed if isinstance(one, str)}
    return frozenset(found)


def _is_query(root: Mapping[str, object], context: object) -> bool:
    """Whether an object is a query, bare or with its name."""
    if isinstance(root.get("query"), dict) or (
        isinstance(context, str) and context.endswith("query-schema.json")
    ):
        return True
    return "epcisBody" not in root and any(
        name == "eventType" or name[:3] in ("EQ_", "GE_", "LT_") or name.startswith("MATCH_")
        for name in root
    )


def not_understood(kind: str = "") -> InputError:
    """Make the refusal of text that is none of the known documents."""
    return InputError(
        "trace.document.kind",
        N_("This is no EPCIS document, query document, query or event (type “{kind}”)."),
        hint=_HINT,
        kind=kind,
    )
