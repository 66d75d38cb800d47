"""Page of a recall notice: does it mean any lot of ours?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, InputError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import render
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

_KINDS = {"gtin": N_("GTIN"), "lot": N_("lot"), "date": N_("day"), "word": N_("word")}
_LIKELY = 0.75


@router.get("/notice", response_class=HTMLResponse)
def show_notice(request: Request, ctx: Here) -> Response:
    """Answer: does a recall notice mean any lot of ours?"""
    return _show(request, ctx, "")


@router.post("/notice", response_class=HTMLResponse)
@needs(Role.VIEWER)
def match_notice(request: Request, ctx: Here, text: Annotated[str, Form()] = "") -> Response:
    """Match a pasted notice; nothing is stored."""
    try:
        return _show(request, ctx, text, service.match_notice(ctx, text))
    except InputError as error:
        return _show(request, ctx, text, refusal=error)


def _show(
    request: Request,
    ctx: Context,
    text: str,
    found: service.NoticeMatch | None = None,
    refusal: InputError | None = None,
) -> Response:
    """Show the form, and below it what a notice may mean."""
    words = Translator(ctx.language)
    return render(
        request,
        ctx,
        "trace/notice.html",
        status_code=refusal.status if refusal else 200,
        text=text,
        found=found,
        refusal=translate_error(refusal, ctx.language) if refusal else None,
        lots=[_row(words, one.label, one.path, one.match) for one in found.lots] if found else [],
        products=[_row(words, label, "", match) for match, label in found.products]
        if found
        else [],
        likely=[one for one in found.lots if one.match.score >= _LIKELY] if found else [],
        seeds=[("epc", one.match.lot.id) for one in found.lots if one.match.score >= _LIKELY][:200]
        if found
        else [],
    )


def _row(words: Translator, label: str, path: str, match: Any) -> dict[str, Any]:
    """Row of a product or lot that may be meant."""
    said = [f"{words.text(_KINDS[one.kind])}: {one.text}" for one in match.mentions]
    against = [words.text(_KINDS[kind]) for kind in getattr(match, "against", ())]
    likely = match.score >= _LIKELY
    return {
        "label": label,
        "path": path,
        "score": match.score,
        "mark": (
            "bad" if likely else "warn",
            words.text(N_("likely") if likely else N_("possible")),
        ),
        "matched": "; ".join(said),
        "against": ", ".join(against),
    }
