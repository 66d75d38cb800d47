"""Pages of master data: lists, records, forms."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from sanpin.master.pages import bills, calendars, edit, lists, records

__all__ = ["router"]

router = APIRouter(prefix="/master", include_in_schema=False)


@router.get("")
def start() -> RedirectResponse:
    """Open the first tab."""
    return RedirectResponse("/master/items", 307)


for _part in (lists.router, bills.router, calendars.router, edit.router, records.router):
    router.include_router(_part)
