"""Events by query, page by page, and by identifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import Response

from sanpin.base import N_, InputError, StateError
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.trace.api.epcis.headers import VERSIONS, agree, media_for
from sanpin.trace.api.epcis.parameters import query_parameters
from sanpin.trace.service import queries
from sanpin.trace.service.queries import EpcFormat, EventPage

__all__ = ["router"]

router = APIRouter(dependencies=[Depends(agree)])

Here = Annotated[Context, Depends(context)]
Form = Annotated[EpcFormat, Header(alias="GS1-EPC-Format")]

_MEDIA = ("application/json", "application/ld+json", "application/xml", "text/xml")
_LONGEST_ADDRESS = 32_000
_PARAMETERS = {"parameters": query_parameters()}
_NAMED = "SimpleEventQuery"


@router.get("/events", response_class=Response, openapi_extra=_PARAMETERS)
def list_events(request: Request, ctx: Here, form: Form = EpcFormat.LINKS) -> Response:
    """Answer a query with its events in the order of time, page by page."""
    return _page(request, ctx, form)


@router.get("/queries/{query}/events", response_class=Response, openapi_extra=_PARAMETERS)
def list_events_of_query(
    request: Request, ctx: Here, query: str, form: Form = EpcFormat.LINKS
) -> Response:
    """Answer the query that every repository has, SimpleEventQuery."""
    if query != _NAMED:
        error = StateError(
            "trace.epcis.query",
            N_("There is no query {query}."),
            hint=N_("SimpleEventQuery is always there."),
            query=query[:200],
        )
        error.status = 404
        raise error
    return _page(request, ctx, form)


@router.get("/events/{event:path}", response_class=Response)
def get_event(request: Request, ctx: Here, event: str, form: Form = EpcFormat.LINKS) -> Response:
    """Return the event of an identifier, with its error declarations."""
    media = media_for(request, _MEDIA)
    # Hashes as identifiers end in a question that many programs do not escape.
    asked = request.url.query if event.startswith("ni:") and "?" not in event else ""
    if asked.startswith("ver="):
        event = f"{event}?{asked}"
    return _answer(ctx, [queries.event_named(ctx, event)], form, media)


def _page(request: Request, ctx: Context, form: EpcFormat) -> Response:
    """Answer one page of a query, and name the next."""
    media = media_for(request, _MEDIA)
    if len(str(request.url)) > _LONGEST_ADDRESS:
        error = InputError(
            "trace.epcis.address",
            N_("The address is longer than {limit} characters."),
            hint=N_("Ask for fewer values at once."),
            limit=_LONGEST_ADDRESS,
        )
        error.status = 414
        raise error
    asked: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name != "lang":
            asked.setdefault(name, []).append(value)
    query = queries.read_query(asked)
    page = queries.event_page(ctx, query)
    response = _answer(ctx, [page], form, media)
    if page.next:
        url = request.url.include_query_params(nextPageToken=page.next)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return response


def _answer(ctx: Context, pages: Sequence[EventPage], form: EpcFormat, media: str) -> Response:
    """Write a document with the events of pages."""
    body = b"".join(queries.document_of(ctx, pages, form, xml=media.endswith("/xml")))
    headers = {**VERSIONS, "GS1-EPC-Format": str(form)}
    return Response(body, media_type=media, headers=headers)
