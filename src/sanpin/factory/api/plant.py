"""HTTP door of the plant: plan, schedule, board and late orders.

Each route asks one question of the service and answers with plain records. Lists answer with a
page as JSON or with all rows as a file, by the word `format` of the address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import orjson
import polars as pl
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sanpin.factory import service
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, paginate

__all__ = ["router"]

router = APIRouter()

Here = Annotated[Context, Depends(context)]
Text = Annotated[str, Query(description="Part of an order, item or machine")]
Cursor = Annotated[str | None, Query(description="Value of `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Format = Annotated[
    Literal["json", "csv", "xlsx", "parquet"],
    Query(description="csv, xlsx and parquet hold all rows"),
]
Record = dict[str, Any]


@router.get("/plan")
def show_plan(ctx: Here) -> Record:
    """Show the plan in force: its day, its Run and its figures."""
    return _figures(service.required(ctx, "plan"))


@router.get("/schedule")
def show_schedule(ctx: Here) -> Record:
    """Show the schedule in force: its day, its Run and its figures."""
    return _figures(service.required(ctx, "schedule"))


def _figures(found: Any) -> Record:
    """Return a result in force as a record."""
    return {"run": found.run, "as_of": found.as_of.isoformat(), **found.facts}


@router.get("/gantt")
def show_board(
    ctx: Here,
    order: Annotated[str, Query(description="Only the machines of this order")] = "",
    machine: Annotated[str, Query(description="Only this machine")] = "",
) -> Response:
    """Return rows and bars of the schedule board; times are minutes from the origin."""
    return Response(orjson.dumps(service.gantt(ctx, order, machine)), media_type="application/json")


@router.get("/load", response_model=None)
def list_load(
    ctx: Here,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List the machines with the share of their open time that is used."""
    return _answer("load", service.machine_load(ctx), format, cursor, limit)


def _list(name: str, rows: Callable[[Context, str], pl.DataFrame], summary: str) -> None:
    """Add the route of a list that can be searched."""

    def answer(
        ctx: Here,
        q: Text = "",
        cursor: Cursor = None,
        limit: Limit = 1000,
        format: Format = "json",  # noqa: A002 - the word of the address
    ) -> Response | Record:
        return _answer(name, rows(ctx, q), format, cursor, limit)

    answer.__name__, answer.__doc__ = f"list_{name}", summary
    router.get(f"/{name}", response_model=None)(answer)


@router.get("/lots", response_model=None)
def list_lots(
    ctx: Here,
    q: Text = "",
    state: Annotated[
        Literal["", "held", "late", "on_time"], Query(description="Only lots that stand so")
    ] = "",
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List the lots that the floor made, those on hold first."""
    return _answer("lots", service.made_lots(ctx, q, state), format, cursor, limit)


def _answer(
    name: str, frame: pl.DataFrame, form: str, cursor: str | None, limit: int
) -> Response | Record:
    """Answer with one page as JSON, or with all rows as a file."""
    if form != "json":
        return export_response(frame, f"factory-{name}", form)
    numbered = frame.with_row_index("_place")

    def fetch(last: Any, count: int) -> Sequence[Record]:
        start = int(last) + 1 if isinstance(last, int) else 0
        return numbered.slice(start, count).to_dicts()

    page = paginate(fetch, cursor, limit, key=lambda row: row["_place"])
    rows = [{key: value for key, value in row.items() if key != "_place"} for row in page.items]
    return {name: rows, "total": frame.height, "next": page.next}


_list("orders", service.make_orders, "List the make orders of the plan.")
_list("materials", service.material_needs, "List the materials that the plan needs.")
_list("operations", service.operations, "List the operations of the schedule.")
_list("late", service.late_orders, "List the late orders with what makes them late.")
