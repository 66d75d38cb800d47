"""Routes of items, partners, sites and calendars: list, export, get, put, delete.

Codes stand in the path as they are, slashes included; clients quote them. `PUT` replaces the
whole record: what a body leaves out takes its default, not the value that was there.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, read_cursor, write_cursor
from sanpin.master import service
from sanpin.master.api.bodies import (
    CalendarAnswer,
    CalendarBody,
    ItemAnswer,
    ItemBody,
    Listed,
    PartnerAnswer,
    PartnerBody,
    SiteAnswer,
    SiteBody,
    record_answer,
)

__all__ = ["router"]

router = APIRouter()
Here = Annotated[Context, Depends(context)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Rows of a page.")]
Search = Annotated[str, Query(description="Part of a code, name or key.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before.")]
Format = Literal["csv", "xlsx", "parquet", "json"]


def page(
    ctx: Context, noun: str, search: str, cursor: str | None, limit: int, **equal: str
) -> dict[str, Any]:
    """Return a page of a list as JSON values.

    The cursor holds the last code seen, so rows that come or go meanwhile shift nothing.
    """
    after = str(read_cursor(cursor) or "")
    found = service.list_records(ctx, noun, search=search, cursor=after, limit=limit, **equal)
    rows = [record_answer(record) for record in found.rows]
    return {
        "items": rows,
        "total": found.total,
        "next": write_cursor(found.next) if found.next else None,
    }


@router.get("/exports/{noun}")
def export(
    ctx: Here,
    noun: Literal["items", "partners", "sites", "boms", "calendars"],
    format: Format = "csv",  # noqa: A002 - the word of the address
    search: Search = "",
    family: str = "",
    kind: str = "",
) -> Response:
    """Download all records of a noun, in the columns that the import reads.

    A search, a family (items only) and a kind choose as they do for the list.
    """
    equal = {"family": family} if noun == "items" else {}
    if noun in ("items", "partners", "sites"):
        equal["kind"] = kind
    return export_response(service.export_table(ctx, noun, search=search, **equal), noun, format)


@router.get("/families")
def families(ctx: Here) -> dict[str, int]:
    """Count the items of each family."""
    return service.families(ctx)


@router.get("/items", response_model=Listed[ItemAnswer])
def list_items(
    ctx: Here,
    search: Search = "",
    family: str = "",
    kind: str = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List items by code."""
    return page(ctx, "items", search, cursor, limit, family=family, kind=kind)


@router.get("/partners", response_model=Listed[PartnerAnswer])
def list_partners(
    ctx: Here, search: Search = "", kind: str = "", cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """List partners by code."""
    return page(ctx, "partners", search, cursor, limit, kind=kind)


@router.get("/sites", response_model=Listed[SiteAnswer])
def list_sites(
    ctx: Here, search: Search = "", kind: str = "", cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """List sites by code."""
    return page(ctx, "sites", search, cursor, limit, kind=kind)


@router.get("/calendars", response_model=Listed[CalendarAnswer])
def list_calendars(
    ctx: Here, search: Search = "", cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """List calendars by code."""
    return page(ctx, "calendars", search, cursor, limit)


@router.get("/items/{code:path}", response_model=ItemAnswer)
def get_item(ctx: Here, code: str) -> Any:
    """Return an item."""
    return record_answer(service.get_item(ctx, code))


@router.get("/partners/{code:path}", response_model=PartnerAnswer)
def get_partner(ctx: Here, code: str) -> Any:
    """Return a partner."""
    return record_answer(service.get_partner(ctx, code))


@router.get("/sites/{code:path}", response_model=SiteAnswer)
def get_site(ctx: Here, code: str) -> Any:
    """Return a site."""
    return record_answer(service.get_site(ctx, code))


@router.get("/calendars/{code:path}", response_model=CalendarAnswer)
def get_calendar(ctx: Here, code: str) -> Any:
    """Return a calendar."""
    return record_answer(service.get_calendar(ctx, code))


@router.put("/items/{code:path}", response_model=ItemAnswer)
def put_item(ctx: Here, code: str, body: ItemBody) -> Any:
    """Keep an item, new or in place of the one with its code."""
    return _put(ctx, body.record(code))


@router.put("/partners/{code:path}", response_model=PartnerAnswer)
def put_partner(ctx: Here, code: str, body: PartnerBody) -> Any:
    """Keep a partner."""
    return _put(ctx, body.record(code))


@router.put("/sites/{code:path}", response_model=SiteAnswer)
def put_site(ctx: Here, code: str, body: SiteBody) -> Any:
    """Keep a site."""
    return _put(ctx, body.record(code))


@router.put("/calendars/{code:path}", response_model=CalendarAnswer)
def put_calendar(ctx: Here, code: str, body: CalendarBody) -> Any:
    """Keep a calendar."""
    return _put(ctx, body.record(code))


@router.delete("/{noun}/{code:path}", status_code=204)
def delete(ctx: Here, noun: Literal["items", "partners", "sites", "calendars"], code: str) -> None:
    """Delete a record that no other refers to.

    Answers 404 when there is none, and 409 with who refers to it.
    """
    service.delete_record(ctx, noun, code)


def _put(ctx: Context, record: Any) -> Any:
    """Keep a record and answer with it as it was kept."""
    service.put_record(ctx, record)
    return record_answer(record)
