"""Validate a document: every finding with event number, line, column, path and plain words.

Structure comes from the tables of `sanpin.trace.engine.epcis.rules`. Contexts are never fetched:
the prefixes of EPCIS itself are known, others must be declared in the document or in the event.
Where a context is named that is not known here, words that nobody declared count as extensions of
it.
"""

from __future__ import annotations

from sanpin.base import N_, Problem
from sanpin.trace.engine.epcis.findings import Findings, parted, placed
from sanpin.trace.engine.epcis.places import Places, header_place
from sanpin.trace.engine.epcis.queries import check_query
from sanpin.trace.engine.epcis.reader import EVENT_TYPES
from sanpin.trace.engine.epcis.rules import FIELDS, check_type_rules
from sanpin.trace.engine.epcis.shapes import check_instant, check_name, shown
from sanpin.trace.model.documents import Document, Header, RawEvent, Reading

__all__ = ["validate", "validate_event", "validate_header"]


def validate(document: Document, *, lenient: bool = False) -> Reading:
    """Check a document against EPCIS 2.0 and CBV 2.0.

    Returns
    -------
    Reading
        All findings in document order; the document itself is event 0.

    Parameters
    ----------
    document : what `read_document` made of the bytes
    lenient : whether to let pass, and list, what leaves the events readable
    """
    found = list(validate_header(document.header))
    for raw in document.events:
        found += validate_event(raw)
    return Reading(*parted(found, lenient=lenient))


def validate_header(header: Header) -> tuple[Problem, ...]:
    """Check what stands around the events; a query has nothing else."""
    findings = Findings(0, header.line, header.namespaces)
    if header.kind == "query":
        check_query(header, findings)
    else:
        _check_header(header, findings)
    found = findings.problems
    if found and header.text:
        found = [placed(p, *header_place(header, str(p.fields["path"]))) for p in found]
    return (*header.faults, *found)


def _check_header(header: Header, findings: Findings) -> None:
    """Check context, version and creation date."""
    if header.format == "json" and header.kind != "events" and not header.context:
        findings.add(
            "context",
            N_("{path} is missing: it says that the words are those of EPCIS."),
            "@context",
        )
    if header.kind in ("document", "query-document"):
        for name in ("schemaVersion", "creationDate"):
            # An answer inside a SOAP envelope has no document around it.
            if name not in header.head and not header.bare:
                findings.add("required", N_("{path} is missing."), name)
        if "creationDate" in header.head:
            check_instant(header.head["creationDate"], "creationDate", findings)


def validate_event(raw: RawEvent) -> tuple[Problem, ...]:
    """Check one event: how it is written, its type, each of its fields, and what must agree."""
    problems = _check_event(raw).problems
    if not problems and not raw.faults:
        return ()
    places = Places(raw)
    return tuple(
        placed(problem, *places.of(str(problem.fields["path"])))
        for problem in (*raw.faults, *problems)
    )


def _check_event(raw: RawEvent) -> Findings:
    """Collect findings; without a known type there is no table to check by."""
    body = raw.body
    findings = Findings(raw.number, raw.line, raw.namespaces)
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
