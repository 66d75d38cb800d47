"""Pages of recall cases: all of them, one, its notices, what came back, its report."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_, SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, needs
from sanpin.kit.i18n import Translator, translate, translate_error
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.model.cases import Case, CaseState, DueKind, Return, Verdict
from sanpin.trace.pages.words import status_of

__all__ = ["router"]

router = APIRouter(prefix="/trace/recalls", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

VERDICTS: Mapping[str, tuple[str, str]] = {
    Verdict.COUNTED: ("ok", N_("counted")),
    Verdict.REPEATED: ("warn", N_("came back before")),
    Verdict.OUTSIDE: ("hold", N_("not in the scope")),
    Verdict.UNKNOWN: ("bad", N_("unknown")),
}
"""Shape and word of what became of a scan."""
STATES: Mapping[str, tuple[str, str]] = {
    CaseState.OPEN: ("warn", N_("open")),
    CaseState.CLOSED: ("ok", N_("closed")),
}
_KINDS = {DueKind.DELIVERED: N_("delivered to"), DueKind.HELD: N_("held at")}
_CASES = 100
_SCANS = 50
_LINES = 200
_MOMENTS = 60


@router.get("", response_class=HTMLResponse)
def show_cases(request: Request, ctx: Here, before: str = "") -> Response:
    """Answer: which recalls are open, and how far have they come?"""
    words = Translator(ctx.language)
    cases = service.list_cases(ctx, _CASES + 1, before)
    shown = cases[:_CASES]
    rows = [_case_row(ctx, words, one) for one in shown]
    real = [one for one in shown if not one.drill]
    return render(
        request,
        ctx,
        "trace/recalls.html",
        rows=rows,
        opened=sum(1 for one in real if one.state is CaseState.OPEN),
        next_url=f"?before={shown[-1].id}" if len(cases) > _CASES else "",
    )


def _case_row(ctx: Context, words: Translator, one: Case) -> dict[str, Any]:
    """Row of one case."""
    share = service.share_of(ctx, one.id)
    kind, word = STATES[one.state]
    mark = words.text(N_("DRILL"))
    return {
        "title": f"{mark} · {one.title}" if one.drill else one.title,
        "path": f"/trace/recalls/{one.id}",
        "state": (kind, words.text(word)),
        "started": one.started,
        "by": one.started_by,
        "products": one.products,
        "recovered": share,
    }


@router.get("/{case}", response_class=HTMLResponse)
def show_case(request: Request, ctx: Here, case: str, scan: str = "", after: int = -1) -> Response:
    """Answer: what came back, and what is still out?"""
    return _show_case(request, ctx, case, scan=scan, after=after)


def _show_case(
    request: Request,
    ctx: Context,
    identifier: str,
    *,
    scan: str = "",
    after: int = -1,
    refusal: SanpinError | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    """Show a case, with what became of the last scan."""
    words = Translator(ctx.language)
    values = _report_values(ctx, words, identifier)
    one: Case = values["case"]
    returns = service.case_returns(ctx, identifier, _SCANS)
    lines = service.case_lines(ctx, identifier, _LINES + 1, after)
    rows = _line_rows(ctx, words, lines[:_LINES])
    more = len(lines) > _LINES
    return render(
        request,
        ctx,
        "trace/case.html",
        status_code=refusal.status if refusal else 200,
        **values,
        may_write=ctx.actor.role.allows(Role.PLANNER) and one.state is CaseState.OPEN,
        scans=_scan_rows(ctx, words, returns),
        last=_scan_rows(ctx, words, (row for row in returns if scan and row.id == scan)),
        lines=rows,
        total=one.products + one.containers,
        next_url=f"?after={lines[_LINES - 1][0]}#lines" if more else "",
        refusal=translate_error(refusal, ctx.language) if refusal else None,
        given=given or {},
        export_url=f"/api/v1/trace/recalls/{identifier}",
    )


def _report_values(ctx: Context, words: Translator, identifier: str) -> dict[str, Any]:
    """What the page and the report of a case share."""
    report = service.case_report(ctx, identifier)
    one, effect = report.case, report.effect
    labels = service.labels_of(ctx, [*one.seeds[:50], one.place])
    sent = sum(1 for notice in report.notices if notice.sent)
    return {
        "case": one,
        "state": _worded(words, STATES[one.state]),
        "seeds": [labels.of(seed) for seed in one.seeds[:50]],
        "place": labels.of(one.place),
        "share": effect.share,
        "curve": _curve(words, one, effect) if any(c.times for c in effect.curves) else None,
        "holders": [
            {
                "place": effect.names[row.holder] or words.text(N_("nobody has said where")),
                "kind": words.text(_KINDS[row.kind]),
                "uom": row.uom or "EA",
                "due": row.due,
                "returned": row.returned,
                "share": row.share,
                "things": row.things,
                "value": row.holder,
            }
            for row in effect.recoveries
        ],
        "notices": report.notices,
        "sent": sent,
        "watch": report.watch,
        "verdicts": [(*_worded(words, VERDICTS[n]), c) for n, c in effect.verdicts.items()],
        "statuses": [(*status_of(words, n), c) for n, c in sorted(report.statuses.items())],
        "gaps": [translate(str(g["message"]), ctx.language, **_fields(g)) for g in one.gaps[:100]],
    }


def _fields(gap: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of the text of a gap."""
    return dict(gap["fields"])


def _worded(words: Translator, pair: tuple[str, str]) -> tuple[str, str]:
    """Shape and word in the reader's language."""
    return pair[0], words.text(pair[1])


def _curve(words: Translator, one: Case, effect: service.Effect) -> dict[str, Any]:
    """Recovered share over time as a chart: one line for each unit, moments evenly spaced."""
    end = max(at for curve in effect.curves for at in curve.times)
    step = max((end - one.started) / _MOMENTS, timedelta(seconds=1))
    moments = [one.started + step * number for number in range(_MOMENTS + 1)]
    # The last scan stands on the last moment, however the steps were rounded.
    moments[-1] = max(moments[-1], end)
    return {
        "type": "line",
        "percent": True,
        "minimum": 0,
        "x": {"values": [_tick(words, at) for at in moments]},
        "series": [
            {
                "name": curve.uom or words.text(N_("pieces")),
                "values": _shares(moments, curve.times, curve.shares),
                "step": True,
            }
            for curve in effect.curves[:8]
        ],
    }


def _tick(words: Translator, at: datetime) -> str:
    """Write a moment below the chart."""
    return at.astimezone(words.zone).strftime("%m-%d %H:%M:%S")


def _shares(
    moments: list[datetime], times: tuple[datetime, ...], shares: tuple[float, ...]
) -> list[float]:
    """Share at each moment: that of the last scan until then."""
    return [shares[at - 1] if (at := bisect_right(times, moment)) else 0.0 for moment in moments]


def _scan_rows(ctx: Context, words: Translator, scans: Iterable[Return]) -> list[dict[str, Any]]:
    """Rows of scans."""
    found = list(scans)
    labels = service.labels_of(ctx, {name for one in found for name in (one.thing, one.holder)})
    return [
        {
            "id": one.id,
            "time": one.recorded,
            "label": labels.of(one.thing),
            "path": service.path_of(one.thing),
            "verdict": _worded(words, VERDICTS[one.verdict]),
            "place": labels.of(one.holder),
            "quantity": one.quantity if one.verdict is Verdict.COUNTED else None,
            "uom": (one.uom or "EA") if one.verdict is Verdict.COUNTED else "",
            "by": one.recorded_by,
        }
        for one in found
    ]


def _line_rows(ctx: Context, words: Translator, lines: Any) -> list[dict[str, Any]]:
    """Rows of the frozen scope."""
    found = [line for _, line in lines]
    things = {name for line in found for name in (line.id, line.location, *line.through)}
    rows = service.line_rows(found, service.labels_of(ctx, things))
    return [row | {"status": status_of(words, row["status"])} for row in rows]


@router.post("/{case}/returns", response_class=HTMLResponse)
@needs(Role.PLANNER)
def scan_return(
    request: Request,
    ctx: Here,
    case: str,
    code: Annotated[str, Form()],
    quantity: Annotated[str, Form()] = "",
    uom: Annotated[str, Form()] = "",
    holder: Annotated[str, Form()] = "",
) -> Response:
    """Book something that came back."""
    try:
        amount = service.read_amount(quantity)
        found = service.record_return(ctx, case, code, quantity=amount, uom=uom, holder=holder)
    except SanpinError as error:
        given = {"code": code, "quantity": quantity, "uom": uom, "holder": holder}
        return _show_case(request, ctx, case, refusal=error, given=given)
    # Without a fragment the field for the next scan has the focus again.
    return RedirectResponse(f"/trace/recalls/{case}?scan={found[0].id}", 303)


@router.post("/{case}/notices")
@needs(Role.PLANNER)
def mark_sent(ctx: Here, case: str, number: Annotated[list[int] | None, Form()] = None) -> Response:
    """Write down that notices were sent: one, or all that are left."""
    service.mark_notices(ctx, case, number or ())
    return RedirectResponse(f"/trace/recalls/{case}#notices", 303)


@router.post("/{case}/close", response_class=HTMLResponse)
@needs(Role.PLANNER)
def close(
    request: Request, ctx: Here, case: str, conclusion: Annotated[str, Form()] = ""
) -> Response:
    """Close the case and show its report."""
    try:
        service.close_case(ctx, case, conclusion)
    except SanpinError as error:
        given = {"conclusion": conclusion}
        return _show_case(request, ctx, case, refusal=error, given=given)
    return RedirectResponse(f"/trace/recalls/{case}/report", 303)


@router.get("/{case}/report", response_class=HTMLResponse)
def show_report(request: Request, ctx: Here, case: str) -> Response:
    """Answer: what did this recall bring back?"""
    values = _report_values(ctx, Translator(ctx.language), case)
    return render(request, ctx, "trace/case_report.html", **values)


@router.get("/{case}/notices/{number}", response_class=HTMLResponse)
def show_notice(request: Request, ctx: Here, case: str, number: int) -> Response:
    """Show the notice to one consignee, in both languages, for print."""
    one, notice = service.notice_of(ctx, case, number)
    frame = service.case_frame(ctx, case, notice.holder)
    return render(
        request,
        ctx,
        "trace/case_notice.html",
        case=one,
        notice=notice,
        texts=[service.notice_text(ctx, one, notice, language) for language in ("zh-CN", "en")],
        rows=frame.to_dicts(),
    )


@router.get("/{case}/lots.xlsx")
def download_lots(ctx: Here, case: str, number: int = 0) -> Response:
    """Give the lots and pieces that are due as a workbook: of one notice, or of all holders."""
    if number:
        one, notice = service.notice_of(ctx, case, number)
        frame = service.case_frame(ctx, case, notice.holder)
        name = f"{notice.name} {number}"
    else:
        one = service.case_of(ctx, case)
        frame, name = service.case_frame(ctx, case), one.title
    words = Translator(ctx.language)
    drill = f"{words.text(N_('DRILL'))} " if one.drill else ""
    headings = {key: words.text(label) for key, label in service.DUE_HEADINGS.items()}
    return export_response(frame, f"{drill}{name}", "xlsx", headings)
