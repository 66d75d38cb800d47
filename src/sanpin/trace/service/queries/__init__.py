"""Queries: pages of events that fulfil conditions, in the form that the reader asks for."""

from sanpin.trace.engine.query import EpcFormat, read_query, unwrap
from sanpin.trace.service.queries.documents import document_of, event_named, name_of_event
from sanpin.trace.service.queries.own import read_own_query
from sanpin.trace.service.queries.pages import (
    DEFAULT_PAGE,
    LARGEST_PAGE,
    EventPage,
    all_events,
    event_page,
)
from sanpin.trace.service.queries.tables import event_frames, event_rows, headings

__all__ = [
    "DEFAULT_PAGE",
    "LARGEST_PAGE",
    "EpcFormat",
    "EventPage",
    "all_events",
    "document_of",
    "event_frames",
    "event_named",
    "event_page",
    "event_rows",
    "headings",
    "name_of_event",
    "read_own_query",
    "read_query",
    "unwrap",
]
