"""Identifiers: read every usual writing of a GS1 key, write one canonical form.

`table` holds the application identifiers of the standard (generated from its dictionary), `linters`
checks parts of a value, `pairs` the rules among values; `element`, `link`, `urn`, `scan` and
`plain` read and write the notations into a `reading`; `read` chooses among them; `parse` names
things, and `batch` answers many lines at once.
"""

from sanpin.trace.engine.identifiers.batch import KINDS_OF_CODES, Door
from sanpin.trace.engine.identifiers.check import check_digit, with_check_digit
from sanpin.trace.engine.identifiers.element import write_brackets, write_element
from sanpin.trace.engine.identifiers.link import write_link
from sanpin.trace.engine.identifiers.parse import (
    canonical,
    fault_of,
    lot_of,
    parse,
    role_of,
    thing_of,
)
from sanpin.trace.engine.identifiers.prefixes import NO_PREFIXES, Prefixes, read_prefixes, to_urn
from sanpin.trace.engine.identifiers.read import read
from sanpin.trace.engine.identifiers.reading import Options, Reading
from sanpin.trace.engine.identifiers.urn import write_urn

__all__ = [
    "KINDS_OF_CODES",
    "NO_PREFIXES",
    "Door",
    "Options",
    "Prefixes",
    "Reading",
    "canonical",
    "check_digit",
    "fault_of",
    "lot_of",
    "parse",
    "read",
    "read_prefixes",
    "role_of",
    "thing_of",
    "to_urn",
    "with_check_digit",
    "write_brackets",
    "write_element",
    "write_link",
    "write_urn",
]
