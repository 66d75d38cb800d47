"""Use cases of traceability: capture documents, ask where things came from and went."""

from sanpin.trace.service.capture import capture, capture_job, capture_jobs
from sanpin.trace.service.lineage import (
    back,
    back_record,
    forward,
    forward_record,
    history,
    history_of,
    recall,
    recall_of,
    where,
)
from sanpin.trace.service.naming import thing_named
from sanpin.trace.service.records import (
    capture_record,
    history_record,
    problem_record,
    recall_record,
    walk_record,
    where_record,
)
from sanpin.trace.service.texts import event_text, events_document, find_events

__all__ = [
    "back",
    "back_record",
    "capture",
    "capture_job",
    "capture_jobs",
    "capture_record",
    "event_text",
    "events_document",
    "find_events",
    "forward",
    "forward_record",
    "history",
    "history_of",
    "history_record",
    "problem_record",
    "recall",
    "recall_of",
    "recall_record",
    "thing_named",
    "walk_record",
    "where",
    "where_record",
]
