"""Page of one event: what happened, what proves it, and does it count?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_, InputError, SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.model.events import Involvement, Part
from sanpin.trace.pages.words import ORIGINS, step_of

__all__ = ["event_path", "proofs_of", "router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

THINGS = 200
"""Things in the table; the document holds all of them."""

_PARTS: Mapping[Part, str] = {
    Part.EPC: N_("seen"),
    Part.PARENT: N_("around the others"),
    Part.CHILD: N_("inside"),
    Part.INPUT: N_("went in"),
    Part.OUTPUT: N_("came out"),
}
_REASONS: Mapping[str, str] = {
    "incorrect_data": N_("what it says is not right"),
    "did_not_occur": N_("it did not happen"),
}


@router.get("/event", response_class=HTMLResponse)
def show_event(
    request: Request,
    ctx: Here,
    identifier: Annotated[str, Query(alias="id", min_length=1, max_length=4096)],
) -> Response:
    """Answer: what happened, and what proves it?"""
    return _page(request, ctx, identifier, None)


@router.post("/event")
@needs(Role.PLANNER)
def declare_event(
    request: Request,
    ctx: Here,
    event: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    corrective: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Declare an event wrong."""
    try:
        service.declare_wrong(ctx, event, reason, corrective=corrective.split(), note=note)
    except InputError as error:
        return _page(request, ctx, event, error)
    return RedirectResponse(event_path(event), 303)


@router.post("/event/undo")
@needs(Role.PLANNER)
def undo_declaration(ctx: Here, event: Annotated[str, Form()]) -> Response:
    """Let an event count again."""
    service.undo_declaration(ctx, event)
    return RedirectResponse(event_path(event), 303)


def event_path(identifier: str) -> str:
    """Address of the page of an event."""
    return f"/trace/event?id={quote(identifier, safe='')}"


def _page(request: Request, ctx: Context, identifier: str, error: SanpinError | None) -> Response:
    """Show an event with its declarations, its evidence and its things."""
    words = Translator(ctx.language)
    proofs = proofs_of(ctx, words, [identifier])
    proof = proofs[0][0]
    standing = service.standing_of(ctx, identifier)
    involved = [one for one in proof.involved if one.part is not Part.LOT]
    return render(
        request,
        ctx,
        "trace/event.html",
        status_code=error.status if error else 200,
        identifier=identifier,
        answer=_answer(words, proof, counts=standing.counts),
        standing=standing,
        proofs=proofs,
        things=_things(ctx, words, involved[:THINGS]),
        things_total=len(involved),
        reasons=[(one, words.text(_REASONS[one])) for one in service.REASONS],
        refusal=translate_error(error, ctx.language) if error else None,
        may_declare=standing.own and ctx.actor.role.allows(Role.PLANNER),
        document_url=f"/epcis/events/{quote(identifier, safe='')}",
    )


def _answer(words: Translator, proof: service.Proof, *, counts: bool) -> str:
    """Say what happened, where and when, and whether that counts."""
    said = words.text(
        N_("**{step}** at {place} on {time}; {things} things took part."),
        step=step_of(words, proof.line.step, proof.line.type),
        place=proof.line.place_label or "–",
        time=words.datetime(datetime.fromisoformat(proof.line.time), year=True),
        things=words.number(proof.line.things),
    )
    if counts:
        return said
    return said + " " + words.text(N_("It was **declared wrong** and no longer counts."))


def proofs_of(
    ctx: Context, words: Translator, identifiers: Iterable[str]
) -> list[tuple[service.Proof, str]]:
    """Evidence for events, each with the word for where its document came from."""
    proofs = service.prove(ctx, identifiers)
    return [(proof, words.text(ORIGINS.get(proof.origin, proof.origin))) for proof in proofs]


def _things(
    ctx: Context, words: Translator, involved: Iterable[Involvement]
) -> list[dict[str, Any]]:
    """Rows of the things of an event."""
    entries = list(involved)
    with ctx.db.read() as conn:
        labels = service.Labels.load(conn, ctx.firm, [one.thing for one in entries])
    return [
        {
            "label": labels.of(one.thing),
            "path": service.path_of(one.thing),
            "part": words.text(_PARTS[one.part]),
            "quantity": one.quantity,
            "uom": one.uom,
        }
        for one in entries
    ]
