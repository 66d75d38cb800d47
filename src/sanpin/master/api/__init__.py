"""HTTP interface of master data: ``/api/v1/master/...``."""

from __future__ import annotations

from fastapi import APIRouter

from sanpin.master.api import bills, records

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/master", tags=["master"])
router.include_router(bills.router)
router.include_router(records.router)
