"""Recall cases over HTTP: start, show, notices, returns, close; and matching of notices."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, needs
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Format = Annotated[Literal["json", "csv", "xlsx"], Query(description="csv and xlsx hold all rows")]
Record = dict[str, Any]


class NewCase(BaseModel):
    """What a case is started from."""

    seeds: list[str] = Field(min_length=1, max_length=100_000)
    without: list[str] = Field(default_factory=list, max_length=100_000)
    since: str = Field("", alias="from")
    until: str = Field("", alias="to")
    place: str = ""
    title: str = ""
    reason: str = ""
    drill: bool = False


class NewReturn(BaseModel):
    """What came back."""

    code: str = Field(min_length=1, max_length=4096)
    quantity: float | None = None
    uom: str = ""
    location: str = ""


class Conclusion(BaseModel):
    """How a case ends."""

    conclusion: str


class Sent(BaseModel):
    """Notices that were sent; all of them without numbers."""

    numbers: list[int] = Field(default_factory=list)


class NoticeBody(BaseModel):
    """Text of a public recall notice."""

    text: str


@router.post("/notice")
@needs(Role.VIEWER)
def post_notice(ctx: Here, notice: Annotated[NoticeBody, Body()]) -> Record:
    """Return the own products and lots that a public recall notice may mean; stores nothing."""
    return service.notice_record(service.match_notice(ctx, notice.text))


@router.get("/recalls")
def get_cases(
    ctx: Here, limit: Annotated[int, Query(ge=1, le=1000)] = 50, before: str = ""
) -> Record:
    """Return the newest recall cases, or the newest before one."""
    found = service.list_cases(ctx, limit, before)
    following = found[-1].id if len(found) == limit else None
    return {"recalls": [service.summary_record(one) for one in found], "next": following}


@router.post("/recalls", status_code=201)
def post_case(ctx: Here, wanted: Annotated[NewCase, Body()]) -> Record:
    """Start a recall case, or a drill, from the scope of its seeds."""
    asked = service.Asked(
        tuple(wanted.seeds), tuple(wanted.without), wanted.since, wanted.until, wanted.place
    )
    one = service.start_case(
        ctx, asked, title=wanted.title, reason=wanted.reason, drill=wanted.drill
    )
    return service.case_record(ctx, one.id)


@router.get("/recalls/scope", response_model=None)
def get_scope(
    request: Request,
    ctx: Here,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """Return the scope that an address of the recall page asks for, also as a table."""
    question = service.read_question(ctx, request.query_params.multi_items())
    asked = question.asked if question else service.Asked(())
    record = service.scope_record(ctx, asked)
    if format == "json":
        return record
    return export_response(service.lines_frame(record["affected"]), "recall", format)


@router.get("/recalls/{case}")
def get_case(ctx: Here, case: str) -> Record:
    """Return a recall case: stop-watch, recovery, notices, gaps."""
    return service.case_record(ctx, case)


@router.get("/recalls/{case}/lines", response_model=None)
def get_lines(
    ctx: Here,
    case: str,
    after: int = -1,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """Return the frozen scope page by page; as a table, all of it."""
    service.case_of(ctx, case)
    if format != "json":
        return export_response(service.case_line_frame(ctx, case), "recall", format)
    found = service.case_lines(ctx, case, limit, after)
    following = found[-1][0] if len(found) == limit else None
    return {"affected": [service.affected_record(line) for _, line in found], "next": following}


@router.get("/recalls/{case}/dues", response_model=None)
def get_dues(
    ctx: Here,
    case: str,
    location: str | None = None,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """Return who must give back how much of what, and what came back, also as a table."""
    service.case_of(ctx, case)
    frame = service.case_frame(ctx, case, location)
    if format != "json":
        return export_response(frame, "recall-due", format)
    return {"dues": frame.to_dicts()}


@router.get("/recalls/{case}/notices")
def get_notices(ctx: Here, case: str) -> Record:
    """Return the notices to the consignees, their texts in both languages."""
    one = service.case_of(ctx, case)
    return {
        "notices": [
            {
                "number": notice.number,
                "location": notice.holder,
                "name": notice.name,
                "sent": notice.sent,
                "texts": [
                    {"language": text.language, "heading": text.heading, "lines": list(text.lines)}
                    for text in (
                        service.notice_text(ctx, one, notice, language)
                        for language in ("en", "zh-CN")
                    )
                ],
            }
            for notice in service.case_notices(ctx, case)
        ]
    }


@router.post("/recalls/{case}/notices")
def post_notices(ctx: Here, case: str, sent: Annotated[Sent, Body()]) -> Record:
    """Write down that notices were sent; the watch stops when all of them were."""
    return {"left": service.mark_notices(ctx, case, sent.numbers)}


@router.get("/recalls/{case}/returns", response_model=None)
def get_returns(
    ctx: Here,
    case: str,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """Return everything that was scanned, newest first, also as a table."""
    service.case_of(ctx, case)
    rows = service.returns_record(service.case_returns(ctx, case))
    if format == "json":
        return {"returns": rows}
    schema = {"quantity": pl.Float64, "things": pl.Int64}
    columns = ("id", "code", "thing", "verdict", "location", "quantity", "uom", "things",
               "recorded", "recorded_by")  # fmt: skip
    frame = pl.DataFrame(rows, schema={name: schema.get(name, pl.String) for name in columns})
    return export_response(frame, "recall-returns", format)


@router.post("/recalls/{case}/returns", status_code=201)
def post_return(ctx: Here, case: str, came: Annotated[NewReturn, Body()]) -> Record:
    """Book something that came back, and say whether it counts."""
    found = service.record_return(
        ctx, case, came.code, quantity=came.quantity, uom=came.uom, holder=came.location
    )
    return {"returns": service.returns_record(found)}


@router.post("/recalls/{case}/close")
def post_close(ctx: Here, case: str, end: Annotated[Conclusion, Body()]) -> Record:
    """Close a recall case with a conclusion."""
    service.close_case(ctx, case, end.conclusion)
    return service.case_record(ctx, case)
