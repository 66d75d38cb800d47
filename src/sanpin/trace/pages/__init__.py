"""Pages of the domain: search, one thing, recall, captures; events by a filter builder."""

from fastapi import APIRouter

from sanpin.trace.pages import captures, events, recalls, search, things

__all__ = ["router"]

router = APIRouter()
for part in (events, search, captures, things, recalls):
    router.include_router(part.router)
