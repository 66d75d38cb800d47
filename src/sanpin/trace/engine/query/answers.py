"""Answers to queries: documents in JSON or XML, with identifiers in the form that is asked for.

What has no other form stays as it is: a URN without a GS1 key, a link whose company prefix has an
unknown length. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from sanpin.trace.engine.epcis.convert import with_epcs
from sanpin.trace.engine.epcis.writer import CONTEXT
from sanpin.trace.engine.epcis.xml_writer import write_xml
from sanpin.trace.engine.identifiers import Prefixes, canonical, to_urn
from sanpin.trace.model.documents import Header, RawEvent
from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.model.namespaces import Namespaces
from sanpin.trace.model.queries import EpcFormat

__all__ = ["in_form", "write_xml_answer"]

_Text = tuple[bytes, object]
_URN = ("urn:epc:id:", "urn:epc:class:", "urn:epc:idpat:")
_NAME = "SimpleEventQuery"


def in_form(text: bytes, form: EpcFormat, prefixes: Prefixes) -> bytes:
    """Write an event with its identifiers in a form; byte for byte as it came where it has them.

    Parameters
    ----------
    text : event in JSON
    form : what the reader asks for
    prefixes : known lengths of company prefixes, without which there are no URNs
    """
    if form is EpcFormat.LINKS and b"urn:epc:" in text:
        return _renamed(text, _link)
    if form is EpcFormat.URNS and b"://" in text:
        return _renamed(text, lambda name: _urn(name, prefixes))
    return text


def _renamed(text: bytes, rename: Callable[[str], str]) -> bytes:
    """Apply a function to the identifiers of an event."""
    raw = RawEvent(1, 1, text, orjson.loads(text))
    changed = with_epcs(raw, rename)
    return text if changed.body == raw.body else changed.text


def _link(name: str) -> str:
    """Digital Link of a URN; everything else stays."""
    return canonical(name) if name.startswith(_URN) else name


def _urn(name: str, prefixes: Prefixes) -> str:
    """URN of a Digital Link; everything else stays."""
    if not name.startswith(("http://", "https://")):
        return name
    found = canonical(name)
    if not found.startswith(f"{CANONICAL_STEM}/"):
        return name
    return to_urn(found, prefixes=prefixes) or name


def write_xml_answer(texts: Iterable[_Text], created: str) -> Iterator[bytes]:
    """Write a query document in XML 2.0, piece by piece.

    Parameters
    ----------
    texts : text of each event in JSON, with the context of its document
    created : creation date with offset

    Raises
    ------
    InputError
        ``trace.convert.*`` for what XML cannot say
    """
    head: dict[str, Any] = {
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": created,
        "epcisBody": {"queryResults": {"queryName": _NAME}},
    }
    header = Header("json", "2.0", "query-document", CONTEXT, head)
    yield from write_xml(header, _raw_events(texts), created)


def _raw_events(texts: Iterable[_Text]) -> Iterator[RawEvent]:
    """Read texts as events, each with the meaning of its prefixes."""
    for number, (text, context) in enumerate(texts, 1):
        body = orjson.loads(text)
        namespaces = Namespaces.of_context(context).within(body.get("@context"))
        yield RawEvent(number, 1, text, body, namespaces)
