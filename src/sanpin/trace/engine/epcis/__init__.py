"""EPCIS 2.0 and 1.2: read, validate, normalise and write documents. No network, no store.

A document passes through `reader` (bytes to events with their own texts), `validate` (all findings
at once) and `normalise` (canonical names). Whatever it came in, an event has the form of EPCIS 2.0
JSON in between: `json_reader` and `xml_reader` make it, `writer` and `xml_writer` write it.
`rules` and `shapes` are the tables that the validation walks, `places` finds line and column of
what it names; `spans` and `xml_tree` cut the texts out, so that they can be given back byte for
byte.
"""

from sanpin.trace.engine.epcis.normalise import normalise
from sanpin.trace.engine.epcis.reader import OpenDocument, open_document, read_document
from sanpin.trace.engine.epcis.times import instant, write_instant
from sanpin.trace.engine.epcis.validate import validate, validate_event, validate_header
from sanpin.trace.engine.epcis.writer import (
    CONTEXT,
    json_text,
    write_document,
    write_query_document,
)

__all__ = [
    "CONTEXT",
    "OpenDocument",
    "instant",
    "json_text",
    "normalise",
    "open_document",
    "read_document",
    "validate",
    "validate_event",
    "validate_header",
    "write_document",
    "write_instant",
    "write_query_document",
]
