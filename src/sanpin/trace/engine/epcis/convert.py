"""Turn documents from one format and notation into another, event by event.

Nothing is lost on the way: the event hash of every event is the same before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from sanpin.base import N_, InputError
from sanpin.trace.engine.epcis.reader import OpenDocument
from sanpin.trace.engine.epcis.writer import write_json
from sanpin.trace.engine.epcis.xml_fields import EPC_LISTS, NAMED_LISTS, PLACES, QUANTITY_LISTS
from sanpin.trace.engine.epcis.xml_writer import write_xml
from sanpin.trace.engine.identifiers import Prefixes, canonical, to_urn
from sanpin.trace.model.documents import RawEvent
from sanpin.trace.model.queries import EpcFormat

__all__ = ["convert", "translator", "with_epcs"]

Translate = Callable[[str], str]


def convert(
    document: OpenDocument,
    to: str,
    *,
    epcs: EpcFormat = EpcFormat.AS_CAME,
    prefixes: Prefixes | None = None,
    created: str = "",
) -> Iterator[bytes]:
    """Write a document in another format, piece by piece.

    Raises
    ------
    InputError
        ``trace.convert.*`` for what the other format cannot say, ``trace.document.*`` while reading

    Parameters
    ----------
    document : what to convert
    to : ``json``, ``xml`` or ``xml-1.2``
    epcs : notation of identifiers
    prefixes : lengths of company prefixes, needed to write URNs of keys that came as links
    created : creation date where neither the document nor any event says one
    """
    header = document.header
    if header.kind == "query":
        raise InputError(
            "trace.convert.query",
            N_("A query holds no events; there is nothing to convert."),
            hint=N_("Convert documents of events."),
        )
    events: Iterable[RawEvent] = document
    if epcs in (EpcFormat.LINKS, EpcFormat.URNS):
        events = (with_epcs(raw, translator(epcs, prefixes)) for raw in document)
    if "creationDate" not in header.head:
        created = _first_time(document) or created
    if to == "json":
        return write_json(header, events, created)
    return write_xml(header, events, created, version="1.2" if to == "xml-1.2" else "2.0")


def _first_time(document: OpenDocument) -> str:
    """Time of the first event: the only date in a bare list of events."""
    return next((str(raw.body.get("eventTime", "")) for raw in document), "")


def translator(epcs: EpcFormat, prefixes: Prefixes | None = None) -> Translate:
    """Make the function that writes an identifier in a notation.

    Other identifiers than GS1 keys have one notation only and stay as they are.
    """
    if epcs is EpcFormat.LINKS:
        return canonical

    def urn(text: str) -> str:
        """EPC URN of an identifier; refuses a link whose prefix length is unknown."""
        if text.startswith("urn:"):
            return text
        link = canonical(text)
        if not link.startswith("https://id.gs1.org/"):
            return text
        found = to_urn(link, prefixes=prefixes)
        if found is None:
            raise InputError(
                "trace.convert.prefix",
                N_("{value} cannot be written as an EPC URN: its prefix length is not known."),
                hint=N_("Give a table of company prefixes, or keep the links."),
                value=text[:120],
            )
        return found

    return urn


def with_epcs(raw: RawEvent, translate: Translate) -> RawEvent:
    """Write the identifiers of an event in another notation."""
    body: dict[str, Any] = {
        name: _translated(name, value, translate) for name, value in raw.body.items()
    }
    text = orjson.dumps(body) if raw.namespaces.form == "json" else raw.text
    return raw._replace(body=body, text=text)


def _translated(name: str, value: Any, translate: Translate) -> Any:
    """One field with its identifiers written anew."""
    if name in EPC_LISTS and isinstance(value, list):
        return [translate(one) if isinstance(one, str) else one for one in value]
    if name in ("parentID", "transformationID") and isinstance(value, str):
        return translate(value)
    if name in PLACES:
        return _field(value, "id", translate)
    if name in QUANTITY_LISTS and isinstance(value, list):
        return [_field(one, "epcClass", translate) for one in value]
    if name in NAMED_LISTS and isinstance(value, list):
        return [_field(one, NAMED_LISTS[name], translate) for one in value]
    return value


def _field(value: Any, name: str, translate: Translate) -> Any:
    """An object with one of its fields written anew."""
    if not isinstance(value, dict) or not isinstance(value.get(name), str):
        return value
    return {**value, name: translate(value[name])}
