"""Pages of the domain: search, one thing, recalls, captures, events, places, keeping."""

from fastapi import APIRouter

from sanpin.trace.pages import (
    captures,
    cases,
    events,
    keeping,
    notices,
    places,
    proofs,
    recalls,
    search,
    things,
)

__all__ = ["router"]

router = APIRouter()
for part in (events, search, captures, proofs, places, keeping, things, recalls, cases, notices):
    router.include_router(part.router)
