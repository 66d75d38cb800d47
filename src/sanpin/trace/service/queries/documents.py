"""Documents that answer queries, and events by their identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sanpin.base import N_, InputError, Problem, StateError
from sanpin.kit.context import Context
from sanpin.kit.settings import get_setting
from sanpin.trace.engine.epcis import read_document, write_instant
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.engine.identifiers import Prefixes
from sanpin.trace.engine.query import EpcFormat, family_of, in_form, write_answer
from sanpin.trace.model.queries import Condition, Query
from sanpin.trace.service.queries.pages import EventPage, event_page

__all__ = ["PREFIX_LENGTHS", "document_of", "event_named", "name_of_event"]

PREFIX_LENGTHS = "trace.prefix_lengths"
"""Setting with the lengths of company prefixes by what they begin with; empty by default."""


def document_of(
    ctx: Context,
    pages: Iterable[EventPage],
    form: EpcFormat = EpcFormat.AS_CAME,
    *,
    xml: bool = False,
) -> Iterator[bytes]:
    """Write an EPCISQueryDocument with the events of pages, piece by piece.

    Parameters
    ----------
    form : how identifiers are written; texts stay byte for byte where that changes nothing
    xml : whether to write XML instead of JSON
    """
    prefixes = Prefixes(dict(get_setting(ctx, PREFIX_LENGTHS) or {}))
    texts = [
        (in_form(text, form, prefixes), context) for page in pages for text, context in page.texts
    ]
    created = write_instant(int(ctx.now().timestamp() * 1_000_000))
    yield from write_answer(texts, created, xml=xml)


def event_named(ctx: Context, identifier: str) -> EventPage:
    """Events of one identifier: one, or an event with its error declarations.

    Raises
    ------
    StateError
        ``trace.event.unknown``
    """
    family = family_of("EQ_eventID")
    assert family is not None
    page = event_page(ctx, Query((Condition(family, family.name, (identifier,)),), per_page=1000))
    if page.numbers:
        return page
    error = StateError(
        "trace.event.unknown",
        N_("There is no event {identifier}."),
        hint=N_("Look for it by the thing that it names."),
        identifier=identifier[:200],
    )
    error.status = 404
    raise error


def name_of_event(data: bytes) -> str:
    """Identifier that a single event has, or will be given from its content.

    Raises
    ------
    InputError
        ``trace.document.*`` for what is no document, ``trace.epcis.single`` for what is no event
    """
    document = read_document(data)
    if document.kind != "event" or len(document.events) != 1:
        problem = Problem("trace.epcis.single", N_("A single event is expected here."))
        error = InputError(
            problem.code,
            problem.message,
            hint=N_("Send documents to /epcis/capture."),
            problems=[problem],
        )
        error.status = 400
        raise error
    (event,) = document.events
    given = event.body.get("eventID")
    if isinstance(given, str):
        return given
    return event_hash(event.body, event.namespaces, document.header.ignored)
