"""The page of a calendar: its shifts and a month, day by day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from sanpin.base import N_, chinese_holidays
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import Formats, as_of_day, render
from sanpin.master import service
from sanpin.master.engine import month_of
from sanpin.master.model import CalendarRecord, name_of
from sanpin.master.pages.shared import Here, say, tabs

__all__ = ["WEEKDAYS", "router"]

router = APIRouter()

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")


@router.get("/calendars/{code:path}")
def calendar_page(request: Request, ctx: Here, code: str, month: str = "") -> HTMLResponse:
    """Show a calendar's shifts and one month; the as-of day's month by default.

    Parameters
    ----------
    month : ``YYYY-MM``; anything else means the default
    """
    record = service.get_calendar(ctx, code)
    chosen = _MONTH.fullmatch(month)
    today = as_of_day(ctx)
    first = date(int(chosen[1]), int(chosen[2]), 1) if chosen else today.replace(day=1)
    days = month_of(record, first.year, first.month)
    hours = sum(day.hours for day in days)
    worked = sum(day.hours > 0 for day in days)
    formats = Formats(Translator(ctx.language))
    complete = not record.public_holidays or chinese_holidays(first.year).complete
    return render(
        request,
        ctx,
        "master/calendar.html",
        record=record,
        name=name_of(record, ctx.language),
        answer=say(
            ctx,
            N_("**{worked}** working days with **{hours}** open hours in {month}."),
            worked=worked,
            hours=formats.number(hours),
            month=f"{first:%Y-%m}",
        ),
        tabs=tabs(ctx),
        shifts=_shifts(ctx, record),
        weeks=_weeks(ctx, days, today, formats),
        weekdays=[say(ctx, day) for day in WEEKDAYS],
        month=f"{first:%Y-%m}",
        before=_shifted(first, -1),
        after=_shifted(first, 1),
        complete=complete,
        year=first.year,
    )


def _shifted(first: date, months: int) -> str:
    """Return the month some months away, as ``YYYY-MM``."""
    count = first.year * 12 + first.month - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _shifts(ctx: Context, record: CalendarRecord) -> list[dict[str, str]]:
    """Return the shifts as cells of a table."""
    return [
        {
            "days": " ".join(say(ctx, WEEKDAYS[day]) for day in sorted(shift.weekdays)),
            "hours": f"{shift.start:%H:%M}–{shift.end:%H:%M}",
            "breaks": ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in shift.breaks),
        }
        for shift in record.shifts
    ]


def _weeks(
    ctx: Context, days: list[Any], today: date, formats: Formats
) -> list[list[dict[str, Any] | None]]:
    """Return the month in weeks from Monday; days of other months are None."""
    cells: list[dict[str, Any] | None] = [None] * days[0].day.weekday()
    for one in days:
        words = [say(ctx, one.feast)] if one.feast else []
        if one.off and not one.feast:
            words.append(say(ctx, N_("day off")))
        if one.made_up:
            words.append(say(ctx, N_("made up")))
        if one.hours:
            words.append(say(ctx, N_("{hours} h"), hours=formats.number(one.hours)))
        cells.append(
            {
                "number": one.day.day,
                "closed": not one.hours,
                "made_up": one.made_up,
                "today": one.day == today,
                "words": words or [say(ctx, N_("closed"))],
            }
        )
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
