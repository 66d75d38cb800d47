"""Create, change and delete versions of bills of materials by form.

The form shows the lines of a version and some empty ones; an emptied line is taken out. The
version as a whole is checked when it is saved, so a cycle shows its way round above the form.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, SanpinError
from sanpin.kit.context import Context
from sanpin.kit.pages import render
from sanpin.master import service
from sanpin.master.model import BillLine, BillOfMaterials
from sanpin.master.pages.forms import unreadable
from sanpin.master.pages.shared import Form, Here, Posted, back, record_path, refusal, say, tabs

__all__ = ["router"]

router = APIRouter()

_BLANK_ROWS = 4
_HEAD = ("item", "version", "valid_from", "valid_until")
_LINE = ("component", "quantity", "unit", "scrap_share")


@router.get("/new/boms")
def new_bill(request: Request, ctx: Here, item: str = "") -> HTMLResponse:
    """Show the empty form, with the next free version of an item."""
    versions = [bill.version for bill in service.get_bills(ctx, item)] if item else []
    head = {"item": item, "version": str(max(versions, default=0) + 1)}
    return _page(request, ctx, head, [], new=True)


@router.get("/edit/boms/{item:path}")
def edit_bill(request: Request, ctx: Here, item: str, version: int = 1) -> HTMLResponse:
    """Show the form of a version; of one that is not there, the form of a new one."""
    bill = next((one for one in service.get_bills(ctx, item) if one.version == version), None)
    if bill is None:
        return new_bill(request, ctx, item)
    head = {name: str(getattr(bill, name) or "") for name in _HEAD}
    lines = [
        {
            name: f"{getattr(line, name):g}"
            if name in ("quantity", "scrap_share")
            else getattr(line, name)
            for name in _LINE
        }
        for line in bill.lines
    ]
    return _page(request, ctx, head, lines, new=False)


@router.post("/save/boms")
def save_bill(request: Request, ctx: Here, form: Posted) -> Response:
    """Keep the version of a form; a refused form comes back with the reason."""
    try:
        bill = _bill(form)
        service.put_bill(ctx, bill)
    except SanpinError as error:
        if error.status == 403:
            raise
        head = {name: form.first(name) for name in _HEAD}
        new = form.first("mode") == "new"
        return _page(request, ctx, head, _rows(form), new=new, error=refusal(ctx, error))
    return back(record_path("items", bill.item))


@router.post("/delete/boms")
def delete_bill(ctx: Here, form: Posted) -> Response:
    """Delete a version."""
    item = form.first("item")
    service.delete_bill(ctx, item, _whole(form.first("version")))
    return back(record_path("items", item))


def _page(
    request: Request,
    ctx: Context,
    head: dict[str, str],
    lines: list[dict[str, str]],
    *,
    new: bool,
    error: str = "",
) -> HTMLResponse:
    """Render the form, with empty lines behind those that there are."""
    blank = [dict.fromkeys(_LINE, "")] * _BLANK_ROWS
    item = head["item"]
    return render(
        request,
        ctx,
        "master/bill.html",
        status_code=422 if error else 200,
        question=say(ctx, N_("What is {item} made from?"), item=item)
        if item
        else say(ctx, N_("Which product is made from what?")),
        head={**dict.fromkeys(_HEAD, ""), **head},
        lines=[*lines, *blank],
        tabs=tabs(ctx),
        mode="new" if new else "edit",
        error=error,
        cancel=record_path("items", item) if item else "/master/boms",
    )


def _rows(form: Form) -> list[dict[str, str]]:
    """Return the lines of a posted form that hold anything."""
    columns: list[Any] = [form.get(name, []) for name in _LINE]
    rows = [
        {name: value.strip() for name, value in zip(_LINE, cells, strict=True)}
        for cells in zip(*columns, strict=False)
    ]
    return [row for row in rows if row["component"] or row["quantity"]]


def _bill(form: Form) -> BillOfMaterials:
    """Make the version that a posted form describes."""
    lines = [
        BillLine(
            row["component"],
            _number(row["quantity"]),
            row["unit"] or "EA",
            _number(row["scrap_share"] or "0"),
        )
        for row in _rows(form)
    ]
    return BillOfMaterials(
        form.first("item"),
        _whole(form.first("version")),
        _day(form.first("valid_from")),
        _day(form.first("valid_until")),
        tuple(lines),
    )


def _number(text: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        raise unreadable(text, "0.00") from None


def _whole(text: str) -> int:
    """Read the number of a version."""
    if not (text.isascii() and text.isdecimal()):
        raise unreadable(text, "1, 2, 3")
    return int(text)


def _day(text: str) -> date | None:
    """Read a date; nothing typed means no limit."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise unreadable(text, "YYYY-MM-DD") from None
