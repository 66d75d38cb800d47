"""Read EPCIS 2.0 JSON in each form it travels in; refuse other formats by name."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from sanpin.base import N_, InputError
from sanpin.trace.engine.epcis.spans import compact_spans, event_spans
from sanpin.trace.model.documents import Document, RawEvent
from sanpin.trace.model.events import EventType

__all__ = ["EVENT_TYPES", "read_document"]

EVENT_TYPES = {kind.word: kind for kind in EventType}
_HINT = N_("Send an EPCIS 2.0 document in JSON.")


def read_document(data: bytes) -> Document:
    """Read a document, query document, list of events or single event from JSON bytes.

    Raises
    ------
    InputError
        ``trace.document.empty``, ``.format``, ``.encoding``, ``.json``, ``.kind``,
        ``.events`` or ``.version``.

    Parameters
    ----------
    data : UTF-8 with or without byte order mark

    Returns
    -------
    Document
        its events with their own bytes and the line on which each begins, unchecked so far
    """
    text = data.removeprefix(b"\xef\xbb\xbf")
    _refuse_other_formats(text)
    root = _parse(text)
    if isinstance(root, list):
        return Document("events", "2.0", None, _raw_events(text, root), {})
    if not isinstance(root, dict):
        raise _not_understood()
    kind = root.get("type", root.get("isA"))
    if isinstance(kind, str) and kind in EVENT_TYPES:
        event = RawEvent(1, 1, text.strip(), root)
        return Document("event", "2.0", root.get("@context"), (event,), {})
    if kind == "EPCISDocument":
        return _document(text, root, "document", _event_list(root))
    if kind == "EPCISQueryDocument":
        return _document(text, root, "query-document", _query_list(root))
    raise _not_understood(str(kind)[:80] if kind else "")


def _refuse_other_formats(text: bytes) -> None:
    """Say which format it is instead of calling it bad JSON."""
    head = text.lstrip()[:64]
    if not head:
        raise InputError("trace.document.empty", N_("The document is empty."), hint=_HINT)
    if head.startswith(b"<"):
        raise InputError(
            "trace.document.format",
            N_("The document is in {format}; only JSON is read."),
            hint=_HINT,
            format="XML",
        )
    if head.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise InputError(
            "trace.document.format",
            N_("The document is in {format}; only JSON is read."),
            hint=_HINT,
            format="gzip" if head[:1] == b"\x1f" else "zip",
        )


def _parse(text: bytes) -> object:
    """Parse JSON, and say line and column of what is wrong."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        # The parser reports wrong bytes as wrong JSON; people need to hear which of the two it is.
        if error.lineno == 0 or not _is_utf8(text):
            raise InputError(
                "trace.document.encoding",
                N_("The document is not encoded in UTF-8."),
                hint=N_("Save it again as UTF-8."),
            ) from None
        raise InputError(
            "trace.document.json",
            N_("The document is no valid JSON: line {line}, column {column}: {reason}."),
            hint=N_("Check that it was sent completely."),
            line=error.lineno,
            column=error.colno,
            reason=error.msg.split(":")[0],
        ) from None


def _is_utf8(text: bytes) -> bool:
    """Whether bytes are valid UTF-8."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _event_list(root: Mapping[str, object]) -> object:
    """Find the events of a document, also where a program left out the body."""
    body = root.get("epcisBody")
    if not isinstance(body, dict):
        return root.get("eventList")
    single = body.get("event")
    return [single] if single is not None and "eventList" not in body else body.get("eventList")


def _query_list(root: Mapping[str, object]) -> object:
    """Find the events of a query document."""
    found: object = root
    for name in ("epcisBody", "queryResults", "resultsBody", "eventList"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _document(text: bytes, root: dict[str, object], kind: str, events: object) -> Document:
    """Make a `Document` once its events are found; refuse other schema versions."""
    version = root.get("schemaVersion")
    if version is not None and str(version).split(".")[0] != "2":
        raise InputError(
            "trace.document.version",
            N_("The document has schema version {version}; version 2.0 is read."),
            hint=_HINT,
            version=str(version)[:20],
        )
    if isinstance(events, dict):
        events = [events]  # JSON-LD writes a set of one without brackets
    if not isinstance(events, list):
        raise InputError(
            "trace.document.events",
            N_("The document holds no list of events."),
            hint=N_("Events stand in epcisBody.eventList."),
        )
    head = {name: value for name, value in root.items() if name not in ("epcisBody", "eventList")}
    return Document(kind, "2.0", root.get("@context"), _raw_events(text, events), head)


def _raw_events(text: bytes, events: list[object]) -> tuple[RawEvent, ...]:
    """Pair each parsed event with its own bytes and line."""
    spans = compact_spans(text, events) or event_spans(text)
    if len(spans) != len(events):
        # A set of one without brackets, or something that is no object: cut nothing out.
        return tuple(
            RawEvent(i, 1, orjson.dumps(event), event if isinstance(event, dict) else {})
            for i, event in enumerate(events, 1)
        )
    found = []
    line, place = 1, 0
    for number, ((start, end), event) in enumerate(zip(spans, events, strict=True), 1):
        line += text.count(b"\n", place, start)
        place = start
        body = event if isinstance(event, dict) else {}
        found.append(RawEvent(number, line, text[start:end], body))
    return tuple(found)


def _not_understood(kind: str = "") -> InputError:
    """Make the refusal of JSON that is none of the known documents."""
    return InputError(
        "trace.document.kind",
        N_("The JSON holds no EPCIS document, query document or event (type “{kind}”)."),
        hint=_HINT,
        kind=kind,
    )
