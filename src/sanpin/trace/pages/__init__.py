"""Pages of the domain: search, one thing, recalls, captures; events by a filter builder."""

from fastapi import APIRouter

from sanpin.trace.pages import captures, cases, events, notices, recalls, search, things

__all__ = ["router"]

router = APIRouter()
for part in (events, search, captures, things, recalls, cases, notices):
    router.include_router(part.router)
