"""The sample company: in with one click, out with one click, as Runs of a worker.

Both are queued rather than done while the browser waits, and can be followed and cancelled like
any other computation.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import RedirectResponse, Response

from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.runs import enqueue

__all__ = ["router"]

router = APIRouter(prefix="/settings/sample", include_in_schema=False)
Ctx = Annotated[Context, Depends(context)]


@router.post("")
def load(ctx: Ctx) -> Response:
    """Load the sample company and show the Run that does it."""
    return RedirectResponse(f"/runs/{enqueue(ctx, 'sample.load').id}", 303)


@router.post("/remove")
def remove(ctx: Ctx) -> Response:
    """Remove everything that the sample brought, and nothing else."""
    return RedirectResponse(f"/runs/{enqueue(ctx, 'sample.remove').id}", 303)
