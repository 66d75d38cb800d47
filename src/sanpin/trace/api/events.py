"""Events over our own door: the query language, and a thing in any writing of its code."""

from __future__ import annotations

from itertools import chain
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response
from sanpin.trace import service
from sanpin.trace.api.epcis.parameters import query_parameters
from sanpin.trace.service import queries

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Format = Annotated[
    Literal["json", "xml", "csv", "xlsx"], Query(description="csv and xlsx hold all rows")
]
All = Annotated[bool, Query(alias="all", description="All pages at once")]

_OURS = ("format", "all", "lang")
_MEDIA = {"json": "application/json", "xml": "application/xml"}
_PARAMETERS: dict[str, Any] = {"parameters": query_parameters(own=True)}


@router.get("/events", response_class=Response, openapi_extra=_PARAMETERS)
def list_events(
    request: Request,
    ctx: Here,
    format: Format = "json",  # noqa: A002 - the word of the address
    complete: All = False,
) -> Response:
    """Answer a query with an EPCIS query document, or with a table."""
    asked: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name not in _OURS:
            asked.setdefault(name, []).append(value)
    query = queries.read_own_query(asked)
    if format in ("csv", "xlsx"):
        frames = queries.event_frames(ctx, queries.all_events(ctx, query))
        # The first page is asked for at once, so that a refusal is an answer of its own.
        rows = chain([next(frames)], frames)
        return export_response(rows, "events", format, queries.headings(ctx.language))
    xml = format == "xml"
    if complete:
        pages = queries.all_events(ctx, query)
        first = next(pages)
        body = queries.document_of(ctx, chain([first], pages), xml=xml)
        return StreamingResponse(body, media_type=_MEDIA[format])
    page = queries.event_page(ctx, query)
    content = b"".join(queries.document_of(ctx, [page], xml=xml))
    response = Response(content, media_type=_MEDIA[format])
    if page.next:
        url = request.url.include_query_params(nextPageToken=page.next)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return response


@router.get("/original", response_class=Response)
def get_original(
    ctx: Here, event: Annotated[str, Query(min_length=1, max_length=4096)]
) -> Response:
    """Return the event of an identifier exactly as it came, in JSON or XML."""
    text = service.original_text(ctx, event)
    return Response(text, media_type=_MEDIA["xml" if text.startswith(b"<") else "json"])
