"""Write EPCIS 2.0 JSON: documents to send and the answers to queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from sanpin.trace.model.documents import Header, RawEvent
from sanpin.trace.model.namespaces import STANDARD_PREFIXES, Namespaces, is_standard_context

__all__ = ["CONTEXT", "Around", "context_of", "json_text", "write_document", "write_json"]
__all__ += ["write_query_document"]

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


def context_of(namespaces: Namespaces) -> object:
    """JSON-LD context that says what the prefixes of an event or document in XML mean."""
    extra = {
        prefix: uri
        for prefix, uri in namespaces.prefixes.items()
        if STANDARD_PREFIXES.get(prefix) != uri
    }
    return [CONTEXT, extra] if extra else CONTEXT


def json_text(raw: RawEvent) -> bytes:
    """Text of an event in JSON: as it came, or with its own context when it came in XML."""
    if raw.namespaces.form == "json":
        return raw.text
    return orjson.dumps({"@context": context_of(raw.namespaces), **raw.body})


def write_document(
    events: Iterable[Mapping[str, object]], created: str, contexts: Mapping[str, str] | None = None
) -> bytes:
    """Write an EPCISDocument.

    Parameters
    ----------
    events : bodies of events
    created : creation date with offset
    contexts : prefixes of extension fields with their namespaces
    """
    document = {
        "@context": [CONTEXT, dict(contexts)] if contexts else CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created,
        "epcisBody": {"eventList": list(events)},
    }
    return orjson.dumps(document)


def write_json(header: Header, events: Iterable[RawEvent], created: str) -> Iterator[bytes]:
    """Write a document, query document, single event or list, piece by piece.

    Events that came in JSON keep their texts. An event in XML that declares more prefixes than its
    document brings its own context.

    Parameters
    ----------
    header : what stands around the events
    events : the events, of which only one is in memory at a time
    created : creation date where the header has none
    """
    if header.kind == "event":
        yield from (json_text(raw) for raw in events)
        return
    head = {name: value for name, value in header.head.items() if ":" in name or name in _HEAD}
    head["@context"] = header.context or CONTEXT
    head.setdefault("type", "EPCISDocument")
    head["schemaVersion"] = "2.0"
    head.setdefault("creationDate", created)
    query = header.kind == "query-document"
    results: dict[str, object] = {}
    if query:
        names = [n for n in head if n in _RESULTS or n.endswith(":ignoreFields")]
        results = {"queryName": "SimpleEventQuery"} | {name: head.pop(name) for name in names}
    yield orjson.dumps(head)[:-1] + b',"epcisBody":{'
    if query:
        yield b'"queryResults":' + orjson.dumps(results)[:-1] + b',"resultsBody":{'
    yield b'"eventList":['
    between = b"\n"
    for raw in events:
        yield between + _in_document(raw, header)
        between = b",\n"
    yield b"\n]}}}}" if query else b"\n]}}"


_HEAD = frozenset((
    "type", "schemaVersion", "creationDate", "id", "sender", "receiver",
    "instanceIdentifier", "epcisHeader", "queryName", "subscriptionID",
))  # fmt: skip
_RESULTS = ("queryName", "subscriptionID")


def _in_document(raw: RawEvent, header: Header) -> bytes:
    """Text of an event below the context of a document."""
    if raw.namespaces.form == "json":
        return raw.text
    if raw.namespaces.prefixes == header.namespaces.prefixes:
        return orjson.dumps(raw.body)
    return json_text(raw)


def write_query_document(
    events: Sequence[tuple[bytes, object]], created: str, query: str = "SimpleEventQuery"
) -> bytes:
    """Write an EPCISQueryDocument around the texts of events, which stay as they came.

    Parameters
    ----------
    events : text of each event with the ``@context`` of the document that brought it
    created : creation date with offset
    query : name of the query that was asked

    Notes
    -----
    Contexts that agree on every prefix are joined at the head. An event whose prefixes
    mean something else there carries its own context.

    Returns
    -------
    bytes
        JSON in UTF-8; the events are not parsed again unless one needs its own context
    """
    around = Around()
    texts = [around.text(text, context) for text, context in events]
    return around.opening(created, query) + b",".join(texts) + around.closing


class Around:
    """What stands around the events of a query document; complete once all of them were seen.

    Attributes
    ----------
    closing : what stands behind the events
    """

    closing = b"]}}}}"

    def __init__(self) -> None:
        self._shared: dict[str, object] = {}
        self._others: list[str] = []

    def text(self, text: bytes, context: object) -> bytes:
        """Text of an event as it stands in the document.

        Parameters
        ----------
        context : ``@context`` of the document that brought it
        """
        prefixes, addresses = _split(context)
        known = self._others
        known.extend(a for a in addresses if a not in known and not is_standard_context(a))
        if any(self._shared.get(name, meaning) != meaning for name, meaning in prefixes.items()):
            return _with_context(text, prefixes)
        self._shared.update(prefixes)
        return text

    def opening(self, created: str, query: str = "SimpleEventQuery") -> bytes:
        """What stands in front of the events."""
        head = orjson.dumps(
            {
                "@context": [CONTEXT, *self._others, *([self._shared] if self._shared else ())],
                "type": "EPCISQueryDocument",
                "schemaVersion": "2.0",
                "creationDate": created,
            }
        )
        opening = b',"epcisBody":{"queryResults":{"queryName":' + orjson.dumps(query)
        return head[:-1] + opening + b',"resultsBody":{"eventList":['


def _split(context: object) -> tuple[dict[str, object], list[str]]:
    """Separate the prefixes that a context declares from the addresses that it names."""
    parts = context if isinstance(context, list) else [context]
    prefixes: dict[str, object] = {}
    for part in parts:
        if isinstance(part, dict):
            prefixes.update(part)
    return prefixes, [part for part in parts if isinstance(part, str)]


def _with_context(text: bytes, prefixes: Mapping[str, object]) -> bytes:
    """Give an event its own context, which outranks that of the document."""
    body = orjson.loads(text)
    own, addresses = _split(body.get("@context"))
    body["@context"] = [*addresses, dict(prefixes) | own]
    return orjson.dumps(body)
