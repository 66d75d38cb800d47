"""Pages of the domain: search, one thing, recall, captures, events, places, keeping."""

from fastapi import APIRouter

from sanpin.trace.pages import captures, events, keeping, places, proofs, recalls, search, things

__all__ = ["router"]

router = APIRouter()
for part in (events, search, captures, proofs, places, keeping, things, recalls):
    router.include_router(part.router)
