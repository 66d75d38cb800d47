"""Create, change and delete items, partners, sites and calendars by form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, SanpinError
from sanpin.kit.context import Context
from sanpin.kit.pages import render
from sanpin.master import service
from sanpin.master.model import CalendarRecord, Item, Partner, Site
from sanpin.master.pages.calendars import WEEKDAYS
from sanpin.master.pages.forms import form_fields, form_values, record_of
from sanpin.master.pages.shared import (
    Form,
    Here,
    NounName,
    Posted,
    back,
    record_path,
    refusal,
    say,
    tabs,
)

__all__ = ["router"]

router = APIRouter()

_BLANK: Mapping[str, Any] = {
    "items": Item("-"),
    "partners": Partner("-"),
    "sites": Site("-"),
    "calendars": CalendarRecord("-", public_holidays="CN"),
}
_NEW = {
    "items": N_("Which item is new?"),
    "partners": N_("Which partner is new?"),
    "sites": N_("Which site is new?"),
    "calendars": N_("Which calendar is new?"),
}


@router.get("/new/{noun}")
def new_record(request: Request, ctx: Here, noun: NounName) -> HTMLResponse:
    """Show the empty form of a noun, filled with what most records have."""
    values = form_values(_BLANK[noun]) | {"code": ""}
    return _form_page(request, ctx, noun, values, _shift_rows(_BLANK[noun]), new=True)


@router.get("/edit/{noun}/{code:path}")
def edit_record(request: Request, ctx: Here, noun: NounName, code: str) -> HTMLResponse:
    """Show the form of a record."""
    record = service.get_record(ctx, noun, code)
    rows = _shift_rows(record)
    return _form_page(request, ctx, noun, form_values(record), rows, new=False)


@router.post("/save/{noun}")
def save_record(request: Request, ctx: Here, noun: NounName, form: Posted) -> Response:
    """Keep the record of a form.

    A refused form comes back as it was typed, with the reason above it and status 422; a missing
    role is no fault of the form and goes on as a refusal of the page.
    """
    new = form.first("mode") == "new"
    try:
        record = record_of(noun, form)
        if new:
            service.check_new(ctx, noun, record.code)
        service.put_record(ctx, record)
    except SanpinError as error:
        if error.status == 403:
            raise
        values = {name: form.first(name) for name in form}
        rows = _posted_rows(form) if noun == "calendars" else []
        return _form_page(request, ctx, noun, values, rows, new=new, error=refusal(ctx, error))
    return back(record_path(noun, record.code))


@router.post("/delete/{noun}")
def delete_record(ctx: Here, noun: NounName, form: Posted) -> Response:
    """Delete a record that no other refers to."""
    service.delete_record(ctx, noun, form.first("code"))
    return back(f"/master/{noun}")


def _form_page(
    request: Request,
    ctx: Context,
    noun: str,
    values: Mapping[str, str],
    rows: list[dict[str, Any]],
    *,
    new: bool,
    error: str = "",
) -> HTMLResponse:
    """Render a form, new or of a record, with the reason if it was refused."""
    code = values.get("code", "")
    question = (
        say(ctx, _NEW[noun]) if new else say(ctx, N_("What changes about {code}?"), code=code)
    )
    return render(
        request,
        ctx,
        "master/form.html",
        status_code=422 if error else 200,
        noun=noun,
        question=question,
        fields=form_fields(ctx, noun, values, new=new),
        shift_rows=rows,
        weekdays=[say(ctx, day) for day in WEEKDAYS],
        tabs=tabs(ctx),
        error=error,
        mode="new" if new else "edit",
        cancel=f"/master/{noun}" if new else record_path(noun, code),
    )


def _shift_rows(record: Any) -> list[dict[str, Any]]:
    """Return the rows of the shift table, with one more to fill in."""
    if not isinstance(record, CalendarRecord):
        return []
    rows = [
        {
            "days": sorted(shift.weekdays),
            "start": f"{shift.start:%H:%M}",
            "end": f"{shift.end:%H:%M}",
            "breaks": " ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in shift.breaks),
        }
        for shift in record.shifts
    ]
    return [*rows, {"days": [], "start": "", "end": "", "breaks": ""}]


def _posted_rows(form: Form) -> list[dict[str, Any]]:
    """Return the shift table as it was posted."""
    return [
        {
            "days": [int(day) for day in form.get(f"days-{row}", []) if day.isdecimal()],
            "start": start,
            "end": end,
            "breaks": breaks,
        }
        for row, (start, end, breaks) in enumerate(
            zip(form.get("start", []), form.get("end", []), form.get("breaks", []), strict=False)
        )
    ]
