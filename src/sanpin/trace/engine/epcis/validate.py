"""Validate a document: every finding with event number, line, path and plain words.

Structure comes from the tables of `sanpin.trace.engine.epcis.rules`. Contexts are never
fetched: the prefixes of EPCIS itself are known, others must be declared in the document or
in the event, and an address of another context is kept without being followed.
"""

from __future__ import annotations

from collections.abc import Iterator

from sanpin.base import N_
from sanpin.trace.engine.epcis.findings import Findings
from sanpin.trace.engine.epcis.reader import EVENT_TYPES
from sanpin.trace.engine.epcis.rules import FIELDS, check_type_rules
from sanpin.trace.engine.epcis.shapes import check_instant, check_name, shown
from sanpin.trace.model.documents import Document, RawEvent, Reading

__all__ = ["validate"]

# Prefixes that the EPCIS context itself declares.
_STANDARD_PREFIXES = frozenset(
    ("epcis", "cbv", "cbvmda", "gs1", "rdf", "rdfs", "owl", "xsd", "dcterms", "foaf", "schema")
)


def validate(document: Document) -> Reading:
    """Check a document against EPCIS 2.0 and CBV 2.0.

    Returns
    -------
    Reading
        All findings in document order; the document itself is event 0.

    Parameters
    ----------
    document : what `read_document` made of the bytes
    """
    outer = _STANDARD_PREFIXES | set(_prefixes(document.context))
    problems = list(_check_head(document, frozenset(outer)).problems)
    for raw in document.events:
        problems.extend(_check_event(raw, frozenset(outer)).problems)
    return Reading(tuple(problems))


def _check_head(document: Document, prefixes: frozenset[str]) -> Findings:
    """Check what stands around the events."""
    findings = Findings(0, 1, prefixes)
    if document.kind != "events" and not document.context:
        findings.add(
            "context",
            N_("{path} is missing: it says that the words are those of EPCIS."),
            "@context",
        )
    if document.kind in ("document", "query-document"):
        for name in ("schemaVersion", "creationDate"):
            if name not in document.head:
                findings.add("required", N_("{path} is missing."), name)
        if "creationDate" in document.head:
            check_instant(document.head["creationDate"], "creationDate", findings)
    return findings


def _check_event(raw: RawEvent, outer: frozenset[str]) -> Findings:
    """Check one event: its type, each of its fields, and what must agree.

    Without a known type there is no table to check by, so that finding stands alone.
    """
    body = raw.body
    own = body.get("@context")
    findings = Findings(raw.number, raw.line, outer | set(_prefixes(own)) if own else outer)
    word = body.get("type", body.get("isA"))
    kind = EVENT_TYPES.get(word) if isinstance(word, str) else None
    if kind is None:
        findings.add(
            "type", N_("{path}: “{value}” is no type of event."), "type", value=shown(word)
        )
        return findings
    fields = FIELDS[kind]
    for name, value in body.items():
        check = fields.get(name)
        if check is not None:
            check(value, name, findings)
        else:
            check_name(name, name, findings)
    check_type_rules(kind, body, findings)
    return findings


def _prefixes(context: object) -> Iterator[str]:
    """Prefixes that a context declares; addresses of contexts are never fetched."""
    parts = context if isinstance(context, list) else [context]
    for part in parts:
        if isinstance(part, dict):
            yield from part
