"""Pages of the domain: search, one thing, recall, capture; events by a filter builder."""

from fastapi import APIRouter

from sanpin.trace.pages import events, things

__all__ = ["router"]

router = APIRouter()
router.include_router(events.router)
router.include_router(things.router)
