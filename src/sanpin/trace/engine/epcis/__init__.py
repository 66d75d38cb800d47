"""EPCIS 2.0: read, validate, normalise and write documents. No network, no store.

A document passes through `reader` (bytes to events with their own texts), `validate` (all findings
at once) and `normalise` (canonical names). `rules` and `shapes` are the tables that the validation
walks; `spans` cuts the texts out, so that they can be given back byte for byte.
"""

from sanpin.trace.engine.epcis.normalise import normalise
from sanpin.trace.engine.epcis.reader import read_document
from sanpin.trace.engine.epcis.times import instant, write_instant
from sanpin.trace.engine.epcis.validate import validate
from sanpin.trace.engine.epcis.writer import CONTEXT, write_document, write_query_document

__all__ = [
    "CONTEXT",
    "instant",
    "normalise",
    "read_document",
    "validate",
    "write_document",
    "write_instant",
    "write_query_document",
]
