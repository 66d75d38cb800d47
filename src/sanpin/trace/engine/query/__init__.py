"""The query language of EPCIS 2.0: read parameters, tell whether an event is meant, write answers.

`families` is the table of parameters; `parse` reads parameters by it, with one reader for each kind
of value in `values` and `patterns` for identifiers; `check` tells whether an event fulfils a
condition, from its text alone; `answers` writes documents in the `forms` that readers ask for. The
store searches by the same table.
"""

from sanpin.trace.engine.query.answers import in_form, write_xml_answer
from sanpin.trace.engine.query.check import fulfils
from sanpin.trace.engine.query.families import CONTROLS, FAMILIES, family_of
from sanpin.trace.engine.query.parse import fault, read_query, unwrap
from sanpin.trace.engine.query.patterns import read_class, read_thing
from sanpin.trace.model.queries import EpcFormat

__all__ = [
    "CONTROLS",
    "FAMILIES",
    "EpcFormat",
    "family_of",
    "fault",
    "fulfils",
    "in_form",
    "read_class",
    "read_query",
    "read_thing",
    "unwrap",
    "write_xml_answer",
]
