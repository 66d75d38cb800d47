"""HTTP doors of the domain: questions below /api/v1/trace, the standard's own at /epcis."""

from fastapi import APIRouter

from sanpin.trace.api import (
    captures,
    epcis,
    events,
    identifiers,
    keeping,
    live,
    places,
    questions,
    recalls,
)

__all__ = ["router"]

router = APIRouter()
router.include_router(identifiers.router)
router.include_router(live.router)
router.include_router(events.router)
router.include_router(questions.router)
router.include_router(captures.router)
router.include_router(places.router)
router.include_router(keeping.router)
router.include_router(recalls.router)
router.include_router(epcis.router)
