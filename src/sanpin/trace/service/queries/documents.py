"""Documents that answer queries, and events by their identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

from sanpin.base import N_, InputError, Problem, StateError
from sanpin.kit.context import Context
from sanpin.kit.db.faults import disk_faults
from sanpin.kit.settings import get_setting
from sanpin.trace.engine.epcis import read_document, write_instant
from sanpin.trace.engine.epcis.writer import Around
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.engine.identifiers import Prefixes
from sanpin.trace.engine.query import EpcFormat, family_of, in_form, write_xml_answer
from sanpin.trace.model.queries import Condition, Query
from sanpin.trace.service.queries.pages import EventPage, event_page

__all__ = ["PREFIX_LENGTHS", "document_of", "event_named", "name_of_event"]

# Longer answers are set aside on disk.
_IN_MEMORY = 16 * 2**20
_PIECE = 1 << 18

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
    texts = (
        (in_form(text, form, prefixes), context) for page in pages for text, context in page.texts
    )
    created = write_instant(int(ctx.now().timestamp() * 1_000_000))
    if xml:
        yield from write_xml_answer(texts, created)
    else:
        yield from _json_answer(ctx, texts, created)


def _json_answer(
    ctx: Context, texts: Iterable[tuple[bytes, object]], created: str
) -> Iterator[bytes]:
    """Write JSON, however long: its head says what all events need, so they are set aside first."""
    around = Around()
    place = ctx.workspace.path
    with disk_faults(place), SpooledTemporaryFile(_IN_MEMORY, dir=str(place)) as file:
        comma = b""
        for text, context in texts:
            file.write(comma + around.text(text, context))
            comma = b","
        file.seek(0)
        yield around.opening(created)
        while piece := file.read(_PIECE):
            yield piece
        yield around.closing


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
