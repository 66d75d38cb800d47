"""Routes of bills of materials: list, get, put, delete, explode, where-used.

Explosion and where-used store nothing; they answer for the bills valid on a day.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Depends, Query, Response

from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, read_cursor, write_cursor
from sanpin.master import service
from sanpin.master.api.bodies import (
    BillAnswer,
    BillBody,
    DemandBody,
    ExplosionAnswer,
    Listed,
    NodeAnswer,
    UseAnswer,
    explosion_answer,
    node_answer,
    record_answer,
)

__all__ = ["router"]

router = APIRouter()
Here = Annotated[Context, Depends(context)]
Day = Annotated[date | None, Query(description="Day on which bills are valid; today by default.")]


@router.get("/boms", response_model=Listed[BillAnswer])
def list_bills(
    ctx: Here,
    search: str = "",
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> dict[str, Any]:
    """List bills of materials by item; all versions of an item stand on one page."""
    after = str(read_cursor(cursor) or "")
    found = service.list_bills(ctx, search=search, cursor=after, limit=limit)
    rows = [record_answer(bill) for bill in found.rows]
    return {
        "items": rows,
        "total": found.total,
        "next": write_cursor(found.next) if found.next else None,
    }


@router.get("/boms/{item:path}", response_model=list[BillAnswer])
def get_bills(ctx: Here, item: str) -> Any:
    """Return every version of an item's bill."""
    return [record_answer(bill) for bill in service.get_bills(ctx, item)]


@router.put("/boms/{item:path}", response_model=BillAnswer)
def put_bill(ctx: Here, item: str, body: BillBody) -> Any:
    """Keep a version of a bill, new or in place of the same version.

    Answers 422 with ``master.bom.cycle`` and the way round when an item would need itself.
    """
    bill = body.record(item)
    service.put_bill(ctx, bill)
    return record_answer(bill)


@router.delete("/boms/{item:path}", status_code=204)
def delete_bill(ctx: Here, item: str, version: int) -> None:
    """Delete one version of a bill."""
    service.delete_bill(ctx, item, version)


@router.post("/explosions", response_model=ExplosionAnswer)
def explode(ctx: Here, body: DemandBody) -> dict[str, Any]:
    """Add up what a demand needs on all levels; nothing is stored."""
    return explosion_answer(service.explode_demand(ctx, body.demand, body.day))


@router.get("/trees/{item:path}", response_model=list[NodeAnswer])
def tree(
    ctx: Here, item: str, quantity: Annotated[float, Query(gt=0)] = 1.0, day: Day = None
) -> list[dict[str, Any]]:
    """Return the indented bill of materials of an item."""
    return [node_answer(node) for node in service.bill_tree(ctx, item, quantity, day)]


@router.get("/uses/{component:path}", response_model=list[UseAnswer])
def uses(
    ctx: Here,
    component: str,
    day: Day = None,
    format: Literal["json", "csv", "xlsx"] = "json",  # noqa: A002 - the word of the address
) -> list[dict[str, Any]] | Response:
    """List every item that needs a component on any level, nearest first, or download it."""
    found = service.uses_of(ctx, component, day)
    if format != "json":
        table = pl.DataFrame({"item": list(found), "quantity": list(found.values())})
        return export_response(table, f"uses-{component}", format)
    return [{"item": item, "quantity": quantity} for item, quantity in found.items()]
