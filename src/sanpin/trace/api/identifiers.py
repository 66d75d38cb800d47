"""Codes over HTTP: every writing of one code, or of many."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Text = Annotated[str | None, Query(max_length=4096)]
Record = dict[str, Any]


@router.get("/parse")
def get_parse(
    ctx: Here,
    epc: Annotated[str, Query(max_length=65_536, description="Code in any writing")],
    kind: Annotated[str, Query(max_length=16)] = "auto",
    linter: Text = None,
    symbology: Text = None,
    stem: Text = None,
    gcp_length: Annotated[int | None, Query()] = None,
    convenience_alphas: bool = False,
    zero_suppressed_gtin: bool = False,
    fix_check_digit: bool = False,
) -> Record:
    """Return all writings of a code, or why it is refused."""
    request = {
        "id": None,
        "kind": kind,
        "value": epc,
        "linter": linter,
        "symbology": symbology,
        "stem": stem,
        "gcp_length": gcp_length,
        "options": {
            "convenience_alphas": convenience_alphas,
            "zero_suppressed_gtin": zero_suppressed_gtin,
            "fix_check_digit": fix_check_digit,
        },
    }
    return service.parse_codes(ctx, [request])[0]


@router.post("/parse")
@needs(Role.VIEWER)
def post_parse(
    ctx: Here, codes: Annotated[list[Record], Body(min_length=1, max_length=10_000)]
) -> list[Record]:
    """Return the same for many codes, in their order; each is an object with id, kind and value."""
    return service.parse_codes(ctx, codes)
