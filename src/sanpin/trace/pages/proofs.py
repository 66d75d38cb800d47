"""Page of one event: what happened, and what proves it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.model.events import Involvement, Part
from sanpin.trace.pages.words import ORIGINS, step_of

__all__ = ["proofs_of", "router"]

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


@router.get("/event", response_class=HTMLResponse)
def show_event(
    request: Request,
    ctx: Here,
    identifier: Annotated[str, Query(alias="id", min_length=1, max_length=4096)],
) -> Response:
    """Answer: what happened, and what proves it?"""
    words = Translator(ctx.language)
    proofs = proofs_of(ctx, words, [identifier])
    proof = proofs[0][0]
    involved = [one for one in proof.involved if one.part is not Part.LOT]
    return render(
        request,
        ctx,
        "trace/event.html",
        identifier=identifier,
        answer=_answer(words, proof),
        proofs=proofs,
        things=_things(ctx, words, involved[:THINGS]),
        things_total=len(involved),
        document_url=f"/epcis/events/{quote(identifier, safe='')}",
    )


def _answer(words: Translator, proof: service.Proof) -> str:
    """Say what happened, where and when."""
    return words.text(
        N_("**{step}** at {place} on {time}; {things} things took part."),
        step=step_of(words, proof.line.step, proof.line.type),
        place=proof.line.place_label or "–",
        time=words.datetime(datetime.fromisoformat(proof.line.time), year=True),
        things=words.number(proof.line.things),
    )


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
