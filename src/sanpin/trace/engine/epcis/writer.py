"""Write EPCIS 2.0 JSON: documents to send and the answers to queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import orjson

__all__ = ["CONTEXT", "write_document", "write_query_document"]

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


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
    shared: dict[str, object] = {}
    others: list[str] = []
    texts = []
    for text, context in events:
        prefixes, addresses = _split(context)
        others.extend(a for a in addresses if a not in others and not _standard(a))
        if any(shared.get(name, meaning) != meaning for name, meaning in prefixes.items()):
            text = _with_context(text, prefixes)
        else:
            shared.update(prefixes)
        texts.append(text)
    head = orjson.dumps(
        {
            "@context": [CONTEXT, *others, *([shared] if shared else ())],
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": created,
        }
    )
    opening = b',"epcisBody":{"queryResults":{"queryName":' + orjson.dumps(query)
    body = b',"resultsBody":{"eventList":[' + b",".join(texts) + b"]}}}}"
    return head[:-1] + opening + body


def _standard(address: str) -> bool:
    """Whether an address names the context of EPCIS itself, in any version."""
    return address.startswith("https://ref.gs1.org/standards/epcis/")


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
