"""Page of one thing: where did this come from and where is it now?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.model.lineage import Status
from sanpin.trace.pages.lanes import drawn, event_rows, map_spec, moment
from sanpin.trace.pages.proofs import proofs_of
from sanpin.trace.pages.words import amounts_of, status_of

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

ROWS = 200
"""Events in the table; the exports hold all of them."""
PROOFS = 5
"""Events whose text and proofs stand on the page; every other has a page of its own."""

_ANSWERS: Mapping[str, str] = {
    Status.ON_HAND: N_("**On hand** at {place} since {since}."),
    Status.IN_TRANSIT: N_("**On its way**; last seen at {place} on {since}."),
    Status.SHIPPED: N_("**Shipped**; last seen at {place} on {since}."),
    Status.SOLD: N_("**Sold**; last seen at {place} on {since}."),
    Status.CONSUMED: N_("**Used up** at {place}; last seen there on {since}."),
    Status.DESTROYED: N_("**Destroyed**; last seen at {place} on {since}."),
    Status.UNKNOWN: N_("Nobody has said where it is."),
}


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
    since = "" if where.since is None else words.datetime(moment(where.since))
    shift = datetime.now().astimezone(words.zone).utcoffset() or timedelta()
    journey = service.journey(ctx, view, shift // timedelta(microseconds=1))
    rows = event_rows(words, journey.lines[-ROWS:])
    asked = urlencode({"epc": view.id})
    return render(
        request,
        ctx,
        "trace/thing.html",
        view=view,
        answer=_answer(words, view, since),
        since=since,
        state=status_of(words, where.status),
        rows=rows,
        rows_total=len(journey.lines),
        life=drawn(words, journey),
        places=map_spec(words, journey, where.location),
        proofs=proofs_of(ctx, words, [line.id for line in journey.lines[: -PROOFS - 1 : -1]]),
        graph_url=f"/api/v1/trace/graph?{asked}",
        export_url=f"/api/v1/trace/thing?{asked}",
        raw_url=f"/api/v1/trace/events?all=true&{asked}",
        recall_url=f"/trace/recall?{asked}",
        container_url=service.path_of(where.containers[0]) if where.containers else "",
    )


def _answer(words: Translator, view: service.ThingView, since: str) -> str:
    """Say in a sentence where a thing is, or what became of a lot."""
    if view.balance and view.balance.made:
        return _lot_answer(words, view)
    where = view.where
    answer = words.text(_ANSWERS[where.status], place=view.place_label or "–", since=since)
    if not where.containers:
        return answer
    inside = words.text(N_("It is in {container}."), container=view.container_label)
    return f"{answer} {inside}"


def _lot_answer(words: Translator, view: service.ThingView) -> str:
    """Say what became of a lot: how much there was, how much was used, who got how much."""
    balance = view.balance
    if balance is None:
        return ""
    message = N_("**{amount}** came in.") if balance.received else N_("**{amount}** were made.")
    said = [words.text(message, amount=amounts_of(words, balance.made))]
    if balance.used:
        used = amounts_of(words, balance.used)
        said.append(words.text(N_("**{amount}** were used."), amount=used))
    for place, amount, uom in view.delivered[:3]:
        given = amounts_of(words, {uom: amount})
        said.append(words.text(N_("**{amount}** went to {place}."), amount=given, place=place))
    if len(view.delivered) > 3:
        count = words.number(len(view.delivered) - 3)
        said.append(words.text(N_("{count} more places got some of it."), count=count))
    return " ".join(said)
