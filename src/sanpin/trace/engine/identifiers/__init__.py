"""Identifiers: read every usual writing of a GS1 key, write one canonical form.

`keys` holds the tables of the standard, `values` checks one value against them and `build` a whole
identifier; `link`, `urn` and `element` read and write the three notations; `parse` chooses among
them.
"""

from sanpin.trace.engine.identifiers.check import check_digit
from sanpin.trace.engine.identifiers.element import write_brackets, write_element
from sanpin.trace.engine.identifiers.parse import (
    canonical,
    fault_of,
    lot_of,
    parse,
    role_of,
    thing_of,
    with_check_digit,
)
from sanpin.trace.engine.identifiers.prefixes import Prefixes, to_urn
from sanpin.trace.engine.identifiers.urn import write_urn

__all__ = [
    "Prefixes",
    "canonical",
    "check_digit",
    "fault_of",
    "lot_of",
    "parse",
    "role_of",
    "thing_of",
    "to_urn",
    "with_check_digit",
    "write_brackets",
    "write_element",
    "write_urn",
]
