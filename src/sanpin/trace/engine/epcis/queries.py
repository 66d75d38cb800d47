"""Check a query: every parameter known, every value of the kind that it takes.

Source of the names: GS1 EPCIS 2.0, section 8.2.7.1, and its REST binding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sanpin.base import N_
from sanpin.trace.engine.epcis.findings import Findings
from sanpin.trace.engine.epcis.json_reader import EVENT_TYPES
from sanpin.trace.engine.epcis.shapes import check_instant, shown
from sanpin.trace.engine.epcis.vocabulary import (
    BIZ_STEP,
    DISPOSITION,
    ERROR_REASON,
    Vocabulary,
    is_uri,
)
from sanpin.trace.model.documents import Header

__all__ = ["check_query"]

_TIMES = re.compile(
    r"(?:GE|LT)_(?:eventTime|recordTime|errorDeclaration_?Time|time|startTime|endTime)"
)
_URIS = re.compile(
    r"(?:EQ|WD)_(?:readPoint|bizLocation)|EQ_(?:transformationID|eventID|correctiveEventID|deviceID"
    r"|dataProcessingMethod|microorganism|chemicalSubstance|bizRules|uriValue|deviceMetadata"
    r"|rawData|coordinateReferenceSystem|userID)"
    r"|MATCH_(?:epc|parentID|inputEPC|outputEPC|anyEPC|epcClass|inputEPCClass|outputEPCClass"
    r"|anyEPCClass)|EQ_(?:bizTransaction|source|destination)(?:_\S+)?"
)
_TEXTS = re.compile(r"EQ_(?:stringValue|hexBinaryValue|type|exception|component|requestTime)")
_NUMBERS = re.compile(
    r"(?:EQ|GT|GE|LT|LE)_(?:quantity|value|minValue|maxValue|meanValue|sDev|percRank|percValue)"
    r"(?:_[A-Z0-9]{2,4})?"
)
_COUNTS = re.compile(r"eventCountLimit|maxEventCount|perPage")
_EXISTS = re.compile(r"EXISTS_\S+")
_ANYTHING = re.compile(
    r"HASATTR_\S+|EQATTR_\S+|EQ_ATTR_\S+|(?:EQ|GT|GE|LT|LE)_\S+:\S+"
    r"|(?:EQ|GT|GE|LT|LE)_(?:ILMD|INNER|INNER_ILMD|ERROR_DECLARATION)_\S+"
)
_WORDS: dict[str, Vocabulary] = {
    "EQ_bizStep": BIZ_STEP,
    "EQ_disposition": DISPOSITION,
    "EQ_persistentDisposition_set": DISPOSITION,
    "EQ_persistentDisposition_unset": DISPOSITION,
    "EQ_errorReason": ERROR_REASON,
}
_CHOICES = {
    "orderDirection": ("ASC", "DESC"),
    "EQ_action": ("ADD", "OBSERVE", "DELETE"),
}
_PLAIN = frozenset(("orderBy", "nextPageToken", "@context", "queryName"))
_AROUND = frozenset(
    ("@context", "name", "queryName", "query", "type", "schemaVersion", "creationDate", "id")
)


def check_query(header: Header, findings: Findings) -> None:
    """Check the query that a document holds, bare or with its name."""
    inner = header.head.get("query")
    query: dict[str, Any] = dict(header.head)
    prefix = ""
    if isinstance(inner, dict):
        query, prefix = inner, "query."
        name = _name_of(header)
        if not header.head.get(name):
            findings.add("required", N_("{path} is missing."), name)
        for name in header.head:
            if name not in _AROUND:
                findings.add("query_unknown", N_("{path} is no parameter of a query."), name)
    for name, value in query.items():
        _check(name, value, prefix + name, findings)


def _name_of(header: Header) -> str:
    """What the name of a query is called."""
    return "queryName" if header.format == "xml" else "name"


def _check(name: str, value: object, path: str, findings: Findings) -> None:
    """Check one parameter."""
    check = _check_of(name)
    if check is None:
        findings.add("query_unknown", N_("{path} is no parameter of a query."), path)
        return
    for one in value if isinstance(value, list) else [value]:
        check(one, path, findings)


def _check_of(name: str) -> Callable[[object, str, Findings], None] | None:
    """Check of the values of a parameter; None when there is no such parameter."""
    if name in _PLAIN or _EXISTS.fullmatch(name) or _ANYTHING.fullmatch(name):
        return _anything
    if name in _WORDS:
        return _values(_WORDS[name].accepts)
    if name in _CHOICES:
        return _values(lambda value: value in _CHOICES[name])
    if name == "eventType":
        return _values(lambda value: value in EVENT_TYPES or is_uri(value))
    if name == "EQ_booleanValue":
        return _values(lambda value: value in ("true", "false", "True", "False"))
    kinds: tuple[tuple[re.Pattern[str], Callable[[object, str, Findings], None]], ...] = (
        (_TIMES, check_instant),
        (_URIS, _values(is_uri)),
        (_TEXTS, _values(bool)),
        (_NUMBERS, _values(_is_number)),
        (_COUNTS, _values(lambda value: value.isdigit() and int(value) > 0)),
    )
    return next((check for pattern, check in kinds if pattern.fullmatch(name)), None)


def _anything(value: object, path: str, findings: Findings) -> None:
    """Accept what depends on the extension that it asks for."""


def _values(accepts: Callable[[str], object]) -> Callable[[object, str, Findings], None]:
    """Make the check of a value from the test of its text."""

    def check(value: object, path: str, findings: Findings) -> None:
        """A value that the parameter takes."""
        if not isinstance(value, str | int | float) or not accepts(str(value)):
            findings.add(
                "query_value",
                N_("{path}: “{value}” is no value that this parameter takes."),
                path,
                value=shown(value),
            )

    return check


def _is_number(value: str) -> bool:
    """Whether a text is a number."""
    return re.fullmatch(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", value) is not None
