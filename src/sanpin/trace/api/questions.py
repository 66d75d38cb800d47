"""Questions over HTTP: back, forward, history, recall, thing, genealogy, search."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, needs
from sanpin.kit.plain import plain
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Epc = Annotated[str, Query(min_length=1, max_length=4096, description="Code in any writing")]
Format = Annotated[Literal["json", "csv", "xlsx"], Query(description="csv and xlsx hold all rows")]
Record = dict[str, Any]


class Seeds(BaseModel):
    """What could be bad, and between which times."""

    seeds: list[str] = Field(min_length=1, max_length=10_000)
    since: str | None = Field(None, alias="from")
    until: str | None = Field(None, alias="to")


@router.get("/back")
def get_back(ctx: Here, epc: Epc) -> Record:
    """Return what a thing is made of, and what carried that before it was used."""
    return service.back_record(ctx, epc)


@router.get("/forward")
def get_forward(ctx: Here, epc: Epc) -> Record:
    """Return what a thing went into, and what carries or carried that."""
    return service.forward_record(ctx, epc)


@router.get("/history")
def get_history(ctx: Here, epc: Epc) -> Record:
    """Return the time line of a thing, and where it is."""
    return service.history_of(ctx, epc)


@router.post("/recall", response_model=Record)
@needs(Role.VIEWER)
def post_recall(ctx: Here, seeds: Annotated[Seeds, Body()]) -> Response:
    """Return what must come back when things are bad, and who has it."""
    pieces = service.recall_text(ctx, seeds.seeds, since=seeds.since, until=seeds.until)
    return StreamingResponse(pieces, media_type="application/json")


@router.get("/recall", response_model=Record)
def get_recall(
    ctx: Here,
    epc: Annotated[list[str], Query(min_length=1)],
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response:
    """Return the same for the things named in the address, also as a table."""
    if format == "json":
        return StreamingResponse(service.recall_text(ctx, epc), media_type="application/json")
    return export_response(service.recall_table(ctx, epc), "recall", format)


@router.get("/thing", response_model=None)
def get_thing(
    ctx: Here,
    epc: Epc,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """Return what the page of a thing shows; as a table, its events."""
    view = service.thing(ctx, epc)
    record: Record = plain(view)
    if format == "json":
        return record
    return export_response(pl.DataFrame(record["events"]), "events", format)


@router.get("/graph")
def get_graph(
    ctx: Here,
    epc: Epc,
    opened: Annotated[
        list[str], Query(alias="open", max_length=200, description="Pills to take apart")
    ] = [],  # noqa: B006 - never changed
) -> Record:
    """Return the genealogy of a thing, laid out in layers; pills of many things can be opened."""
    return service.graph(ctx, epc, opened)


@router.get("/search")
def get_search(
    ctx: Here,
    q: Annotated[str, Query(max_length=4096, description="Code, or the beginning of one")] = "",
    epc: Annotated[str, Query(max_length=4096, description="The same as q")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Record:
    """Return things that a code names or whose lot or serial number begins with a text."""
    return {"hits": [plain(hit) for hit in service.search(ctx, q or epc, limit)]}
