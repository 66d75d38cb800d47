"""Pages of the domain: search, one thing, recall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.kit.http import context, read_cursor, write_cursor
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import Formats, render
from sanpin.trace import service
from sanpin.trace.model.captures import CaptureReport, Origin
from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.model.lineage import Status

__all__ = ["CONDITIONS", "STEPS", "router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

LINES = 200
"""Lines of a recall that one page shows; the download holds all of them."""

STATUS_WORDS: Mapping[str, tuple[str, str]] = {
    Status.ON_HAND: ("ok", N_("on hand")),
    Status.IN_TRANSIT: ("warn", N_("on its way")),
    Status.SHIPPED: ("warn", N_("shipped")),
    Status.SOLD: ("ok", N_("sold")),
    Status.CONSUMED: ("ok", N_("used up")),
    Status.DESTROYED: ("bad", N_("destroyed")),
    Status.UNKNOWN: ("hold", N_("unknown")),
}
_ANSWERS: Mapping[str, str] = {
    Status.ON_HAND: N_("**On hand** at {place} since {since}."),
    Status.IN_TRANSIT: N_("**On its way**; last seen at {place} on {since}."),
    Status.SHIPPED: N_("**Shipped**; last seen at {place} on {since}."),
    Status.SOLD: N_("**Sold**; last seen at {place} on {since}."),
    Status.CONSUMED: N_("**Used up** at {place}; last seen there on {since}."),
    Status.DESTROYED: N_("**Destroyed**; last seen at {place} on {since}."),
    Status.UNKNOWN: N_("Nobody has said where it is."),
}
_JOB_WORDS = {"done": N_("complete"), "failed": N_("with refusals")}
_ORIGINS: Mapping[str, str] = {
    Origin.OUTSIDE: N_("outside"),
    Origin.SAMPLE: N_("SAMPLE"),
    Origin.SIMULATED: N_("simulated floor"),
}
# Words for the steps and conditions that plants meet; others are shown as the vocabulary has them.
STEPS: Mapping[str, str] = {
    "commissioning": N_("produced"),
    "receiving": N_("received"),
    "packing": N_("packed"),
    "unpacking": N_("unpacked"),
    "shipping": N_("shipped"),
    "holding": N_("put on hold"),
    "inspecting": N_("inspected"),
    "storing": N_("stored"),
    "departing": N_("departed"),
    "arriving": N_("arrived"),
    "transporting": N_("transported"),
    "loading": N_("loaded"),
    "unloading": N_("unloaded"),
    "retail_selling": N_("sold"),
    "destroying": N_("destroyed"),
    "decommissioning": N_("taken out of use"),
}


CONDITIONS: Mapping[str, str] = {
    "active": N_("active"),
    "in_progress": N_("in progress"),
    "in_transit": N_("on its way"),
    "conformant": N_("conforms"),
    "non_conformant": N_("does not conform"),
    "non_sellable_other": N_("not for sale"),
    "sellable_accessible": N_("for sale"),
    "retail_sold": N_("sold"),
    "recalled": N_("recalled"),
    "damaged": N_("damaged"),
    "destroyed": N_("destroyed"),
    "expired": N_("expired"),
}


@router.get("", response_class=HTMLResponse)
def show_search(
    request: Request, ctx: Here, q: Annotated[str, Query(max_length=4096)] = ""
) -> Response:
    """Answer: which thing do you want to follow?"""
    if not service.has_events(ctx):
        return render(request, ctx, "trace/empty.html", q=q)
    found = service.search(ctx, q, 50) if q.strip() else []
    if len(found) == 1:
        return RedirectResponse(found[0].path, 303)
    understood, refusal = "", None
    if q.strip():
        try:
            name = service.thing_named(q)
        except InputError as error:
            refusal = translate_error(error, ctx.language)
        else:
            understood = Translator(ctx.language).text(service.kind_of(name)) + f" {name}"
    return render(
        request,
        ctx,
        "trace/search.html",
        q=q,
        found=[asdict(hit) for hit in found],
        understood=understood,
        refusal=refusal,
        lots=service.recent_lots(ctx),
        held=service.lots_on_hold(ctx),
    )


@router.post("/sample")
def load_sample(ctx: Here) -> Response:
    """Capture the sample chain."""
    service.capture_sample(ctx)
    return RedirectResponse("/trace", 303)


@router.get("/capture", response_class=HTMLResponse)
def show_captures(request: Request, ctx: Here) -> Response:
    """Answer: which events came in?"""
    return _captures(request, ctx, None)


@router.post("/capture", response_class=HTMLResponse)
def capture_files(request: Request, ctx: Here, files: list[UploadFile]) -> Response:
    """Capture uploaded documents and show what became of them."""
    documents: dict[str, bytes] = {}
    for number, file in enumerate(files, 1):
        name = file.filename or str(number)
        while name in documents:
            # Files of one name from two folders are two files.
            name = f"{name} ({number})"
        documents[name] = file.file.read()
    return _captures(request, ctx, service.capture(ctx, documents))


def _captures(request: Request, ctx: Context, report: CaptureReport | None) -> Response:
    """Show the newest captures, below what became of the files just sent."""
    total = service.count_events(ctx)
    words = Translator(ctx.language)
    jobs = service.capture_jobs(ctx)
    errors = service.capture_record(report, ctx.language)["errors"] if report else []
    return render(
        request,
        ctx,
        "trace/capture.html",
        answer=words.text(N_("**{count}** events are kept."), count=words.number(total)),
        report=report,
        errors=errors,
        jobs=[
            {
                **job,
                "state": _JOB_WORDS[str(job["state"])],
                "origin": words.text(_ORIGINS[str(job["origin"])]),
            }
            for job in jobs
        ],
    )


@router.get("/thing", response_class=HTMLResponse)
def show_thing(
    request: Request, ctx: Here, epc: Annotated[str, Query(max_length=4096)]
) -> Response:
    """Answer: where did this come from and where is it now?"""
    return _show(request, ctx, epc)


@router.get("/thing/{path:path}", response_class=HTMLResponse)
def show_thing_by_path(request: Request, ctx: Here, path: str) -> Response:
    """Answer the same for a thing named by the path of its Digital Link."""
    # The decoded path no longer tells a slash inside a serial number from one between two parts.
    raw = request.scope.get("raw_path", b"").decode("ascii", "replace")
    own = raw.partition("/trace/thing/")[2].partition("?")[0] or path
    return _show(request, ctx, f"{CANONICAL_STEM}/{own}")


def _show(request: Request, ctx: Context, epc: str) -> Response:
    """Render the page of a thing."""
    view = service.thing(ctx, epc)
    words = Translator(ctx.language)
    where = view.where
    since = "" if where.since is None else words.datetime(_moment(view))
    answer = words.text(_ANSWERS[where.status], place=view.place_label or "–", since=since)
    if view.balance and view.balance.made:
        answer = _lot_answer(words, view)
    elif where.containers:
        inside = words.text(N_("It is in {container}."), container=view.container_label)
        answer = f"{answer} {inside}"
    rows = [_event_row(words, event) for event in view.events]
    asked = urlencode({"epc": view.id})
    return render(
        request,
        ctx,
        "trace/thing.html",
        view=view,
        answer=answer,
        state=_status(words, where.status),
        events=rows,
        life=_life(rows),
        graph_url=f"/api/v1/trace/graph?{asked}",
        export_url=f"/api/v1/trace/thing?{asked}",
        raw_url=f"/api/v1/trace/events?all=true&{asked}",
        recall_url=f"/trace/recall?{asked}",
        container_url=service.path_of(where.containers[0]) if where.containers else "",
    )


def _lot_answer(words: Translator, view: service.ThingView) -> str:
    """Say what became of a lot: how much there was, how much was used, who got how much."""
    balance = view.balance
    if balance is None:
        return ""
    message = N_("**{amount}** came in.") if balance.received else N_("**{amount}** were made.")
    said = [words.text(message, amount=_amounts(words, balance.made))]
    if balance.used:
        used = _amounts(words, balance.used)
        said.append(words.text(N_("**{amount}** were used."), amount=used))
    for place, amount, uom in view.delivered[:3]:
        given = _amounts(words, {uom: amount})
        said.append(words.text(N_("**{amount}** went to {place}."), amount=given, place=place))
    if len(view.delivered) > 3:
        count = words.number(len(view.delivered) - 3)
        said.append(words.text(N_("{count} more places got some of it."), count=count))
    return " ".join(said)


def _amounts(words: Translator, amounts: Mapping[str, float]) -> str:
    """Write amounts with their units, pieces as a word."""
    formats = Formats(words)
    pieces = words.text(N_("pieces"))
    return ", ".join(
        f"{words.number(amount)} {pieces if uom in ('', 'EA') else formats.unit(uom)}"
        for uom, amount in amounts.items()
    )


def _life(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join neighbours of one step at one place into one line with a count."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if found and (found[-1]["step"], found[-1]["place"]) == (row["step"], row["place"]):
            found[-1]["count"] += 1
        else:
            found.append(row | {"count": 1})
    return found


def _moment(view: service.ThingView) -> datetime:
    """Instant since when the thing is where it is."""
    return datetime.fromtimestamp((view.where.since or 0) / 1_000_000, UTC)


def _status(words: Translator, status: str) -> tuple[str, str]:
    """Status as shape and word."""
    kind, word = STATUS_WORDS[status]
    return kind, words.text(word)


def _event_row(words: Translator, event: Any) -> dict[str, Any]:
    """Row of the table of events, with words for steps and conditions."""
    step = STEPS.get(event.step)
    return {
        "id": event.id,
        "time": event.time,
        "step": words.text(step) if step else (event.step or event.type),
        "disposition": words.text(CONDITIONS.get(event.disposition, event.disposition)),
        "place": event.place_label,
        "things": event.things,
        "type": event.type,
        "text": event.text,
    }


@router.get("/recall", response_class=HTMLResponse)
def show_recall(
    request: Request,
    ctx: Here,
    epc: Annotated[list[str] | None, Query(max_length=1000)] = None,
    cursor: str | None = None,
) -> Response:
    """Answer: if this is bad, what must come back?"""
    seeds = [line.strip() for text in epc or () for line in text.splitlines() if line.strip()]
    if not service.has_events(ctx):
        return render(request, ctx, "trace/empty.html", q="")
    if not seeds:
        return render(request, ctx, "trace/seeds.html")
    view = service.recall_view(ctx, seeds)
    words = Translator(ctx.language)
    given = read_cursor(cursor)
    start = given if isinstance(given, int) and given > 0 else 0
    end = start + LINES
    asked = urlencode([("epc", seed) for seed in view.seeds])
    return render(
        request,
        ctx,
        "trace/recall.html",
        view=view,
        lines=[line | {"status": _status(words, line["status"])} for line in view.lines[start:end]],
        # All seeds go along: a page is a part of the same recall.
        next_url=f"?{asked}&cursor={write_cursor(end)}" if end < len(view.lines) else "",
        export_url=f"/api/v1/trace/recall?{asked}",
    )
