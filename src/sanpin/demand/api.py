"""HTTP door of the domain: portfolio, items, forecast, corrections, accuracy, exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sanpin.demand import service
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, paginate

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/demand", tags=["demand"])

Here = Annotated[Context, Depends(context)]
Cursor = Annotated[str | None, Query(description="Value of `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Text = Annotated[str, Query(description="Part of a code or description")]
Format = Annotated[
    Literal["json", "csv", "xlsx", "parquet"],
    Query(description="csv, xlsx and parquet hold all rows"),
]
Record = dict[str, Any]


def _answer(
    name: str, frame: pl.DataFrame, form: str, cursor: str | None, limit: int
) -> Response | Record:
    """Answer with one page as JSON, or with all rows as a file.

    The frames are those of one forecast and never change, so a row's place is a stable cursor; a
    new forecast starts its lists anew.

    Parameters
    ----------
    name : key of the rows in the JSON answer, and of the file
    form : json, csv, xlsx or parquet
    """
    if form != "json":
        return export_response(frame, f"demand-{name}", form)
    numbered = frame.with_row_index("_place")

    def fetch(last: Any, count: int) -> Sequence[Record]:
        """Return rows behind a place; a place no longer there simply gives what follows it."""
        start = int(last) + 1 if isinstance(last, int) else 0
        return numbered.slice(start, count).to_dicts()

    page = paginate(fetch, cursor, limit, key=lambda row: row["_place"])
    rows = [{key: value for key, value in row.items() if key != "_place"} for row in page.items]
    return {name: rows, "total": frame.height, "next": page.next}


@router.get("/portfolio", response_model=None)
def list_portfolio(
    ctx: Here,
    q: Text = "",
    sort: str = "",
    shape: str = "",
    cursor: Cursor = None,
    limit: Limit = 100,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List all items with their last weeks and what is expected of them."""
    return _answer("items", service.portfolio(ctx, q, sort, shape), format, cursor, limit)


@router.get("/items/{item:path}/chart")
def draw_item(ctx: Here, item: str) -> Record:
    """Return history and forecast fan of one item as a chart."""
    return service.item_chart(ctx, service.item_view(ctx, item))


@router.get("/items/{item:path}")
def show_item(ctx: Here, item: str) -> Record:
    """Show one item: summary, history, forecast and corrections."""
    view = service.item_view(ctx, item)
    return {
        "summary": dict(view.summary),
        "history": view.history.to_dicts(),
        "forecast": view.fan.to_dicts(),
        "corrections": view.corrections.to_dicts(),
    }


@router.get("/chart")
def draw_total(ctx: Here) -> Record:
    """Return history and forecast fan of the sum over all items as a chart."""
    return service.total_chart(ctx)


@router.get("/panel", response_model=None)
def list_panel(
    ctx: Here,
    item: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List the clean panel, or one item's part of it."""
    return _answer("panel", service.panel(ctx, item), format, cursor, limit)


@router.get("/forecast", response_model=None)
def list_forecast(
    ctx: Here,
    item: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List the forecast; `item` empty gives the total."""
    return _answer("forecast", service.forecast_frame(ctx, item), format, cursor, limit)


@router.get("/corrections", response_model=None)
def list_corrections(
    ctx: Here,
    rule: str = "",
    item: str = "",
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List the evidence of corrections, row by row."""
    rows = service.correction_rows(ctx, rule, item)
    return _answer("corrections", rows, format, cursor, limit)


@router.get("/corrections/summary")
def count_corrections(ctx: Here) -> Record:
    """Count the corrections by rule."""
    return {"rules": service.correction_counts(ctx)}


@router.get("/accuracy", response_model=None)
def show_accuracy(
    ctx: Here,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """Show the rolling-origin backtest beside the seasonal naive forecast."""
    found = service.accuracy(ctx)
    if format != "json":
        return export_response(pl.DataFrame(found.origins), "demand-accuracy", format)
    return {
        "as_of": found.as_of,
        "run": found.run,
        "horizon": found.horizon,
        "items": found.items,
        "metrics": dict(found.metrics),
        "origins": found.origins,
        "coverage": found.coverage,
    }
