"""Places and parties over HTTP: list, search, read, keep, forget, export."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, needs, read_cursor, write_cursor
from sanpin.trace import service
from sanpin.trace.model.masterdata import Place

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace/places", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Kind = Annotated[Literal["", "place", "party"], Query(description="Both when left out")]
Search = Annotated[str, Query(max_length=400)]
Code = Annotated[str, Query(min_length=1, max_length=4096, description="Code in any writing")]
Format = Annotated[Literal["json", "csv", "xlsx"], Query(description="csv and xlsx hold all rows")]
Record = dict[str, Any]
Text = Annotated[str, Field(max_length=4096)]


class PlaceBody(BaseModel):
    """A place or a party."""

    id: Annotated[str, Field(min_length=1, max_length=4096)]
    kind: Literal["place", "party"] = "place"
    name_en: Text = ""
    name_zh: Text = ""
    address: Text = ""
    city: Text = ""
    country: Text = ""
    latitude: float | None = None
    longitude: float | None = None
    contact: Text = ""
    phone: Text = ""
    email: Text = ""
    parent: Text = ""


@router.get("", response_model=None)
def list_places(
    ctx: Here,
    search: Search = "",
    kind: Kind = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List places and parties in order of their identifiers."""
    if format != "json":
        frame = service.places_frame(ctx, search=search, kind=kind)
        return export_response(frame, "places", format)
    after = "" if cursor is None else str(read_cursor(cursor))
    page = service.places(ctx, search=search, kind=kind, after=after, limit=limit)
    return {
        "items": [asdict(one) for one in page.rows],
        "total": page.total,
        "next": write_cursor(page.next) if page.next else None,
    }


@router.get("/one")
def get_place(ctx: Here, id: Code) -> Record:  # noqa: A002 - the word of the address
    """Return one place or party."""
    return asdict(service.place(ctx, id))


@router.put("/one")
@needs(Role.PLANNER)
def put_place(ctx: Here, body: Annotated[PlaceBody, Body()]) -> Record:
    """Keep a place or party; it replaces what was known of it in these fields."""
    return asdict(service.save_place(ctx, Place(**body.model_dump())))


@router.delete("/one", status_code=204, response_class=Response)
@needs(Role.ENGINEER)
def delete_place(ctx: Here, id: Code) -> Response:  # noqa: A002 - the word of the address
    """Forget a place or party; events that name it stay."""
    service.delete_place(ctx, id)
    return Response(status_code=204)
